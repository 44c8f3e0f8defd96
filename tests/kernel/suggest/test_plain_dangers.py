# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said plainly in a few words is heard, however high the bar for hints is."""

from __future__ import annotations

import pytest

from amana.kernel.suggest import risks_in

SAID = {
    "threat_to_life": [
        "he will kill me",
        "they will throw acid on me",
        "he has a gun and is outside",
        "je vais te finir",
        "il menace de me tuer",
        "il va brûler la maison",
        "سأقتلك",
        "هددني بالقتل",
        "رح يحرق البيت",
        "جان سے مارنے کی دھمکی دی",
        "gal lia ghadi y9telni",
        "tezab phenk dunga",
    ],
    "self_harm": [
        "I will end my life",
        "she tried to kill herself",
        "mon fils veut se suicider",
        "أريد أن أموت",
        "راح اقتل نفسي",
        "خودکشی کر لوں گی",
        "ghadi n9tel rassi",
        "main marna chahti hun",
    ],
    "child_at_risk": [
        "she is 13 years old",
        "a man is messaging my 10 year old",
        "ma fille de 11 ans",
        "بنتي عمرها ١٢",
        "میرا بیٹا 13 سال کا",
        "bnti 3ndha 12 3am",
        "meri umar 14 saal hai",
    ],
    "honour_risk": [
        "if my family finds out they will kill me",
        "si mon père le sait il va me tuer",
        "لو عرف ابوي راح يذبحني",
        "گھر والوں کو پتہ چلا تو مار دیں گے",
        "ila 3rfo darna ghadi y9tlouni",
        "ghar walon ko pata chala to maar denge",
    ],
}
# The commonest sentence of all: it threatens to publish, and nothing else.
TO_PUBLISH = [
    "He says he will send my pictures to my family.",
    "يقول انه سيرسل صوري الى عائلتي",
    "gal lia ghadi ysifet tsawri l 3a2ilti",
    "wo kehta hai meri tasveerein ghar walon ko bhej dega",
]


def heard(text: str) -> set[str]:
    return {sign.risk for sign in risks_in(text)}


@pytest.mark.parametrize(("risk", "text"), [(risk, text) for risk in SAID for text in SAID[risk]])
def test_a_plain_danger_is_heard(risk: str, text: str) -> None:
    assert risk in heard(text)


@pytest.mark.parametrize("text", TO_PUBLISH)
def test_a_threat_to_publish_is_no_threat_to_life(text: str) -> None:
    assert heard(text).isdisjoint({"threat_to_life", "self_harm", "child_at_risk"})

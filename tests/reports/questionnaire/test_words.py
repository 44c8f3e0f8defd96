# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words: four languages, a reason for every question, short for children, never a reproach."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from amana.reports.questionnaire import LANGUAGES, Answers, Step
from amana.reports.questionnaire.errors import messages
from amana.reports.questionnaire.model import VOICES
from tests.reports.questionnaire.builders import q

EVERY = [(step, lang) for step in q().steps for lang in LANGUAGES]
CRIME = re.compile(r"\bcrim|délit|infraction|جريم|جرائم|جُرم|جرم|\boffen[cs]e|sextor", re.IGNORECASE)
BLAME = re.compile(
    r"\b(your fault|why did you|you let|you allowed|false report|careless|naive)\b"
    r"|imprudent|naïf|fausse déclaration|بلاغ كاذب|كان عليك|إهمال|لاپروا|جھوٹی رپورٹ",
    re.IGNORECASE,
)
COMFORT = re.compile(r"(not|isn’t) your fault", re.IGNORECASE)


def texts(step: Step, lang: str) -> Iterator[str]:
    """Yield everything a person may read on this page."""
    for voice in VOICES:
        yield from (step.title(lang, voice), step.why(lang, voice), step.help(lang, voice))
        yield from (option.label(lang, voice) for option in step.options)
    yield from (option.hint(lang) for option in step.options)
    yield from (item.text(lang) for item in step.items)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?؟۔:;؛]\s*", text) if part.strip()]


@pytest.mark.parametrize(("step", "lang"), EVERY, ids=lambda value: getattr(value, "id", value))
def test_u06_every_page_has_a_title_and_a_reason_in_each_voice(step: Step, lang: str) -> None:
    for voice in VOICES:
        assert step.title(lang, voice).strip()
        assert step.why(lang, voice).strip()
        assert all(option.label(lang, voice).strip() for option in step.options)


@pytest.mark.parametrize(("step", "lang"), EVERY, ids=lambda value: getattr(value, "id", value))
def test_u04_no_page_speaks_of_crime_shouts_or_blames(step: Step, lang: str) -> None:
    for text in texts(step, lang):
        assert not CRIME.search(text), text
        assert "!" not in text, text
        assert not BLAME.search(COMFORT.sub("", text)), text


@pytest.mark.parametrize("lang", ["ar", "ur"])
def test_right_to_left_languages_are_written_in_their_own_script(lang: str) -> None:
    for step in q().steps:
        for text in texts(step, lang):
            if text:
                assert re.search(r"[\u0600-\u06ff]", text), text
            assert not re.search(r"[a-z]{3,}", text), text


def test_arabic_and_urdu_use_their_own_letters() -> None:
    for step in q().steps:
        assert not any(re.search("[ٹڈڑںےگچپھہی]", text) for text in texts(step, "ar")), step.id
        assert not any(re.search("[يكةه]", text) for text in texts(step, "ur")), step.id


def test_languages_differ_except_in_names() -> None:
    names = {"platform", "platform_type", "terror_organisation"}
    for step in q().steps:
        if step.id in names:
            continue
        for voice in VOICES:
            assert len({step.title(lang, voice) for lang in LANGUAGES}) == len(LANGUAGES), step.id
        for option in step.options:
            assert option.label("en") not in {option.label("ar"), option.label("ur")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_u15_a_child_reads_short_sentences(lang: str) -> None:
    for step in q().steps:
        long_words = [step.title(lang, "child"), step.why(lang, "child")]
        if step.id == "child_promise":
            long_words += [item.text(lang) for item in step.items]
        for text in long_words:
            longest = max(len(sentence.split()) for sentence in sentences(text))
            assert longest <= 24, (step.id, longest, text)
    promise = [item.text(lang) for item in q().step("child_promise").items]
    lengths = [len(s.split()) for text in promise for s in sentences(text)]
    assert sum(lengths) / len(lengths) <= 12


NOT_YOUR_FAULT = {
    "en": "not your fault",
    "fr": "pas ta faute",
    "ar": "ليس ذنبك",
    "ur": "قصور نہیں",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_m064_the_childs_page_begins_with_not_your_fault(lang: str) -> None:
    step = q().step("child_promise")
    assert NOT_YOUR_FAULT[lang] in step.items[0].text(lang)
    assert step.title(lang, "child") == step.title(lang, "self")


def test_a_french_child_is_not_addressed_as_vous() -> None:
    for step in q().steps:
        if not _for_children(step):
            continue
        said = " ".join((step.title("fr", "child"), step.why("fr", "child")))
        assert not re.search(r"\b(vous|votre|vos)\b", said, re.IGNORECASE), (step.id, said)


def _for_children(step: Step) -> bool:
    """Say whether a child sees the page after telling her age (before, we cannot know it)."""
    order = [other.id for other in q().steps]
    told: Answers = {"minor": "yes", "offences": ["C2"]}
    hidden = step.id == "child_secondary" and not q().is_visible(step, told)
    return order.index(step.id) > order.index("minor") and not hidden


def test_a_french_reporter_is_never_tutoyed() -> None:
    for step in q().steps:
        if step.id == "child_promise":
            continue
        for voice in ("self", "other"):
            said = " ".join(
                (step.title("fr", voice), step.why("fr", voice), step.help("fr", voice))
            )
            assert not re.search(r"\b(tu|ton|ta|tes|toi)\b", said, re.IGNORECASE), (step.id, said)


def test_somebody_reporting_for_another_is_not_asked_about_herself() -> None:
    about_the_person = ("minor", "victim_age_band", "victim_gender", "victim_country", "self_harm",
                        "honour_risk", "threat_to_life", "location_disclosed", "impact",
                        "suspect_relation", "officer_gender")  # fmt: skip
    for name in about_the_person:
        title = q().step(name).title("en", "other")
        assert not re.search(r"\b(you|your)\b", title, re.IGNORECASE), title
        for lang in LANGUAGES:
            assert q().step(name).title(lang, "other") != q().step(name).title(lang, "self")


def test_the_voice_follows_role_and_age() -> None:
    assert q().voice({}) == "self"
    assert q().voice({"role": "victim", "minor": "yes"}) == "child"
    assert q().voice({"role": "parent", "minor": "yes"}) == "other"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_inside_a_page_has_its_label(lang: str) -> None:
    assert set(q().labels[lang]) == set(q().labels["en"])
    assert all(text.strip() for text in q().labels[lang].values())


def test_u15_files_and_links_of_children_are_never_asked_for() -> None:
    assert "under 18" in q().step("files").help("en")
    assert "the link is enough" in q().step("published_urls").help("en")
    assert "Do not send us the picture" in q().step("child_promise").items[-1].text("en")


@pytest.mark.parametrize("code", sorted(messages()))
def test_errors_are_kind_and_say_what_to_do(code: str) -> None:
    for lang, text in messages()[code].items():
        assert lang in LANGUAGES
        assert "!" not in text
        assert not re.search(r"\b(invalid|illegal|forbidden|must|error)\b", text, re.IGNORECASE)
        assert len(text.split()) <= 30


def test_an_unknown_language_reads_english() -> None:
    step = q().step("role")
    assert step.title("de") == step.title("en")
    assert step.options[0].label("de") == step.options[0].label("en")
    assert q().label("skipped", "de") == q().label("skipped", "en")

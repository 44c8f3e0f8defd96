# SPDX-License-Identifier: AGPL-3.0-or-later
"""Romanised reports as another hand would spell them: other letters, the same report."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest.labelled import Labelled, labelled
from amana.kernel.suggest.respelling import respelt, with_respelt

DARIJA = "kay9tel khoya w 7ta l ghda, 3tito 5000 dh hadi 8 chhour"
URDU = "mujhe jaan se marne ki dhamki aayi hai, raat ko phone karta hai"


def report(text: str, form: str) -> Labelled:
    risks = frozenset({"threat_to_life"})
    return Labelled(text, form, "H1", frozenset({"X3"}), risks, frozenset({"ongoing"}), "somebody")


@pytest.mark.parametrize(("text", "form"), [(DARIJA, "ary-Latn"), (URDU, "ur-Latn")])
def test_every_hand_spells_otherwise(text: str, form: str) -> None:
    spelt = {respelt(text, form, Random(seed)) for seed in range(20)}
    assert len(spelt) > 10


@pytest.mark.parametrize(("text", "form"), [(DARIJA, "ary-Latn"), (URDU, "ur-Latn")])
@pytest.mark.parametrize("seed", range(8))
def test_words_stay_words_in_their_order(text: str, form: str, seed: int) -> None:
    before, after = text.split(), respelt(text, form, Random(seed)).split()
    assert len(before) == len(after)
    same = sum(one[0] == other[0] for one, other in zip(before, after, strict=True))
    assert same >= len(before) // 2


@pytest.mark.parametrize("seed", range(30))
def test_figures_are_letters_only_inside_of_words(seed: int) -> None:
    after = respelt(DARIJA, "ary-Latn", Random(seed))
    assert " 5000 dh" in after
    assert " 8 ch" in after or " 8 sh" in after


def test_a_sound_may_be_a_figure_or_letters() -> None:
    spelt = {respelt("kay9tel", "ary-Latn", Random(seed)) for seed in range(200)}
    assert any("9" in one for one in spelt)
    assert any("9" not in one and ("q" in one or "kt" in one) for one in spelt)


def test_only_romanised_reports_come_twice_and_nothing_but_their_letters_differs() -> None:
    told = [report(DARIJA, "ary-Latn"), report("il va me tuer", "fr"), report(URDU, "ur-Latn")]
    both = with_respelt(told)
    assert both[:3] == told
    assert [one.form for one in both[3:]] == ["ary-Latn", "ur-Latn"]
    for one, other in zip((told[0], told[2]), both[3:], strict=True):
        assert other.text != one.text
        assert (other.kind, other.also, other.risks, other.maybe, other.writer) == (
            (one.kind, one.also, one.risks, one.maybe, one.writer)
        )


def test_equal_reports_are_respelt_alike() -> None:
    told = labelled()[::150]
    assert with_respelt(told) == with_respelt(told)


@given(st.text(max_size=120), st.sampled_from(["ary-Latn", "ur-Latn"]), st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_respelt_and_what_is_not_latin_stays(
    text: str, form: str, seed: int
) -> None:
    after = respelt(text, form, Random(seed))
    assert [char for char in text if ord(char) > 0x24F] == [c for c in after if ord(c) > 0x24F]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quick guess before the close look: near enough, and never the last word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest import hints as hinted
from amana.kernel.suggest.features import features
from amana.kernel.suggest.hints import Reader, hints, logits, reader, stretches
from amana.kernel.suggest.lexicon import FORMS, firsts
from amana.kernel.suggest.network import network
from amana.kernel.suggest.reading import Reading, read
from amana.kernel.suggest.risks import RISKS
from amana.kernel.suggest.sieve import Sieve
from amana.kernel.suggest.windows import Around

SETS = Path(__file__).parents[3] / "benchmarks" / "sets"
TOLD = yaml.safe_load((SETS / "risks7.yaml").read_text(encoding="utf-8"))
TEXTS = [text for forms in TOLD.values() for texts in forms.values() for text in texts]
ALL = list(range(len(RISKS)))


def spans_of(reading: Reading) -> list[tuple[int, int, str]]:
    return sorted((*span, what) for what, found in reading.hits.items() for span in found)


def guessed(text: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    reading = read(text)
    sieve = Sieve(reader().model)
    return sieve.odds(reading.words, spans_of(reading), list(stretches(reading)))


def looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """No stretch is passed over any more."""

    def every(_self: Reader, reading: Reading, *_rest: object) -> list[tuple[int, int]]:
        return list(stretches(reading))

    monkeypatch.setattr(Reader, "worth_a_look", every)


def test_what_is_passed_over_would_hardly_ever_have_been_a_hint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = [{sign.risk for sign in hints(text, read(text))} for text in TEXTS]
    looked_at(monkeypatch)
    whole = [{sign.risk for sign in hints(text, read(text))} for text in TEXTS]
    assert all(some <= every for some, every in zip(quick, whole, strict=True))
    lost = sum(len(every - some) for some, every in zip(quick, whole, strict=True))
    assert lost <= 0.01 * sum(map(len, whole))


def test_calm_talk_is_passed_over() -> None:
    text = "The invoice for the printer had another account number than last year. " * 12
    reading = read(text)
    heard = Around([(0, 200)], network().hear(features(text, reading)).risks[None])
    assert reader().worth_a_look(reading, spans_of(reading), ALL, heard) == []


@pytest.mark.parametrize("text", TEXTS[::17])
def test_a_guess_is_near_to_what_the_model_says_of_a_short_text(text: str) -> None:
    reading = read(text)
    if list(stretches(reading)) != [(0, len(reading.sentences))]:
        return
    said = logits(reader().model, features(text, reading))
    assert np.abs(guessed(text)[0] - said).max() < 2.0


def test_what_the_whole_says_decides_how_near_is_near_enough() -> None:
    """It counts as much as the stretch: where it is sure of danger, every stretch is looked at;
    where it is sure of none, none is."""
    reading = read("the parcel came in the spring and was unpacked at once with joy")
    sure, calm = (Around([(0, 96)], np.full((1, len(RISKS)), odds)) for odds in (40.0, -40.0))
    every = list(stretches(reading))
    assert reader().worth_a_look(reading, spans_of(reading), ALL, sure) == every
    assert reader().worth_a_look(reading, spans_of(reading), range(4), calm) == []


def test_of_many_stretches_of_danger_the_nearest_are_looked_at() -> None:
    streets = "oak elm fir ash yew bay fig gum box ivy"
    text = " ".join(
        f"a stone came through our window in {street} street last night and the next will burn."
        for street in streets.split()
    )
    reading = read(text)
    assert len(list(stretches(reading))) == 10
    threat = RISKS.index("threat_to_life")
    assert 0 < len(reader().worth_a_look(reading, spans_of(reading), [threat])) < 10
    assert "threat_to_life" in {sign.risk for sign in hints(text, reading)}


def test_only_what_is_wanted_brings_a_stretch_to_a_close_look() -> None:
    text = "a stone came through our window last night"
    reading = read(text)
    threat = RISKS.index("threat_to_life")
    assert reader().worth_a_look(reading, spans_of(reading), [threat])
    others = [at for at in ALL if guessed(text)[0][at] < -4]
    assert reader().worth_a_look(reading, spans_of(reading), others) == []


def test_a_stretch_is_guessed_by_its_own_words_alone() -> None:
    danger, calm = "a stone came through our window last night", "the parcel came in the spring"
    both = f"{danger}. {calm} and was unpacked at once with joy."
    reading = read(both)
    split = len(danger.split())
    parts = [(0, split), (split, len(reading.sentences))]
    sieve = Sieve(reader().model)
    first, second = sieve.odds(reading.words, spans_of(reading), parts)
    assert first == pytest.approx(guessed(danger)[0], rel=1e-3)
    assert second[RISKS.index("threat_to_life")] < first[RISKS.index("threat_to_life")] - 1


def test_no_stretch_no_guess() -> None:
    assert Sieve(reader().model).odds([], [], []).shape == (0, len(RISKS))


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_any_text_has_a_guess_for_each_stretch(text: str) -> None:
    found = guessed(text)
    assert found.shape == (len(list(stretches(read(text)))), len(RISKS))
    assert np.isfinite(found).all()


def test_the_bar_of_a_guess_lies_below_that_of_a_hint() -> None:
    assert 0 < hinted.NEAR < 1


@pytest.mark.parametrize("form", FORMS)
def test_second_words_with_several_keys_leave_what_each_of_them_leaves(form: str) -> None:
    """And the answer is the same the second time, when it was kept."""
    for first in [one for one in firsts(form).values() if len(one.after) > 1][:60]:
        keys = tuple(sorted(first.after)[:3])
        wanted = [entry for entry in first.entries if any(entry in first.after[k] for k in keys)]
        assert list(first.after_any_of(keys)) == wanted
        assert first.after_any_of(keys) is first.after_any_of(keys)

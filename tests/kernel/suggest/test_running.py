# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every stretch at once: what running sums say is what the model says of the stretch by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amana.kernel.suggest.features import BUCKETS, Floats, known
from amana.kernel.suggest.hints import hints, reader, stretches
from amana.kernel.suggest.lexicon import FORMS, firsts
from amana.kernel.suggest.listening import part_of
from amana.kernel.suggest.reading import Reading, read
from amana.kernel.suggest.risks import RISKS
from amana.kernel.suggest.running import Sums, meant_in, whole
from amana.kernel.suggest.windows import Around, Stretch

SETS = Path(__file__).parents[3] / "benchmarks" / "sets"
TOLD = yaml.safe_load((SETS / "risks7.yaml").read_text(encoding="utf-8"))
TEXTS = [text for forms in TOLD.values() for texts in forms.values() for text in texts]
DANGER = "a stone came through our window last night"
CALM = "the parcel came in the spring and was unpacked at once with joy"
THREAT = RISKS.index("threat_to_life")
SAID = st.lists(st.sampled_from([*TEXTS[::9], "12", "don't", "ـ", "x_y"]), min_size=1, max_size=4)


def all_of(reading: Reading) -> Stretch:
    return 0, len(reading.words)


def by_counts(reading: Reading) -> Floats:
    """What the model says of a text by its weighted buckets, as it was taught."""
    model, (buckets, weights) = reader().model, whole(reading)
    odds: Floats = (weights @ model.weights[buckets].astype(np.float32)) * model.scale + model.bias
    return odds


def odds_of(text: str) -> Floats:
    reading = read(text)
    odds: Floats = reader().sums.odds(reading, [all_of(reading)])[0]
    return odds


@pytest.mark.parametrize("text", TEXTS[::11])
def test_what_is_asked_is_what_was_taught(text: str) -> None:
    assert odds_of(text) == pytest.approx(by_counts(read(text)), rel=1e-3, abs=1e-3)


@given(st.text(max_size=200))
@settings(max_examples=120, deadline=None)
def test_of_any_text_too(text: str) -> None:
    reading = read(text)
    assume(reading.words)
    assert odds_of(text) == pytest.approx(by_counts(reading), rel=1e-3, abs=1e-3)


@given(SAID)
@settings(max_examples=60, deadline=None)
def test_a_stretch_says_what_it_would_say_alone(parts: list[str]) -> None:
    """Its own words, pairs and meanings, and nothing of what stands around it."""
    reading = read(". ".join(parts))
    found = list(stretches(reading))
    assume(found)
    spans = meant_in(reading)
    alone = [by_counts(part_of(reading, spans, stretch)[1]) for stretch in found]
    assert reader().sums.odds(reading, found) == pytest.approx(np.array(alone), rel=1e-3, abs=1e-3)


def test_the_order_of_stretches_changes_nothing() -> None:
    reading = read(f"{DANGER}. {CALM}. {DANGER} and again.")
    found = list(stretches(reading))
    forth, back = (reader().sums.odds(reading, some) for some in (found, found[::-1]))
    assert forth == pytest.approx(back[::-1], rel=1e-5)


def test_danger_beside_calm_is_heard_where_it_stands() -> None:
    reading = read(f"{DANGER}. {CALM}.")
    split = len(DANGER.split())
    first, second = reader().sums.odds(reading, [(0, split), (split, len(reading.words))])
    assert second[THREAT] < first[THREAT] - 1


def test_a_word_said_twice_counts_twice() -> None:
    """Beside others: of itself alone nothing but the length of it would change."""
    once, twice = whole(read("stone parcel")), whole(read("stone stone parcel"))
    shared = np.intersect1d(once[0], twice[0])

    def weight(of: tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Floats], at: int) -> float:
        return float(of[1][of[0].searchsorted(at)])

    stone = {known("stone").bucket, *known("stone").pieces.tolist()}
    mine = [at for at in shared.tolist() if at in stone]
    ratios = [weight(twice, at) / weight(once, at) for at in mine]
    assert mine
    assert max(ratios) == pytest.approx(min(ratios), rel=1e-4)
    assert min(ratios) > 1.2


def test_buckets_come_once_and_lie_within_the_model() -> None:
    for text in ("", "ﷺ abcde", *TEXTS[::13]):
        buckets, weights = whole(read(text))
        assert buckets.size == weights.size == np.unique(buckets).size
        assert not buckets.size or (buckets.min() >= 0 and buckets.max() < BUCKETS)
        assert np.isfinite(weights).all()


def test_no_stretch_no_row() -> None:
    assert Sums(reader().model).odds(read(""), []).shape == (0, len(RISKS))


def test_what_the_whole_says_counts_as_much_as_each_stretch() -> None:
    """Where it is sure of danger, a calm stretch is a hint; where it is sure of none, none is."""
    reading = read(CALM)
    sure, calm = (Around([(0, 96)], np.full((1, len(RISKS)), odds)) for odds in (40.0, -40.0))
    assert {sign.risk for sign in hints(reading, around=sure)} == {*RISKS}
    assert not {sign.risk for sign in hints(reading, around=calm)} & {*RISKS[:4]}


def test_the_strongest_of_many_stretches_of_danger_is_shown() -> None:
    streets = "oak elm fir ash yew bay fig gum box ivy"
    text = " ".join(
        f"a stone came through our window in {street} street last night and the next will burn."
        for street in streets.split()
    )
    reading = read(text)
    odds = reader().sums.odds(reading, list(stretches(reading)))
    (sign,) = (sign for sign in hints(reading) if sign.risk == "threat_to_life")
    best = list(stretches(reading))[int(np.argmax(odds[:, THREAT]))]
    assert len(odds) == 10
    assert sign.start == reading.tokens[best[0]].start


@pytest.mark.parametrize("form", FORMS)
def test_second_words_with_several_keys_leave_what_each_of_them_leaves(form: str) -> None:
    """And the answer is the same the second time, when it was kept."""
    for first in [one for one in firsts(form).values() if len(one.after) > 1][:60]:
        keys = tuple(sorted(first.after)[:3])
        wanted = [entry for entry in first.entries if any(entry in first.after[k] for k in keys)]
        assert list(first.after_any_of(keys)) == wanted
        assert first.after_any_of(keys) is first.after_any_of(keys)

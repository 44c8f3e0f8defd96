# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bands of a text: texts that are alike meet mostly, others hardly ever, and short ones never."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.texts import BANDS, FEWEST_WORDS, bands

TEXTS = st.sets(st.binary(min_size=16, max_size=16), min_size=FEWEST_WORDS, max_size=60)
TRIES = 300


def words(rng: random.Random, count: int) -> list[bytes]:
    return [rng.randbytes(16) for _ in range(count)]


def met(share: float, seed: int = 5) -> float:
    """How often two texts meet of whose words all together this share is in both."""
    rng, found = random.Random(seed), 0
    for _ in range(TRIES):
        common = words(rng, int(60 * share))
        apart = (60 - len(common)) // 2
        one, other = (bands([*common, *words(rng, apart)]) for _ in range(2))
        found += not set(one).isdisjoint(other)
    return found / TRIES


def test_texts_with_four_fifths_in_common_nearly_always_meet() -> None:
    assert met(0.8) > 0.9


def test_texts_with_a_third_in_common_hardly_ever_meet() -> None:
    assert met(1 / 3) < 0.08


def test_texts_with_nothing_in_common_never_meet() -> None:
    assert met(0.0) == 0


@settings(max_examples=40)
@given(TEXTS, st.data())
def test_order_and_repetition_change_nothing(text: set[bytes], data: st.DataObject) -> None:
    once = sorted(text)
    turned = data.draw(st.permutations(once))
    assert bands(turned) == bands(once) == bands([*once, *turned])


@settings(max_examples=40)
@given(TEXTS)
def test_a_text_has_eight_numbers_that_fit_in_eight_bytes(text: set[bytes]) -> None:
    found = bands(text)
    assert len(set(found)) == BANDS, "one band is never taken for another"
    assert all(0 <= band < 2**64 for band in found)


@settings(max_examples=40)
@given(TEXTS)
def test_only_the_first_eight_bytes_of_a_word_count(text: set[bytes]) -> None:
    """They are what a token set keeps of any token."""
    assert bands([word[:8] for word in sorted(text)]) == bands(sorted(text))


@pytest.mark.parametrize("count", [0, 1, FEWEST_WORDS - 1])
def test_short_texts_have_none(count: int) -> None:
    assert bands(words(random.Random(1), count)) == []


def test_the_shortest_text_that_has_any_has_all() -> None:
    assert len(bands(words(random.Random(1), FEWEST_WORDS))) == BANDS


def test_a_text_and_itself_with_a_sentence_more_mostly_meet() -> None:
    rng = random.Random(2)
    text = words(rng, 50)
    longer = [bands([*text, *words(rng, 6)]) for _ in range(50)]
    assert sum(not set(bands(text)).isdisjoint(more) for more in longer) > 45

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a text is to a model, against the plainest way to count it: a word's share is remembered,
and whoever reads it again in another stretch must find the same."""

from __future__ import annotations

import zlib
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest.features import BUCKETS, PIECES, features
from amana.kernel.suggest.hints import stretches
from amana.kernel.suggest.listening import part_of
from amana.kernel.suggest.reading import read

HALF = BUCKETS >> 1
WORDS = ["kill", "me", "kill", "13", "25", "سأقتلك", "غدا", "je", "vais", "ﷺ", "ab", "ـ", "é", "."]
SAID = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def piece(letters: str) -> int:
    value = len(letters)
    for letter in letters:
        value = (value * 0x9E3779B97F4A7C15 + ord(letter)) % 2**64
    value ^= value >> 29
    return (value * 0x9E3779B97F4A7C15 % 2**64 >> 40) % HALF


def plainly(words: list[str]) -> Counter[int]:
    """Each word, each pair of neighbours, and each piece with no gap inside of it."""
    line = f" {' '.join(words)} "
    found = Counter(zlib.crc32(word.encode()) % HALF for word in words)
    pairs = pairwise(words)
    found.update(zlib.crc32(f"{one} {two}".encode()) % HALF for one, two in pairs)
    for size in PIECES:
        cut = [line[at : at + size] for at in range(len(line) - size + 1)]
        found.update(piece(letters) for letters in cut if " " not in letters[1:-1])
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["kill", "me", "ساقتلك", "je", "vais", "a", "zz"]), max_size=12))
def test_every_word_pair_and_piece_is_counted(words: list[str]) -> None:
    told = features(" ".join(words))
    buckets, _owners = told.pairs
    assert Counter(buckets.tolist()) == plainly(words)
    surface = told.buckets[told.buckets < HALF]
    assert set(surface.tolist()) == plainly(words).keys()
    assert surface.tolist() == sorted(surface.tolist())


@settings(max_examples=80, deadline=None)
@given(SAID)
def test_every_bucket_has_a_word_to_show(text: str) -> None:
    told = features(text)
    buckets, owners = told.pairs
    assert buckets.size == owners.size
    if told.words:
        assert owners.min() >= 0
        assert owners.max() < len(told.words)
    assert np.isfinite(told.weights).all()


def test_a_piece_is_shown_by_the_word_it_is_of() -> None:
    """Also where one sign of the text is four words once it is folded."""
    told = features("ﷺ abcde")
    buckets, owners = told.pairs
    mine = {piece(letters) for letters in ("abc", "bcd", "cde", " abcd", "bcde ")}
    assert {told.words[at] for b, at in zip(buckets, owners, strict=True) if b in mine} == {"abcde"}


@settings(max_examples=80, deadline=None)
@given(SAID)
def test_a_stretch_has_what_is_meant_inside_of_it(text: str) -> None:
    reading = read(text)
    spans = sorted((*span, meaning) for meaning, found in reading.hits.items() for span in found)
    for first, end in stretches(reading):
        part, inner = part_of(reading, spans, (first, end))
        assert part == text[reading.tokens[first].start : reading.tokens[end - 1].end]
        assert {meaning: sorted(found) for meaning, found in inner.hits.items()} == {
            meaning: sorted(inside)
            for meaning, found in reading.hits.items()
            if (inside := [span for span in found if first <= span[0] and span[1] < end])
        }


@pytest.mark.parametrize("text", ["", " ", "ـ", "\u064e"])
def test_nothing_said_is_one_gap(text: str) -> None:
    told = features(text)
    assert np.isfinite(told.weights).all()
    assert told.pairs[0].size == told.pairs[1].size

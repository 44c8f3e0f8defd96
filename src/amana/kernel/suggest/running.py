# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a linear model says of every stretch of a text at once.

A stretch counts its words, the pairs of them, the pieces of each word and the meanings within it,
as often as they stand there; so what a word adds is looked up once, and a stretch costs two places
of a running sum however many of them overlap. `whole` gives the same counts of a text that is one
stretch: a model learns from just what it is asked about later.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from amana.kernel.suggest.features import (
    SENSE,
    SURFACE,
    WORD_WEIGHT,
    Floats,
    Ints,
    Row,
    known,
    pairs,
    senses,
)
from amana.kernel.suggest.model import Model
from amana.kernel.suggest.reading import Reading
from amana.kernel.suggest.windows import Stretch

_KEPT: Final = 8_192

Meant = tuple[int, int, str]
"""First and last token, and what is meant there."""


def meant_in(reading: Reading) -> list[Meant]:
    """Every place where something is meant, in their order."""
    return sorted((*span, meaning) for meaning, places in reading.hits.items() for span in places)


def whole(reading: Reading) -> Row:
    """A text that is one stretch: buckets, each once, with what they weigh."""
    looked_up = list(map(known, reading.words))
    pieces = [_pieces(word) for word in reading.words]
    heavy = [word.bucket for word in looked_up] + pairs(looked_up)
    told = senses(sorted(reading.hits))
    surface = np.concatenate([np.full(len(heavy), WORD_WEIGHT), np.ones(sum(map(len, pieces)))])
    surface *= SURFACE / (float(np.sqrt(np.square(surface).sum())) or 1.0)
    sensed = np.full(len(told), SENSE / np.sqrt(max(len(told), 1)))
    found = np.concatenate([np.array(heavy, dtype=np.int64), *pieces, np.array(told, np.int64)])
    buckets, place = np.unique(found, return_inverse=True)
    weights = np.bincount(place, np.concatenate([surface, sensed]), buckets.size)
    return buckets, weights.astype(np.float32)


@lru_cache(maxsize=_KEPT)
def _pieces(word: str) -> Ints:
    """The buckets of the pieces of a word, each once; kept while a model is taught."""
    return np.unique(known(word).pieces)


class Sums:
    """Running sums for one model, whose codes are each a yes or no on their own."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._gain = lru_cache(maxsize=_KEPT)(self._gain_of)

    def odds(self, reading: Reading, stretches: Sequence[Stretch]) -> Floats:
        """What speaks for each code beyond what speaks against it (log of odds), a row for each of
        `stretches`."""
        if not stretches:
            return np.empty((0, len(self._model.codes)), dtype=np.float32)
        words_sum, pairs_sum = self._running(reading.words)
        first, end = np.array(stretches).T
        of_words = words_sum[end] - words_sum[first]
        # A pair stands with its second word: that of the first word here reaches out of it.
        gain = of_words[:, :-1] + pairs_sum[end] - pairs_sum[first + 1]
        square = of_words[:, -1] + WORD_WEIGHT**2 * (end - first - 1)
        raw = SURFACE * gain / np.sqrt(square).astype(np.float32)[:, None]
        raw += self._sensed(meant_in(reading), stretches)
        odds: Floats = raw * self._model.scale + self._model.bias
        return odds

    def _running(self, words: Sequence[str]) -> tuple[Floats, Floats]:
        """What all words before each place add, with their squares in the last column; and what
        their pairs add."""
        codes = len(self._model.codes)
        words_sum = np.zeros((len(words) + 1, codes + 1), np.float32)
        pairs_sum = np.zeros((len(words) + 1, codes), np.float32)
        gains = np.concatenate([self._gain(word) for word in words])
        gains.reshape(-1, codes + 1).cumsum(axis=0, out=words_sum[1:])
        doubles = pairs(list(map(known, words)))
        if doubles:
            rows = np.float32(WORD_WEIGHT) * self._model.weights[doubles]
            rows.cumsum(axis=0, out=pairs_sum[2:])
        return words_sum, pairs_sum

    def _gain_of(self, word: str) -> Floats:
        """What a word and its pieces add, and their squares."""
        pieces = np.unique(known(word).pieces)
        rows = self._model.weights[pieces].sum(axis=0, dtype=np.float32)
        gain = rows + np.float32(WORD_WEIGHT) * self._model.weights[known(word).bucket]
        return np.append(gain, np.float32(WORD_WEIGHT**2 + pieces.size))

    def _sensed(self, meant: Sequence[Meant], stretches: Sequence[Stretch]) -> Floats:
        """What the meanings within each stretch add, each once."""
        columns: dict[int, int] = {}
        inside: list[list[int]] = []
        for first, end in stretches:
            start, stop = bisect_left(meant, (first,)), bisect_left(meant, (end,))
            names = sorted({meaning for _, last, meaning in meant[start:stop] if last < end})
            inside.append([columns.setdefault(each, len(columns)) for each in senses(names)])
        sizes = np.array([len(each) for each in inside])
        held = np.zeros((len(stretches), len(columns)), dtype=np.float32)
        held[np.repeat(np.arange(len(stretches)), sizes), list(itertools.chain(*inside))] = 1
        # Whole numbers, so that no order of adding them up makes a difference.
        total = held @ self._model.weights[list(columns)].astype(np.float32)
        weighed: Floats = total * (SENSE / np.sqrt(np.maximum(sizes, 1)))[:, None]
        return weighed.astype(np.float32)

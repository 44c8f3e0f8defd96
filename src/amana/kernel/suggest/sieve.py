# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which stretches of a text are worth a close look: a quick guess beside what the model would say.

What a word adds is summed up once and kept; a stretch then costs two places of a running sum. The
guess counts a piece of a word as often as it stands, and knows no pairs of topics. That is near
enough to pass over what stays far below every bar, which is most of what people write.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from amana.kernel.suggest.features import (
    SENSE,
    SURFACE,
    WORD_WEIGHT,
    known,
    pairs,
    sense,
)
from amana.kernel.suggest.model import Model

_KEPT: Final = 8_192

Floats = npt.NDArray[np.float32]
Meant = tuple[int, int, str]
"""First and last token, and what is meant there."""


class Sieve:
    """Guesses for one model, whose codes are each a yes or no on their own."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._gain = lru_cache(maxsize=_KEPT)(self._gain_of)

    def odds(
        self,
        words: Sequence[str],
        meant: Sequence[Meant],
        stretches: Sequence[tuple[int, int]],
    ) -> Floats:
        """What about speaks for each code beyond what speaks against it (log of odds), a row for
        each of `stretches` (first word, and the one after the last). `meant` is in its order."""
        if not stretches:
            return np.empty((0, len(self._model.codes)), dtype=np.float32)
        words_sum, pairs_sum, squares = self._running(words)
        first, end = np.array(stretches).T
        # A pair stands with its second word: that of the first word here reaches out of it.
        gain = words_sum[end] - words_sum[first] + pairs_sum[end] - pairs_sum[first + 1]
        square = squares[end] - squares[first] + WORD_WEIGHT**2 * (end - first - 1)
        raw = SURFACE * gain / np.sqrt(square).astype(np.float32)[:, None]
        raw += self._sensed(meant, stretches)
        odds: Floats = raw * self._model.scale + self._model.bias
        return odds

    def _running(self, words: Sequence[str]) -> tuple[Floats, Floats, npt.NDArray[np.float64]]:
        """What all words before each place add, what their pairs add, and the words' squares."""
        size = (len(words) + 1, len(self._model.codes))
        words_sum, pairs_sum = np.zeros(size, np.float32), np.zeros(size, np.float32)
        squares = np.zeros(len(words) + 1)
        looked_up = list(map(known, words))
        found = [self._gain(word.normal) for word in looked_up]
        np.cumsum([gain for gain, _ in found], axis=0, out=words_sum[1:])
        np.cumsum([square for _, square in found], out=squares[1:])
        doubles = pairs(looked_up)
        if doubles:
            rows = np.float32(WORD_WEIGHT) * self._model.weights[doubles]
            np.cumsum(rows, axis=0, out=pairs_sum[2:])
        return words_sum, pairs_sum, squares

    def _gain_of(self, word: str) -> tuple[Floats, float]:
        one = known(word)
        pieces = list(set(one.pieces.tolist()))
        rows = self._model.weights[pieces].sum(axis=0, dtype=np.float32)
        gain: Floats = rows + np.float32(WORD_WEIGHT) * self._model.weights[one.bucket]
        return gain, WORD_WEIGHT**2 + len(pieces)

    def _sensed(self, meant: Sequence[Meant], stretches: Sequence[tuple[int, int]]) -> Floats:
        """What the meanings within each stretch add, each once."""
        names = sorted({meaning for _, _, meaning in meant})
        columns = {meaning: at for at, meaning in enumerate(names)}
        inside = np.zeros((len(stretches), len(names)), dtype=np.float32)
        for row, (first, end) in enumerate(stretches):
            start, stop = bisect_left(meant, (first,)), bisect_left(meant, (end,))
            within = [columns[meaning] for _, last, meaning in meant[start:stop] if last < end]
            inside[row, within] = 1
        # Whole numbers, so that no order of adding them up makes a difference.
        total = inside @ self._model.weights[[sense(name) for name in names]].astype(np.float32)
        count = np.maximum(inside.sum(axis=1), 1).astype(np.float64)
        weighed: Floats = (SENSE / np.sqrt(count)).astype(np.float32)[:, None] * total
        return weighed

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linear model over `features`: scores of kinds, and the words that spoke for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from amana.kernel.suggest.features import BUCKETS, Features, Floats, features
from amana.kernel.suggest.reading import Reading

MOST_SPOKEN: Final = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A kind, how likely (0 to 1, all kinds together 1), and the words that spoke for it most."""

    code: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """`weights` is one row of int8 per bucket, `scale` turns a column into numbers."""

    codes: tuple[str, ...]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    @cached_property
    def _means(self) -> npt.NDArray[np.float32]:
        """What a bucket says of all kinds in the mean."""
        means: npt.NDArray[np.float32] = (self.weights * self.scale).mean(axis=1)
        return means

    def scores(self, found: Features) -> npt.NDArray[np.float32]:
        """The likelihood of each code, in their order. Without any word, all the same."""
        if not found.words:
            return np.full(len(self.codes), 1 / len(self.codes), dtype=np.float32)
        rows = self.weights[found.buckets].astype(np.float32)
        raw = (found.weights @ rows) * self.scale + self.bias
        raw = np.exp(raw - raw.max())
        shares: npt.NDArray[np.float32] = (raw / raw.sum()).astype(np.float32)
        return shares

    def suggest(self, text: str, most: int = 3, reading: Reading | None = None) -> list[Suggestion]:
        """The `most` likeliest kinds of `text`, the likeliest first. `reading`: it was read."""
        found = features(text, reading)
        return self.best(found, self.scores(found), most)

    def best(self, found: Features, scores: Floats, most: int) -> list[Suggestion]:
        """The `most` likeliest kinds by `scores`, with the words of `found` that spoke."""
        best = [int(at) for at in np.argsort(-scores, kind="stable")[:most]]
        return [
            Suggestion(self.codes[at], round(float(scores[at]), 4), spoke)
            for at, spoke in zip(best, self._spoke(found, best), strict=True)
        ]

    def _spoke(self, found: Features, kinds: Sequence[int]) -> Iterator[tuple[str, ...]]:
        """For each kind the words whose features add most to it beyond the mean of all kinds."""
        buckets, owners = found.pairs
        mean = self._means[buckets]
        for at in kinds:
            beyond = self.weights[buckets, at] * self.scale[at] - mean
            gain = np.bincount(owners, weights=beyond, minlength=len(found.words))
            spoken: dict[str, None] = {}
            for word in np.argsort(-gain, kind="stable") if found.words else ():
                if gain[word] <= 0 or len(spoken) == MOST_SPOKEN:
                    break
                spoken[found.words[word]] = None
            yield tuple(spoken)


def packed(
    codes: Sequence[str], weights: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]
) -> Model:
    """A trained model in a byte for each weight."""
    if weights.shape != (BUCKETS, len(codes)):
        raise ValueError(f"weights of shape {weights.shape} do not fit {len(codes)} kinds")
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return Model(
        tuple(codes),
        np.rint(weights / scale).astype(np.int8),
        scale.astype(np.float32),
        bias.astype(np.float32),
    )

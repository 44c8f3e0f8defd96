# SPDX-License-Identifier: AGPL-3.0-or-later
"""The network that ships, from the written texts: `python -m amana.kernel.suggest.network_training
DIR`.

Whole labelled reports teach kinds and risks; single lines teach risks; drawn reports teach kinds.
Equal files, seed and numpy give equal weights. Adagrad over small batches, in numpy only."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from amana.kernel.suggest.corpus import examples
from amana.kernel.suggest.features import BUCKETS, Features, Floats, Ints, features
from amana.kernel.suggest.hinting import with_its_rules, written
from amana.kernel.suggest.labelled import Labelled, labelled
from amana.kernel.suggest.network import LOUD, Network, packed, save
from amana.kernel.suggest.respelling import with_respelt
from amana.kernel.suggest.risks import RISKS

VERSION: Final = "2026-3"
WIDTH: Final = 64
ROUNDS: Final = 8
_BATCH: Final = 64
_RATE: Final = 0.05
_SHRINK: Final = 1e-5
# Half of a text's features are left out each time it is read, so that none is leant on alone.
_DROPPED: Final = 0.5
_DRAWN: Final = 20
_EVERY: Final = 3
# How much a whole report, a line of `hinting`, and a drawn report weigh.
_WHOLE, _LINE, _OF_DRAWN = 4.0, 0.4, 0.1


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a text teaches: of which risks it speaks and of which it does not, how much that
    counts; and its kind, where it has one, and how much that counts."""

    found: Features
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    weight: float = 0.0
    kind: str = ""
    kind_weight: float = 0.0


def lessons(reports: Sequence[Labelled]) -> Iterator[Lesson]:
    """From whole reports, from single lines, and from drawn reports."""
    for one in reports:
        yield Lesson(_seen(one.text), one.risks, one.without, _WHOLE, one.kind, 1.0)
    for line in written():
        yield Lesson(_seen(line.text), line.yes, line.no, line.weight * _LINE)
    for drawn in list(examples(each=_DRAWN, seed=1, thinned=True))[::_EVERY]:
        yield Lesson(features(drawn.text), kind=drawn.code, kind_weight=_OF_DRAWN)


def _seen(text: str) -> Features:
    """A text with the rules that speak in it."""
    return features(text, with_its_rules(text))


@dataclass(frozen=True, slots=True)
class _Aims:
    """Of each lesson: which risks it says and how much each counts (texts, risks), its kind and
    how much that counts (texts)."""

    says: Floats
    weight: Floats
    kind: Ints
    kind_weight: Floats


def _aims(taught: Sequence[Lesson], codes: Sequence[str]) -> _Aims:
    """Yes and no of a risk weigh the same in the end, and so does each kind."""
    says = np.array([[risk in one.yes for risk in RISKS] for one in taught], dtype=np.float32)
    against = np.array([[risk in one.no for risk in RISKS] for one in taught], dtype=np.float32)
    weight = np.array([[one.weight] for one in taught], dtype=np.float32) * (says + against)
    yes, no = (weight * says).sum(axis=0), (weight * (1 - says)).sum(axis=0)
    if not (yes.all() and no.all()):
        raise ValueError("each risk needs texts for and against it")
    weight *= np.where(says == 1, 1 / yes, 1 / no) * len(taught) / len(RISKS)
    place = {code: at for at, code in enumerate(codes)}
    kind = np.array([place.get(one.kind, 0) for one in taught])
    counts = np.array([one.kind_weight for one in taught], dtype=np.float32)
    often = np.bincount(kind, weights=counts, minlength=len(codes))
    kind_weight = counts / np.maximum(often[kind], 1e-6) * len(taught) / len(codes)
    return _Aims(says, weight.astype(np.float32), kind, kind_weight.astype(np.float32))


class _Descent:
    """Weights on their way, and how steep it was so far at each (Adagrad)."""

    def __init__(self, kinds: int, width: int, random: np.random.Generator) -> None:
        size = (width, len(RISKS) + kinds)
        # Places begin at nothing, so that what never occurs stays there and packs to nothing.
        self.places = np.zeros((BUCKETS, width), dtype=np.float32)
        self.out = (random.standard_normal(size) * 0.1).astype(np.float32)
        self.lean = np.zeros(width, dtype=np.float32)
        self.bias = np.zeros(size[1], dtype=np.float32)
        self._seen_places = np.full((BUCKETS, 1), 1e-4, dtype=np.float32)
        self._seen_out = np.full(size, 1e-4, dtype=np.float32)
        self._slot = np.zeros(BUCKETS, dtype=np.int64)

    def step(self, batch: Sequence[Features], kept: Floats, aims: _Aims) -> None:
        """One step downhill; `kept` is what each feature of the batch counts, after dropping."""
        touched, beside = self._laid(batch, kept)
        hidden = np.tanh(beside @ self.places[touched] + self.lean)
        wrong = _wrong(hidden @ self.out + self.bias, aims) / np.float32(len(batch))
        back = (wrong @ self.out.T) * (1 - hidden * hidden)
        slope = hidden.T @ wrong
        self._seen_out += slope * slope
        self.out -= _RATE * slope / np.sqrt(self._seen_out)
        self.bias -= np.float32(0.1) * wrong.sum(axis=0)
        self.lean -= np.float32(0.05) * back.sum(axis=0)
        self._move(touched, beside.T @ back)

    def _laid(self, batch: Sequence[Features], kept: Floats) -> tuple[Ints, Floats]:
        """The buckets that the texts of a batch have, and what each counts in each text: few
        enough beside each other for a matrix."""
        buckets = np.concatenate([one.buckets for one in batch])
        weights = np.concatenate([one.weights for one in batch]) * LOUD * kept
        rows = np.repeat(np.arange(len(batch)), [one.buckets.size for one in batch])
        counts = kept > 0
        here = np.zeros(BUCKETS, dtype=bool)
        here[buckets[counts]] = True
        touched = np.flatnonzero(here)
        self._slot[touched] = np.arange(touched.size)
        beside = np.zeros((len(batch), touched.size), dtype=np.float32)
        beside[rows[counts], self._slot[buckets[counts]]] = weights[counts]
        return touched, beside

    def _move(self, touched: Ints, slope: Floats) -> None:
        """The places of buckets, each once, downhill."""
        here = self.places[touched]
        slope += _SHRINK * here
        seen = self._seen_places[touched] + np.square(slope).mean(axis=1, keepdims=True)
        self._seen_places[touched] = seen
        self.places[touched] = here - _RATE * slope / np.sqrt(seen)


def _wrong(raw: Floats, aims: _Aims) -> Floats:
    """By how much each output is off, weighed."""
    wrong = np.empty_like(raw)
    risks, kinds = raw[:, : len(RISKS)], raw[:, len(RISKS) :]
    wrong[:, : len(RISKS)] = (1 / (1 + np.exp(-risks)) - aims.says) * aims.weight
    shares = np.exp(kinds - kinds.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(raw)), aims.kind] -= 1
    wrong[:, len(RISKS) :] = shares * aims.kind_weight[:, None]
    return wrong


def learn(
    taught: Sequence[Lesson], *, width: int = WIDTH, rounds: int = ROUNDS, seed: int = 1
) -> Network:
    """A network of the kinds that occur. Raises `ValueError` where a risk has no text for it or
    none against it."""
    codes = tuple(sorted({one.kind for one in taught if one.kind}))
    aims = _aims(taught, codes)
    random = np.random.default_rng(seed)
    descent = _Descent(len(codes), width, random)
    for _ in range(rounds):
        order = random.permutation(len(taught))
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            batch = [taught[at].found for at in chosen]
            descent.step(
                batch, _kept(random, sum(x.buckets.size for x in batch)), _of(aims, chosen)
            )
    return packed(codes, descent.places, descent.lean, descent.out, descent.bias)


def _kept(random: np.random.Generator, size: int) -> Floats:
    """Nothing for what is dropped; the rest counts more, so that the sum stays."""
    return ((random.random(size) >= _DROPPED) / (1 - _DROPPED)).astype(np.float32)


def _of(aims: _Aims, chosen: npt.NDArray[np.int64]) -> _Aims:
    return _Aims(
        aims.says[chosen], aims.weight[chosen], aims.kind[chosen], aims.kind_weight[chosen]
    )


def build(folder: Path) -> None:
    """Train and save into a new folder. Raises `FileExistsError`."""
    reports = labelled()
    taught = list(lessons(with_respelt(reports)))
    told = {"data": {"written": len(reports), "texts": len(taught)}}
    save(folder, learn(taught), VERSION, told)


if __name__ == "__main__":
    build(Path(sys.argv[1]))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Balanced multinomial logistic regression by Adagrad over small batches, in numpy only.

A batch touches a few thousand of the buckets, each text some hundred of them; only what is there
is added up. Equal input and seed give an equal model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from amana.kernel.suggest.features import BUCKETS, Features, Floats, Ints, Row, features
from amana.kernel.suggest.model import Model, packed

FEWEST: Final = 2
_BATCH: Final = 128
_RATE: Final = 0.06
_SHRINK: Final = 5e-4
_SCALE: Final = 6.0


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the kind it is; `form` is a code of language, `source` says where it is from.
    `also` are kinds that are right as well when a model is judged."""

    text: str = field(repr=False)
    code: str
    form: str = "und"
    source: str = "written"
    weight: float = 1.0
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """How often the first, and one of the first three, was right: over all, and by form."""

    count: int
    top1: float
    top3: float
    by_form: dict[str, tuple[int, float, float]]


def train(
    examples: Sequence[Example],
    *,
    rounds: int = 3,
    seed: int = 1,
    look: Callable[[str], Features] = features,
    told: Callable[[int], None] = lambda _: None,
) -> Model:
    """A model of the codes that occur; `look` finds the features of a text, `told` is told after
    every round how many there were. Raises `ValueError` for fewer than two codes."""
    codes = sorted({example.code for example in examples})
    if len(codes) < FEWEST:
        raise ValueError("a model needs texts of at least two kinds")
    place = {code: at for at, code in enumerate(codes)}
    target = np.array([place[example.code] for example in examples])
    often = Counter(target.tolist())
    weight = np.array(
        [
            e.weight * len(examples) / (len(codes) * often[t])
            for e, t in zip(examples, target, strict=True)
        ],
        dtype=np.float32,
    )
    found = [look(example.text) for example in examples]
    rows = [(f.buckets, f.weights * _SCALE) for f in found]

    def error(raw: Floats, batch: Ints) -> Floats:
        raw = np.exp(raw - raw.max(axis=1, keepdims=True))
        shares: Floats = raw / raw.sum(axis=1, keepdims=True)
        shares[np.arange(batch.size), target[batch]] -= 1
        wrong: Floats = shares * weight[batch][:, None]
        return wrong

    return _descend(codes, rows, error, rounds, seed, told)


def train_apart(
    codes: Sequence[str],
    found: Sequence[Row],
    says: npt.NDArray[np.float32],
    weight: npt.NDArray[np.float32],
    *,
    rounds: int = 3,
    seed: int = 1,
) -> Model:
    """A model in which each code is a yes or no of its own. `says` and `weight` are of the shape
    (texts, codes): 1 for yes and 0 for no, and how much that counts (0: nothing is known). Yes and
    no weigh the same in the end. Raises `ValueError` for a code that lacks either."""
    yes, no = (weight * says).sum(axis=0), (weight * (1 - says)).sum(axis=0)
    if not (yes.all() and no.all()):
        raise ValueError("each code needs texts for and against it")
    balanced = weight * np.where(says == 1, 1 / yes, 1 / no) * weight.astype(bool).sum(axis=0) / 2
    rows = [(buckets, weights * _SCALE) for buckets, weights in found]

    def error(raw: Floats, batch: Ints) -> Floats:
        wrong: Floats = (1 / (1 + np.exp(-raw)) - says[batch]) * balanced[batch]
        return wrong

    return _descend(codes, rows, error, rounds, seed)


def _descend(
    codes: Sequence[str],
    rows: Sequence[Row],
    error_of: Callable[[Floats, Ints], Floats],
    rounds: int,
    seed: int,
    told: Callable[[int], None] = lambda _: None,
) -> Model:
    random = np.random.default_rng(seed)
    weights = np.zeros((BUCKETS, len(codes)), dtype=np.float32)
    seen = np.full((BUCKETS, len(codes)), 1e-6, dtype=np.float32)
    bias = np.zeros(len(codes), dtype=np.float32)
    for number in range(rounds):
        order = random.permutation(len(rows))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            text, buckets, counts = laid(rows[at] for at in batch)
            raw = summed(weights[buckets] * counts, text, batch.size)
            error = error_of(raw + bias, batch) / np.float32(batch.size)
            touched, place = np.unique(buckets, return_inverse=True)
            slope = summed(error[text] * counts, place, touched.size)
            slope += _SHRINK * weights[touched]
            seen[touched] += slope * slope
            weights[touched] -= _RATE * slope / np.sqrt(seen[touched])
            bias -= 0.1 * error.sum(axis=0)
        told(number + 1)
    return packed(codes, weights * _SCALE, bias)


def laid(rows: Iterable[Row]) -> tuple[Ints, Ints, Floats]:
    """Rows below each other: of each entry the number of its row, its bucket, and its weight (one
    column). A row may be empty."""
    told = list(rows)
    text = np.repeat(np.arange(len(told)), [buckets.size for buckets, _ in told])
    buckets = np.concatenate([buckets for buckets, _ in told])
    return text, buckets, np.concatenate([weights for _, weights in told])[:, None]


def summed(values: Floats, place: Ints, size: int) -> Floats:
    """The rows of `values` added up by their `place`, in their order; 0 where none has it."""
    order = np.argsort(place, kind="stable")
    found, first = np.unique(place[order], return_index=True)
    total = np.zeros((size, values.shape[1]), dtype=np.float32)
    if found.size:
        total[found] = np.add.reduceat(values[order], first, axis=0)
    return total


def judge(model: Model, examples: Iterable[Example]) -> Judged:
    """Measure a model on texts that it has not seen."""
    hits: dict[str, list[int]] = {}
    for example in examples:
        best = [found.code for found in model.suggest(example.text)]
        row = hits.setdefault(example.form, [0, 0, 0])
        row[0] += 1
        right = {example.code, *example.also}
        row[1] += not right.isdisjoint(best[:1])
        row[2] += not right.isdisjoint(best)
    count = sum(row[0] for row in hits.values())
    return Judged(
        count,
        _share(sum(row[1] for row in hits.values()), count),
        _share(sum(row[2] for row in hits.values()), count),
        {form: (n, _share(one, n), _share(three, n)) for form, (n, one, three) in hits.items()},
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0

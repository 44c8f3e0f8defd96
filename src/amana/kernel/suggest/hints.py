# SPDX-License-Identifier: AGPL-3.0-or-later
"""Risks that are hinted at: a second reader beside the rules, for what no list of words foresees.

A linear model over the same features as the kinds, one yes or no for each risk, reads a few
sentences at a time; what the whole report says (`network`) counts as much. It adds signs and takes
none away: unsure means flagged, by rule or by hint.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from amana.kernel.suggest.features import Features, Floats, features
from amana.kernel.suggest.model import Model
from amana.kernel.suggest.reading import Reading
from amana.kernel.suggest.risks import RISKS, Sign, Silent, Spoken, sign_of
from amana.kernel.suggest.sieve import Meant, Sieve
from amana.kernel.suggest.store import BadModel, Stored, load
from amana.kernel.suggest.windows import Around, Stretch

HINT: Final = "hint"
LONGEST: Final = 24
_STEP: Final = 16
_FEWEST: Final = 8
_SHORTEST: Final = 3
_FEW: Final = 11
# What so few words say must be plainer (log of odds); plainer still where they are all that was
# written, for the first four above all, which alarm.
_MORE_OF_FEW: Final = np.array([0.5] * 4 + [0.3] * 4)
_MORE_OF_A_LINE: Final = np.array([1.4] * 4 + [0.3] * 4)
MOST_STRETCHES: Final = 200
_NEAREST: Final = 2
NEAR: Final = 0.84
"""A guess below this part of a bar is not looked at closely: that loses none of 1,113 signs."""


def hints(
    text: str,
    told: Reading,
    found: Sequence[Spoken] = (),
    named: Container[str] = (),
    silent: Sequence[Silent] = (),
    around: Around | None = None,
) -> list[Sign]:
    """Where `text` speaks of a risk without a rule that is sure: the strongest stretch of each, in
    the order of `RISKS`. Rules that were `found` there are shown instead of the stretch; in the
    reading they are `told` as meanings. Risks that are `named` already are not looked for, nor is a
    risk in a stretch where its rules are all `silent` because they know better ("a rival team", "he
    never threatened"). What the windows `around` say counts as much as the stretch does."""
    wanted = [at for at, risk in enumerate(RISKS) if risk not in named]
    if not wanted or not told.sentences:
        return []
    second = reader()
    spans = meant_in(told)
    best: dict[int, tuple[float, Stretch]] = {}
    for stretch in second.worth_a_look(told, spans, wanted, around):
        seen = features(*part_of(text, told, spans, stretch))
        said = sum(not word.isdecimal() for word in seen.words)  # numbers hint at nothing
        if said < _SHORTEST:
            continue
        bars = second.bars_for(said, len(told.words))
        spoken = {rule.risk for rule, places in found if any(_overlap(x, stretch) for x in places)}
        excused = {risk for risk, span in silent if _overlap(span, stretch)} - spoken
        scores = _likely(logits(second.model, seen), around, [stretch])
        for at in wanted:
            if RISKS[at] in excused or scores[at] < bars[at]:
                continue
            if scores[at] > best.get(at, (0.0,))[0]:
                best[at] = (float(scores[at]), stretch)
    return [
        sign
        for at, (_, stretch) in sorted(best.items())
        for sign in _shown(told, RISKS[at], found, stretch)
    ]


def _shown(
    reading: Reading, risk: str, found: Sequence[Spoken], stretch: Stretch
) -> Iterator[Sign]:
    """The rules of `risk` that speak in a stretch, each once, or the stretch itself."""
    first, end = stretch
    spoken = [
        sign_of(reading, rule, inside[0])
        for rule, spans in found
        if rule.risk == risk
        and (inside := [span for span in spans if first <= span[0] and span[1] < end])
    ]
    tokens = reading.tokens
    yield from spoken or [Sign(risk, HINT, tokens[first].start, tokens[end - 1].end)]


def _overlap(span: tuple[int, int], stretch: Stretch) -> bool:
    return span[0] < stretch[1] and stretch[0] <= span[1]


def stretches(reading: Reading) -> Iterator[Stretch]:
    """A text in stretches of up to 24 words: short sentences together, long ones in pieces that
    overlap. At most 200 of them."""
    sentences, first, made = reading.sentences, 0, 0
    for at in range(1, len(sentences) + 1):
        ends = at == len(sentences) or sentences[at] != sentences[at - 1]
        if not ends or (at - first < _FEWEST and at < len(sentences)):
            continue
        for start in range(first, max(at - LONGEST, first) + _STEP, _STEP):
            if start < at and made < MOST_STRETCHES:
                made += 1
                yield start, min(start + LONGEST, at)
        first = at


def meant_in(reading: Reading) -> list[Meant]:
    """Every place where something is meant, in their order."""
    return sorted((*span, meaning) for meaning, places in reading.hits.items() for span in places)


def part_of(
    text: str, reading: Reading, spans: Sequence[Meant], stretch: Stretch
) -> tuple[str, Reading]:
    """The words of a stretch, and what of the reading lies within it; `spans` are all places where
    something is meant, in their order."""
    first, end = stretch
    tokens = reading.tokens[first:end]
    hits: dict[str, list[tuple[int, int]]] = {}
    for start, last, meaning in spans[bisect_left(spans, (first,)) : bisect_left(spans, (end,))]:
        if last < end:
            hits.setdefault(meaning, []).append((start, last))
    part = text[tokens[0].start : tokens[-1].end]
    return part, Reading(part, reading.words[first:end], reading.sentences[first:end], hits)


class Reader:
    """The model, and how likely each risk must be to be said."""

    def __init__(self, told: Stored) -> None:
        if told.model.codes != RISKS or set(told.told["bars"]) != {*RISKS}:
            raise BadModel("the model of hints knows other risks than this version")
        self.model = told.model
        self._sieve = Sieve(told.model)
        self.bars = np.array([told.told["bars"][risk] for risk in RISKS], dtype=np.float32)
        self._of_few = _raised(self.bars, _MORE_OF_FEW)
        self._of_a_line = _raised(self.bars, _MORE_OF_A_LINE)

    def bars_for(self, said: int, whole: int) -> Floats:
        """How likely each risk must be in a stretch that says so many words, of so many in all."""
        if said >= _FEW:
            return self.bars
        return self._of_a_line if whole < _FEW else self._of_few

    def worth_a_look(
        self,
        reading: Reading,
        spans: Sequence[Meant],
        wanted: Sequence[int],
        around: Around | None = None,
    ) -> list[Stretch]:
        """The stretches where a quick guess comes near the bar of a risk that is `wanted`: of each
        risk the few where it is nearest."""
        parts = list(stretches(reading))
        if not parts:
            return []
        guess = self._sieve.odds(reading.words, spans, parts)
        likely = _likely(guess, around, parts)[:, wanted]
        least = np.sort(likely, axis=0)[-_NEAREST:].min(axis=0)
        near = (likely >= NEAR * self.bars[wanted]) & (likely >= least)
        return [parts[at] for at in np.flatnonzero(near.any(axis=1))]


def _raised(bars: Floats, by: npt.NDArray[np.float64]) -> Floats:
    raised: Floats = 1 / (1 + np.exp(-np.log(bars / (1 - bars)) - by))
    return raised.astype(np.float32)


def _likely(odds: Floats, around: Around | None, parts: Sequence[Stretch]) -> Floats:
    """How likely each risk is, each on its own: the mean of what stretches and windows say."""
    if around is not None:
        odds = (odds + around.near(parts).reshape(odds.shape)) / np.float32(2)
    return (1 / (1 + np.exp(-odds))).astype(np.float32)


def logits(model: Model, found: Features) -> Floats:
    """What speaks for each code beyond what speaks against it (log of odds)."""
    rows = model.weights[found.buckets].astype(np.float32)
    raw: Floats = (found.weights @ rows).astype(np.float32)
    return raw * model.scale + model.bias


@cache
def reader() -> Reader:
    """The reader that ships. Raises `BadModel`."""
    return Reader(stored())


@cache
def stored() -> Stored:
    """The model that ships. Raises `BadModel`."""
    return load(files("amana.kernel.suggest") / "models" / "hints")

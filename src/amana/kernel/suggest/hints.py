# SPDX-License-Identifier: AGPL-3.0-or-later
"""Risks that are hinted at: a second reader beside the rules, for what no list of words foresees.

A linear model, one yes or no for each risk, reads a few sentences at a time (`running`); what the
whole report says (`network`) counts as much. It adds signs and takes none away: unsure means
flagged, by rule or by hint.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from amana.kernel.suggest.features import Floats, known
from amana.kernel.suggest.reading import Reading
from amana.kernel.suggest.risks import RISKS, Sign, Silent, Spoken, sign_of
from amana.kernel.suggest.running import Sums
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
_MORE_OF_A_LINE: Final = np.array([0.9, 0.55, 0.9, 0.9] + [0.3] * 4)
# And where the rules of a risk know better ("a rival team", "he never threatened").
_MORE_WHERE_EXCUSED: Final = 3.0
MOST_STRETCHES: Final = 200
_SAYS_NOTHING: Final = frozenset({"", "#"})


def hints(
    told: Reading,
    found: Sequence[Spoken] = (),
    named: Container[str] = (),
    silent: Sequence[Silent] = (),
    around: Around | None = None,
) -> list[Sign]:
    """Where a text speaks of a risk without a rule that is sure: the strongest stretch of each, in
    the order of `RISKS`. Rules that were `found` there are shown instead of the stretch; in the
    reading they are `told` as meanings. Risks that are `named` already are not looked for; where
    all rules of a risk are `silent` because they know better, it must be plainer. What the windows
    `around` say counts as much as the stretch does."""
    wanted = [at for at, risk in enumerate(RISKS) if risk not in named]
    if not wanted or not told.sentences:
        return []
    parts = list(stretches(told))
    odds = reader().sums.odds(told, parts)
    if around is not None:
        odds = (odds + around.near(parts).reshape(odds.shape)) / np.float32(2)
    beyond = odds - reader().bars_of(told, parts) - _excused(parts, found, silent)
    best = {at: parts[row] for at, row in enumerate(beyond.argmax(axis=0)) if beyond[row, at] >= 0}
    return [
        sign for at in wanted if at in best for sign in _shown(told, RISKS[at], found, best[at])
    ]


def _excused(parts: Sequence[Stretch], found: Sequence[Spoken], silent: Sequence[Silent]) -> Floats:
    """How much plainer each risk must be in each stretch because of rules that know better."""
    more = np.zeros((len(parts), len(RISKS)), dtype=np.float32)
    for at in {RISKS.index(risk) for risk, _ in silent}:
        spoken = [span for rule, spans in found if rule.risk == RISKS[at] for span in spans]
        excused = [span for risk, span in silent if risk == RISKS[at]]
        for row, part in enumerate(parts):
            if _overlaps(part, excused) and not _overlaps(part, spoken):
                more[row, at] = _MORE_WHERE_EXCUSED
    return more


def _overlaps(stretch: Stretch, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first < stretch[1] and stretch[0] <= last for first, last in spans)


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


class Reader:
    """The model, and what must speak for each risk (log of odds) until it is said."""

    def __init__(self, told: Stored) -> None:
        if told.model.codes != RISKS or set(told.told["bars"]) != {*RISKS}:
            raise BadModel("the model of hints knows other risks than this version")
        self.model = told.model
        self.sums = Sums(told.model)
        bars = np.array([told.told["bars"][risk] for risk in RISKS])
        self.bars: Floats = np.log(bars / (1 - bars)).astype(np.float32)
        self._of_few = (self.bars + _MORE_OF_FEW).astype(np.float32)
        self._of_a_line = (self.bars + _MORE_OF_A_LINE).astype(np.float32)

    def bars_of(self, reading: Reading, parts: Sequence[Stretch]) -> Floats:
        """What must speak for each risk in each of `parts` (log of odds), by how many words it
        says: numbers and lone marks hint at nothing, and fewer than three words never do."""
        says = [known(word).normal.strip("_")[:1] not in _SAYS_NOTHING for word in reading.words]
        saying = np.cumsum([0, *says])
        first, end = np.array(parts).reshape(-1, 2).T
        said = (saying[end] - saying[first])[:, None]
        few = self._of_a_line if len(reading.words) < _FEW else self._of_few
        bars: Floats = np.where(said < _FEW, few, self.bars)
        return np.where(said < _SHORTEST, np.float32(np.inf), bars)


@cache
def reader() -> Reader:
    """The reader that ships. Raises `BadModel`."""
    return Reader(stored())


@cache
def stored() -> Stored:
    """The model that ships. Raises `BadModel`."""
    return load(files("amana.kernel.suggest") / "models" / "hints")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second reader of risks, from the written texts: `python -m amana.kernel.suggest.hinting DIR`.

`corpus/risks/` holds texts by risk and form of writing, and texts that carry none: the project's
own, under its licence. A text of one risk says nothing for or against the others unless a rule
finds them there. Equal files, seed and numpy give equal weights."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
import yaml

from amana.kernel.suggest.corpus import examples, messy
from amana.kernel.suggest.features import Row
from amana.kernel.suggest.grammar import draw
from amana.kernel.suggest.hints import stretches
from amana.kernel.suggest.labelled import Labelled, labelled
from amana.kernel.suggest.model import Model
from amana.kernel.suggest.reading import Reading, read
from amana.kernel.suggest.respelling import with_respelt
from amana.kernel.suggest.risks import RISKS, signs, weighed, with_rules
from amana.kernel.suggest.running import Sums, whole
from amana.kernel.suggest.store import save
from amana.kernel.suggest.training import train_apart

VERSION: Final = "2026-5"
# With these, each of the first four raises an alert on 15 to 18 % of the reports that carry none of
# them, in eight sets of whole reports that nothing was taught from (`benchmarks/sets/reports`,
# 2,396 reports, all in view when the bars were set; what each set said when it was new is told
# there).
BARS: Final = {
    "child_at_risk": 0.18,
    "self_harm": 0.135,
    "threat_to_life": 0.15,
    "honour_risk": 0.125,
    "contact_offence": 0.1,
    "deadline": 0.15,
    "ongoing": 0.17,
    "published": 0.155,
}
DRAWN: Final = 10
# What a stretch of a whole report weighs, a line that carries a risk, and one that carries none.
REPORTED: Final = 4.0
_LINE: Final = 2.0
_CALM: Final = 3.0
_UNFORESEEN: Final = 0.5
_EACH, _SEED, _ROUNDS = 5, 5, 6
_NONE: Final = "none"
# Kinds of report whose texts may carry a risk; where a rule finds it in others, it is left out.
_CARRY: Final[Mapping[str, frozenset[str]]] = {
    "child_at_risk": frozenset({"C1", "C2", "C3", "C4", "C5"}),
    "self_harm": frozenset({"W1"}),
    "threat_to_life": frozenset({"H1", "V1", "T1", "T2", "C4"}),
    "honour_risk": frozenset({"H1", "X1", "X2", "X3", "I1", "I2", "C3"}),
    "contact_offence": frozenset({"C2", "C4", "G2", "H2"}),
    "deadline": frozenset({"X1", "X2", "X3", "X4"}),
    "ongoing": frozenset({"C5", "H2", "H3", "H4", "X1", "X2"}),
    "published": frozenset({"C1", "D1", "I1", "I2", "P1"}),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A few sentences, and the risks for and against which they speak."""

    text: str
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Somewhere:
    """The stretches of a report, one of which at least speaks of `risk`."""

    risk: str
    parts: tuple[str, ...]


def written(*, drawn: int = DRAWN, seed: int = _SEED) -> list[Told]:
    """The texts by risk, up to `drawn` of each line that has choices; and stretches of reports."""
    random = Random(seed)  # noqa: S311 - texts, not secrets
    return [*_by_risk(random, drawn), *_by_line(), *_by_kind(seed), *_of_the_day()]


def _by_risk(random: Random, drawn: int) -> Iterator[Told]:
    folder = files("amana.kernel.suggest") / "corpus" / "risks"
    for source in sorted(folder.iterdir(), key=lambda file: file.name):
        data: Mapping[str, Mapping[str, Sequence[str]]] = yaml.safe_load(source.read_bytes())
        for risk, forms in data.items():
            for line in (line for lines in forms.values() for line in lines):
                times = drawn if "(" in line else 1
                for text in dict.fromkeys(draw(line, random, {}).strip() for _ in range(times)):
                    if risk == _NONE:
                        yield _calm(text)
                    else:
                        yield _of_risk(messy(text, random), risk)


def _by_line() -> Iterator[Told]:
    """Single lines of several writers by risk: `corpus/lines/WRITER/FORM.yaml`."""
    folder = files("amana.kernel.suggest") / "corpus" / "lines"
    for writer in sorted(folder.iterdir(), key=lambda place: place.name):
        for source in sorted(writer.iterdir(), key=lambda place: place.name):
            data: Mapping[str, Sequence[str]]
            data = yaml.load(source.read_bytes(), Loader=yaml.CSafeLoader)
            for risk, lines in data.items():
                yield from (_calm(t) if risk == _NONE else _of_risk(t, risk) for t in lines)


def _calm(text: str) -> Told:
    return Told(text, no=frozenset(RISKS), weight=_CALM)


def _of_risk(text: str, risk: str) -> Told:
    """It speaks against the other risks too, where no rule finds them."""
    return Told(text, frozenset({risk}), frozenset(RISKS) - _ruled(text) - {risk}, _LINE)


def _by_kind(seed: int) -> Iterator[Told]:
    """Stretches of drawn reports. Where the kind may carry a risk, only what a rule finds counts;
    where it may not, only what no rule finds."""
    for one in examples(each=_EACH, seed=seed, thinned=True):
        may = {risk for risk in RISKS if one.code in _CARRY[risk]}
        for text in _parts(one.text):
            found = _ruled(text)
            yield Told(text, found & may, frozenset(RISKS) - found - may)


def _of_the_day() -> Iterator[Told]:
    """Lines of every day, from what the reader of languages learns from: no reports, no risks."""
    for source in (files("amana.kernel.language") / "corpus").iterdir():
        if source.name.endswith(".txt") and ".words." not in source.name:
            for line in source.read_text(encoding="utf-8").splitlines():
                if line.strip() and not line.startswith("#"):
                    yield _calm(line.strip())


def by_report(reports: Sequence[Labelled]) -> tuple[list[Told], list[Somewhere]]:
    """The stretches of labelled reports with what they speak for and against; and where a risk
    stands in one of several of them, nobody has said in which."""
    told: list[Told] = []
    somewhere: list[Somewhere] = []
    for report in reports:
        parts = _parts(report.text)
        found = [_ruled(text) & report.risks for text in parts]
        if len(parts) == 1:
            found = [report.risks]
        told += [
            Told(text, yes, report.without, REPORTED)
            for text, yes in zip(parts, found, strict=True)
        ]
        missing = sorted(report.risks.difference(*found))
        somewhere += [Somewhere(risk, tuple(parts)) for risk in missing]
    return told, somewhere


def _parts(text: str) -> list[str]:
    reading = read(text)
    tokens = reading.tokens
    return [text[tokens[first].start : tokens[end - 1].end] for first, end in stretches(reading)]


def _ruled(text: str) -> frozenset[str]:
    """The risks that rules find."""
    return frozenset(sign.risk for sign in signs(read(text)))


def learn(texts: Sequence[Told], somewhere: Sequence[Somewhere] = ()) -> Model:
    """One yes or no for each risk, side by side in one model. A first model says which stretch of
    a report it is that speaks of its risk; the second learns from those too."""
    look = cache(lambda text: whole(with_its_rules(text)))
    first = _learn(texts, look)
    if not somewhere:
        return first
    sums = Sums(first)
    return _learn([*texts, *(_likeliest(sums, one) for one in somewhere)], look)


def with_its_rules(text: str) -> Reading:
    """A stretch as the reader sees it: with the rules that speak in it."""
    reading = read(text)
    return with_rules(reading, weighed(reading)[0])


def unforeseen(text: str) -> Reading:
    """A stretch by its words alone: no meaning is known, and no rule speaks."""
    reading = read(text)
    return Reading(text, reading.words, reading.sentences, {})


def _likeliest(sums: Sums, one: Somewhere) -> Told:
    at = RISKS.index(one.risk)

    def odds(part: str) -> float:
        told = with_its_rules(part)
        return float(sums.odds(told, [(0, len(told.words))])[0, at])

    return Told(max(one.parts, key=odds), frozenset({one.risk}), weight=REPORTED)


def _learn(texts: Sequence[Told], look: Callable[[str], Row]) -> Model:
    """Each text is taught twice: as it is, and as if no list had foreseen a word of it. Of texts
    that the lists were written from, far more is foreseen than of those that will come."""
    says = np.array([[risk in one.yes for risk in RISKS] for one in texts], dtype=np.float32)
    against = np.array([[risk in one.no for risk in RISKS] for one in texts], dtype=np.float32)
    weight = np.array([one.weight for one in texts], dtype=np.float32)[:, None] * (says + against)
    found = [look(one.text) for one in texts] + [whole(unforeseen(one.text)) for one in texts]
    both = np.concatenate([weight, weight * np.float32(_UNFORESEEN)])
    return train_apart(RISKS, found, np.concatenate([says, says]), both, rounds=_ROUNDS)


def build(folder: Path, *, drawn: int = DRAWN) -> None:
    """Train and save into a new folder. Raises `FileExistsError`."""
    texts, somewhere = by_report(with_respelt(labelled()))
    texts += written(drawn=drawn)
    told = {"bars": BARS, "data": {"written": len(texts)}}
    save(folder, learn(texts, somewhere), VERSION, told)


if __name__ == "__main__":
    build(Path(sys.argv[1]))

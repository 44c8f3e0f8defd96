# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second reader of risks, from the written texts: `python -m amana.kernel.suggest.hinting DIR`.

`corpus/risks/` holds texts by risk and form of writing, and texts that carry none: the project's
own, under its licence. A text of one risk says nothing for or against the others unless a rule
finds them there. Equal files, seed and numpy give equal weights."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
import numpy.typing as npt
import yaml

from amana.kernel.suggest.corpus import examples, messy
from amana.kernel.suggest.features import features
from amana.kernel.suggest.grammar import draw
from amana.kernel.suggest.hints import stretches
from amana.kernel.suggest.model import Model, packed
from amana.kernel.suggest.reading import read
from amana.kernel.suggest.risks import RISKS, signs
from amana.kernel.suggest.store import save
from amana.kernel.suggest.training import Example, train

VERSION: Final = "2026-1"
BARS: Final = {
    "child_at_risk": 0.2,
    "self_harm": 0.105,
    "threat_to_life": 0.12,
    "honour_risk": 0.16,
    "contact_offence": 0.16,
    "deadline": 0.2,
    "ongoing": 0.2,
    "published": 0.16,
}
DRAWN: Final = 10
_EACH, _SEED, _ROUNDS = 5, 5, 4
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
    """A text, the risk or the kind it was written for, and the risks that rules find in it."""

    text: str
    of: str
    found: frozenset[str]
    is_risk: bool


def written(*, drawn: int = DRAWN, seed: int = _SEED) -> list[Told]:
    """The texts by risk, up to `drawn` of each line that has choices; and stretches of reports."""
    random = Random(seed)  # noqa: S311 - texts, not secrets
    return [*_by_risk(random, drawn), *_by_kind(seed), *_of_the_day()]


def _by_risk(random: Random, drawn: int) -> Iterator[Told]:
    folder = files("amana.kernel.suggest") / "corpus" / "risks"
    for source in sorted(folder.iterdir(), key=lambda file: file.name):
        data: Mapping[str, Mapping[str, Sequence[str]]] = yaml.safe_load(source.read_bytes())
        for risk, forms in data.items():
            for line in (line for lines in forms.values() for line in lines):
                times = drawn if "(" in line else 1
                for text in dict.fromkeys(draw(line, random, {}).strip() for _ in range(times)):
                    yield _told(text if risk == _NONE else messy(text, random), risk, is_risk=True)


def _by_kind(seed: int) -> Iterator[Told]:
    for one in examples(each=_EACH, seed=seed, thinned=True):
        reading = read(one.text)
        for first, end in stretches(reading):
            text = one.text[reading.tokens[first].start : reading.tokens[end - 1].end]
            yield _told(text, one.code, is_risk=False)


def _of_the_day() -> Iterator[Told]:
    """Lines of every day, from what the reader of languages learns from: no reports, no risks."""
    for source in (files("amana.kernel.language") / "corpus").iterdir():
        if source.name.endswith(".txt") and ".words." not in source.name:
            for line in source.read_text(encoding="utf-8").splitlines():
                if line.strip() and not line.startswith("#"):
                    yield _told(line.strip(), _NONE, is_risk=False)


def _told(text: str, of: str, *, is_risk: bool) -> Told:
    return Told(text, of, frozenset(sign.risk for sign in signs(read(text))), is_risk)


def taught(risk: str, texts: Sequence[Told]) -> list[Example]:
    """Which of the texts carry `risk`, and which do not; those that may are left out."""
    found: list[Example] = []
    for one in texts:
        if one.is_risk and one.of in {risk, _NONE}:
            yes = one.of == risk
            found.append(Example(one.text, "yes" if yes else "no", weight=1.0 if yes else 2.0))
        elif risk not in one.found:
            if one.of not in _CARRY[risk]:
                found.append(Example(one.text, "no"))
        elif not one.is_risk and one.of in _CARRY[risk]:
            found.append(Example(one.text, "yes"))
    return found


def learn(texts: Sequence[Told]) -> Model:
    """One yes or no for each risk, side by side in one model."""
    look = cache(features)  # each text is looked at once for all risks
    columns = [_column(train(taught(risk, texts), rounds=_ROUNDS, look=look)) for risk in RISKS]
    weights = np.stack([weights for weights, _ in columns], axis=1)
    return packed(RISKS, weights, np.array([bias for _, bias in columns], dtype=np.float32))


def _column(model: Model) -> tuple[npt.NDArray[np.float32], np.float32]:
    """What speaks for yes beyond what speaks for no."""
    yes, no = model.codes.index("yes"), model.codes.index("no")
    whole = model.weights.astype(np.float32) * model.scale
    return whole[:, yes] - whole[:, no], np.float32(model.bias[yes] - model.bias[no])


def build(folder: Path, *, drawn: int = DRAWN) -> None:
    """Train and save into a new folder. Raises `FileExistsError`."""
    texts = written(drawn=drawn)
    save(folder, learn(texts), VERSION, {"bars": BARS, "data": {"written": len(texts)}})


if __name__ == "__main__":
    build(Path(sys.argv[1]))

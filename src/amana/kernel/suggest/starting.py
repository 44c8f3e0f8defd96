# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model that ships, from the written texts: `python -m amana.kernel.suggest.starting DIR`.

Equal files, seed and numpy give equal weights. All that one writer wrote is kept out of a first
model, which is judged on it; what ships is trained on all writers, and tells those figures."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Final

from amana.kernel.suggest.corpus import examples
from amana.kernel.suggest.labelled import labelled
from amana.kernel.suggest.store import save
from amana.kernel.suggest.training import Example, Judged, train
from amana.kernel.suggest.training import judge as judged_by

VERSION: Final = "2026-7"
EACH: Final = 20
ROUNDS: Final = 12
APART: Final = "d"
REPORTED: Final = 20.0
"""A report written whole weighs as much as so many drawn ones."""
_SEED: Final = 1


def written(most: int | None = None) -> list[Example]:
    """The reports written whole, of each form the first `most` of each kind, and as many of the
    writer who is kept apart; `source` is their writer."""
    found: list[Example] = []
    often: Counter[tuple[bool, str, str]] = Counter()
    for one in labelled():
        place = (one.writer == APART, one.form, one.kind)
        often[place] += 1
        if most is None or often[place] <= most:
            found.append(Example(one.text, one.kind, one.form, one.writer, REPORTED, one.also))
    return found


def judged(*, each: int = EACH, most: int | None = None) -> Judged:
    """A model of all writers but one, on what that one wrote."""
    drawn = examples(each=each, seed=_SEED, thinned=True)
    told = written(most)
    model = train([*drawn, *(one for one in told if one.source != APART)], rounds=ROUNDS)
    return judged_by(model, (one for one in told if one.source == APART))


def build(folder: Path, *, each: int = EACH, most: int | None = None) -> None:
    """Train, judge and save into a new folder. Raises `FileExistsError`."""
    drawn = list(examples(each=each, seed=_SEED, thinned=True))
    whole = written(most)
    figures = asdict(judged(each=each, most=most))
    told = {
        "data": {"drawn": len(drawn), "each": each, "written": len(whole)},
        "held_out": {
            "texts": figures.pop("count"),
            **figures,
            "note": f"The reports of writer {APART}, kept out of a model trained on the others.",
        },
    }
    save(folder, train([*drawn, *whole], rounds=ROUNDS), VERSION, told)


if __name__ == "__main__":
    build(Path(sys.argv[1]))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The model that ships, from the written texts: `python -m amana.kernel.suggest.starting DIR`.

Equal files, seed and numpy give equal weights. The last line of every kind is kept out of a first
model, which is judged on it; what ships is trained on all lines, and tells those figures."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from amana.kernel.suggest.corpus import examples
from amana.kernel.suggest.store import save
from amana.kernel.suggest.training import Judged, train
from amana.kernel.suggest.training import judge as judged_by

VERSION: Final = "2026-3"
EACH: Final = 20
_SEED, _JUDGING_SEED = 1, 2


def judged(*, each: int = EACH) -> Judged:
    """A model of the lines that are seen, on those that are held out."""
    model = train(list(examples(each=each, seed=_SEED, lines="seen", thinned=True)))
    return judged_by(model, examples(each=4, seed=_JUDGING_SEED, lines="held"))


def build(folder: Path, *, each: int = EACH) -> None:
    """Train, judge and save into a new folder. Raises `FileExistsError`."""
    learned = list(examples(each=each, seed=_SEED, thinned=True))
    figures = asdict(judged(each=each))
    told = {
        "data": {"written": len(learned), "each": each},
        "held_out": {
            "texts": figures.pop("count"),
            **figures,
            "note": "The last line of every kind, kept out of a model trained on the others.",
        },
    }
    save(folder, train(learned), VERSION, told)


if __name__ == "__main__":
    build(Path(sys.argv[1]))

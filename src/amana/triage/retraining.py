# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new version from the written texts and lent corrections: judged first, switched on by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from amana.config.clock import now
from amana.kernel.suggest import Model, Stored, save
from amana.kernel.suggest.corpus import examples
from amana.kernel.suggest.starting import EACH, REPORTED, ROUNDS, written
from amana.kernel.suggest.training import Example, Judged, judge, train
from amana.triage import suggesting

_KEPT_BACK: Final = 5
_WRITTEN_SEED, _JUDGING_SEED = 3, 71


@dataclass(frozen=True, slots=True)
class Compared:
    """The new version and the one in use, on the same texts that neither was trained on: a fifth
    of the corrections, and written texts drawn with another seed."""

    corrections: tuple[Judged, Judged]
    written: tuple[Judged, Judged]

    @property
    def worse(self) -> bool:
        """Whether the new one is right less often among its three, on either set."""
        return any(
            new.count and new.top3 < old.top3 for new, old in (self.corrections, self.written)
        )


def retrain(
    lent: Sequence[Example],
    *,
    each: int = EACH,
    rounds: int = ROUNDS,
    most: int | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Stored:
    """Train, judge and store a version; it is not switched on. It learns what the starter learnt,
    and of each correction as much as of a whole report. `told` hears how many of
    `rounds` are done. Raises `FileExistsError`."""
    kept_back = [one for one in lent if _held(one)]
    learned = [replace(one, weight=REPORTED) for one in lent if not _held(one)]
    drawn = list(examples(each=each, seed=_WRITTEN_SEED, thinned=True))
    reports = written(most)
    model = train([*drawn, *reports, *learned], rounds=rounds, told=told)
    compared = compare(model, suggesting.model(), kept_back)
    name = now().strftime("%Y-%m-%d.%H%M%S")
    manifest = {
        "made": now().isoformat(timespec="seconds"),
        "data": {
            "drawn": len(drawn),
            "written": len(reports),
            "corrections": len(learned),
            "corrections_sha256": _digest(lent),
        },
        "compared": {"with": suggesting.in_use(), "worse": compared.worse, **_figures(compared)},
    }
    save(suggesting.shelf() / name, model, name, manifest)
    return suggesting.named(name)


def compare(new: Model, old: Model, kept_back: Sequence[Example]) -> Compared:
    """Judge two models on the same unseen texts."""
    fresh = list(examples(each=2, seed=_JUDGING_SEED))
    return Compared(
        (judge(new, kept_back), judge(old, kept_back)), (judge(new, fresh), judge(old, fresh))
    )


def _held(example: Example) -> bool:
    """Every fifth text by its digest: the same ones whenever the file is used again."""
    return hashlib.sha256(example.text.encode()).digest()[0] % _KEPT_BACK == 0


def _digest(lent: Sequence[Example]) -> str:
    whole = hashlib.sha256()
    for one in lent:
        whole.update(f"{one.code}\t{one.text}\n".encode())
    return whole.hexdigest()


def _figures(compared: Compared) -> Mapping[str, Any]:
    return {
        name: {"new": asdict(pair[0]), "in_use": asdict(pair[1])}
        for name, pair in (("corrections", compared.corrections), ("written", compared.written))
    }

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole reports, each with its kind and every risk it carries: `corpus/reports/WRITER/FORM.yaml`.

Written for the purpose by several hands, each for itself, and this project's own under its licence
(AGPL-3.0-or-later). What one hand wrote can be held out whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import yaml

from amana.kernel.suggest.risks import RISKS

_FOLDER: Final = "corpus/reports"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report. `also` are kinds that an officer would take as well; `maybe` are risks that can be
    argued about, which count neither way."""

    text: str
    form: str
    kind: str
    also: frozenset[str]
    risks: frozenset[str]
    maybe: frozenset[str]
    writer: str

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind that is right."""
        return self.also | {self.kind}

    @property
    def without(self) -> frozenset[str]:
        """The risks that it does not carry, beyond argument."""
        return frozenset(RISKS) - self.risks - self.maybe


def labelled() -> list[Labelled]:
    """The reports to learn from, by writer and form."""
    return list(reports_in(files("amana.kernel.suggest") / _FOLDER))


def reports_in(folder: Traversable | Path) -> Iterator[Labelled]:
    """The reports of a folder that holds one of `FORM.yaml` for each writer. Raises `ValueError`
    for a risk that does not exist."""
    for writer in sorted(folder.iterdir(), key=lambda place: place.name):
        for source in sorted(writer.iterdir(), key=lambda place: place.name):
            form = source.name.removesuffix(".yaml")
            data: Sequence[Mapping[str, Any]]
            data = yaml.load(source.read_bytes(), Loader=yaml.CSafeLoader)
            for told in data:
                yield _report(told, form, writer.name)


def _report(told: Mapping[str, Any], form: str, writer: str) -> Labelled:
    risks = frozenset(told.get("risks", ()))
    maybe = frozenset(told.get("maybe", ())) - risks
    if unknown := (risks | maybe) - {*RISKS}:
        raise ValueError(f"{writer}/{form}: no such risk: {', '.join(sorted(unknown))}")
    also = frozenset(told.get("also", ()))
    return Labelled(told["text"], form, told["kind"], also, risks, maybe, writer)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A publication as a page shows it: names, written numbers, pictures."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amana.figures import selectors, wording
from amana.figures.charts import Bar, bars
from amana.figures.models import Publication
from amana.packs import load_taxonomy
from amana.reports.models import Origin

ON_PAGE: Final = (
    *("T1", "T1N", "T2", "T3", "T4", "T4N", "T5", "T14"),
    *("T12", "T12S", "T12G", "T13", "T1O", "T19"),
)
"""Tables in the order of the page."""
SHORTEST: Final = timedelta(microseconds=1)
DRAWN: Final = {"T1", "T2", "T3", "T4", "T5", "T14"}
FOLDED: Final = {"T1N", "T4N", "T12G", "T1O"}


@dataclass(frozen=True, slots=True)
class ShownRow:
    label: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """`picture` stands beside the table and says nothing that the table does not."""

    code: str
    title: str
    note: str
    basis: str
    heads: list[str]
    rows: list[ShownRow]
    folded: bool
    picture: SafeString | None


@dataclass(frozen=True, slots=True)
class ShownPage:
    period: str
    revision: int
    older: list[int]
    newer: int | None
    counted: str
    first_day: str
    last_day: str
    time_zone: str
    still_open: bool
    counting_rules: str
    taxonomy: str
    checkpoint_size: int
    checkpoint_root: str
    demonstration: bool
    tables: list[ShownTable] = field(default_factory=list)


def page_of(publication: Publication, *, right_to_left: bool) -> ShownPage:
    """All that the page of a publication says, by the clocks of the agency."""
    document = selectors.content(publication)
    zone = ZoneInfo(publication.time_zone)
    newest = selectors.published(publication.agency_id, publication.period)
    last = newest.revision if newest else publication.revision
    return ShownPage(
        period=publication.period,
        revision=publication.revision,
        older=list(range(publication.revision - 1, 0, -1)),
        newer=last if last > publication.revision else None,
        counted=publication.extracted_at.astimezone(zone).isoformat(" ", "minutes")[:16],
        first_day=publication.starts_at.astimezone(zone).date().isoformat(),
        last_day=(publication.ends_at - SHORTEST).astimezone(zone).date().isoformat(),
        time_zone=publication.time_zone,
        still_open=publication.ends_at > publication.extracted_at,
        counting_rules=publication.counting_rules_version,
        taxonomy=publication.taxonomy_version,
        checkpoint_size=publication.checkpoint_size,
        checkpoint_root=base64.b64encode(bytes(publication.checkpoint_root)).decode(),
        demonstration=publication.demonstration,
        tables=_tables(publication, document, right_to_left=right_to_left),
    )


def _tables(
    publication: Publication, document: dict[str, Any], *, right_to_left: bool
) -> list[ShownTable]:
    taxonomy = load_taxonomy(publication.taxonomy_version)
    name = wording.namer(taxonomy, publication.agency_id)
    found = []
    for code in ON_PAGE:
        rows = _worth_a_line(code, document["tables"].get(code, []))
        if not rows:
            continue
        labels = [name(code, row["key"]) for row in rows]
        title = str(wording.TITLES[code])
        doors = _doors(rows) if code == "T13" else []
        drawn = None
        if code in DRAWN:
            items = [
                Bar(label, row["count"], _count(row["count"]))
                for label, row in zip(labels, rows, strict=True)
            ]
            drawn = bars(items, title=title, right_to_left=right_to_left)
        found.append(
            ShownTable(
                code=code,
                title=title,
                note=_note(code, taxonomy_note(taxonomy)),
                basis=_basis(document["about"].get(code, {})),
                heads=_heads(code, doors),
                rows=[
                    ShownRow(label, _cells(code, row, doors))
                    for label, row in zip(labels, rows, strict=True)
                ],
                folded=code in FOLDED,
                picture=drawn,
            )
        )
    return found


def taxonomy_note(taxonomy: Any) -> str:
    """The printed note on hacking inside the last row of T1 (R4)."""
    group = taxonomy.group("other")
    return group.note.in_(wording.language()) if group.note else ""


def _note(code: str, on_hacking: str) -> str:
    note = str(wording.NOTES.get(code, ""))
    return f"{note} {on_hacking}".strip() if code == "T1" else note


def _worth_a_line(code: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Long lists leave out what never occurred; the JSON has it all."""
    if code in {"T1O", "T12G"}:
        return [row for row in rows if row["count"] != 0]
    if code == "T5":
        return [row for row in rows if row["count"] != 0 or row["key"] in {"abroad", "home"}]
    return rows


def _basis(about: dict[str, Any]) -> str:
    unit, whole = about.get("unit"), about.get("denominator")
    if unit is None:
        return ""
    words = {"unit": wording.UNITS[unit]}
    if whole is None:
        return _("Counted: %(unit)s.") % words
    return _("Counted: %(unit)s. In all: %(whole)s.") % {**words, "whole": wording.number(whole)}


def _doors(rows: list[dict[str, Any]]) -> list[str]:
    """The doors by which anything came; a column of zeros says nothing."""
    return [door for door in Origin.values if any(row["cells"][door] != 0 for row in rows)]


def _heads(code: str, doors: list[str]) -> list[str]:
    if code in {"T12", "T12G"}:
        return [_("Reports"), _("Half of them within"), _("Nine in ten within")]
    if code == "T13":
        return [_("Together"), *(str(wording.ORIGINS[door]) for door in doors)]
    if code == "T19":
        return [_("Number")]
    return [_("Number"), _("Share")]


def _cells(code: str, row: dict[str, Any], doors: list[str]) -> list[str]:
    if code in {"T12", "T12G"}:
        return [_count(row["count"]), _span(row["median_hours"]), _span(row["p90_hours"])]
    if code == "T13":
        return [_count(row["count"]), *(_count(row["cells"][door]) for door in doors)]
    if code == "T19":
        return [_count(row["count"])]
    percent = row["percent"]
    return [_count(row["count"]), "–" if percent is None else wording.share(percent)]


def _count(value: int | None) -> str:
    """A hidden number has a sign of its own, which the page explains."""
    return "*" if value is None else wording.number(value)


def _span(hours: float | None) -> str:
    if hours is None:
        return "–"
    if hours < 48:
        return _("%(count)s h") % {"count": wording.number(round(hours, 1))}
    return _("%(count)s days") % {"count": wording.number(round(hours / 24, 1))}

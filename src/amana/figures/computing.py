# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tables of one period as one canonical document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from amana.agencies.models import Agency
from amana.figures import facts, origins, tables, times
from amana.figures.facts import Window
from amana.figures.periods import Period
from amana.figures.protection import Shown, guarded
from amana.figures.tables import Counted
from amana.packs import countries, load_pack, load_taxonomy

Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Computed:
    """`document`: canonical JSON of tables, what they count, and every shown number by its key."""

    document: str
    taxonomy_version: str


def zone_of(agency: Agency) -> ZoneInfo:
    """By whose clocks a month of this agency begins."""
    return ZoneInfo(load_pack(agency.pack).header.timezone)


def compute(
    agency: Agency,
    period: Period,
    *,
    as_of: datetime,
    neighbours: Mapping[str, Shown] | None = None,
) -> Computed:
    """Count a period as it is known at `as_of`: the same data, the same bytes.

    `neighbours`: what has been shown of the months and the quarter that overlap this period, by
    code of the month, "" for the quarter."""
    pack = load_pack(agency.pack)
    taxonomy = load_taxonomy(pack.header.taxonomy)
    start, end = period.bounds(zone_of(agency))
    window = Window(agency.id, start, end, as_of)
    reports = facts.reported(window, taxonomy)
    counted = tables.count(
        reports,
        facts.funnel(window),
        taxonomy=taxonomy,
        home=pack.country,
        world=countries(),
    )
    shown = guarded(
        counted.counts,
        counted.levels,
        place="" if period.kind == "quarter" else period.code,
        others=neighbours or {},
        places=[month.code for month in period.quarter().months()],
    )
    shown[tables.TECH] = _technical(counted, shown)
    made = _laid_out(counted, shown)
    about: dict[str, dict[str, object]] = {
        layout.code: {"unit": layout.unit, "denominator": shown[layout.whole]}
        for layout in counted.layouts
    }
    _add_unprotected(made, about, window)
    whole, by_group = times.times(reports, taxonomy, shown)
    made["T12"], made["T12G"] = [dict(row) for row in whole], [dict(row) for row in by_group]
    # Its total is the number of all reports: where that is hidden, no part of it is shown.
    if period.kind == "quarter" and shown[tables.ALL] is not None:
        made["T13"] = [dict(row) for row in origins.origin_by_unit(reports)]
    for code in {"T12", "T12G", "T13"} & made.keys():
        about[code] = {"unit": "notification", "denominator": shown[tables.ALL]}
    document = {"tables": made, "about": about, "shown": shown}
    return Computed(canonical(document), taxonomy.version)


def canonical(document: object) -> str:
    """JSON with sorted keys and without spaces."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _technical(counted: Counted, shown: Shown) -> int | None:
    """The denominator of T1. With a hidden number of terrorism it would give that number away."""
    hidden = shown[tables.ALL] is None or shown[tables.TERRORISM] is None
    return None if hidden else counted.counts[tables.TECH]


def _laid_out(counted: Counted, shown: Shown) -> dict[str, Rows]:
    shares = tables.percentages(counted, shown)
    return {
        layout.code: [
            {"key": row, "count": shown[key], "percent": shares.get(key)}
            for row, key in layout.rows.items()
        ]
        for layout in counted.layouts
    }


def _add_unprotected(
    made: dict[str, Rows], about: dict[str, dict[str, object]], window: Window
) -> None:
    """What the agency owes an answer for is never hidden, however small: silence and refusals."""
    silent = facts.silence(window)
    made["T12S"] = [
        {
            "key": f"silent_{days}",
            "count": number,
            "percent": round(100 * number / silent.open, 1) if silent.open else None,
        }
        for days, number in silent.longer_than.items()
    ]
    about["T12S"] = {"unit": "notification", "denominator": silent.open}
    refused = facts.refusals(window)
    made["T19"] = [
        {"key": key, "count": number, "percent": None}
        for key, number in {"total": sum(refused.values()), **refused}.items()
    ]
    about["T19"] = {"unit": "refusal", "denominator": None}

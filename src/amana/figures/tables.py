# SPDX-License-Identifier: AGPL-3.0-or-later
"""From facts to numbered tables. Counts first; shares follow from what is shown.

Every number has one key for the whole publication ("T1/fraud"), so that numbers which can be
subtracted from one another are protected together (`protection`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from amana.figures.facts import Funnel, Reported
from amana.figures.protection import Level, Shown
from amana.kernel.disclosure import apportion, percent
from amana.packs import Countries, Taxonomy

RULES: Final = "2026-1"
"""Version of the counting rules; it changes with anything here that changes a number."""

ALL: Final = "all"
TECH: Final = "tech"
TERRORISM: Final = "terrorism"
ORGANISATIONS: Final = ("isis", "al_qaeda", "other", "unknown")


@dataclass(frozen=True, slots=True)
class Share:
    """Parts shown as percentages that add up. `whole` is a root (100 %), or a row that has got its
    own percentage before: then the parts divide that one."""

    whole: str
    parts: tuple[str, ...]
    root: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is shown: row key to key of its number. `whole`: what the percentages are of.
    `unit`: what is counted (notification, offence, suspect)."""

    code: str
    unit: str
    rows: Mapping[str, str]
    whole: str


@dataclass(slots=True)
class Counted:
    """All numbers of a publication, and how they hang together."""

    counts: dict[str, int] = field(default_factory=dict)
    levels: list[Level] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)

    def put(self, prefix: str, keys: Iterable[str], found: Mapping[str, int]) -> tuple[str, ...]:
        """Store a number for each key, zero where nothing was found; returns the whole keys."""
        made = {f"{prefix}/{key}": found.get(key, 0) for key in keys}
        self.counts.update(made)
        return tuple(made)


def count(
    reports: Sequence[Reported], funnel: Funnel, *, taxonomy: Taxonomy, home: str, world: Countries
) -> Counted:
    """Count everything that is protected as a whole. `home`: country of the agency."""
    counted = Counted(counts={ALL: len(reports)})
    _groups(counted, reports, taxonomy)
    _organisations(counted, reports, taxonomy)
    _identity(counted, reports)
    _abroad(counted, reports, home, world)
    _border(counted, reports)
    _offences(counted, reports, taxonomy)
    _suspects(counted, funnel)
    return counted


def _groups(counted: Counted, reports: Sequence[Reported], taxonomy: Taxonomy) -> None:
    """T1, and T1N where hacking has a row of its own (R1, R4)."""
    found = Counter(taxonomy.rollup(r.category, r.facts) for r in reports)
    native = Counter(taxonomy.native_rollup(r.category, r.facts) for r in reports)
    named = [group.code for group in taxonomy.groups if group.in_denominator]
    outside = [group.code for group in taxonomy.groups if not group.in_denominator]
    own = [group.code for group in taxonomy.native_groups]
    parts = counted.put("T1", named, found)
    counted.counts[TERRORISM] = sum(found[code] for code in outside)
    counted.counts[TECH] = sum(found[code] for code in named)
    below = counted.put("T1N", [*own, "other"], native)
    counted.levels += [Level(ALL, (*parts, TERRORISM)), Level("T1/other", below)]
    counted.shares += [Share(TECH, parts, TECH), Share("T1/other", below, TECH)]
    rows = dict(zip(named, parts, strict=True))
    counted.layouts.append(Layout("T1", "notification", rows, TECH))
    kept = {code: key for code, key in rows.items() if code != "other"}
    natives = dict(zip([*own, "other"], below, strict=True))
    counted.layouts.append(Layout("T1N", "notification", kept | natives, TECH))


def _organisations(counted: Counted, reports: Sequence[Reported], taxonomy: Taxonomy) -> None:
    """T2: terrorism reports by the organisation that was named."""
    terror = [r for r in reports if taxonomy.rollup(r.category, r.facts) == TERRORISM]
    named = [r.organisation or "unknown" for r in terror]
    found = Counter(name if name in ORGANISATIONS else "other" for name in named)
    parts = counted.put("T2", ORGANISATIONS, found)
    counted.levels.append(Level(TERRORISM, parts))
    counted.shares += [
        Share(TERRORISM, (TERRORISM,), TERRORISM),
        Share(TERRORISM, parts, TERRORISM),
    ]
    rows = {"total": TERRORISM, **dict(zip(ORGANISATIONS, parts, strict=True))}
    counted.layouts.append(Layout("T2", "notification", rows, TERRORISM))


def _identity(counted: Counted, reports: Sequence[Reported]) -> None:
    """T4: what reporters chose to say of themselves (C1: reporters, never suspects)."""
    found = Counter(r.identity for r in reports)
    top = counted.put("T4", ("named", "other"), {**found, "other": len(reports) - found["named"]})
    below = counted.put("T4N", ("confidential", "anonymous"), found)
    counted.levels += [Level(ALL, top), Level("T4/other", below)]
    counted.shares += [Share(ALL, top, ALL), Share("T4/other", below, ALL)]
    counted.layouts += [
        Layout("T4", "notification", {"named": top[0], "other": top[1]}, ALL),
        Layout(
            "T4N",
            "notification",
            {"named": top[0], "confidential": below[0], "anonymous": below[1]},
            ALL,
        ),
    ]


def _abroad(counted: Counted, reports: Sequence[Reported], home: str, world: Countries) -> None:
    """T5: where the person lives, as she says herself (C6)."""
    places = Counter(_place(r.country, home, world) for r in reports)
    regions = [region.code for region in world.regions]
    outside = sum(places[code] for code in regions)
    top_rows = ("abroad", "home", "unknown")
    top = counted.put("T5", top_rows, {**places, "abroad": outside})
    below = counted.put("T5", regions, places)
    counted.levels += [Level(ALL, top), Level(top[0], below)]
    counted.shares += [Share(ALL, top, ALL), Share(top[0], below, ALL)]
    rows = dict(zip((*top_rows, *regions), (*top, *below), strict=True))
    counted.layouts.append(Layout("T5", "notification", rows, ALL))


def _place(country: str, home: str, world: Countries) -> str:
    if not country or country not in world:
        return "unknown"
    return "home" if country == home else world.region_of(country).code


def _border(counted: Counted, reports: Sequence[Reported]) -> None:
    """T14, its headline: how many matters reach over a border (M-161)."""
    found = Counter("cross_border" if r.cross_border else "domestic" for r in reports)
    parts = counted.put("T14", ("cross_border", "domestic"), found)
    counted.levels.append(Level(ALL, parts))
    counted.shares.append(Share(ALL, parts, ALL))
    rows = {"cross_border": parts[0], "domestic": parts[1]}
    counted.layouts.append(Layout("T14", "notification", rows, ALL))


def _offences(counted: Counted, reports: Sequence[Reported], taxonomy: Taxonomy) -> None:
    """T1O: one report counts once for each offence on it (R6). Protected group by group, since
    most reports have one offence, and then a group's offences add up to its row in T1."""
    found = Counter(code for r in reports for code in set(r.offences))
    rows: dict[str, str] = {}
    for group in taxonomy.public_groups:
        codes = [c.code for c in taxonomy.categories if c.public_group == group.code]
        parts = counted.put("T1O", codes, found)
        total = f"offences/{group.code}"
        counted.counts[total] = sum(counted.counts[part] for part in parts)
        counted.levels.append(Level(total, parts))
        rows |= dict(zip(codes, parts, strict=True))
    counted.counts["offences"] = sum(found.values())
    totals = tuple(f"offences/{group.code}" for group in taxonomy.public_groups)
    counted.levels.insert(len(counted.levels) - len(totals), Level("offences", totals))
    counted.shares.append(Share("offences", tuple(rows.values()), "offences"))
    counted.layouts.append(Layout("T1O", "offence", rows, "offences"))


def _suspects(counted: Counted, funnel: Funnel) -> None:
    """T3. The last part is computed: identified, less the two others (C5)."""
    found = {
        "before_justice": funnel.before_justice,
        "search_notice": funnel.search_notice,
        "ongoing": funnel.ongoing,
    }
    counted.counts["T3/identified"] = sum(found.values())
    parts = counted.put("T3", found, found)
    whole = "T3/identified"
    counted.levels.append(Level(whole, parts))
    counted.shares += [Share(whole, (whole,), whole), Share(whole, parts, whole)]
    rows = {"identified": whole, **dict(zip(found, parts, strict=True))}
    counted.layouts.append(Layout("T3", "suspect", rows, whole))


def percentages(counted: Counted, shown: Shown) -> dict[str, float | None]:
    """The percentage of each row that has one, one decimal (R3).

    Shares of a whole add up exactly (largest remainder). Where a part is hidden, the rest are
    rounded one by one, so that no share tells of the hidden ones."""
    tenths: dict[str, int] = {}
    found: dict[str, float | None] = {}
    for share in counted.shares:
        counts = [shown[key] for key in share.parts]
        root = shown[share.root]
        known = [number for number in counts if number is not None]
        divided = 1000 if share.whole == share.root else tenths.get(share.whole)
        if root and divided is not None and len(known) == len(counts):
            units = apportion(divided, known) if sum(known) else [0] * len(known)
            tenths |= dict(zip(share.parts, units, strict=True))
            found |= {key: tenths[key] / 10 for key in share.parts}
            continue
        for key, number in zip(share.parts, counts, strict=True):
            alone = None if number is None or not root else percent(number, root)
            found[key] = None if alone is None else float(alone)
    return found

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks of the agency tree and of the territories it serves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from amana.packs.problem import Problem
from amana.packs.records import PROSECUTION_KINDS, TERRITORIAL_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amana.packs.model import Pack
    from amana.packs.records import Unit, UnitKind
    from amana.packs.taxonomy_model import Taxonomy

AGENCY: Final = "agency.yaml"
TERRITORIES: Final = "territories.yaml"


def agency_problems(pack: Pack, taxonomy: Taxonomy) -> Iterator[Problem]:
    """Every problem of `agency.yaml` and `territories.yaml`, and of the two together."""
    units = [unit.code for unit in pack.units]
    departments = [department.code for department in pack.agency.departments]
    places = [territory.code for territory in pack.territories]
    in_agency = [*_repeated(AGENCY, departments), *_repeated(AGENCY, units)]
    if repeated := [*in_agency, *_repeated(TERRITORIES, places)]:
        yield from repeated
        return
    broken = [*_tree_problems(pack, taxonomy), *_territory_problems(pack)]
    yield from broken
    yield from _role_problems(pack)
    if not broken:
        yield from _coverage_problems(pack, TERRITORIAL_KINDS, "unit")
        yield from _coverage_problems(pack, PROSECUTION_KINDS, "prosecution office")


def _tree_problems(pack: Pack, taxonomy: Taxonomy) -> Iterator[Problem]:
    units = {unit.code: unit for unit in pack.units}
    departments = {department.code for department in pack.agency.departments}
    places = {territory.code for territory in pack.territories}
    categories = set(taxonomy.codes())
    for unit in pack.units:
        if not unit.code.startswith(f"{pack.code}/"):
            yield Problem(AGENCY, unit.code, f"the code must begin with {pack.code}/")
        if unit.department not in departments:
            yield Problem(AGENCY, unit.code, f"unknown department {unit.department}")
        if _is_lost(unit, units):
            yield Problem(AGENCY, unit.code, f"unknown or circular parent {unit.parent}")
        named = {served.territory for served in unit.serves} | {unit.seat or next(iter(places))}
        for place in sorted(named - places):
            yield Problem(AGENCY, unit.code, f"unknown territory {place}")
        for code in sorted(set(unit.categories) - categories):
            yield Problem(AGENCY, unit.code, f"unknown category {code}")


def _is_lost(unit: Unit, units: dict[str, Unit]) -> bool:
    """True when the way up from `unit` ends nowhere or runs in a circle."""
    seen = {unit.code}
    while unit.parent is not None:
        if unit.parent in seen or unit.parent not in units:
            return True
        unit = units[unit.parent]
        seen.add(unit.code)
    return False


def _role_problems(pack: Pack) -> Iterator[Problem]:
    duty = [unit.code for unit in pack.units if unit.duty]
    if len(duty) != 1:
        named = ", ".join(duty) or "none"
        yield Problem(AGENCY, "units", f"exactly one duty unit is needed, found {named}")
    for kind in ("national_desk", "legal_review"):
        found = [unit.code for unit in pack.units if unit.kind == kind]
        if len(found) != 1:
            named = ", ".join(found) or "none"
            yield Problem(AGENCY, "units", f"exactly one {kind} unit is needed, found {named}")
    for unit in pack.units:
        if unit.duty != (unit.kind == "duty"):
            yield Problem(AGENCY, unit.code, "`duty: true` and `kind: duty` go together")
        if (unit.specialised is not None) != (unit.kind == "specialised"):
            yield Problem(AGENCY, unit.code, "`specialised` and `kind: specialised` go together")
    specialised = Counter(unit.specialised for unit in pack.units if unit.specialised)
    for specialism, times in specialised.items():
        if times > 1:
            yield Problem(AGENCY, "units", f"{times} units are specialised in {specialism}")


def _territory_problems(pack: Pack) -> Iterator[Problem]:
    places = {territory.code: territory for territory in pack.territories}
    for territory in pack.territories:
        if not territory.code.startswith(f"{pack.country}-"):
            yield Problem(TERRITORIES, territory.code, f"does not lie in {pack.country}")
        parent = territory.parent
        if parent is not None and (parent not in places or places[parent].parent is not None):
            yield Problem(TERRITORIES, territory.code, f"unknown or nested parent {parent}")
    for unit in pack.units:
        for code, times in Counter(served.territory for served in unit.serves).items():
            if times > 1:
                yield Problem(AGENCY, unit.code, f"serves {code} {times} times")


def _coverage_problems(pack: Pack, kinds: tuple[UnitKind, ...], name: str) -> Iterator[Problem]:
    """Each place has one primary and a fixed order after it (M-017)."""
    for territory in pack.territories:
        units = pack.units_for(territory.code, kinds=kinds)
        if not units:
            yield Problem(TERRITORIES, territory.code, f"no {name} serves it")
            continue
        ranks = Counter(
            served.priority
            for unit in pack.units
            if unit.kind in kinds
            for served in unit.serves
            if served.territory == territory.code
        )
        own = bool(ranks)
        if own and ranks[1] != 1:
            yield Problem(TERRITORIES, territory.code, f"has {ranks[1]} primary {name}s")
        for rank, times in ranks.items():
            if rank != 1 and times > 1:
                yield Problem(TERRITORIES, territory.code, f"{times} {name}s share rank {rank}")


def _repeated(file: str, codes: list[str]) -> Iterator[Problem]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield Problem(file, code, f"is given {times} times")

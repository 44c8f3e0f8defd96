# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agency that runs this node and its country pack."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import DatabaseError

from amana.agencies.models import Agency, Unit
from amana.packs import Pack, load_pack

SHOWN_FOR_SECONDS: Final = 2.0


class NoAgencyError(LookupError):
    """The home holds no agency yet: no country pack was applied."""

    def __init__(self) -> None:
        super().__init__("no country pack has been applied to this home")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pages say about the node; a copy, good for a moment, never for a decision."""

    names: dict[str, str]
    demonstration: bool
    pack: Pack | None


_NOTHING: Final = Shown(names={}, demonstration=False, pack=None)
UNITS_KEPT_FOR_SECONDS: Final = 60.0
AGENCY_KEPT_FOR_SECONDS: Final = 1.0
_standing: dict[str, tuple[float, Agency | None]] = {}
_units: dict[UUID, tuple[float, dict[str, Unit]]] = {}
_cache: dict[str, tuple[float, Shown]] = {}


def current_agency() -> Agency:
    """The agency of this node, read now. Raises `NoAgencyError` before the first start is done."""
    agency = Agency.objects.order_by("created_at").first()
    if agency is None:
        raise NoAgencyError
    return agency


def standing_agency() -> Agency:
    """The agency as it stood at most a second ago, for what is asked hundreds of times a second.

    Whoever changes the agency while the node runs waits `AGENCY_KEPT_FOR_SECONDS` before the next
    step that relies on it. Raises `NoAgencyError`."""
    at, agency = _standing.get("agency", (float("-inf"), None))
    if agency is None or time.monotonic() - at > AGENCY_KEPT_FOR_SECONDS:
        agency = current_agency()
        _standing["agency"] = (time.monotonic(), agency)
    return agency


def current_pack() -> Pack:
    """The country pack of the agency. Raises `NoAgencyError`."""
    return load_pack(current_agency().pack)


def shown() -> Shown:
    """What pages say about the node: at most two seconds old, so that a home that becomes a
    demonstration says so at once. Without a database the last known words are kept."""
    at, facts = _cache.get("shown", (float("-inf"), _NOTHING))
    if time.monotonic() - at < SHOWN_FOR_SECONDS:
        return facts
    try:
        agency = current_agency()
    except NoAgencyError:
        return _NOTHING
    except DatabaseError:
        return facts
    facts = Shown(
        names=dict(agency.names),
        demonstration=agency.demonstration,
        pack=load_pack(agency.pack),
    )
    _cache["shown"] = (time.monotonic(), facts)
    return facts


def forget_shown() -> None:
    """Read the node's words again at the next page (after a pack was applied, in tests)."""
    _cache.clear()
    _units.clear()
    _standing.clear()


def units_by_code(agency_id: UUID) -> dict[str, Unit]:
    """The units of an agency. They change only with the pack, so a minute-old copy will do."""
    at, units = _units.get(agency_id, (float("-inf"), {}))
    if time.monotonic() - at < UNITS_KEPT_FOR_SECONDS and units:
        return units
    units = {unit.code: unit for unit in Unit.objects.filter(agency_id=agency_id)}
    _units[agency_id] = (time.monotonic(), units)
    return units

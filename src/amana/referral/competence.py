# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which unit is competent, by rule and in this order: specialised unit, residence of the victim,
place of the act, place of the other side, national desk (M-003). The first rule that finds a
unit decides; its id, inputs and result are stored and explained on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from amana.packs import Pack, UnknownCodeError

SPECIALISED: Final = "specialised"
RESIDENCE: Final = "residence"
ACT: Final = "act"
OTHER_SIDE: Final = "other_side"
NATIONAL: Final = "national"
LEGAL_REVIEW: Final = "legal_review_first"


@dataclass(frozen=True, slots=True)
class Facts:
    """The coded facts that competence looks at. Countries ISO 3166-1, regions ISO 3166-2."""

    specialised: str = ""
    victim_country: str = ""
    victim_region: str = ""
    act_country: str = ""
    act_region: str = ""
    suspect_country: str = ""
    suspect_region: str = ""
    suspect_location: str = "unknown"


@dataclass(frozen=True, slots=True)
class Competent:
    """The unit that a rule chose, and what the rule looked at."""

    unit: str
    rule: str
    inputs: dict[str, str] = field(default_factory=dict)


def _specialised(facts: Facts, pack: Pack) -> Competent | None:
    if facts.specialised not in ("children", "terrorism"):
        return None
    unit = pack.specialised_unit("children" if facts.specialised == "children" else "terrorism")
    return Competent(unit.code, SPECIALISED, {"specialised": facts.specialised}) if unit else None


def _place(rule: str, name: str, region: str, pack: Pack) -> Competent | None:
    if not region.startswith(f"{pack.country}-"):
        return None
    try:
        return Competent(pack.primary_unit(region).code, rule, {name: region})
    except UnknownCodeError:
        return None


RULES: Final[tuple[Callable[[Facts, Pack], Competent | None], ...]] = (
    _specialised,
    lambda facts, pack: _place(RESIDENCE, "victim_region", facts.victim_region, pack),
    lambda facts, pack: _place(ACT, "act_region", facts.act_region, pack),
    lambda facts, pack: _place(OTHER_SIDE, "suspect_region", facts.suspect_region, pack),
)


def competent(facts: Facts, pack: Pack) -> Competent:
    """The competent unit. There always is one: the national desk takes what no rule places, and
    a suspect abroad is never a reason to refuse (M-018)."""
    for rule in RULES:
        found = rule(facts, pack)
        if found is not None:
            return found
    inputs = {
        "victim_country": facts.victim_country or "unknown",
        "victim_region": facts.victim_region or "unknown",
    }
    return Competent(pack.national_desk.code, NATIONAL, inputs)


def crosses_border(facts: Facts, pack: Pack) -> bool:
    """Whether the cross-border path opens: somebody in the matter is in another country."""
    abroad = {facts.victim_country, facts.act_country, facts.suspect_country} - {"", pack.country}
    return bool(abroad) or facts.suspect_location == "abroad"

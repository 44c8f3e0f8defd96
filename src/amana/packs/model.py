# SPDX-License-Identifier: AGPL-3.0-or-later
"""A country pack as typed, read-only data: who works where, under which law, by which clocks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from amana.packs.base import Frozen, Specialism, UnknownCodeError
from amana.packs.decoys import Decoy
from amana.packs.records import (
    PROSECUTION_KINDS,
    TERRITORIAL_KINDS,
    Action,
    AgencyFile,
    Contact,
    Deadlines,
    Department,
    Disposition,
    Header,
    LawFile,
    LegalBasis,
    Partner,
    Statute,
    Territory,
    Unit,
    UnitKind,
)

if TYPE_CHECKING:
    from datetime import date

T = TypeVar("T")


class Pack(Frozen):
    """A whole country pack. Look-ups raise `UnknownCodeError` for a code it does not hold."""

    header: Header
    agency: AgencyFile
    territories: tuple[Territory, ...]
    partners: tuple[Partner, ...]
    law: LawFile
    dispositions: tuple[Disposition, ...]
    deadlines: Deadlines
    actions: tuple[Action, ...]
    decoys: tuple[Decoy, ...] = ()

    @property
    def code(self) -> str:
        return self.header.code

    @property
    def country(self) -> str:
        return self.header.country

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.agency.units

    @property
    def emergency(self) -> Contact:
        return self.header.emergency

    @cached_property
    def _units(self) -> Mapping[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _territories(self) -> Mapping[str, Territory]:
        return {territory.code: territory for territory in self.territories}

    @cached_property
    def _serving(self) -> Mapping[str, tuple[Unit, ...]]:
        """The units that name a territory, by priority, then by code."""
        named: dict[str, list[tuple[int, str, Unit]]] = {}
        for unit in self.units:
            for served in unit.serves:
                row = (served.priority, unit.code, unit)
                named.setdefault(served.territory, []).append(row)
        return {
            place: tuple(unit for _, _, unit in sorted(rows, key=lambda row: row[:2]))
            for place, rows in named.items()
        }

    def unit(self, code: str) -> Unit:
        return _found("unit", code, self._units)

    def territory(self, code: str) -> Territory:
        return _found("territory", code, self._territories)

    def department(self, code: str) -> Department:
        return _found("department", code, {d.code: d for d in self.agency.departments})

    def partner(self, code: str) -> Partner:
        return _found("partner", code, {p.code: p for p in self.partners})

    def disposition(self, code: str) -> Disposition:
        return _found("disposition", code, {d.code: d for d in self.dispositions})

    def action(self, code: str) -> Action:
        return _found("action", code, {a.code: a for a in self.actions})

    def statute(self, code: str) -> Statute:
        return _found("statute", code, {s.code: s for s in self.law.statutes})

    def units_for(
        self, territory: str, *, kinds: Collection[UnitKind] = TERRITORIAL_KINDS
    ) -> tuple[Unit, ...]:
        """Units that serve `territory`, the competent one first (M-017).

        A place without a unit of its own is served by those of the place it lies in. The order
        depends on priority and code alone, so the same question has the same answer every time.
        """
        place: str | None = self.territory(territory).code
        while place is not None:
            served = tuple(unit for unit in self._serving.get(place, ()) if unit.kind in kinds)
            if served:
                return served
            place = self.territory(place).parent
        return ()

    def primary_unit(self, territory: str) -> Unit:
        """The one centre or branch competent for `territory`."""
        return _first("unit for territory", territory, self.units_for(territory))

    def prosecution_for(self, territory: str) -> Unit:
        """The one prosecution office competent for `territory` (M-005)."""
        offices = self.units_for(territory, kinds=PROSECUTION_KINDS)
        return _first("prosecution office for territory", territory, offices)

    def specialised_unit(self, specialism: Specialism) -> Unit | None:
        """The unit for children or for terrorism, when the country has one."""
        return next((unit for unit in self.units if unit.specialised == specialism), None)

    @property
    def duty_unit(self) -> Unit:
        return _first("unit", "duty", tuple(unit for unit in self.units if unit.duty))

    @property
    def national_desk(self) -> Unit:
        return _first("unit", "national_desk", self.units_of_kind("national_desk"))

    @property
    def legal_review_unit(self) -> Unit:
        return _first("unit", "legal_review", self.units_of_kind("legal_review"))

    def units_of_kind(self, kind: UnitKind) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.kind == kind)

    def children_of(self, territory: str | None) -> tuple[Territory, ...]:
        """The territories directly inside `territory`; `None` gives the top level."""
        return tuple(t for t in self.territories if t.parent == territory)

    def public_crisis_lines(self) -> tuple[Contact, ...]:
        """Crisis lines the public may see; an unconfirmed number is never among them."""
        return tuple(line for line in self.header.crisis_lines if line.public)

    def public_contacts(self) -> tuple[Contact, ...]:
        return tuple(contact for contact in self.header.contacts if contact.public)

    def legal_bases_for(self, category: str, *, on: date) -> tuple[LegalBasis, ...]:
        """Articles for `category` in force on the day of the act (M-010, M-020)."""
        return tuple(
            basis
            for basis in self.law.legal_bases
            if category in basis.categories and self.statute(basis.statute).in_force(on)
        )


def _found(kind: str, code: str, items: Mapping[str, T]) -> T:
    if code not in items:
        raise UnknownCodeError(kind, code)
    return items[code]


def _first(kind: str, code: str, items: tuple[T, ...]) -> T:
    if not items:
        raise UnknownCodeError(kind, code)
    return items[0]

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.db import transaction

from amana.agencies.events import Tag
from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.journal.events import NODE, Act
from amana.journal.services import record
from amana.packs.model import Pack


class PackMismatchError(Exception):
    """The home was made with another country pack than the one now asked for."""

    def __init__(self, there: str, asked: str) -> None:
        super().__init__(
            f"this home was made with the pack '{there}'; it cannot be opened with '{asked}'"
        )


@transaction.atomic
def apply_pack(*, pack: Pack) -> Agency:
    """Make the agency and its units as the pack describes them; a second time changes nothing.

    Units that a newer version of the pack no longer names stay: reports point to them.
    Raises `PackMismatchError` when the home belongs to another pack."""
    agency = Agency.objects.first()
    if agency is not None and agency.pack != pack.code:
        raise PackMismatchError(agency.pack, pack.code)
    if agency is not None and agency.pack_version == pack.header.version:
        return agency
    if agency is None:
        agency = Agency(code=pack.agency.code, pack=pack.code, created_at=now())
    agency.pack_version = pack.header.version
    agency.names = dict(pack.agency.names)
    agency.save()
    _apply_units(agency, pack)
    record(
        Act(
            tag=Tag.PACK_APPLY,
            actor=NODE,
            agency_id=agency.id,
            facts={"pack": pack.code, "version": pack.header.version},
        )
    )
    return agency


def _apply_units(agency: Agency, pack: Pack) -> None:
    # Put down before it is taken up: there is one duty unit, whichever the file names first.
    former = Unit.objects.filter(agency=agency, is_duty=True).exclude(code=pack.duty_unit.code)
    former.update(is_duty=False)
    made: dict[str, Unit] = {unit.code: unit for unit in Unit.objects.filter(agency=agency)}
    for source in pack.units:
        unit = made.get(source.code) or Unit(agency=agency, code=source.code)
        unit.kind = source.kind
        unit.names = dict(source.names)
        unit.department = source.department
        unit.specialised = source.specialised or ""
        unit.is_duty = source.duty
        unit.save()
        made[source.code] = unit
    for source in pack.units:
        unit = made[source.code]
        unit.parent = made.get(source.parent) if source.parent else None
        unit.save(update_fields=["parent"])


@transaction.atomic
def mark_demonstration(*, agency: Agency) -> None:
    """Say on every page, for good, that nothing in this home is real."""
    if Agency.objects.filter(pk=agency.pk, demonstration=False).update(demonstration=True):
        record(Act(tag=Tag.DEMONSTRATION_MARK, actor=NODE, agency_id=agency.id))

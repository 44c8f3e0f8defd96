# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who holds the keys of a report's parts: giving, taking back, re-wrapping; and the parts that
officers write in, made when they are first needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from amana.agencies.models import Unit
from amana.config.clock import now
from amana.journal.events import Act, Actor
from amana.journal.services import record
from amana.kernel.ids import uuid7
from amana.kernel.sealing.pairs import new_pair, seal_to, unwrap, wrap
from amana.people.models import UnitKey
from amana.people.policies import Staff
from amana.people.selectors import SealingKey, rewrappable_keys, sealing_keys
from amana.people.services import forget_unit_key
from amana.people.vault import OpenVault
from amana.reports import contexts
from amana.reports.errors import NoKey, VaultClosed
from amana.reports.events import Tag
from amana.reports.models import (
    Access,
    AccessRole,
    Message,
    MessageKind,
    PartGrant,
    PartKind,
    Report,
    SealedPart,
)
from amana.reports.services.mailbox import leaf_facts

STILL_ARRIVING: Final = timedelta(hours=1)
"""A report that is being filed may still be wrapped to a key that was retired this minute."""


def vault_of(staff: Staff) -> OpenVault:
    """Her open vault. Raises `VaultClosed`."""
    if staff.vault is None:
        raise VaultClosed
    return staff.vault


def part_private(vault: OpenVault, part: SealedPart) -> bytes:
    """The private half of a part, through any unit key that this vault opens. Raises `NoKey`."""
    return part_privates(vault, [part])[part.id]


def part_privates(vault: OpenVault, parts: Collection[SealedPart]) -> dict[UUID, bytes]:
    """The private halves of several parts, in two queries. Raises `NoKey` when one is missing."""
    grants = PartGrant.objects.filter(part__in=parts, unit_key__isnull=False)
    rows = list(grants.values_list("part_id", "unit_key_id", "wrapped"))
    keys = vault.unit_privates({key for _, key, _ in rows if key is not None})
    opened: dict[UUID, bytes] = {}
    for part_id, key_id, wrapped in rows:
        if key_id in keys and part_id not in opened:
            context = contexts.grant(part_id)
            opened[part_id] = unwrap(keys[key_id], bytes(wrapped), context=context)
    if len(opened) != len({part.id for part in parts}):
        raise NoKey
    return opened


def grant_unit(
    *, staff: Staff, report: Report, unit: Unit, kinds: Collection[str], actor: Actor
) -> list[str]:
    """Wrap the private halves of these parts (those the report has) to the unit's current key.
    Inside the caller's transaction, which has asked whether she may. Returns the kinds that are new
    to the unit: what it held before, it was not given.

    Raises `VaultClosed`, `NoKey`."""
    parts = list(SealedPart.objects.filter(report=report, kind__in=kinds))
    privates = part_privates(vault_of(staff), parts)
    key = sealing_keys([unit.id])[unit.id]
    held = _held(report, unit)
    PartGrant.objects.bulk_create(
        [_wrapped(part, privates[part.id], key) for part in parts], ignore_conflicts=True
    )
    given = sorted(part.kind for part in parts)
    facts: dict[str, str | int | bool | None] = {"unit": unit.code, "parts": ",".join(given)}
    record(Act(Tag.KEYS_GRANT, actor, report.agency_id, "report", report.id, unit.id, facts=facts))
    return [kind for kind in given if kind not in held]


def take_back(*, report: Report, unit: Unit, actor: Actor) -> list[str]:
    """Delete every grant of this report to a unit that has no ground left to hold one; the duty
    unit always holds its keys. Inside the caller's transaction. Returns the kinds taken."""
    if unit.is_duty or Access.objects.filter(report=report, unit=unit, until=None).exists():
        return []
    taken = sorted(_held(report, unit))
    if taken:
        PartGrant.objects.filter(part__report=report, unit_key__unit=unit).delete()
        facts: dict[str, str | int | bool | None] = {"unit": unit.code}
        record(
            Act(Tag.KEYS_TAKE, actor, report.agency_id, "report", report.id, unit.id, facts=facts)
        )
    return taken


def _held(report: Report, unit: Unit) -> set[str]:
    """The kinds of parts that a unit holds a key to, whichever version of its own it hangs on."""
    grants = PartGrant.objects.filter(part__report=report, unit_key__unit=unit)
    return set(grants.values_list("part__kind", flat=True))


def _wrapped(part: SealedPart, private: bytes, key: SealingKey) -> PartGrant:
    wrapped = wrap(key.public, private, context=contexts.grant(part.id))
    return PartGrant(
        agency_id=part.agency_id, part=part, unit_key_id=key.unit_key_id, wrapped=wrapped
    )


def officers_part(report: Report, kind: str = PartKind.INTERNAL) -> SealedPart:
    """The part that officers write in, made when first needed: a new pair, wrapped to every unit
    that has a ground to read it, and to the duty unit. A prosecution office gets `notice` only.
    Inside the caller's transaction; needs no secret."""
    if kind not in (PartKind.INTERNAL, PartKind.NOTICE):
        raise ValueError("only what officers write is made later")
    existing = SealedPart.objects.filter(report=report, kind=kind).first()
    if existing is not None:
        return existing
    try:
        with transaction.atomic():
            return _make_part(report, kind)
    except IntegrityError:  # a colleague was first
        return SealedPart.objects.get(report=report, kind=kind)


def _make_part(report: Report, kind: str) -> SealedPart:
    pair = new_pair()
    part = SealedPart.objects.create(
        agency_id=report.agency_id,
        report=report,
        kind=kind,
        public_key=pair.public,
        sealed=seal_to(pair.public, b"{}", context=contexts.part(report.id, kind)),
    )
    live = Access.objects.filter(report=report, until=None)
    if kind == PartKind.INTERNAL:
        live = live.exclude(role=AccessRole.PROSECUTION)
    units = Unit.objects.filter(
        Q(pk__in=live.values("unit_id")) | Q(agency_id=report.agency_id, is_duty=True)
    ).values_list("id", flat=True)
    keys = sealing_keys(set(units))
    PartGrant.objects.bulk_create([_wrapped(part, pair.private, key) for key in keys.values()])
    return part


def seal_note(report: Report, purpose: str, text: str, kind: str = PartKind.INTERNAL) -> bytes:
    """Words of an officer, sealed to the officers' part and bound to this report and purpose."""
    part = officers_part(report, kind)
    return seal_to(bytes(part.public_key), text.encode(), context=contexts.note(report.id, purpose))


def write_internal(*, report: Report, text: str, actor: Actor, unit_id: UUID) -> Message:
    """A note among officers. Inside the caller's transaction."""
    identity, part = uuid7(), officers_part(report)
    message = Message.objects.create(
        id=identity,
        agency_id=report.agency_id,
        report=report,
        kind=MessageKind.INTERNAL,
        at=now(),
        sealed=seal_to(bytes(part.public_key), text.encode(), context=contexts.message(identity)),
        author=f"{actor.role} {actor.pseudonym}",
    )
    facts = leaf_facts(message)
    record(Act(Tag.NOTE_WRITE, actor, report.agency_id, "report", report.id, unit_id, facts=facts))
    return message


def rewrap_old_grants(*, staff: Staff, limit: int = 25) -> int:
    """Re-wrap what still hangs on retired keys of her units to their current ones; returns how
    many grants. A version that holds nothing any more is forgotten for good.

    When nobody is left who opens an old version, the duty unit's members do it: they hold a key
    to every report. Does nothing while the vault is closed."""
    if staff.vault is None:
        return 0
    retired = _to_rewrap(staff, staff.vault)
    if not retired:
        return 0
    stale = list(PartGrant.objects.filter(unit_key_id__in=retired).select_related("part")[:limit])
    with transaction.atomic():
        done = _rewrap(staff.vault, stale, retired)
        if done:
            actor = staff.actor()
            facts: dict[str, str | int | bool | None] = {"grants": done}
            record(Act(Tag.KEYS_REWRAP, actor, staff.agency_id, facts=facts))
    if len(stale) < limit:
        _forget_empty(retired)
    return done


def _to_rewrap(staff: Staff, vault: OpenVault) -> dict[UUID, UUID]:
    """Retired versions (and their unit) that this officer can help over."""
    mine = rewrappable_keys(vault.officer_key_id).filter(agency_id=staff.agency_id)
    found = dict(mine.values_list("id", "unit_id"))
    if Unit.objects.filter(pk__in=list(staff.roles), is_duty=True).exists():
        found.update(_orphaned(staff.agency_id).values_list("id", "unit_id")[:100])
    return found


def _orphaned(agency_id: UUID) -> QuerySet[UnitKey]:
    held = PartGrant.objects.filter(unit_key=OuterRef("pk"))
    return UnitKey.objects.filter(
        Exists(held),
        agency_id=agency_id,
        retired_at__isnull=False,
        grants__isnull=True,
        bootstrap__isnull=True,
    )


def _rewrap(vault: OpenVault, stale: list[PartGrant], units: dict[UUID, UUID]) -> int:
    current = sealing_keys({units[grant.unit_key_id] for grant in stale if grant.unit_key_id})
    done: list[UUID] = []
    fresh: list[PartGrant] = []
    for grant in stale:
        if grant.unit_key_id is None:
            continue
        try:
            private = part_private(vault, grant.part)
        except NoKey:
            continue
        fresh.append(_wrapped(grant.part, private, current[units[grant.unit_key_id]]))
        done.append(grant.id)
    PartGrant.objects.bulk_create(fresh, ignore_conflicts=True)
    PartGrant.objects.filter(pk__in=done).delete()
    return len(done)


def _forget_empty(versions: Iterable[UUID]) -> None:
    held = PartGrant.objects.filter(unit_key=OuterRef("pk"))
    empty = UnitKey.objects.filter(
        ~Exists(held),
        pk__in=list(versions),
        grants__isnull=False,
        retired_at__lt=now() - STILL_ARRIVING,
    )
    for version in empty.values_list("id", flat=True).distinct():
        forget_unit_key(unit_key_id=version)

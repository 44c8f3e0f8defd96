# SPDX-License-Identifier: AGPL-3.0-or-later
"""How unit keys come, go and change hands. Only the services beside this file call it.

The node touches a unit's private half in three places, all of them here: when it makes a pair,
when it wraps a new pair to those who stay, and when it admits the first member of a provisional
unit. Each leaves a leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from amana.agencies.models import Unit
from amana.config.clock import now
from amana.config.node import keyring
from amana.journal.events import NODE, Act, Actor
from amana.journal.services import record
from amana.kernel.sealing import boxes, pairs
from amana.kernel.sealing.encoding import join
from amana.people import selectors
from amana.people.events import Tag
from amana.people.models import OfficerKey, UnitKey, UnitKeyGrant
from amana.people.vault import grant_context, require_pair

ENOUGH_MEMBERS = 2


def lock_unit(unit_id: UUID) -> Unit:
    """The unit's row, held until the transaction ends: one change of keys at a time."""
    return Unit.objects.select_for_update().get(pk=unit_id)


def make_key(unit: Unit, *, holders: Sequence[OfficerKey]) -> UnitKey:
    """A fresh pair, wrapped to `holders`; with fewer than two of them also to a bootstrap key."""
    last = UnitKey.objects.filter(unit=unit).order_by("-version").first()
    moment, pair = now(), pairs.new_pair()
    if last is not None and last.retired_at is None:
        last.retired_at = moment
        last.save(update_fields=["retired_at"])
    key = UnitKey(
        agency_id=unit.agency_id,
        unit=unit,
        version=last.version + 1 if last else 1,
        public=pair.public,
        provisional=len(holders) < ENOUGH_MEMBERS,
        created_at=moment,
    )
    if key.provisional:
        bootstrap = boxes.new_key()
        key.bootstrap = boxes.seal(bootstrap, pair.private, context=_bootstrap_context(key.id))
        # Before the commit: a key file without a row harms nobody, the reverse loses reports.
        keyring().bootstrap_put(str(key.id), bootstrap)
    key.save(force_insert=True)
    for holder in holders:
        grant(key, pair.private, holder)
    record(
        unit_act(
            Tag.UNIT_KEY_ROTATE if last else Tag.UNIT_KEY_CREATE,
            NODE,
            unit,
            {
                "version": key.version,
                # So that a public half exchanged in the database can be told from the one made.
                "public_sha256": hashlib.sha256(pair.public).hexdigest(),
                "members": len(holders),
                "provisional": key.provisional,
            },
        )
    )
    return key


def grant(key: UnitKey, private: bytes, holder: OfficerKey) -> None:
    """Wrap the private half of a unit's version to a member."""
    wrapped = pairs.wrap(bytes(holder.public), private, context=grant_context(key.id, holder.id))
    UnitKeyGrant.objects.get_or_create(
        unit_key=key,
        officer_key=holder,
        defaults={"agency_id": key.agency_id, "wrapped": wrapped},
    )


def bootstrap_private(unit_key_id: UUID) -> bytes:
    """The private half of a provisional version, opened with the node's bootstrap key.

    For the admission of a first member only. Raises `KeyMissing` when the node has none."""
    key = UnitKey.objects.get(pk=unit_key_id)
    if key.bootstrap is None:
        raise LookupError("this version is not provisional")
    private = boxes.open_box(
        keyring().bootstrap_get(str(key.id)),
        bytes(key.bootstrap),
        context=_bootstrap_context(key.id),
    )
    require_pair(private, bytes(key.public))
    return private


def admit_first(unit_id: UUID) -> OfficerKey | None:
    """Let the node admit the first enrolled member of a provisional unit that has none yet, to
    every version the node still holds. Returns her key when somebody was admitted."""
    unit = lock_unit(unit_id)
    current = UnitKey.objects.filter(unit=unit, retired_at__isnull=True).first()
    if current is None or not current.provisional or selectors.members(unit.id).exists():
        return None
    newcomer = selectors.waiting(unit.id).first()
    if newcomer is None:
        return None
    for key in UnitKey.objects.filter(unit=unit, provisional=True):
        grant(key, bootstrap_private(key.id), newcomer)
        record(unit_act(Tag.BOOTSTRAP_OPEN, NODE, unit, {"version": key.version}))
    record(admission(NODE, unit, newcomer))
    return newcomer


def lose_member(unit_id: UUID, officer_id: UUID) -> None:
    """Take a unit's keys from an officer who left or lost hers: old grants go at once, and the
    node makes a new pair for those who stay, so that what comes from now on is closed to her."""
    unit = lock_unit(unit_id)
    grants = UnitKeyGrant.objects.filter(unit_key__unit=unit, officer_key__officer_id=officer_id)
    held_current = grants.filter(unit_key__retired_at__isnull=True).exists()
    grants.delete()
    if held_current:
        make_key(unit, holders=_staying(unit, officer_id))
    admit_first(unit.id)


def _staying(unit: Unit, leaver_id: UUID) -> list[OfficerKey]:
    return list(selectors.members(unit.id).exclude(officer_id=leaver_id))


def destroy_bootstraps(unit: Unit) -> None:
    """End the provisional time of a unit: the node forgets every key to what the unit holds."""
    rows = list(UnitKey.objects.filter(unit=unit, provisional=True))
    UnitKey.objects.filter(pk__in=[row.pk for row in rows]).update(
        provisional=False, bootstrap=None
    )
    for row in rows:
        record(unit_act(Tag.BOOTSTRAP_DESTROY, NODE, unit, {"version": row.version}))
    # After the commit: a transaction that fails must not have burned the only key. What a crash
    # leaves in between, `sweep_bootstraps` destroys at the next start.
    transaction.on_commit(lambda: _destroy_files([str(row.pk) for row in rows]))


def sweep_bootstraps() -> int:
    """Destroy key files of versions that are provisional no more. Files of versions that this
    database does not know are left alone: it may be the wrong database."""
    files = set(keyring().bootstrap_units())
    ended = UnitKey.objects.filter(pk__in=list(files), provisional=False).values_list(
        "pk", flat=True
    )
    return _destroy_files([str(key) for key in ended])


def _destroy_files(names: Sequence[str]) -> int:
    return sum(keyring().bootstrap_destroy(name) for name in names)


def unit_act(tag: Tag, actor: Actor, unit: Unit, facts: dict[str, str | int | bool | None]) -> Act:
    """An act on a unit, for the journal."""
    return Act(
        tag=tag,
        actor=actor,
        agency_id=unit.agency_id,
        subject="unit",
        subject_id=unit.id,
        unit_id=unit.id,
        facts=facts,
    )


def admission(actor: Actor, unit: Unit, newcomer: OfficerKey) -> Act:
    """The leaf of an admission: who let whom in."""
    return Act(
        tag=Tag.MEMBER_ADMIT,
        actor=actor,
        agency_id=unit.agency_id,
        subject="officer",
        subject_id=newcomer.officer_id,
        unit_id=unit.id,
    )


def _bootstrap_context(unit_key_id: UUID) -> bytes:
    return join("bootstrap", unit_key_id.bytes)

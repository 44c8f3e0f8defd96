# SPDX-License-Identifier: AGPL-3.0-or-later
"""After a restore nobody is in; the operator opens each account again or ends it for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session

from amana.config.clock import now
from amana.journal.models import Event
from amana.people import selectors, services, vault
from amana.people.errors import BadInvitation
from amana.people.events import Tag
from amana.people.models import Invitation, Officer, Placement, Role, UnitKey, VaultSession
from amana.people.policies import Action, may, staff_for
from amana.people.services.restored import confirm, suspend_all
from tests.people import builders as make

pytestmark = pytest.mark.db


def test_nobody_is_in_and_the_answer_names_who_was() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    one, two = make.placed(agency, unit), make.placed(agency, unit)
    ended = make.officer(agency)
    Officer.objects.filter(pk=ended.pk).update(is_active=False)
    vault.open_vault(officer=one, passphrase=make.PASSPHRASE)
    Session.objects.create(session_key="s" * 40, session_data="x", expire_date=now())
    _, code = services.invite(
        staff=make.administrator(agency, unit), login="new", name="New", language="en"
    )
    suspended = suspend_all()
    assert {one.pk, two.pk} < set(suspended)
    assert ended.pk not in suspended
    assert not Officer.objects.filter(is_active=True).exists()
    assert not VaultSession.objects.exists()
    assert not Session.objects.exists()
    assert not Invitation.objects.filter(used_at=None).exists()
    with pytest.raises(BadInvitation):
        services.accept_invitation(code=code, password="a long enough password")


def test_suspending_twice_finds_nobody_the_second_time() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    make.placed(agency, unit)
    assert len(suspend_all()) == 1
    assert suspend_all() == []


def test_who_is_suspended_is_no_member_and_may_do_nothing() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    one = make.placed(agency, unit)
    suspend_all()
    assert not selectors.members(unit.id).exists()
    assert not may(staff_for(Officer.objects.get(pk=one.pk)), Action.READ_REPORT)


def test_who_is_confirmed_works_with_the_same_key_and_role() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    one = make.placed(agency, unit)
    given = make.sealed_for(unit)
    suspend_all()
    confirm(officers=[one.pk], dismiss=[])
    again = Officer.objects.get(pk=one.pk)
    assert may(make.at_work(again), Action.READ_REPORT, unit.id)
    assert make.opens(make.vault_of(again), given)
    assert Event.objects.filter(tag=Tag.ACCOUNT_CONFIRM, subject_id=one.pk).count() == 1


def test_who_is_dismissed_keeps_no_key_role_or_password_and_the_unit_goes_on() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    stays, leaves, leaves_too = (make.placed(agency, unit) for _ in range(3))
    for newcomer in (leaves, leaves_too):
        services.admit(staff=make.at_work(stays), newcomer=newcomer, unit_id=unit.id)
    kept = make.vault_of(leaves)
    before = selectors.current_key(unit.id)
    suspend_all()
    confirm(officers=[stays.pk], dismiss=[leaves.pk, leaves_too.pk])
    after = selectors.current_key(unit.id)
    assert after.version > before.version
    assert [key.officer_id for key in selectors.members(unit.id)] == [stays.pk]
    given = make.sealed_for(unit)
    assert make.opens(make.vault_of(stays), given)
    assert not make.opens(kept, given)
    for officer in Officer.objects.filter(pk__in=[leaves.pk, leaves_too.pk]):
        assert not officer.is_active
        assert not officer.has_usable_password()
        assert selectors.active_key(officer.pk) is None
        assert not Placement.objects.filter(officer=officer, until=None).exists()
    assert Event.objects.filter(tag=Tag.ACCOUNT_DISABLE).count() == 2


def test_when_all_are_dismissed_the_unit_still_receives() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    one = make.placed(agency, unit)
    two = make.placed(agency, unit)
    services.admit(staff=make.at_work(one), newcomer=two, unit_id=unit.id)
    confirm(officers=[], dismiss=suspend_all())
    current = selectors.current_key(unit.id)
    assert current.provisional
    newcomer = make.placed(agency, unit)
    assert make.opens(make.vault_of(newcomer), make.sealed_for(unit))
    assert UnitKey.objects.filter(unit=unit, retired_at=None).count() == 1


def test_a_role_that_began_after_the_clock_of_now_ends_too() -> None:
    agency, (unit,) = make.agency_with_units("centre")
    with time_machine.travel(now() + timedelta(days=40), tick=False):
        officer = make.placed(agency, unit, Role.AUDITOR, enrolled=False)
    suspend_all()
    confirm(officers=[], dismiss=[officer.pk])
    assert not Placement.objects.filter(officer=officer, until=None).exists()

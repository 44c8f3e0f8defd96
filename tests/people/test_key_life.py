# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who can open what, from the first start of a node to the day on which somebody leaves."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from amana.agencies.models import Unit
from amana.config.env import env
from amana.config.node import keyring
from amana.journal.events import NODE
from amana.journal.models import Event
from amana.kernel.sealing import pairs, passphrases
from amana.kernel.sealing.encoding import join
from amana.kernel.sealing.errors import KeyMissing, WrongPassphrase
from amana.people import selectors, services
from amana.people.errors import (
    AlreadyEnrolled,
    AlreadyPlaced,
    KeyNotGenuine,
    NotAllowed,
    NotAMember,
    NotWaiting,
    UnitWithoutKey,
)
from amana.people.events import Tag
from amana.people.models import Officer, OfficerKey, Role, UnitKey, UnitKeyGrant
from amana.people.policies import Staff, staff_for
from amana.people.services.placements import begin_placement
from amana.people.services.unit_keys import bootstrap_private, sweep_bootstraps
from amana.people.vault import OpenVault, officer_context
from tests.people import builders as make

pytestmark = pytest.mark.db


def admit(member: Officer, newcomer: Officer, unit: Unit) -> None:
    services.admit(staff=make.at_work(member), newcomer=newcomer, unit_id=unit.id)


def end(staff: Staff, officer: Officer, unit: Unit) -> None:
    row = selectors.active_placements().get(officer=officer, unit=unit)
    services.end_placement(staff=staff, placement_id=row.pk)


def key_files() -> set[str]:
    return {path.name for path in env().key_folder.glob("bootstrap-*")}


def test_a_fresh_unit_is_provisional_and_a_second_start_changes_nothing() -> None:
    agency, units = make.agency_with_units("centre", "aqaba")
    first = selectors.sealing_keys([u.id for u in units])
    assert services.provision(agency=agency) == 0
    assert selectors.sealing_keys([u.id for u in units]) == first
    assert list(selectors.provisional_units(agency.id)) == sorted(units, key=lambda u: u.code)
    assert len({key.public for key in first.values()}) == 2


def test_sealing_keys_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _, units = make.agency_with_units("a", "b", "c")
    with django_assert_num_queries(1):
        assert len(selectors.sealing_keys([u.id for u in units])) == 3


def test_nothing_is_sealed_to_a_unit_without_a_key() -> None:
    _, (unit,) = make.agency_with_units(keys=False)
    with pytest.raises(UnitWithoutKey):
        selectors.sealing_keys([unit.id])


def test_the_node_admits_the_first_member_when_she_is_placed_after_enrolling() -> None:
    agency, (unit,) = make.agency_with_units()
    before = make.sealed_for(unit)
    woman = make.officer(agency)
    make.enrol(woman)
    assert not make.opens(make.vault_of(woman), before)
    services.place(
        staff=make.administrator(agency, unit), officer=woman, unit=unit, role=Role.INVESTIGATOR
    )
    assert make.opens(make.vault_of(woman), before)
    assert Event.objects.filter(tag=Tag.MEMBER_ADMIT, subject_id=woman.id).count() == 1


def test_the_node_admits_the_first_member_when_she_enrols_after_being_placed() -> None:
    agency, (unit,) = make.agency_with_units()
    before = make.sealed_for(unit)
    assert make.opens(make.vault_of(make.placed(agency, unit)), before)


def test_the_node_admits_nobody_after_the_first() -> None:
    agency, (unit,) = make.agency_with_units()
    make.placed(agency, unit)
    second = make.placed(agency, unit)
    assert not make.opens(make.vault_of(second), make.sealed_for(unit))
    assert [key.officer_id for key in selectors.waiting(unit.id)] == [second.id]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.CUSTODIAN])
def test_those_who_run_the_house_are_given_no_key(role: Role) -> None:
    agency, (unit,) = make.agency_with_units()
    person = make.placed(agency, unit, role)
    assert UnitKeyGrant.objects.count() == 0
    assert not make.opens(make.vault_of(person), make.sealed_for(unit))
    assert list(selectors.waiting(unit.id)) == []


def test_the_second_member_ends_the_provisional_time(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    agency, (unit,) = make.agency_with_units()
    early = make.sealed_for(unit)
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    old = selectors.current_key(unit.id)
    assert bootstrap_private(old.pk)
    files = key_files()
    with django_capture_on_commit_callbacks(execute=True):
        admit(first, second, unit)
    new = selectors.current_key(unit.id)
    assert (new.version, new.provisional, old.pk == new.pk) == (2, False, False)
    late = make.sealed_for(unit)
    for member in (first, second):
        assert make.opens(make.vault_of(member), early)
        assert make.opens(make.vault_of(member), late)
    assert key_files() < files, "the file is gone, not only forgotten"
    with pytest.raises(KeyMissing):
        keyring().bootstrap_get(str(old.pk))
    for key in UnitKey.objects.filter(unit=unit):
        assert key.bootstrap is None
        with pytest.raises(LookupError):
            bootstrap_private(key.pk)
    assert list(selectors.provisional_units(agency.id)) == []


def test_a_crash_before_the_file_was_destroyed_is_mended_at_the_next_start() -> None:
    agency, (unit,) = make.agency_with_units()
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    old = selectors.current_key(unit.id)
    admit(first, second, unit)  # the test's own transaction never commits: as if killed here
    assert keyring().bootstrap_get(str(old.pk))
    services.provision(agency=agency)
    with pytest.raises(KeyMissing):
        keyring().bootstrap_get(str(old.pk))


def test_key_files_that_this_database_does_not_know_are_left_alone() -> None:
    make.agency_with_units()
    keyring().bootstrap_put("00000000-0000-7000-8000-000000000001", bytes(32))
    sweep_bootstraps()
    assert keyring().bootstrap_get("00000000-0000-7000-8000-000000000001") == bytes(32)


def test_a_third_member_is_admitted_by_either_and_the_pair_stays() -> None:
    agency, (unit,) = make.agency_with_units()
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    admit(first, second, unit)
    given, version = make.sealed_for(unit), selectors.current_key(unit.id).version
    third = make.placed(agency, unit)
    admit(second, third, unit)
    assert make.opens(make.vault_of(third), given)
    assert selectors.current_key(unit.id).version == version


def test_nobody_admits_without_holding_the_key() -> None:
    agency, units = make.agency_with_units("one", "two")
    stranger = make.placed(agency, units[1])
    make.placed(agency, units[0])
    waiting = make.placed(agency, units[0])
    with pytest.raises(NotAllowed):
        admit(stranger, waiting, units[0])
    another = make.placed(agency, units[0])
    with pytest.raises(NotAllowed):
        admit(another, waiting, units[0])
    closed = staff_for(selectors.members(units[0].id).get().officer)
    with pytest.raises(NotAMember):
        services.admit(staff=closed, newcomer=waiting, unit_id=units[0].id)


def test_nobody_is_admitted_twice_or_without_a_placement() -> None:
    agency, (unit,) = make.agency_with_units()
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    admit(first, second, unit)
    outsider = make.officer(agency)
    make.enrol(outsider)
    for person in (second, outsider, first):
        with pytest.raises(NotWaiting):
            admit(first, person, unit)


def test_t05_who_leaves_cannot_open_what_comes_afterwards_even_with_a_kept_key() -> None:
    agency, (unit,) = make.agency_with_units()
    staff = make.administrator(agency, unit)
    people = [make.placed(agency, unit) for _ in range(3)]
    admit(people[0], people[1], unit)
    admit(people[0], people[2], unit)
    leaver = people[2]
    kept = make.vault_of(leaver)
    kept_private = kept.unit_private(selectors.current_key(unit.id).pk)
    old = make.sealed_for(unit)
    end(staff, leaver, unit)
    new = make.sealed_for(unit)
    assert not make.opens(make.vault_of(leaver), old), "her grants are gone at once"
    assert not make.opens(make.vault_of(leaver), new)
    with pytest.raises(Exception, match="cannot be opened"):
        pairs.unwrap(kept_private, new[0], context=join("test"))
    for stays in people[:2]:
        assert make.opens(make.vault_of(stays), old)
        assert make.opens(make.vault_of(stays), new)
    assert not selectors.current_key(unit.id).provisional
    assert not UnitKeyGrant.objects.filter(officer_key__officer=leaver).exists()


def test_a_unit_that_falls_below_two_is_provisional_again() -> None:
    agency, (unit,) = make.agency_with_units()
    staff = make.administrator(agency, unit)
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    admit(first, second, unit)
    end(staff, second, unit)
    assert selectors.current_key(unit.id).provisional
    assert bootstrap_private(selectors.current_key(unit.id).pk)
    assert make.opens(make.vault_of(first), make.sealed_for(unit))


def test_a_unit_that_everybody_left_still_receives_and_its_next_member_reads_it() -> None:
    agency, (unit,) = make.agency_with_units()
    staff = make.administrator(agency, unit)
    only = make.placed(agency, unit)
    early = make.sealed_for(unit)
    end(staff, only, unit)
    meanwhile = make.sealed_for(unit)
    successor = make.vault_of(make.placed(agency, unit))
    assert make.opens(successor, meanwhile)
    assert make.opens(successor, early), "the node held this version all along"


def test_somebody_who_waited_is_admitted_when_the_last_member_leaves() -> None:
    agency, (unit,) = make.agency_with_units()
    staff = make.administrator(agency, unit)
    first, waiting = make.placed(agency, unit), make.placed(agency, unit)
    end(staff, first, unit)
    assert make.opens(make.vault_of(waiting), make.sealed_for(unit))


def test_a_second_role_in_the_unit_keeps_the_key() -> None:
    agency, (unit,) = make.agency_with_units()
    staff = make.administrator(agency, unit)
    woman = make.placed(agency, unit)
    services.place(staff=staff, officer=woman, unit=unit, role=Role.SUPERVISOR)
    version = selectors.current_key(unit.id).version
    row = selectors.active_placements().get(officer=woman, role=Role.INVESTIGATOR)
    services.end_placement(staff=staff, placement_id=row.pk)
    assert make.opens(make.vault_of(woman), make.sealed_for(unit))
    assert selectors.current_key(unit.id).version == version


def test_a_reset_passphrase_is_a_new_pair_that_is_admitted_again() -> None:
    agency, (unit,) = make.agency_with_units()
    staff = make.administrator(agency, unit)
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    admit(first, second, unit)
    old, stolen = make.sealed_for(unit), make.vault_of(second)
    services.reset_passphrase(staff=staff, officer=second)
    new = make.sealed_for(unit)
    assert not make.opens(stolen, old)
    assert not make.opens(stolen, new)
    retired = OfficerKey.objects.get(officer=second, active=False)
    assert retired.locked_private is None
    make.enrol(second)
    assert not make.opens(make.vault_of(second), new), "she waits for a member"
    admit(first, second, unit)
    assert make.opens(make.vault_of(second), old)
    assert make.opens(make.vault_of(second), new)


def test_a_disabled_account_loses_everything_at_once() -> None:
    agency, (one, two) = make.agency_with_units("one", "two")
    staff = make.administrator(agency, one)
    woman = make.placed(agency, one)
    begin_placement(officer=woman, unit=two, role=Role.SUPERVISOR, actor=NODE)
    vault = make.vault_of(woman)
    services.disable(staff=staff, officer=woman)
    for unit in (one, two):
        assert not make.opens(vault, make.sealed_for(unit))
        assert selectors.current_key(unit.id).version == 2
    woman.refresh_from_db()
    assert not woman.is_active
    assert staff_for(woman).roles == {}


def test_a_retired_version_can_be_forgotten_and_the_current_one_cannot() -> None:
    agency, (unit,) = make.agency_with_units()
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    old = make.sealed_for(unit)
    admit(first, second, unit)
    retired = selectors.retired_keys([unit.id]).get()
    key = selectors.active_key(first.id)
    assert key is not None
    assert list(selectors.rewrappable_keys(key.pk)) == [retired]
    services.forget_unit_key(unit_key_id=retired.pk)
    assert not make.opens(make.vault_of(first), old)
    with pytest.raises(ValueError):
        services.forget_unit_key(unit_key_id=selectors.current_key(unit.id).pk)


def test_only_an_administrator_places_resets_and_ends() -> None:
    agency, (unit,) = make.agency_with_units()
    woman = make.at_work(make.placed(agency, unit, Role.SUPERVISOR))
    other = make.officer(agency)
    row = selectors.active_placements().get(officer_id=woman.officer_id)
    for act in (
        lambda: services.place(staff=woman, officer=other, unit=unit, role=Role.INVESTIGATOR),
        lambda: services.reset_passphrase(staff=woman, officer=other),
        lambda: services.end_placement(staff=woman, placement_id=row.pk),
        lambda: services.disable(staff=woman, officer=other),
        lambda: services.reset_access(staff=woman, officer=other),
        lambda: services.invite(staff=woman, login="x", name="X", language="en"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_administrator_cannot_reach_into_another_agency() -> None:
    agency, (unit,) = make.agency_with_units()
    foreign, (theirs,) = make.agency_with_units("theirs")
    staff, stranger = make.administrator(agency, unit), make.officer(foreign)
    with pytest.raises(NotAllowed):
        services.place(staff=staff, officer=stranger, unit=unit, role=Role.INVESTIGATOR)
    with pytest.raises(NotAllowed):
        services.place(
            staff=staff, officer=make.officer(agency), unit=theirs, role=Role.INVESTIGATOR
        )
    for act in (services.disable, services.reset_access, services.reset_passphrase):
        with pytest.raises(NotAllowed):
            act(staff=staff, officer=stranger)


def test_the_same_role_is_not_given_twice() -> None:
    agency, (unit,) = make.agency_with_units()
    woman = make.placed(agency, unit)
    with pytest.raises(AlreadyPlaced):
        services.place(
            staff=make.administrator(agency, unit), officer=woman, unit=unit, role=Role.INVESTIGATOR
        )


def test_one_vault_for_each_officer() -> None:
    agency, (unit,) = make.agency_with_units()
    woman = make.placed(agency, unit)
    with pytest.raises(AlreadyEnrolled):
        make.enrol(woman)


def test_a_changed_passphrase_opens_the_same_vault() -> None:
    agency, (unit,) = make.agency_with_units()
    woman = make.placed(agency, unit)
    given = make.sealed_for(unit)
    with pytest.raises(WrongPassphrase):
        services.change_passphrase(officer=woman, old="wrong", new="quite other words")
    services.change_passphrase(officer=woman, old=make.PASSPHRASE, new="quite other words")
    key = selectors.active_key(woman.id)
    assert key is not None
    assert key.locked_private is not None
    private = passphrases.unlock(
        "quite other words", bytes(key.locked_private), context=officer_context(key.pk)
    )
    assert make.opens(OpenVault(woman.id, key.pk, private), given)
    with pytest.raises(WrongPassphrase):
        make.vault_of(woman)


def test_t06_a_public_key_put_in_by_a_database_writer_is_noticed() -> None:
    agency, (unit,) = make.agency_with_units()
    woman = make.placed(agency, unit)
    forged = pairs.new_pair().public
    UnitKey.objects.filter(unit=unit).update(public=forged)
    with pytest.raises(KeyNotGenuine):
        make.vault_of(woman).unit_private(selectors.current_key(unit.id).pk)


def test_the_database_itself_refuses_two_current_versions_and_half_bootstraps() -> None:
    agency, (unit,) = make.agency_with_units()
    current = selectors.current_key(unit.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitKey.objects.create(
            agency=agency,
            unit=unit,
            version=9,
            public=bytes(32),
            provisional=True,
            bootstrap=b"x",
            created_at=current.created_at,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitKey.objects.filter(pk=current.pk).update(bootstrap=None)
    woman = make.placed(agency, unit)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficerKey.objects.filter(officer=woman).update(active=False)


def test_every_step_of_the_life_of_keys_leaves_a_leaf() -> None:
    agency, (unit,) = make.agency_with_units()
    staff = make.administrator(agency, unit)
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    admit(first, second, unit)
    end(staff, second, unit)
    tags = set(Event.objects.values_list("tag", flat=True))
    assert {
        Tag.UNIT_KEY_CREATE, Tag.PLACEMENT_BEGIN, Tag.KEY_ENROL, Tag.BOOTSTRAP_OPEN,
        Tag.MEMBER_ADMIT, Tag.UNIT_KEY_ROTATE, Tag.BOOTSTRAP_DESTROY, Tag.PLACEMENT_END,
    } <= tags  # fmt: skip
    for event in Event.objects.all():
        assert event.body is not None
        assert b"Officer" not in bytes(event.body), "a name never stands in the journal"

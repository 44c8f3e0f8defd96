# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what where: one table, asked in one way, for a page and for a list alike."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from amana.agencies.models import Unit
from amana.config.clock import now
from amana.journal.events import NODE
from amana.people import selectors
from amana.people.errors import NotAllowed
from amana.people.models import AGENCY_ROLES, KEY_ROLES, OfficerKey, Role
from amana.people.policies import (
    ALLOWED,
    Action,
    Staff,
    matrix,
    may,
    require,
    staff_for,
    units_where,
)
from amana.people.services import admit, place
from amana.people.services.placements import begin_placement
from tests.people import builders as make

HERE, THERE = uuid4(), uuid4()


def staff(*roles: Role) -> Staff:
    return Staff(uuid4(), "bcdf", uuid4(), {HERE: frozenset(roles)})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_the_answer_is_the_table_and_lists_agree_with_pages(action: Action, role: Role) -> None:
    person = staff(role)
    expected = role in ALLOWED[action]
    assert may(person, action, HERE) is expected
    assert may(person, action) is expected
    assert not may(person, action, THERE), "a role counts where it is held"
    assert (units_where(person, action) == {HERE}) is expected
    if not expected:
        with pytest.raises(NotAllowed):
            require(person, action, HERE)


def test_every_action_has_its_row_and_somebody_who_may() -> None:
    assert set(ALLOWED) == set(Action)
    assert all(ALLOWED.values())


def test_who_runs_the_house_reads_no_report() -> None:
    reading = {
        Action.READ_REPORT, Action.READ_IDENTITY, Action.OPEN_ANNEX, Action.INTERNAL_NOTE,
        Action.MESSAGE_REPORTER, Action.DIAGNOSE, Action.ADMIT_MEMBER, Action.CLOSE,
    }  # fmt: skip
    for action in reading:
        assert ALLOWED[action].isdisjoint(AGENCY_ROLES)
    assert frozenset(Role) == KEY_ROLES | AGENCY_ROLES


def test_closing_what_was_never_referred_needs_a_supervisor() -> None:
    assert ALLOWED[Action.CLOSE_UNREFERRED] == {Role.SUPERVISOR}
    assert ALLOWED[Action.RELEASE_SPEECH] == {Role.LEGAL_REVIEWER}


def test_the_matrix_for_the_documents_is_the_table() -> None:
    for name, row in matrix():
        assert {role for role, yes in zip(Role, row, strict=True) if yes} == ALLOWED[Action(name)]


def test_the_actor_is_the_role_that_allowed_it_and_no_name() -> None:
    person = staff(Role.INTAKE_OFFICER, Role.SUPERVISOR)
    assert person.actor(Action.CLOSE_UNREFERRED, HERE).role == "supervisor"
    assert person.actor(Action.DIAGNOSE, HERE).role == "intake_officer"
    assert person.actor().pseudonym == "bcdf"
    assert staff().actor().role == "officer"


@pytest.mark.db
def test_roles_of_the_whole_agency_count_at_each_of_its_units() -> None:
    agency, units = make.agency_with_units("a", "b")
    make.agency_with_units("foreign")
    auditor = staff_for(make.placed(agency, units[0], Role.AUDITOR, enrolled=False))
    assert units_where(auditor, Action.SEE_SILENT) == {unit.id for unit in units}
    foreign = Unit.objects.get(code="foreign")
    assert not may(auditor, Action.READ_JOURNAL, foreign.id)


@pytest.mark.db
def test_access_ends_with_the_placement_and_with_the_account() -> None:
    agency, (unit,) = make.agency_with_units()
    woman = make.placed(agency, unit, Role.SUPERVISOR)
    assert may(staff_for(woman), Action.CLOSE, unit.id)
    begin_placement(officer=woman, unit=unit, role=Role.INTAKE_OFFICER, actor=NODE)
    assert staff_for(woman).roles[unit.id] == {Role.SUPERVISOR, Role.INTAKE_OFFICER}
    selectors.active_placements().filter(role=Role.SUPERVISOR).update(until=now())
    assert not may(staff_for(woman), Action.CLOSE, unit.id)
    woman.is_active = False
    woman.save()
    assert staff_for(woman).roles == {}


@pytest.mark.db
def test_a_role_that_reads_counts_only_where_a_member_let_her_in() -> None:
    agency, (unit,) = make.agency_with_units()
    first, second = make.placed(agency, unit), make.placed(agency, unit)
    newcomer = make.placed(agency, unit)
    assert may(staff_for(first), Action.READ_REPORT, unit.id)
    admit(staff=make.at_work(first), newcomer=second, unit_id=unit.id)
    assert may(staff_for(second), Action.READ_REPORT, unit.id)
    assert staff_for(newcomer).roles == {}
    admit(staff=make.at_work(first), newcomer=newcomer, unit_id=unit.id)
    assert may(staff_for(newcomer), Action.CLOSE, unit.id)


@pytest.mark.db
def test_an_administrator_who_places_herself_sees_and_does_nothing() -> None:
    agency, (unit,) = make.agency_with_units()
    make.placed(agency, unit)
    chief = make.placed(agency, unit, Role.ADMINISTRATOR)
    place(staff=staff_for(chief), officer=chief, unit=unit, role=Role.SUPERVISOR)
    held = staff_for(chief)
    assert held.roles[unit.id] == {Role.ADMINISTRATOR}
    assert not units_where(held, Action.READ_REPORT)
    assert may(held, Action.MANAGE_PEOPLE)


@pytest.mark.db
def test_a_grant_of_a_key_that_is_hers_no_more_does_not_count() -> None:
    agency, (unit,) = make.agency_with_units()
    woman = make.placed(agency, unit)
    OfficerKey.objects.filter(officer=woman).update(active=False, locked_private=None)
    assert staff_for(woman).roles == {}


@pytest.mark.db
def test_who_she_is_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    agency, (unit,) = make.agency_with_units()
    woman = make.placed(agency, unit)
    with django_assert_num_queries(1):
        assert staff_for(woman).roles

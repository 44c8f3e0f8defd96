# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys are given and taken back whole: a unit that is given a part opens it, one that was taken
back opens nothing, and neither act is done or written down twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.journal.models import Event
from amana.people.models import Role, UnitKeyGrant
from amana.people.policies import Staff
from amana.people.selectors import active_placements, current_key
from amana.people.services import end_placement
from amana.reports.errors import NoKey, VaultClosed
from amana.reports.events import Tag
from amana.reports.models import Access, AccessRole, PartGrant, PartKind, Report, SealedPart
from amana.reports.services import parts
from tests.support import builders as make

pytestmark = pytest.mark.db
HERS = (PartKind.ANSWERS, PartKind.IDENTITY)


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def who(agency: Agency) -> Staff:
    return make.staff(agency, "jo/ccu/aqaba")


@pytest.fixture
def report(agency: Agency, who: Staff) -> Report:
    return make.report(agency, **make.NAMED)


@pytest.fixture
def irbid(agency: Agency) -> Unit:
    return make.unit("jo/ccu/irbid")


def give(who: Staff, report: Report, unit: Unit, *kinds: str) -> list[str]:
    with transaction.atomic():
        return parts.grant_unit(staff=who, report=report, unit=unit, kinds=kinds, actor=who.actor())


def take(who: Staff, report: Report, unit: Unit) -> list[str]:
    with transaction.atomic():
        return parts.take_back(report=report, unit=unit, actor=who.actor())


def opens(who: Staff, report: Report) -> set[str]:
    """The kinds of parts that an officer's vault opens now, whatever she may see."""
    found = set()
    assert who.vault is not None
    for part in SealedPart.objects.filter(report=report):
        try:
            parts.part_private(who.vault, part)
        except NoKey:
            continue
        found.add(part.kind)
    return found


def facts(tag: Tag) -> list[dict[str, object]]:
    rows = Event.objects.filter(tag=tag).order_by("at", "id")
    return [json.loads(bytes(row.body or b"{}"))["facts"] for row in rows]


def test_a_unit_opens_what_it_was_given_and_not_the_part_beside_it(
    agency: Agency, who: Staff, report: Report, irbid: Unit
) -> None:
    colleague = make.staff(agency, "jo/ccu/irbid")
    assert opens(colleague, report) == set()
    assert give(who, report, irbid, PartKind.ANSWERS) == [PartKind.ANSWERS]
    assert opens(colleague, report) == {PartKind.ANSWERS}
    assert opens(make.staff(agency, "jo/ccu/karak"), report) == set()


def test_given_twice_it_is_given_once_and_only_what_is_new_is_named(
    who: Staff, report: Report, irbid: Unit
) -> None:
    give(who, report, irbid, PartKind.ANSWERS)
    held = PartGrant.objects.count()
    assert give(who, report, irbid, *HERS) == [PartKind.IDENTITY]
    assert give(who, report, irbid, *HERS) == []
    assert PartGrant.objects.count() == held + 1
    assert [fact["parts"] for fact in facts(Tag.KEYS_GRANT)][-1] == "answers,identity"


def test_a_part_that_the_report_does_not_have_is_passed_over(
    who: Staff, report: Report, irbid: Unit
) -> None:
    assert give(who, report, irbid, PartKind.ANNEX) == []
    assert give(who, report, irbid, PartKind.ANNEX, PartKind.ANSWERS) == [PartKind.ANSWERS]


def test_nobody_gives_what_she_does_not_hold_and_nothing_is_half_given(
    agency: Agency, who: Staff, report: Report, irbid: Unit
) -> None:
    aqaba = current_key(make.unit("jo/ccu/aqaba").id)
    PartGrant.objects.filter(part__kind=PartKind.IDENTITY, unit_key=aqaba).delete()
    before = PartGrant.objects.count()
    with pytest.raises(NoKey):
        give(who, report, irbid, *HERS)
    with pytest.raises(NoKey):
        give(make.staff(agency, "jo/ccu/irbid"), report, irbid, PartKind.ANSWERS)
    with pytest.raises(VaultClosed):
        give(replace(who, vault=None), report, irbid, PartKind.ANSWERS)
    assert PartGrant.objects.count() == before
    assert facts(Tag.KEYS_GRANT) == []


def test_what_was_taken_back_opens_nothing_and_the_others_keep_theirs(
    agency: Agency, who: Staff, report: Report, irbid: Unit
) -> None:
    colleague = make.staff(agency, "jo/ccu/irbid")
    give(who, report, irbid, *HERS)
    assert opens(colleague, report) == set(HERS)
    assert take(who, report, irbid) == sorted(HERS)
    assert opens(colleague, report) == set()
    assert opens(who, report) == set(HERS)
    assert PartGrant.objects.filter(part__report=report, to_receipt=True).count() == len(HERS)
    assert take(who, report, irbid) == []
    assert facts(Tag.KEYS_TAKE) == [{"unit": "jo/ccu/irbid"}]


@pytest.mark.parametrize("role", [r for r in AccessRole if r != AccessRole.OWNER])
def test_any_ground_that_is_left_keeps_the_keys_and_its_end_gives_them_up(
    agency: Agency, who: Staff, report: Report, irbid: Unit, role: AccessRole
) -> None:
    give(who, report, irbid, *HERS)
    ground = Access.objects.create(
        agency_id=agency.id, report=report, unit=irbid, role=role, since=now()
    )
    assert take(who, report, irbid) == []
    Access.objects.filter(pk=ground.pk).update(until=now())
    assert take(who, report, irbid) == sorted(HERS)


def test_the_duty_unit_keeps_its_keys_whatever_happens(who: Staff, report: Report) -> None:
    duty = make.unit("jo/ccu/duty")
    Access.objects.filter(report=report, unit=duty).update(until=now())
    assert take(who, report, duty) == []
    held = PartGrant.objects.filter(part__report=report, unit_key__unit=duty)
    assert set(held.values_list("part__kind", flat=True)) == set(HERS)
    assert facts(Tag.KEYS_TAKE) == []


def test_what_hangs_on_an_older_key_of_the_unit_is_taken_back_too(
    agency: Agency, who: Staff, report: Report, irbid: Unit
) -> None:
    """A unit whose key was changed holds grants by two versions; both end."""
    stays, leaver = make.staff(agency, "jo/ccu/irbid"), make.staff(agency, "jo/ccu/irbid")
    give(who, report, irbid, PartKind.ANSWERS)

    chief = make.staff(agency, "jo/ccu", Role.ADMINISTRATOR)
    end_placement(
        staff=chief, placement_id=active_placements().get(officer_id=leaver.officer_id).pk
    )
    stays = make.again(stays)
    give(who, report, irbid, *HERS)
    versions = PartGrant.objects.filter(part__report=report, unit_key__unit=irbid)
    assert versions.values("unit_key").distinct().count() == 2
    assert opens(stays, report) == set(HERS)
    assert take(who, report, irbid) == sorted(HERS)
    assert opens(stays, report) == set()


def test_several_parts_are_opened_whole_or_not_at_all(
    who: Staff, report: Report, agency: Agency
) -> None:
    own = list(SealedPart.objects.filter(report=report))
    assert who.vault is not None
    assert set(parts.part_privates(who.vault, own)) == {part.id for part in own}
    assert set(parts.part_privates(who.vault, own + own)) == {part.id for part in own}
    assert parts.part_privates(who.vault, []) == {}
    elsewhere = make.report(agency, victim_region="JO-IR")
    mixed = [*own, SealedPart.objects.get(report=elsewhere)]
    with pytest.raises(NoKey):
        parts.part_privates(who.vault, mixed)


def test_a_note_reaches_the_units_that_stand_on_the_report_when_it_is_first_written(
    agency: Agency, who: Staff, report: Report, irbid: Unit
) -> None:
    """An office of the prosecution reads what it was sent and never what officers write."""
    office = make.unit("jo/pp/aqaba")
    for unit, role, until in (
        (irbid, AccessRole.CO_OWNER, None),
        (office, AccessRole.PROSECUTION, None),
        (make.unit("jo/ccu/karak"), AccessRole.CO_OWNER, now() - timedelta(days=1)),
    ):
        Access.objects.create(
            agency_id=agency.id,
            report=report,
            unit=unit,
            role=role,
            since=now() - timedelta(days=2),
            until=until,
        )
    with transaction.atomic():
        parts.seal_note(report, "reason", "Because.")
        parts.seal_note(report, "reason", "To the office.", PartKind.NOTICE)
    held = PartGrant.objects.filter(part__report=report, unit_key__isnull=False)
    inside = held.filter(part__kind=PartKind.INTERNAL).values_list(
        "unit_key__unit__code", flat=True
    )
    outside = held.filter(part__kind=PartKind.NOTICE).values_list("unit_key__unit__code", flat=True)
    assert set(inside) == {"jo/ccu/aqaba", "jo/ccu/duty", "jo/ccu/irbid"}
    assert set(outside) == {*inside, "jo/pp/aqaba"}


def test_a_key_that_was_changed_this_minute_is_not_forgotten_under_a_report_that_arrives(
    agency: Agency,
) -> None:
    stays, leaver = make.staff(agency, "jo/ccu/irbid"), make.staff(agency, "jo/ccu/irbid")
    old = current_key(make.unit("jo/ccu/irbid").id)
    chief = make.staff(agency, "jo/ccu", Role.ADMINISTRATOR)
    moment = now()
    with time_machine.travel(moment, tick=False):
        end_placement(
            staff=chief, placement_id=active_placements().get(officer_id=leaver.officer_id).pk
        )
    for minutes, kept in ((59, True), (61, False)):
        with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
            parts.rewrap_old_grants(staff=make.again(stays))
            assert UnitKeyGrant.objects.filter(unit_key=old).exists() is kept

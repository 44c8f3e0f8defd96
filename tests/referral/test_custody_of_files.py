# SPDX-License-Identifier: AGPL-3.0-or-later
"""Giving, ending and handing over access stands on the chain of every file of the report."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.agencies.models import Agency
from amana.evidence import passing
from amana.evidence.custody import Custody, Fact, Kind, custody_of
from amana.evidence.models import EvidenceItem, ItemKey
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral import services
from amana.referral.selectors import owner_of
from amana.reports.errors import AlreadyDone
from amana.reports.models import Access, AccessRole, PartGrant, PartKind, Report
from amana.reports.opening import open_private
from tests.evidence.files import added, fresh
from tests.support import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]

AQABA, IRBID, KARAK, DUTY = "jo/ccu/aqaba", "jo/ccu/irbid", "jo/ccu/karak", "jo/ccu/duty"
ROLES = (Role.INVESTIGATOR, Role.SUPERVISOR)
Step = tuple[str, dict[str, Fact]]


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def officer(agency: Agency) -> Staff:
    return make.staff(agency, AQABA, Role.INVESTIGATOR, Role.SUPERVISOR)


@pytest.fixture
def report(agency: Agency, officer: Staff) -> Report:
    """A diagnosed report with two files."""
    report = make.report(agency)
    for content in (b"one", b"two"):
        added(report, content)
    return make.diagnosed(officer, report)


def chains(report: Report, reader: Staff) -> list[Custody]:
    private = open_private(staff=make.again(reader), report=report, kind=PartKind.ANSWERS)
    rows = EvidenceItem.objects.filter(report=report, shredded_at=None).order_by("id")
    return [custody_of(fresh(row), private) for row in rows]


def passed(report: Report, reader: Staff) -> list[Step]:
    """What happened to the keys of the files after they came in: the same for each, and the chain
    of each holds."""
    found = []
    for chain in chains(report, reader):
        assert chain.problems == ()
        assert chain.records[0].kind is Kind.INGEST
        found.append([(record.kind.value, dict(record.facts)) for record in chain.records[1:]])
    assert all(one == found[0] for one in found)
    return found[0]


def keyholders(report: Report) -> set[str]:
    grants = PartGrant.objects.filter(part__report=report, part__kind=PartKind.ANSWERS)
    return set(grants.filter(unit_key__isnull=False).values_list("unit_key__unit__code", flat=True))


def refer(staff: Staff, report: Report, to: str, *, keep: bool = False) -> None:
    services.refer(
        staff=make.again(staff),
        report=make.fresh(report),
        to_unit=make.unit(to),
        reason="she lives there",
        keep_as_co_owner=keep,
    )


def test_a_referral_is_three_records_on_each_file(
    agency: Agency, officer: Staff, report: Report
) -> None:
    refer(officer, report, IRBID)
    there = make.staff(agency, IRBID)
    assert passed(report, there) == [
        ("transfer", {"from": AQABA, "to": IRBID}),
        ("grant", {"unit": IRBID}),
        ("revoke", {"unit": AQABA}),
    ]
    last = chains(report, there)[0].records[-1]
    assert (last.actor.role, last.actor.pseudonym) == ("investigator", officer.pseudonym)


def test_who_stays_as_co_owner_loses_nothing_and_is_given_nothing(
    officer: Staff, report: Report
) -> None:
    refer(officer, report, IRBID, keep=True)
    assert passed(report, officer) == [
        ("transfer", {"from": AQABA, "to": IRBID}),
        ("grant", {"unit": IRBID}),
    ]


def test_a_joint_case_begins_and_ends_on_the_chain(officer: Staff, report: Report) -> None:
    unit = make.unit(IRBID)
    services.add_co_owner(staff=officer, report=report, unit=unit, reason="same man")
    with pytest.raises(AlreadyDone):
        services.add_co_owner(staff=officer, report=report, unit=unit, reason="same man")
    services.end_co_owner(staff=officer, report=report, unit=unit)
    assert passed(report, officer) == [("grant", {"unit": IRBID}), ("revoke", {"unit": IRBID})]
    grounds = [record.purpose for record in chains(report, officer)[0].records]
    assert grounds[1:] == [AccessRole.CO_OWNER.value, ""]


def test_a_co_owner_that_becomes_the_owner_is_given_no_key_twice(
    agency: Agency, officer: Staff, report: Report
) -> None:
    services.add_co_owner(
        staff=officer, report=report, unit=make.unit(IRBID), reason="the same man"
    )
    refer(officer, report, IRBID)
    assert passed(report, make.staff(agency, IRBID)) == [
        ("grant", {"unit": IRBID}),
        ("transfer", {"from": AQABA, "to": IRBID}),
        ("revoke", {"unit": AQABA}),
    ]


def test_the_duty_unit_keeps_its_keys_and_no_record_says_otherwise(
    agency: Agency, officer: Staff, report: Report
) -> None:
    on_duty = make.staff(agency, DUTY, Role.SUPERVISOR, Role.INVESTIGATOR)
    refer(officer, report, DUTY)
    refer(on_duty, report, AQABA)
    assert passed(report, officer) == [
        ("transfer", {"from": AQABA, "to": DUTY}),
        ("revoke", {"unit": AQABA}),
        ("transfer", {"from": DUTY, "to": AQABA}),
        ("grant", {"unit": AQABA}),
    ]
    assert keyholders(report) == {DUTY, AQABA}


def test_a_notice_gives_the_prosecution_no_file(officer: Staff, report: Report) -> None:
    make.notified(officer, report, "jo/pp/aqaba")
    make.notified(officer, report, "jo/pp/irbid")
    assert passed(report, officer) == []


def test_what_goes_to_legal_review_leaves_the_unit_and_the_joint_one(
    agency: Agency, officer: Staff, report: Report
) -> None:
    services.add_co_owner(
        staff=officer, report=report, unit=make.unit(IRBID), reason="the same man"
    )
    services.change_category(staff=make.again(officer), report=make.fresh(report), category="D1")
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    assert passed(report, reviewer) == [
        ("grant", {"unit": IRBID}),
        ("transfer", {"from": AQABA, "to": "jo/legal/review"}),
        ("grant", {"unit": "jo/legal/review"}),
        ("revoke", {"unit": AQABA}),
        ("revoke", {"unit": IRBID}),
    ]


def test_keys_move_with_their_record_or_not_at_all(
    officer: Staff, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keyholders(report)

    def full(**_said: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(passing, "taken", full)
    with pytest.raises(OSError, match="full"):
        refer(officer, report, IRBID)
    assert keyholders(report) == before
    assert owner_of(make.fresh(report)).code == AQABA
    assert passed(report, officer) == []


def test_what_was_destroyed_changes_hands_no_more(
    agency: Agency, officer: Staff, report: Report
) -> None:
    gone = EvidenceItem.objects.filter(report=report).order_by("id").first()
    assert gone is not None
    ItemKey.objects.filter(item=gone).delete()
    gone.shredded_at, gone.shred_basis = gone.received_at, "court_order"
    gone.save(update_fields=["shredded_at", "shred_basis"])
    refer(officer, report, IRBID)
    assert gone.custody.count() == 1
    assert len(passed(report, make.staff(agency, IRBID))) == 3


def test_a_report_without_files_is_referred_as_before(agency: Agency, officer: Staff) -> None:
    report = make.diagnosed(officer, make.report(agency))
    refer(officer, report, IRBID)
    assert owner_of(make.fresh(report)).code == IRBID


def test_many_files_cost_as_many_statements_as_one(agency: Agency, officer: Staff) -> None:
    def cost(files: int) -> int:
        report = make.report(agency)
        for number in range(files):
            added(report, b"file %d" % number)
        make.diagnosed(officer, report)
        with CaptureQueriesContext(connection) as seen:
            refer(officer, report, IRBID)
        return len(seen)

    assert cost(6) == cost(1)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_chain_names_who_holds_the_keys(
    agency: Agency, officer: Staff, report: Report, seed: int
) -> None:
    """Replaying the records from the units that held keys at filing gives those that hold them
    now, and nobody was given what it had or lost what it had not."""
    begun = keyholders(report)
    people = {code: make.staff(agency, code, *ROLES) for code in (IRBID, KARAK)} | {AQABA: officer}
    dice = random.Random(seed)
    for _ in range(8):
        owner = owner_of(make.fresh(report)).code
        acting = make.again(people[owner])
        other = dice.choice([code for code in people if code != owner])
        joint = Access.objects.filter(
            report=report, unit__code=other, role=AccessRole.CO_OWNER, until=None
        )
        if dice.random() < 0.4:
            refer(acting, report, other, keep=dice.random() < 0.5)
        elif joint.exists():
            services.end_co_owner(staff=acting, report=report, unit=make.unit(other))
        else:
            services.add_co_owner(
                staff=acting, report=report, unit=make.unit(other), reason="the same man"
            )
    owner = owner_of(make.fresh(report)).code
    held = set(begun)
    for kind, facts in passed(report, people[owner]):
        if kind == "grant":
            assert facts["unit"] not in held
            held.add(str(facts["unit"]))
        elif kind == "revoke":
            held.remove(str(facts["unit"]))
    assert held == keyholders(report)

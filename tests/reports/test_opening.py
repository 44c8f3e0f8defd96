# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an officer can open, what it leaves in the journal, and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine

from amana.config.clock import now
from amana.evidence import opening as evidence
from amana.evidence import services as evidence_services
from amana.evidence.blobs import blobs
from amana.evidence.intake import FileIntake
from amana.journal.events import REPORTER
from amana.journal.models import Event
from amana.people.errors import NotAllowed
from amana.people.models import Officer, Role
from amana.people.policies import staff_for
from amana.reports import opening
from amana.reports.errors import NoSuchPart, NotFound, PurposeMissing, VaultClosed
from amana.reports.events import Tag
from amana.reports.models import Message, MessageKind, PartGrant, PartKind
from amana.reports.services import mailbox, parts
from tests.support import builders as make

pytestmark = pytest.mark.db


def test_the_owner_unit_reads_what_she_wrote() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    said = opening.open_part(staff=officer, report=report, kind=PartKind.ANSWERS)
    assert said["narrative"] == make.NARRATIVE
    assert said["identifiers"] == [{"type": "phone", "value": "+962791234567"}]


def test_each_reader_leaves_one_leaf_in_ten_minutes() -> None:
    agency = make.node()
    one = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    other = make.staff(agency, "jo/ccu/aqaba")
    one = make.again(one)
    for _ in range(3):
        opening.open_part(staff=one, report=report, kind=PartKind.ANSWERS)
    assert make.tags(report).count(Tag.READ) == 1
    opening.open_part(staff=other, report=report, kind=PartKind.ANSWERS)
    assert make.tags(report).count(Tag.READ) == 2
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        opening.open_part(staff=one, report=report, kind=PartKind.ANSWERS)
    assert make.tags(report).count(Tag.READ) == 3
    leaf = Event.objects.filter(subject_id=report.id, tag=Tag.READ).order_by("at").first()
    assert leaf is not None
    assert leaf.body is not None
    body = json.loads(bytes(leaf.body))
    assert body["actor"] == {"role": "investigator", "pseudonym": one.pseudonym}


def test_an_identity_opens_only_with_a_purpose_and_each_opening_is_a_leaf() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, **make.NAMED)
    with pytest.raises(PurposeMissing):
        opening.open_part(staff=officer, report=report, kind=PartKind.IDENTITY, purpose="  ")
    assert Tag.IDENTITY_READ not in make.tags(report)
    for purpose in ("to call her", "to call her again"):
        said = opening.open_part(
            staff=officer, report=report, kind=PartKind.IDENTITY, purpose=purpose
        )
        assert said["person"] == {"name": "Salma"}
    leaves = Event.objects.filter(subject_id=report.id, tag=Tag.IDENTITY_READ).order_by("at")
    bodies = [json.loads(bytes(leaf.body or b"")) for leaf in leaves]
    assert [body["purpose"] for body in bodies] == ["to call her", "to call her again"]


def test_an_intake_officer_does_not_open_an_identity_although_her_unit_holds_the_key() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba", Role.INTAKE_OFFICER)
    report = make.report(agency, **make.NAMED)
    with pytest.raises(NotAllowed):
        opening.open_part(staff=officer, report=report, kind=PartKind.IDENTITY, purpose="x")
    assert opening.open_part(staff=officer, report=report, kind=PartKind.ANSWERS)


def test_an_anonymous_report_has_no_identity_to_open() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    with pytest.raises(NoSuchPart):
        opening.open_part(staff=officer, report=report, kind=PartKind.IDENTITY, purpose="x")


def test_another_branch_does_not_learn_that_the_report_exists() -> None:
    agency = make.node()
    stranger = make.staff(agency, "jo/ccu/irbid", Role.SUPERVISOR)
    report = make.report(agency)
    with pytest.raises(NotFound):
        opening.open_part(staff=stranger, report=report, kind=PartKind.ANSWERS)
    assert Tag.READ not in make.tags(report)


def test_without_an_open_vault_nothing_opens() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    closed = staff_for(Officer.objects.get(pk=officer.officer_id))
    with pytest.raises(VaultClosed):
        opening.open_part(staff=closed, report=report, kind=PartKind.ANSWERS)


def test_a_newcomer_who_was_not_admitted_opens_nothing_and_sees_no_report() -> None:
    agency = make.node()
    make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    from amana.journal.events import NODE
    from amana.people.services.placements import begin_placement

    newcomer = make.officer(agency)
    begin_placement(
        officer=newcomer, unit=make.unit("jo/ccu/aqaba"), role=Role.INVESTIGATOR, actor=NODE
    )
    with pytest.raises(NotFound):
        opening.open_part(staff=make.at_work(newcomer), report=report, kind=PartKind.ANSWERS)


def test_messages_are_read_by_the_unit_and_the_first_reading_is_noted() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    mailbox.write(report=report, text="He wrote again.")
    first = opening.lines(staff=officer, report=report)
    assert [(line.text, line.unread) for line in first] == [("He wrote again.", True)]
    assert [line.unread for line in opening.lines(staff=officer, report=report)] == [False]
    assert make.tags(report).count(Tag.MESSAGE_READ) == 1


def test_notes_are_for_officers_and_no_receipt_opens_them() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    assert opening.notes(staff=officer, report=report) == []
    from django.db import transaction

    with transaction.atomic():
        parts.write_internal(
            report=report,
            text="Looks like the other case.",
            actor=officer.actor(),
            unit_id=make.unit("jo/ccu/aqaba").id,
        )
    found = opening.notes(staff=officer, report=report)
    assert [note.text for note in found] == ["Looks like the other case."]
    assert found[0].author == f"investigator {officer.pseudonym}"
    internal = PartGrant.objects.filter(part__report=report, part__kind=PartKind.INTERNAL)
    assert {grant.unit_key.unit.code for grant in internal if grant.unit_key} == {
        "jo/ccu/aqaba",
        "jo/ccu/duty",
    }
    assert not internal.filter(to_receipt=True).exists()
    stored = Message.objects.get(report=report, kind=MessageKind.INTERNAL)
    assert b"other case" not in bytes(stored.sealed or b"")


def test_a_file_opens_as_it_was_sent_and_the_opening_is_a_leaf() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    intake = FileIntake(blobs(), name="chat.txt", declared_type="text/plain", limit=10_000)
    intake.write(b"what he wrote " * 100)
    evidence_services.add_to_report(report=report, taken=[intake.finish()], actor=REPORTER)
    (row,) = evidence.files(staff=officer, report=report)
    assert (row.meta.name, row.meta.size) == ("chat.txt", 1400)
    opened = evidence.open_file(staff=officer, report=report, item_id=row.id, purpose="to look")
    with opened.stream as stream:
        stream.seek(14)
        assert stream.read() == b"what he wrote " * 99
    assert make.tags(report).count("evidence:item:view") == 1
    elsewhere = make.report(agency)
    with pytest.raises(NotFound):
        evidence.open_file(staff=officer, report=elsewhere, item_id=row.id)
    stranger = make.staff(agency, "jo/ccu/irbid")
    with pytest.raises(NotFound):
        evidence.open_file(staff=stranger, report=report, item_id=row.id)

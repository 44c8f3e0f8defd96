# SPDX-License-Identifier: AGPL-3.0-or-later
"""Destroying by law: two people, a ground, no hold; afterwards a tombstone and a log that holds."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from amana.agencies.models import Agency
from amana.casework import services as casework
from amana.config.clock import now
from amana.config.env import env
from amana.evidence import holding, opening, services, shredding, tombstones
from amana.evidence.acting import lock
from amana.evidence.blobs import FolderBlobs, blobs
from amana.evidence.custody import Handling, Kind
from amana.evidence.keys import item_key
from amana.evidence.models import Basis, Copy, EvidenceItem, ItemKey, Shred
from amana.journal.events import NODE
from amana.journal.sequencer import sequence
from amana.journal.verify import verify
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.errors import AlreadyDone, NoSuchPart, NotFound, Refused, Unusable
from amana.reports.models import Message, PartGrant, Refusal, Report, SealedPart
from amana.reports.opening import open_part
from amana.reports.services import mailbox
from amana.triage.links.models import LinkSet
from amana.triage.models import WordTokens
from tests.evidence.files import UNIT, added, chain, fresh, half, taken
from tests.support import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]
WHY: dict[str, Any] = {
    "basis": Basis.COURT_ORDER,
    "article": "Penal procedure, art. 12",
    "reason": "By judgment.",
}


@pytest.fixture
def supervisor(agency: Agency, officer: Staff) -> Staff:
    return make.staff(agency, UNIT, Role.SUPERVISOR)


def closed(report: Report) -> Report:
    Report.objects.filter(pk=report.pk).update(
        closed_at=now(), stage="closed", disposition="solved"
    )
    return make.fresh(report)


def stored() -> set[str]:
    return set(FolderBlobs(env().blob_folder).addresses())


def test_an_item_is_destroyed_and_leaves_a_tombstone(
    agency: Agency, report: Report, officer: Staff, supervisor: Staff
) -> None:
    kept, gone = added(report, b"kept"), added(report, b"gone")
    wrapped = bytes(gone.key.wrapped)
    asked = shredding.ask(staff=officer, report=report, item_id=gone.id, **WHY)
    casework.shred(staff=supervisor, report=report, shred_id=asked.id)
    gone = fresh(gone)
    assert (gone.shred_basis, bytes(gone.sealed_meta)) == (Basis.COURT_ORDER, b"")
    assert gone.shredded_at is not None
    with pytest.raises(ItemKey.DoesNotExist):
        item_key(gone, b"")
    assert not ItemKey.objects.filter(wrapped=wrapped).exists()
    assert gone.blob not in stored()
    assert kept.blob in stored()
    with pytest.raises(NotFound):
        opening.open_file(staff=officer, report=report, item_id=gone.id, purpose="x")
    assert [row.id for row in opening.files(staff=officer, report=report)] == [kept.id]


def test_the_chain_and_the_log_hold_afterwards(
    agency: Agency, report: Report, officer: Staff, supervisor: Staff
) -> None:
    item = added(report)
    asked = shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)
    shredding.shred(staff=supervisor, report=report, shred_id=asked.id)
    custody = chain(item, half(agency, report))
    assert custody.holds, custody.problems
    assert [record.kind for record in custody.records] == [Kind.INGEST, Kind.SHRED]
    last = custody.records[-1]
    assert (last.purpose, last.authority) == (Basis.COURT_ORDER, WHY["article"])
    assert last.actor.pseudonym == supervisor.pseudonym
    sequence()
    assert verify(against_state=False).problems == []


def test_what_was_made_of_it_goes_with_it(
    report: Report, officer: Staff, supervisor: Staff
) -> None:
    original = added(report)
    (copy,) = services.add_derived(
        parent=original, taken=[taken(b"small")], copy=Copy.THUMBNAIL,
        act=Handling(Kind.DERIVE, NODE),
    )  # fmt: skip
    asked = shredding.ask(staff=officer, report=report, item_id=original.id, **WHY)
    shredding.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert fresh(copy).shredded_at is not None
    assert not ItemKey.objects.filter(item__report=report).exists()


def test_who_asked_does_not_decide(agency: Agency, report: Report) -> None:
    both = make.staff(agency, UNIT, Role.SUPERVISOR)
    item = added(report)
    asked = shredding.ask(staff=both, report=report, item_id=item.id, **WHY)
    with pytest.raises(Refused) as caught:
        shredding.shred(staff=both, report=report, shred_id=asked.id)
    assert caught.value.missing == "second_person"
    assert Refusal.objects.get().missing == "second_person"
    assert fresh(item).shredded_at is None


def test_the_database_knows_the_second_person_too(report: Report, officer: Staff) -> None:
    asked = shredding.ask(staff=officer, report=report, item_id=added(report).id, **WHY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Shred.objects.filter(pk=asked.pk).update(
            outcome="done", decided_by=officer.officer_id, decided_at=now()
        )


def test_an_investigator_asks_and_does_not_decide(
    agency: Agency, report: Report, officer: Staff
) -> None:
    asked = shredding.ask(staff=officer, report=report, item_id=added(report).id, **WHY)
    with pytest.raises(NotAllowed):
        shredding.shred(staff=make.staff(agency, UNIT), report=report, shred_id=asked.id)
    with pytest.raises(NotAllowed):
        shredding.ask(staff=make.staff(agency, UNIT, Role.INTAKE_OFFICER), report=report, **WHY)


@pytest.mark.parametrize("whole", [True, False])
def test_a_hold_forbids_it_and_is_counted(
    report: Report, officer: Staff, supervisor: Staff, whole: bool
) -> None:
    item = added(report)
    asked = shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)
    holding.lay(
        staff=officer, report=report, item_id=None if whole else item.id,
        reason="Trial", authority="Court",
    )  # fmt: skip
    with pytest.raises(Refused) as caught:
        shredding.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert caught.value.missing == "hold"
    with pytest.raises(Refused):
        shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)
    assert Refusal.objects.filter(missing="hold").count() == 2
    assert item.blob in stored()
    assert shredding.waiting(report) == [asked]


@pytest.mark.parametrize(("field", "missing"), [("article", "legal_basis"), ("reason", "reason")])
def test_without_a_ground_it_is_refused(
    report: Report, officer: Staff, field: str, missing: str
) -> None:
    with pytest.raises(Refused) as caught:
        shredding.ask(staff=officer, report=report, item_id=added(report).id, **{**WHY, field: " "})
    assert caught.value.missing == missing
    with pytest.raises(Unusable):
        shredding.ask(staff=officer, report=report, **{**WHY, "basis": "because"})


def test_it_is_asked_and_decided_once(report: Report, officer: Staff, supervisor: Staff) -> None:
    item = added(report)
    asked = shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)
    with pytest.raises(AlreadyDone):
        shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)
    assert shredding.reason_of(staff=supervisor, row=asked) == WHY["reason"]
    shredding.decline(staff=supervisor, report=report, shred_id=asked.id)
    with pytest.raises(AlreadyDone):
        shredding.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert fresh(item).shredded_at is None
    with pytest.raises(NotFound):
        shredding.decline(staff=supervisor, report=report, shred_id=uuid4())


def test_a_whole_report_is_closed_first_and_then_nothing_opens(
    agency: Agency, officer: Staff, supervisor: Staff
) -> None:
    report = make.report(agency, **make.NAMED)
    item = added(report)
    mailbox.write(report=report, text="Please help.")
    with pytest.raises(Refused) as caught:
        shredding.ask(staff=officer, report=report, **WHY)
    assert caught.value.missing == "open_report"
    report = closed(report)
    asked = shredding.ask(staff=officer, report=report, **WHY)
    done = casework.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert done.sealed_reason is None
    assert not PartGrant.objects.filter(part__report=report).exists()
    assert not SealedPart.objects.filter(report=report).exists()
    assert not WordTokens.objects.filter(report=report).exists()
    assert not LinkSet.objects.filter(report=report).exists()
    assert list(Message.objects.filter(report=report).values_list("code", flat=True)) == [
        "destroyed"
    ]
    with pytest.raises(NoSuchPart):
        open_part(staff=supervisor, report=report, kind="answers")
    assert item.blob not in stored()
    sequence()
    assert verify(against_state=False).problems == []


def test_the_person_reads_that_it_was_destroyed_and_nothing_she_sends_is_lost_unseen(
    agency: Agency, officer: Staff, supervisor: Staff
) -> None:
    filed = make.filed(agency)
    report = closed(filed.report)
    asked = shredding.ask(staff=officer, report=report, **WHY)
    casework.shred(staff=supervisor, report=report, shred_id=asked.id)
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    assert [line.code for line in mailbox.lines_for_reporter(opened)] == ["destroyed"]
    with pytest.raises(NoSuchPart):
        mailbox.write(report=report, text="Are you there?")
    with pytest.raises(NoSuchPart):
        services.add_to_report(report=report, taken=[taken()], actor=NODE)


def test_what_a_backup_brings_back_is_destroyed_again(
    agency: Agency, report: Report, officer: Staff, supervisor: Staff
) -> None:
    item = added(report)
    wrapped = bytes(item.key.wrapped)
    asked = shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)
    shredding.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert tombstones.destroy_again() == 0
    EvidenceItem.objects.filter(pk=item.pk).update(shredded_at=None, shred_basis="")
    ItemKey.objects.create(item=item, wrapped=wrapped)
    assert tombstones.destroy_again() == 1
    assert not ItemKey.objects.filter(item=item).exists()
    assert fresh(item).shred_basis == Basis.COURT_ORDER
    last = chain(item, half(agency, report)).records[-1]
    assert (last.kind, last.purpose, last.actor) == (Kind.SHRED, "restored", NODE)


def test_a_report_reopened_while_it_was_decided_is_not_destroyed(
    report: Report, officer: Staff, supervisor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = closed(report)
    asked = shredding.ask(staff=officer, report=report, **WHY)

    def meanwhile(row: Report) -> Report:
        Report.objects.filter(pk=row.pk).update(closed_at=None, stage="received", disposition="")
        return lock(row)

    monkeypatch.setattr(shredding, "lock", meanwhile)
    with pytest.raises(Refused) as caught:
        casework.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert caught.value.missing == "open_report"
    assert SealedPart.objects.filter(report=report).exists()


def test_a_backup_brings_back_no_token_of_a_report_that_was_destroyed(
    agency: Agency, officer: Staff, supervisor: Staff
) -> None:
    report = make.report(agency, narrative="He wrote again.", **make.NAMED)
    kept = [
        *SealedPart.objects.filter(report=report),
        *WordTokens.objects.filter(report=report),
        *LinkSet.objects.filter(report=report),
    ]
    assert {type(row) for row in kept} == {SealedPart, WordTokens, LinkSet}
    report = closed(report)
    asked = shredding.ask(staff=officer, report=report, **WHY)
    casework.shred(staff=supervisor, report=report, shred_id=asked.id)
    for row in kept:
        row.save(force_insert=True)
    assert casework.destroy_again() == 1
    assert not WordTokens.objects.filter(report=report).exists()
    assert not LinkSet.objects.filter(report=report).exists()


def test_a_store_that_is_away_does_not_keep_the_keys(
    report: Report, officer: Staff, supervisor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = added(report)
    asked = shredding.ask(staff=officer, report=report, item_id=item.id, **WHY)

    def away(_self: object, _address: str) -> None:
        raise TimeoutError

    with monkeypatch.context() as patched:
        patched.setattr(FolderBlobs, "delete", away)
        shredding.shred(staff=supervisor, report=report, shred_id=asked.id)
    assert not ItemKey.objects.filter(item=item).exists()
    assert Shred.objects.get().erased_at is None
    assert item.blob in stored()
    shredding.finish()
    assert item.blob not in stored()
    with pytest.raises(FileNotFoundError):
        blobs().open(item.blob)

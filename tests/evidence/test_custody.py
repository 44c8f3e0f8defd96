# SPDX-License-Identifier: AGPL-3.0-or-later
"""The chain of custody: every act on an item a sealed record, each bound to the one before and to
a leaf of the journal."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from amana import journey
from amana.agencies.models import Agency
from amana.evidence import opening, services
from amana.evidence.custody import (
    Handling,
    Kind,
    Record,
    custodies_of,
    custody_of,
    record_custody,
)
from amana.evidence.intake import open_meta
from amana.evidence.keys import commitment_salt, item_key
from amana.evidence.models import Copy, CustodyRecord, EvidenceItem, ItemKey, Source
from amana.evidence.records import MAX_RECORD
from amana.journal.events import NODE, REPORTER
from amana.journal.models import Event
from amana.journal.sequencer import sequence
from amana.journal.verify import verify
from amana.kernel.ledger.commitments import commit
from amana.kernel.sealing.errors import SealingError
from amana.reports import sessions
from amana.reports.models import Report
from amana.reports.services import drafts
from tests.evidence.files import UNIT, added, chain, half, taken
from tests.support import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def report(agency: Agency) -> Report:
    return make.report(agency)


def test_filing_begins_the_chain_of_each_file(agency: Agency) -> None:
    session = sessions.open_session(drafts.start(agency=agency, language="ar"))
    assert session is not None
    assert session.draft is not None
    draft = drafts.open_draft(session.draft, session.secret)
    draft = drafts.save(opened=draft, answers=make.answers())
    services.keep_with_draft(opened=draft, taken=[taken(b"one"), taken(b"two")])
    filed = journey.file_draft(draft, agency=agency, origin="report")
    private = half(agency, filed.report)
    for item in EvidenceItem.objects.filter(report=filed.report):
        custody = custody_of(item, private)
        assert (custody.holds, custody.problems) == (True, ())
        (record,) = custody.records
        assert (record.kind, record.number, record.previous) == (Kind.INGEST, 1, "")
        assert record.actor == REPORTER
        assert record.facts["source"] == "reporter"
        assert record.tool.startswith("amana/")


def test_each_record_names_the_leaf_before_it(agency: Agency, report: Report) -> None:
    item = added(report)
    officer = make.staff(agency, UNIT)
    for _ in range(3):
        opening.open_file(
            staff=officer, report=report, item_id=item.id, purpose="assess"
        ).stream.close()
    custody = chain(item, half(agency, report))
    assert custody.holds
    assert [record.kind for record in custody.records] == [Kind.INGEST] + [Kind.VIEW] * 3
    for before, after in zip(custody.records, custody.records[1:], strict=False):
        assert after.previous == before.leaf.hex()
        assert before.leaf == bytes(Event.objects.get(pk=before.event_id).commitment)
    assert custody.records[1].actor.pseudonym == officer.pseudonym


def test_the_commitment_is_the_published_formula(agency: Agency, report: Report) -> None:
    content = b"as it was sent"
    item = added(report, content)
    private = half(agency, report)
    key = item_key(item, private)
    said = b"evidence/v1\x00" + hashlib.sha256(content).digest() + hashlib.sha512(content).digest()
    said += bytes.fromhex(item.blob) + len(content).to_bytes(8, "big")
    expected = hmac.digest(commitment_salt(key, item.id), said, "sha256")
    assert bytes(item.commitment) == expected
    (record,) = chain(item, private).records
    assert record.commitment == expected.hex()


def test_an_event_opens_to_the_record_and_to_nothing_else(agency: Agency, report: Report) -> None:
    item = added(report)
    (record,) = chain(item, half(agency, report)).records
    event = Event.objects.get(pk=record.event_id)
    facts = json.loads(bytes(event.body or b""))["facts"]
    assert facts["custody"] == commit(record.salt, record.canonical).hex()
    assert len(record.canonical) <= MAX_RECORD
    assert set(json.loads(record.canonical)) == {
        "v", "type", "t", "item", "commit", "previous", "actor", "purpose", "authority",
        "tool", "alg", "facts",
    }  # fmt: skip


def test_no_hash_of_the_plaintext_stands_in_the_database(agency: Agency, report: Report) -> None:
    content = b"a picture that somebody has in a list"
    added(report, content)
    digests = [hashlib.new(name, content) for name in ("sha256", "sha512", "sha1", "md5")]
    wanted = [form for d in digests for form in (d.digest(), d.hexdigest().encode())]
    for model in (EvidenceItem, ItemKey, CustodyRecord, Event):
        for row in model._default_manager.values_list():
            stored = b"\n".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row
            )
            assert not [form for form in wanted if form in stored]


def test_a_copy_names_its_original_and_the_original_its_copy(
    agency: Agency, report: Report
) -> None:
    original = added(report)
    act = Handling(Kind.DERIVE, NODE, by="pillow/13.0.0", facts={"pixels": 1200})
    (copy,) = services.add_derived(
        parent=original, taken=[taken(b"small")], copy=Copy.THUMBNAIL, act=act
    )
    private = half(agency, report)
    found = custodies_of(EvidenceItem.objects.filter(report=report), private)
    assert all(custody.holds for custody in found.values())
    (first,) = found[copy.id].records
    assert (first.kind, first.facts["parent"], first.tool) == (
        Kind.DERIVE,
        str(original.id),
        "pillow/13.0.0",
    )
    assert found[original.id].records[-1].facts["derived"] == str(copy.id)
    assert (copy.parent_id, copy.source) == (original.id, Source.REPORTER)


def test_only_a_filed_item_has_copies_and_only_by_derivation(report: Report) -> None:
    item = added(report)
    with pytest.raises(ValueError, match="derived"):
        services.add_derived(
            parent=item, taken=[taken()], copy=Copy.WORKING, act=Handling(Kind.INGEST, NODE)
        )


@pytest.mark.parametrize("copy", ["working", "evidentiary"])
def test_the_database_knows_that_a_copy_has_an_original(report: Report, copy: str) -> None:
    item = added(report)
    parent = item if copy == "evidentiary" else None
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceItem.objects.filter(pk=item.pk).update(copy=copy, parent=parent)


def test_a_capture_says_so(agency: Agency, report: Report) -> None:
    act = Handling(Kind.CAPTURE, NODE, purpose="page", authority="Prosecutor", by="chromium/156")
    (item,) = services.add_to_report(
        report=report, taken=[taken()], actor=NODE, source=Source.BROWSER, act=act
    )
    (record,) = chain(item, half(agency, report)).records
    assert (record.kind, record.authority, record.tool) == (
        Kind.CAPTURE,
        "Prosecutor",
        "chromium/156",
    )
    assert record.facts["source"] == Source.BROWSER


def test_a_record_too_large_is_refused_and_nothing_is_written(report: Report) -> None:
    item = added(report)
    before = Event.objects.count()
    act = Handling(Kind.VIEW, NODE, facts={"note": "x" * MAX_RECORD})
    with pytest.raises(ValueError, match="1 KiB"):
        record_custody(item=item, act=act)
    assert (Event.objects.count(), CustodyRecord.objects.count()) == (before, 1)


def test_it_opens_with_the_key_of_its_part_only(agency: Agency, report: Report) -> None:
    item = added(report)
    other = make.report(agency)
    custody = chain(item, half(agency, other))
    assert custody.records == ()
    assert any("does not open" in problem for problem in custody.problems)


def _drop_last(item: EvidenceItem) -> None:
    CustodyRecord.objects.filter(item=item, number=3).delete()


def _drop_middle(item: EvidenceItem) -> None:
    CustodyRecord.objects.filter(item=item, number=2).delete()


def _drop_all(item: EvidenceItem) -> None:
    CustodyRecord.objects.filter(item=item).delete()


def _swap(item: EvidenceItem) -> None:
    second, third = CustodyRecord.objects.filter(item=item, number__gte=2).order_by("number")
    CustodyRecord.objects.filter(pk=third.pk).update(number=9)
    CustodyRecord.objects.filter(pk=second.pk).update(number=3)
    CustodyRecord.objects.filter(pk=third.pk).update(number=2)


def _flip(item: EvidenceItem) -> None:
    row = CustodyRecord.objects.get(item=item, number=2)
    sealed = bytearray(row.sealed)
    sealed[-1] ^= 1
    CustodyRecord.objects.filter(pk=row.pk).update(sealed=bytes(sealed))


def _other_bytes(item: EvidenceItem) -> None:
    EvidenceItem.objects.filter(pk=item.pk).update(blob="0" * 64)


def _other_commitment(item: EvidenceItem) -> None:
    EvidenceItem.objects.filter(pk=item.pk).update(commitment=b"\x01" * 32)


def _event_body(item: EvidenceItem) -> None:
    event = CustodyRecord.objects.get(item=item, number=2).event
    said = json.loads(bytes(event.body or b""))
    said["facts"]["custody"] = "00" * 32
    Event.objects.filter(pk=event.pk).update(body=json.dumps(said).encode())


def _event_emptied(item: EvidenceItem) -> None:
    event = CustodyRecord.objects.get(item=item, number=2).event
    Event.objects.filter(pk=event.pk).update(body=None, salt=None)


def _record_of_another(item: EvidenceItem) -> None:
    assert item.report is not None
    other = added(item.report, b"another")
    row = CustodyRecord.objects.get(item=other)
    CustodyRecord.objects.filter(item=item, number=2).update(sealed=row.sealed)


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (_drop_last, "that the journal names are missing"),
        (_drop_middle, "does not follow"),
        (_drop_all, "there is no record"),
        (_swap, "does not open"),
        (_flip, "does not open"),
        (_other_bytes, "not the one that was committed to"),
        (_other_commitment, "commits to other bytes"),
        (_event_body, "commits to something else"),
        (_event_emptied, "changed or emptied"),
        (_record_of_another, "does not open"),
    ],
)
def test_what_was_changed_is_noticed_and_named(
    agency: Agency, report: Report, harm: Callable[[EvidenceItem], None], named: str
) -> None:
    item = added(report)
    for _ in range(2):
        record_custody(item=item, act=Handling(Kind.VIEW, NODE))
    private = half(agency, report)
    assert chain(item, private).holds
    harm(item)
    custody = chain(item, private)
    assert not custody.holds
    assert any(named in problem for problem in custody.problems), custody.problems


def test_a_record_that_was_put_in_later_is_noticed(agency: Agency, report: Report) -> None:
    """Who writes into the database can seal to the public half; the leaf gives it away."""
    item = added(report)
    row = CustodyRecord.objects.get(item=item)
    event = Event.objects.exclude(pk=row.event_id).order_by("id")[0]
    CustodyRecord.objects.create(
        id=uuid4(), agency=agency, item=item, number=2, event=event, sealed=row.sealed
    )
    assert not chain(item, half(agency, report)).holds


def test_the_tree_holds_with_the_chains_in_it(report: Report) -> None:
    item = added(report)
    record_custody(item=item, act=Handling(Kind.VERIFY, NODE))
    sequence()
    assert verify(against_state=False).problems == []
    assert not Event.objects.filter(leaf_index=None).exists()


def test_two_records_do_not_take_one_place(report: Report) -> None:
    item = added(report)
    row = CustodyRecord.objects.get(item=item)
    record_custody(item=item, act=Handling(Kind.VIEW, NODE))
    with pytest.raises(IntegrityError), transaction.atomic():
        CustodyRecord.objects.filter(number=2).update(number=row.number)


def test_many_chains_are_read_with_few_questions(agency: Agency, report: Report) -> None:
    for number in range(6):
        record_custody(item=added(report, b"%d" % number), act=Handling(Kind.VIEW, NODE))
    private = half(agency, report)
    items = list(EvidenceItem.objects.filter(report=report))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = custodies_of(items, private)
    assert all(len(custody.records) == 2 and custody.holds for custody in found.values())
    assert len(asked) <= 3


def test_the_leaf_is_written_with_the_record_or_not_at_all(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = added(report)
    before = Event.objects.count()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(CustodyRecord.objects, "bulk_create", broken)
    with pytest.raises(OSError, match="full"):
        record_custody(item=item, act=Handling(Kind.VIEW, NODE))
    assert Event.objects.count() == before


def test_the_key_opens_what_is_known_and_another_key_does_not(
    agency: Agency, report: Report
) -> None:
    one, two = added(report, b"one"), added(report, b"two")
    private = half(agency, report)
    assert open_meta(one.id, item_key(one, private), bytes(one.sealed_meta)).size == 3
    ItemKey.objects.filter(item=one).update(wrapped=bytes(two.key.wrapped))
    with pytest.raises(SealingError):
        item_key(EvidenceItem.objects.get(pk=one.pk), private)


def test_a_record_says_nothing_when_it_is_printed(agency: Agency, report: Report) -> None:
    (record,) = chain(added(report), half(agency, report)).records
    assert isinstance(record, Record)
    assert record.salt.hex() not in repr(record)
    assert "canonical" not in repr(record)

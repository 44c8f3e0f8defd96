# SPDX-License-Identifier: AGPL-3.0-or-later
"""The virus scanner is asked when somebody opens a file, never while it comes in; its word stands
on the file's own chain, and nobody waits for one that is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.config.env import env
from amana.evidence import looking, rechecking, scanning, verdicts
from amana.evidence.custody import Kind
from amana.evidence.models import CustodyRecord, EvidenceItem
from amana.evidence.scanning import ScannerFailed, Verdict
from amana.evidence.verdicts import Seen
from amana.people.policies import Staff
from amana.reports.errors import NotFound, PurposeMissing
from amana.reports.models import Report
from tests.evidence.files import added, chain, half
from tests.support import builders as make
from tests.support.clamd import FakeClamd, fake_clamd

CLEAN = b"stream: OK\0"
FOUND = b"stream: Test.Signature FOUND\0"


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeClamd]:
    with fake_clamd(CLEAN) as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        yield address


def looks(officer: Staff, item: EvidenceItem) -> None:
    assert item.report is not None
    looking.reveal(staff=officer, report=item.report, item_id=item.id, purpose="who is in it")


def last(officer: Staff, item: EvidenceItem) -> Seen | None:
    assert item.report is not None
    said = verdicts.verdicts(staff=officer, report=item.report, parts={item.id: item.part})
    return said.get(item.id)


@pytest.mark.db
@pytest.mark.django_db
class TestAsked:
    def test_a_file_that_comes_in_is_shown_to_no_scanner(
        self, report: Report, scanner: FakeClamd
    ) -> None:
        added(report, b"what she sent")
        assert scanner.seen == []

    def test_looking_asks_once_a_day(
        self, report: Report, officer: Staff, scanner: FakeClamd
    ) -> None:
        item = added(report, b"what she sent")
        looks(officer, item)
        looks(officer, item)
        assert scanner.seen == [b"what she sent"]
        with time_machine.travel(now() + timedelta(days=1, minutes=1)):
            looks(make.again(officer), item)
        assert len(scanner.seen) == 2

    def test_its_word_is_a_record_of_the_chain(
        self, agency: Agency, report: Report, officer: Staff, scanner: FakeClamd
    ) -> None:
        item = added(report)
        assert last(officer, item) is None
        looks(officer, item)
        custody = chain(item, half(agency, report))
        assert custody.holds
        assert [record.kind for record in custody.records] == [
            Kind.INGEST,
            Kind.VIEW,
            Kind.VERIFY,
        ]
        assert custody.records[-1].tool == "clamd"
        seen = last(officer, item)
        assert seen is not None
        assert (seen.clean, seen.at) == (True, custody.records[-1].at)

    def test_the_last_word_counts(
        self, report: Report, officer: Staff, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        item, other = added(report, b"one"), added(report, b"two")
        for answer in (CLEAN, FOUND):
            with fake_clamd(answer) as address:
                monkeypatch.setattr(env(), "clamd", str(address))
                verdicts.scan(staff=officer, report=report, item_id=item.id)
        seen = last(officer, item)
        assert seen is not None
        assert (seen.found, seen.clean) == ("Test.Signature", False)
        assert last(officer, other) is None

    def test_no_word_is_in_clear(
        self, report: Report, officer: Staff, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        item = added(report)
        with fake_clamd(FOUND) as address:
            monkeypatch.setattr(env(), "clamd", str(address))
            looks(officer, item)
        for row in CustodyRecord.objects.filter(item=item).select_related("event"):
            assert b"Signature" not in bytes(row.event.body or b"") + bytes(row.sealed)

    @pytest.mark.parametrize("answer", [b"", b"ERROR\0", b"stream:  FOUND\0", b"\xff" * 5000])
    def test_a_scanner_without_a_usable_word_stops_nobody(
        self, report: Report, officer: Staff, monkeypatch: pytest.MonkeyPatch, answer: bytes
    ) -> None:
        item = added(report)
        with fake_clamd(answer) as address:
            monkeypatch.setattr(env(), "clamd", str(address))
            looks(officer, item)
        assert looking.revealed(staff=officer, report=report, item_id=item.id)
        assert last(officer, item) is None

    @pytest.mark.parametrize("where", ["", "127.0.0.1:9", "/nowhere/clamd.sock"])
    def test_none_or_one_that_is_away_stops_nobody(
        self, report: Report, officer: Staff, monkeypatch: pytest.MonkeyPatch, where: str
    ) -> None:
        monkeypatch.setattr(env(), "clamd", where)
        item = added(report)
        looks(officer, item)
        assert looking.revealed(staff=officer, report=report, item_id=item.id)

    def test_looking_is_less_patient_than_saving(
        self, report: Report, officer: Staff, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited: list[float] = []

        def hangs(_source: object, *, patience: float) -> Verdict:
            waited.append(patience)
            raise ScannerFailed

        monkeypatch.setattr(env(), "clamd", "127.0.0.1:9")
        monkeypatch.setattr(scanning, "scan", hangs)
        item = added(report)
        looks(officer, item)
        with pytest.raises(ScannerFailed):
            verdicts.scan(staff=officer, report=report, item_id=item.id)
        assert waited[0] < waited[1] <= 30

    def test_who_said_no_purpose_has_nothing_scanned(
        self, report: Report, officer: Staff, scanner: FakeClamd
    ) -> None:
        item = added(report)
        with pytest.raises(PurposeMissing):
            looking.reveal(staff=officer, report=report, item_id=item.id, purpose=" ")
        assert scanner.seen == []

    def test_who_may_not_read_it_has_nothing_scanned_and_is_told_no_word(
        self, agency: Agency, report: Report, officer: Staff, scanner: FakeClamd
    ) -> None:
        item = added(report)
        looks(officer, item)
        foreign = make.staff(agency, "jo/ccu/irbid")
        with pytest.raises(NotFound):
            verdicts.scan(staff=foreign, report=report, item_id=item.id)
        with pytest.raises(NotFound):
            last(foreign, item)
        assert len(scanner.seen) == 1

    def test_reading_stored_bytes_again_is_no_word_of_the_scanner(
        self, report: Report, officer: Staff
    ) -> None:
        item = added(report)
        assert rechecking.check(item)
        assert last(officer, item) is None

    def test_a_record_that_does_not_open_says_nothing(
        self, report: Report, officer: Staff, scanner: FakeClamd
    ) -> None:
        item = added(report)
        looks(officer, item)
        row = CustodyRecord.objects.filter(item=item).order_by("-number").first()
        assert row is not None
        row.sealed = bytes(row.sealed)[:-1] + b"\0"
        row.save(update_fields=["sealed"])
        assert last(officer, item) is None


@given(answer=st.binary(max_size=300))
def test_only_the_words_of_the_protocol_are_a_verdict(answer: bytes) -> None:
    """Whatever comes over the socket: clean is exactly `OK`, everything else names something or is
    no verdict at all."""
    said = answer.decode("utf-8", "replace")
    try:
        verdict = scanning._verdict(said)
    except ScannerFailed:
        return
    assert verdict.clean == (said.removeprefix("stream: ") == "OK")
    assert len(verdict.found) <= 120

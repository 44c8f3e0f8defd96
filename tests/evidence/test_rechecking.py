# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stored bytes are read again; one changed bit is found, named, told and never served."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amana.agencies.models import Agency
from amana.casework import damage
from amana.casework.models import Alert
from amana.cli.doctor import running
from amana.config.clock import now
from amana.config.env import env
from amana.evidence import opening, rechecking
from amana.evidence.blobs import FolderBlobs
from amana.evidence.custody import Kind
from amana.evidence.models import CustodyRecord, EvidenceItem
from amana.evidence.opening import Damaged
from amana.reports.models import Report
from tests.evidence.files import UNIT, added, chain, fresh, half
from tests.support import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def report(agency: Agency) -> Report:
    return make.report(agency)


def flip(item: EvidenceItem, place: int, bit: int = 1) -> None:
    path = FolderBlobs(env().blob_folder).path(item.blob)
    stored = bytearray(path.read_bytes())
    stored[place] ^= bit
    path.write_bytes(stored)


def test_a_whole_file_gets_a_leaf_and_is_left_alone_for_a_month(
    agency: Agency, report: Report
) -> None:
    item = added(report)
    assert damage.recheck() == 1
    record = chain(item, half(agency, report)).records[-1]
    assert (record.kind, record.purpose, record.facts["result"]) == (Kind.VERIFY, "sample", "same")
    assert damage.recheck() == 0
    EvidenceItem.objects.update(verified_at=now() - timedelta(days=31))
    assert damage.recheck() == 1
    assert not Alert.objects.filter(reason="damaged").exists()
    assert running.stored_files().level == "green"


@pytest.mark.parametrize("place", [0, 20, 45, -1])
def test_one_flipped_bit_is_found_named_told_and_not_served(
    agency: Agency, report: Report, place: int
) -> None:
    whole, item = added(report, b"whole"), added(report, b"a chat, as it was")
    flip(item, place, 1 << (place % 8))
    assert damage.recheck() == 2
    assert fresh(item).damaged_at is not None
    assert fresh(whole).damaged_at is None
    custody = chain(item, half(agency, report))
    assert custody.records[-1].facts["result"] == "bytes"
    assert custody.holds
    alert = Alert.objects.get(reason="damaged")
    assert alert.unit.code == UNIT
    assert running.stored_files().level == "red"
    officer = make.staff(agency, UNIT)
    with pytest.raises(Damaged):
        opening.open_file(staff=officer, report=report, item_id=item.id, purpose="look")
    damaged = {row.id: row.damaged for row in opening.files(staff=officer, report=report)}
    assert damaged == {whole.id: False, item.id: True}


@pytest.mark.parametrize(
    ("harm", "named"),
    [(lambda path: path.unlink(), "missing"), (lambda path: path.write_bytes(b""), "size")],
)
def test_a_file_that_is_gone_or_cut_is_damaged(
    agency: Agency, report: Report, harm: object, named: str
) -> None:
    item = added(report)
    harm(FolderBlobs(env().blob_folder).path(item.blob))  # type: ignore[operator]
    assert not rechecking.check(item)
    assert chain(item, half(agency, report)).records[-1].facts["result"] == named


def test_a_changed_byte_is_noticed_at_opening_too(agency: Agency, report: Report) -> None:
    item = added(report)
    flip(item, -1)
    officer = make.staff(agency, UNIT)
    with pytest.raises(Damaged):
        opening.open_file(staff=officer, report=report, item_id=item.id, purpose="look")


def test_a_store_that_is_away_is_no_damage(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    item = added(report)

    def away(_self: object, _address: str) -> None:
        raise TimeoutError

    monkeypatch.setattr(FolderBlobs, "open", away)
    with pytest.raises(TimeoutError):
        damage.recheck()
    assert fresh(item).verified_at is None
    assert CustodyRecord.objects.count() == 1


def test_it_stops_when_its_time_is_over(report: Report) -> None:
    for number in range(4):
        added(report, b"%d" % number)
    assert rechecking.recheck(seconds=0) == 1
    assert rechecking.recheck() == 3


def test_what_was_destroyed_or_is_a_draft_is_not_read(report: Report) -> None:
    item = added(report)
    EvidenceItem.objects.filter(pk=item.pk).update(
        shredded_at=now(), shred_basis="court_order", sealed_meta=b""
    )
    assert rechecking.recheck() == 0


def test_the_alert_is_raised_once(report: Report) -> None:
    item = added(report)
    flip(item, 3)
    damage.recheck()
    EvidenceItem.objects.update(damaged_at=None, verified_at=None)
    damage.recheck()
    assert Alert.objects.filter(reason="damaged").count() == 1

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A working copy is the same bytes under a key and a chain of its own; the evidentiary copy rests,
and whatever is a copy goes where its original goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from amana.agencies.models import Agency
from amana.casework import services as casework
from amana.config.env import env
from amana.evidence import holding, ingest, looking, opening, services, shredding
from amana.evidence.custody import Handling, Kind
from amana.evidence.intake import Taken, open_meta, seal_meta
from amana.evidence.keys import item_key
from amana.evidence.models import Basis, Copy, EvidenceItem, ItemKey, Shred
from amana.evidence.ocr.keeping import kept_text
from amana.evidence.opening import Damaged
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.errors import NotFound, PurposeMissing
from amana.reports.models import Report
from tests.evidence.files import UNIT, added, chain, fresh, half, taken
from tests.evidence.hostile import with_metadata
from tests.support import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]
CONTENT = b"as she sent it, to the last byte"


def working(staff: Staff, item: EvidenceItem, purpose: str = "cut the scene") -> EvidenceItem:
    assert item.report is not None
    return looking.working_copy(staff=staff, report=item.report, item_id=item.id, purpose=purpose)


def content(staff: Staff, item: EvidenceItem) -> bytes:
    assert item.report is not None
    opened = opening.open_file(staff=staff, report=item.report, item_id=item.id, purpose="compare")
    with opened.stream as stream:
        return stream.read()


def asked_to_destroy(staff: Staff, item: EvidenceItem) -> Shred:
    assert item.report is not None
    return shredding.ask(
        staff=staff,
        report=item.report,
        item_id=item.id,
        basis=Basis.NEVER_LAWFUL,
        article="Art. 12",
        reason="By judgment.",
    )


def stored_files() -> int:
    return sum(path.is_file() for path in env().blob_folder.rglob("*"))


def test_it_is_the_same_to_the_byte_and_nothing_else_is_shared(
    agency: Agency, report: Report, officer: Staff
) -> None:
    item = added(report, CONTENT, name="chat.png")
    before = (item.blob, bytes(item.commitment), bytes(item.sealed_meta))
    copy = working(officer, item)
    assert content(officer, copy) == CONTENT == content(officer, item)
    assert (copy.copy, copy.parent_id, copy.source) == (Copy.WORKING, item.id, item.source)
    again = fresh(item)
    assert (again.blob, bytes(again.commitment), bytes(again.sealed_meta)) == before
    assert copy.blob != item.blob
    assert bytes(copy.commitment) != bytes(item.commitment)
    private = half(agency, report)
    assert item_key(copy, private) != item_key(fresh(item), private)
    meta = open_meta(copy.id, item_key(copy, private), bytes(copy.sealed_meta))
    assert meta.name == "chat.png"


def test_both_chains_name_the_other_and_who_made_it_for_what(
    agency: Agency, report: Report, officer: Staff
) -> None:
    item = added(report, CONTENT)
    copy = working(officer, item)
    private = half(agency, report)
    (begun,) = chain(copy, private).records
    assert (begun.kind, begun.purpose) == (Kind.DERIVE, "work")
    assert begun.actor.pseudonym == officer.pseudonym
    assert begun.facts["parent"] == str(item.id)
    of_original = chain(item, private)
    assert [record.kind for record in of_original.records] == [Kind.INGEST, Kind.DERIVE]
    assert of_original.records[-1].facts["derived"] == str(copy.id)
    assert of_original.records[-1].facts["copy"] == Copy.WORKING
    assert of_original.holds
    assert chain(copy, private).holds


def test_work_on_the_copy_leaves_the_evidentiary_chain_alone(
    agency: Agency, report: Report, officer: Staff
) -> None:
    item = added(report, CONTENT)
    copy = working(officer, item)
    private = half(agency, report)
    before = len(chain(item, private).records)
    content(officer, copy)
    looking.reveal(staff=officer, report=report, item_id=copy.id, purpose="who is in it")
    assert len(chain(item, private).records) == before
    assert [record.kind for record in chain(copy, private).records][1:] == [Kind.VIEW] * 2


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 17])
def test_of_any_size(report: Report, officer: Staff, size: int) -> None:
    item = added(report, b"\x7f" * size)
    assert content(officer, working(officer, item)) == b"\x7f" * size


def test_what_is_not_the_file_of_the_arrival_is_not_copied(
    agency: Agency, report: Report, officer: Staff
) -> None:
    item = added(report, CONTENT)
    key = item_key(item, half(agency, report))
    other = taken(b"another file of the same name")
    known = replace(other, id=item.id, key=key)
    EvidenceItem.objects.filter(pk=item.pk).update(sealed_meta=seal_meta(known))
    files = stored_files()
    with pytest.raises(Damaged):
        working(officer, fresh(item))
    assert EvidenceItem.objects.filter(report=report).count() == 1
    assert stored_files() == files


def test_bytes_that_changed_in_the_store_are_not_copied(report: Report, officer: Staff) -> None:
    item = added(report, b"x" * 3_000_000)
    (path,) = [path for path in env().blob_folder.rglob("*") if path.name == item.blob]
    raw = bytearray(path.read_bytes())
    raw[-40] ^= 1
    path.chmod(0o600)
    path.write_bytes(raw)
    files = stored_files()
    with pytest.raises(Damaged):
        working(officer, item)
    assert (EvidenceItem.objects.count(), stored_files()) == (1, files)


def test_nothing_stays_when_it_cannot_be_entered(
    report: Report, officer: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = added(report, CONTENT)
    files = stored_files()

    def full(**_said: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(looking, "add_derived", full)
    with pytest.raises(OSError, match="full"):
        working(officer, item)
    assert stored_files() == files


def test_it_asks_for_a_purpose_and_for_her_right(
    agency: Agency, report: Report, officer: Staff
) -> None:
    item = added(report, CONTENT)
    with pytest.raises(PurposeMissing):
        working(officer, item, purpose="  ")
    with pytest.raises(NotFound):
        working(make.staff(agency, "jo/ccu/irbid"), item)
    with pytest.raises((NotAllowed, NotFound)):
        working(make.staff(agency, UNIT, Role.AUDITOR), item)
    elsewhere = added(make.report(agency), CONTENT)
    with pytest.raises(NotFound):
        looking.working_copy(
            staff=officer, report=report, item_id=elsewhere.id, purpose="cut the scene"
        )
    assert not EvidenceItem.objects.exclude(copy=Copy.EVIDENTIARY).exists()


@pytest.mark.parametrize(
    "make_one", [looking.working_copy, looking.clean_copy], ids=["working", "cleaned"]
)
def test_a_full_report_takes_no_copy(
    report: Report,
    officer: Staff,
    monkeypatch: pytest.MonkeyPatch,
    make_one: Callable[..., EvidenceItem],
) -> None:
    monkeypatch.setattr(looking, "MOST_OF_A_REPORT", 2)
    item = added(report, with_metadata())
    working(officer, item)
    with pytest.raises(looking.Full):
        make_one(staff=officer, report=report, item_id=item.id, purpose="one more")


def test_a_copy_of_a_copy_hangs_on_what_came_in(
    agency: Agency, report: Report, officer: Staff
) -> None:
    item = added(report, with_metadata())
    first = working(officer, item)
    second = looking.clean_copy(staff=officer, report=report, item_id=first.id, purpose="share")
    assert second.parent_id == item.id
    private = half(agency, report)
    assert chain(second, private).records[0].facts["parent"] == str(first.id)
    assert chain(first, private).records[-1].facts["derived"] == str(second.id)


def test_what_is_destroyed_by_law_leaves_no_copy_of_a_copy(
    agency: Agency, report: Report, officer: Staff
) -> None:
    """A second copy once hung on the first one, and outlived the file it was made of."""
    item = added(report, with_metadata())
    first = working(officer, item)
    looking.clean_copy(staff=officer, report=report, item_id=first.id, purpose="share")
    row = asked_to_destroy(officer, item)
    supervisor = make.staff(agency, UNIT, Role.SUPERVISOR)
    casework.shred(staff=supervisor, report=report, shred_id=row.id)
    assert not ItemKey.objects.exists()
    assert EvidenceItem.objects.filter(shredded_at=None).count() == 0


@pytest.mark.parametrize(
    "make_one", [looking.working_copy, looking.clean_copy], ids=["working", "cleaned"]
)
def test_a_file_that_is_destroyed_while_it_is_copied_leaves_no_copy(
    agency: Agency,
    report: Report,
    officer: Staff,
    monkeypatch: pytest.MonkeyPatch,
    make_one: Callable[..., EvidenceItem],
) -> None:
    """Copying a large file takes a while. The copy that was ready afterwards had a key of its own
    to a part that lives on: it outlived the judgment."""
    item = added(report, with_metadata())
    row = asked_to_destroy(officer, item)
    supervisor = make.staff(agency, UNIT, Role.SUPERVISOR)

    def slow(*given: Any, **more: Any) -> Taken:
        done = ingest.take_in(*given, **more)
        casework.shred(staff=supervisor, report=report, shred_id=row.id)
        return done

    monkeypatch.setattr(looking, "take_in", slow)
    with pytest.raises(NotFound):
        make_one(staff=officer, report=report, item_id=item.id, purpose="share")
    assert not ItemKey.objects.exists()
    assert EvidenceItem.objects.count() == 1


def test_a_hold_on_a_copy_of_a_copy_holds_the_original(report: Report, officer: Staff) -> None:
    item = added(report, with_metadata())
    second = looking.clean_copy(
        staff=officer, report=report, item_id=working(officer, item).id, purpose="share"
    )
    holding.lay(staff=officer, report=report, item_id=second.id, reason="Trial", authority="Court")
    assert holding.live_holds(report, fresh(item)).exists()


def test_the_text_of_a_picture_is_found_from_its_copies_too(report: Report, officer: Staff) -> None:
    item = added(report, with_metadata())
    copy = working(officer, item)
    assert kept_text(copy.id) is None
    text = services.add_derived(
        parent=copy,
        taken=[taken(b"pay by tomorrow", name="text.txt")],
        copy=Copy.TEXT,
        act=Handling(Kind.DERIVE, officer.actor(), purpose="text", by="reader/1"),
    )[0]
    assert kept_text(copy.id) == kept_text(item.id) == text.id

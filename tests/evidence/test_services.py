# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import os
import time

import pytest
from django.core.files.uploadhandler import StopFutureHandlers
from django.db import transaction

from amana import journey
from amana.agencies.models import Agency
from amana.config.env import env
from amana.evidence import services
from amana.evidence.blobs import FolderBlobs, blobs
from amana.evidence.intake import FileIntake, Taken, open_meta
from amana.evidence.keys import item_key
from amana.evidence.models import EvidenceItem
from amana.evidence.sweeping import sweep
from amana.evidence.uploads import SealedUpload, SealingUploadHandler
from amana.journal.events import REPORTER
from amana.reports import sessions
from amana.reports.models import PartKind
from amana.reports.services import drafts, mailbox
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]
KILOBYTE = 1024


@pytest.fixture
def agency() -> Agency:
    return builders.node()


def draft_of(agency: Agency) -> drafts.OpenDraft:
    session = sessions.open_session(drafts.start(agency=agency, language="ar"))
    assert session is not None
    assert session.draft is not None
    return drafts.open_draft(session.draft, session.secret)


def taken(content: bytes = b"a screenshot", name: str = "chat.png") -> Taken:
    intake = FileIntake(blobs(), name=name, declared_type="image/png", limit=10**6)
    intake.write(content)
    return intake.finish()


def stored() -> set[str]:
    return set(FolderBlobs(env().blob_folder).addresses())


def test_a_file_of_a_draft_becomes_evidence_that_the_reporters_code_opens(agency: Agency) -> None:
    draft = drafts.save(opened=draft_of(agency), answers=builders.answers())
    services.keep_with_draft(opened=draft, taken=[taken()])
    filed = journey.file_draft(draft, agency=agency, origin="report")
    item = EvidenceItem.objects.get(report=filed.report)
    assert item.draft is None
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    private = mailbox.part_private(filed.report, opened.private, PartKind.ANSWERS)
    assert private is not None
    key = item_key(item, private)
    assert open_meta(item.id, key, bytes(item.sealed_meta)).name == "chat.png"


def test_the_leaf_of_a_file_names_its_ciphertext(agency: Agency) -> None:
    draft = drafts.save(opened=draft_of(agency), answers=builders.answers())
    services.keep_with_draft(opened=draft, taken=[taken()])
    filed = journey.file_draft(draft, agency=agency, origin="report")
    assert "evidence:item:ingest" in builders.tags(filed.report)


def test_names_of_a_draft_are_shown_to_who_writes_it(agency: Agency) -> None:
    draft = draft_of(agency)
    services.keep_with_draft(opened=draft, taken=[taken(name="محادثة.png")])
    ((_, name, size),) = services.names_in_draft(draft)
    assert (name, size) == ("محادثة.png", len(b"a screenshot"))


def test_a_file_taken_out_again_is_gone_with_its_bytes(agency: Agency) -> None:
    draft = draft_of(agency)
    (item,) = services.keep_with_draft(opened=draft, taken=[taken()])
    services.drop_from_draft(opened=draft, item_id=str(item.id))
    assert not EvidenceItem.objects.exists()
    assert item.blob not in stored()


def test_t25_nobody_takes_a_file_out_of_another_draft(agency: Agency) -> None:
    mine, other = draft_of(agency), draft_of(agency)
    (item,) = services.keep_with_draft(opened=mine, taken=[taken()])
    services.drop_from_draft(opened=other, item_id=str(item.id))
    assert EvidenceItem.objects.filter(pk=item.pk).exists()


def test_a_deleted_draft_takes_its_files_along(agency: Agency) -> None:
    draft = draft_of(agency)
    (item,) = services.keep_with_draft(opened=draft, taken=[taken()])
    journey.drop_draft(draft)
    assert item.blob not in stored()


def test_m162_files_can_be_added_after_filing(agency: Agency) -> None:
    filed = builders.filed(agency)
    with transaction.atomic():
        services.add_to_report(report=filed.report, taken=[taken()], actor=REPORTER)
    assert EvidenceItem.objects.filter(report=filed.report).count() == 1


def test_orphans_are_swept_after_a_day_and_evidence_never(agency: Agency) -> None:
    filed = builders.filed(agency)
    kept, orphan, fresh = taken(), taken(), taken()
    services.add_to_report(report=filed.report, taken=[kept], actor=REPORTER)
    store = FolderBlobs(env().blob_folder)
    old = time.time() - 2 * 86400
    for file in (kept, orphan):
        os.utime(store.path(file.address), (old, old))
    assert sweep() >= 1
    assert kept.address in stored()
    assert fresh.address in stored()
    assert orphan.address not in stored()


def test_a_file_of_somebody_else_is_neither_swept_nor_in_the_way() -> None:
    foreign = FolderBlobs(env().blob_folder).folder / "ab" / "cd" / "notes.txt"
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_text("not ours")
    os.utime(foreign, (0, 0))
    sweep()
    assert foreign.read_text() == "not ours"
    foreign.unlink()


def upload(handler: SealingUploadHandler, content: bytes, name: str) -> object:
    """What Django does with one file of a form."""
    with pytest.raises(StopFutureHandlers):
        handler.new_file("files", name, "image/png", None)
    for start in range(0, len(content), KILOBYTE):
        assert handler.receive_data_chunk(content[start : start + KILOBYTE], start) is None
    return handler.file_complete(len(content))


def test_a_form_upload_is_sealed_and_has_no_bytes_to_read() -> None:
    handler = SealingUploadHandler()
    file = upload(handler, b"x" * 5000, "a.png")
    assert isinstance(file, SealedUpload)
    assert file.taken.meta.size == 5000
    assert file.taken.address in stored()


def test_an_empty_file_is_no_file() -> None:
    handler = SealingUploadHandler()
    assert upload(handler, b"", "empty.png") is None
    assert handler.taken == []


def test_the_twenty_first_file_is_refused_by_name_and_the_others_stay() -> None:
    handler = SealingUploadHandler(already=19)
    assert upload(handler, b"20", "twentieth.png") is not None
    assert upload(handler, b"21", "one too many.png") is None
    assert handler.refused == ["one too many.png"]
    assert len(handler.taken) == 1


def test_a_file_over_the_limit_is_refused_and_nothing_of_it_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("amana.evidence.limits.max_file", lambda: 2000)
    before = stored()
    handler = SealingUploadHandler()
    assert upload(handler, b"x" * 5000, "film.mp4") is None
    assert handler.refused == ["film.mp4"]
    assert stored() == before
    assert list((env().blob_folder / "incoming").glob("*")) == []


def test_a_connection_that_breaks_leaves_nothing() -> None:
    handler = SealingUploadHandler()
    with pytest.raises(StopFutureHandlers):
        handler.new_file("files", "a.png", "image/png", None)
    handler.receive_data_chunk(b"half", 0)
    handler.upload_interrupted()
    assert list((env().blob_folder / "incoming").glob("*")) == []

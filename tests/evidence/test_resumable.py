# SPDX-License-Identifier: AGPL-3.0-or-later
"""Uploads that break off anywhere: what was acknowledged stays, what is not whole is nothing."""

from __future__ import annotations

import errno
import io
import os
import random
import time
from datetime import timedelta

import pytest
from django.db import InterfaceError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana import journey
from amana.agencies.models import Agency
from amana.config.clock import now
from amana.config.env import env
from amana.evidence import ingest, limits, opening
from amana.evidence import services as evidence
from amana.evidence.blobs import FolderBlobs
from amana.evidence.models import EvidenceItem, Upload, UploadPiece
from amana.evidence.resumable import errors, pieces, services, sweeping
from amana.evidence.resumable.owners import Owner, piece_context
from amana.evidence.resumable.pieces import Incoming
from amana.evidence.resumable.services import OpenUpload
from amana.kernel.sealing.errors import CannotOpen
from amana.kernel.sealing.streams import decrypting_reader
from amana.reports.services import drafts
from tests.evidence.uploader import (
    again,
    begun,
    incoming,
    no_pieces,
    open_draft,
    open_receipt,
    staged,
)
from tests.processes.plaintext import search
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]
CANARY = "CANARY-HALF-UPLOADED"


@pytest.fixture
def agency() -> Agency:
    no_pieces()
    return builders.node()


@pytest.fixture
def owner(agency: Agency) -> Owner:
    return Owner.of_receipt(open_receipt(agency))


class Broken(io.BytesIO):
    """A connection that breaks after its bytes instead of ending."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if not data:
            raise ConnectionResetError
        return data


def cut(data: bytes, announced: int) -> Incoming:
    return Incoming(Broken(data), announced)


def read_by_an_officer(agency: Agency, owner: Owner) -> bytes:
    """What a desk finds in the one file of the owner's report."""
    assert owner.report is not None
    who = builders.staff(agency, "jo/ccu/aqaba")
    item = EvidenceItem.objects.get(report=owner.report)
    report = builders.fresh(owner.report)
    opened = opening.open_file(staff=who, report=report, item_id=item.id, purpose="To check.")
    with opened.stream:
        return opened.stream.read()


def sent_with_cuts(owner: Owner, content: bytes, cuts: list[int]) -> OpenUpload:
    """Send all of `content`; the connection breaks at each of `cuts`, then the sender asks how far
    it is and goes on from there."""
    upload = begun(owner, len(content))
    for place in [*sorted(cuts), len(content)]:
        upload = again(upload)
        at = upload.row.offset
        services.add(opened=upload, offset=at, incoming=cut(content[at:place], len(content) - at))
        assert again(upload).row.offset == place
    return upload


def test_a_file_cut_at_every_boundary_of_a_piece_is_whole_in_the_end(
    agency: Agency, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE_BYTES", 4096)
    content = os.urandom(5 * 4096 + 100)
    edges = [n * 4096 + d for n in range(1, 6) for d in (-1, 0, 1)]
    sent_with_cuts(owner, content, edges)
    assert read_by_an_officer(agency, owner) == content
    assert staged() == []


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_cut_anywhere_is_whole_in_the_end(data: st.DataObject) -> None:
    agency = builders.node()
    owner = Owner.of_receipt(open_receipt(agency))
    size = data.draw(st.integers(1, 30_000))
    cuts = data.draw(st.lists(st.integers(1, max(1, size - 1)), max_size=5, unique=True))
    content = random.Random(size).randbytes(size)
    sent_with_cuts(owner, content, [c for c in cuts if c < size])
    assert read_by_an_officer(agency, owner) == content


def test_pitfall_11_no_run_of_bytes_shares_key_and_nonce_with_another(owner: Owner) -> None:
    upload = begun(owner, 1000)
    services.add(opened=upload, offset=0, incoming=cut(b"first half", 1000))
    before = {path.read_bytes()[:40] for path in staged()}
    # The process dies before the row is written, and the same bytes are sent again.
    UploadPiece.objects.all().delete()
    Upload.objects.update(offset=0)
    services.add(opened=again(upload), offset=0, incoming=cut(b"other half", 1000))
    heads = [path.read_bytes()[:40] for path in staged()]
    assert len(set(heads)) == len(heads) == 2
    assert before < set(heads)


def test_a_piece_moved_to_another_place_or_upload_does_not_open(owner: Owner) -> None:
    upload = begun(owner, 100)
    services.add(opened=upload, offset=0, incoming=cut(b"first", 100))
    piece = UploadPiece.objects.get()
    for context in (piece_context(upload.row.pk, 5), piece_context(begun(owner, 1).row.pk, 0)):
        with pytest.raises(CannotOpen):
            decrypting_reader(upload.key, pieces.staging().open(piece.blob), context=context)


def test_a_changed_piece_never_becomes_evidence(owner: Owner) -> None:
    upload = begun(owner, 10)
    services.add(opened=upload, offset=0, incoming=cut(b"first", 10))
    path = pieces.staging().path(UploadPiece.objects.get().blob)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(raw)
    with pytest.raises(CannotOpen):
        services.add(opened=again(upload), offset=5, incoming=incoming(b"after"))
    assert not EvidenceItem.objects.exists()


def test_while_it_is_half_uploaded_neither_bytes_nor_name_lie_in_clear(owner: Owner) -> None:
    upload = begun(owner, 10**6, name=f"{CANARY}.png")
    services.add(opened=upload, offset=0, incoming=cut(CANARY.encode() * 2000, 10**6))
    assert staged()
    assert search([env().upload_folder, env().blob_folder], [CANARY]) == []
    row = Upload.objects.get()
    for value in (row.sealed_meta, row.wrapped_key, row.token_wrapped):
        assert CANARY.encode() not in bytes(value or b"")


def test_of_two_who_add_at_one_place_one_wins(owner: Owner) -> None:
    one = begun(owner, 10)
    two = again(one)
    services.add(opened=one, offset=0, incoming=cut(b"first", 10))
    with pytest.raises(errors.WrongOffset):
        services.add(opened=two, offset=0, incoming=cut(b"other", 10))
    assert len(staged()) == 1
    services.add(opened=again(one), offset=5, incoming=incoming(b" half"))
    assert EvidenceItem.objects.count() == 1


def test_of_two_who_finish_at_once_one_makes_the_evidence(owner: Owner) -> None:
    one = begun(owner, 5)
    two = again(one)
    services.add(opened=one, offset=0, incoming=incoming(b"first"))
    with pytest.raises(errors.WrongOffset):
        services.add(opened=two, offset=0, incoming=incoming(b"other"))
    item = EvidenceItem.objects.get()
    assert item.id == Upload.objects.get().item
    assert staged() == []


def test_with_a_checksum_a_cut_connection_keeps_nothing(owner: Owner) -> None:
    upload = begun(owner, 100)
    at = services.add(opened=upload, offset=0, incoming=cut(b"first", 100), checksum=b"\0" * 32)
    assert (at, staged()) == (0, [])


def test_a_full_disk_keeps_what_was_acknowledged(
    agency: Agency, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(owner, 10)
    services.add(opened=upload, offset=0, incoming=cut(b"first", 10))

    def full(*_said: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(limits, "leave_room", full)
        with pytest.raises(OSError, match="full"):
            services.add(opened=again(upload), offset=5, incoming=incoming(b" half"))
    with monkeypatch.context() as patched:
        patched.setattr("amana.evidence.resumable.pieces.FolderBlobs.create", full)
        with pytest.raises(OSError, match="full"):
            services.add(opened=again(upload), offset=5, incoming=incoming(b" half"))
    assert again(upload).row.offset == 5
    services.add(opened=again(upload), offset=5, incoming=incoming(b" half"))
    assert read_by_an_officer(agency, owner) == b"first half"


def test_a_store_of_evidence_that_is_down_takes_the_file_later(
    agency: Agency, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(owner, 10)
    services.add(opened=upload, offset=0, incoming=cut(b"first", 10))

    def down() -> FolderBlobs:
        raise OSError(errno.EIO, "down")

    with monkeypatch.context() as patched:
        patched.setattr(ingest, "blobs", down)
        with pytest.raises(OSError, match="down"):
            services.add(opened=again(upload), offset=5, incoming=incoming(b" half"))
    assert again(upload).row.offset == 5
    assert len(staged()) == 1
    services.add(opened=again(upload), offset=5, incoming=incoming(b" half"))
    assert read_by_an_officer(agency, owner) == b"first half"


def test_a_database_that_fails_leaves_no_bytes_and_one_that_broke_leaves_them_to_the_sweeper(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fault, left in ((RuntimeError("rolled back"), 0), (InterfaceError("broken"), 1)):
        upload = begun(owner, 100)

        def fail(*_said: object, fault: Exception = fault, **_more: object) -> None:
            raise fault

        with monkeypatch.context() as patched:
            patched.setattr(services, "_move", fail)
            with pytest.raises(type(fault)):
                services.add(opened=upload, offset=0, incoming=cut(b"first", 100))
        assert len(staged()) == left


def test_a_slow_connection_gives_its_place_to_others(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "READ_BYTES", 4)
    clock = iter([0.0, 1.0, 2.0, 46.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    upload = begun(owner, 100)
    body = Incoming(io.BytesIO(b"x" * 100), 100)
    assert services.add(opened=upload, offset=0, incoming=body) == 8
    assert body.cut


def test_an_upload_ends_a_day_after_its_last_piece(owner: Owner) -> None:
    upload = begun(owner, 10)
    Upload.objects.update(expires_at=now() + timedelta(minutes=1))
    services.add(opened=again(upload), offset=0, incoming=cut(b"first", 10))
    assert again(upload).row.expires_at > now() + timedelta(hours=23)
    Upload.objects.update(expires_at=now())
    assert sweeping.sweep() == 1
    assert staged() == []
    with pytest.raises(errors.NoSuchUpload):
        again(upload)


def test_bytes_that_no_row_names_go_after_a_day_and_others_never(owner: Owner) -> None:
    upload = begun(owner, 100)
    services.add(opened=upload, offset=0, incoming=cut(b"kept", 100))
    kept = UploadPiece.objects.get().blob
    orphan = pieces.take(upload.row.pk, upload.key, incoming(b"killed in between"), 4)
    fresh = pieces.take(upload.row.pk, upload.key, incoming(b"on its way"), 4)
    assert orphan is not None
    assert fresh is not None
    half = pieces.staging().incoming / "half"
    half.write_bytes(b"x")
    old = time.time() - 2 * 86400
    for path in (pieces.staging().path(orphan.blob), pieces.staging().path(kept), half):
        os.utime(path, (old, old))
    assert sweeping.sweep() == 2
    assert {path.name for path in staged()} == {kept, fresh.blob}


def test_so_many_small_pieces_and_no_more(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_PIECES", 2)
    upload = begun(owner, 10)
    for at in range(2):
        services.add(opened=again(upload), offset=at, incoming=incoming(b"x"))
    with pytest.raises(errors.TooMuch):
        services.add(opened=again(upload), offset=2, incoming=incoming(b"x"))
    services.add(opened=again(upload), offset=2, incoming=incoming(b"x" * 8))
    assert EvidenceItem.objects.count() == 1


def test_a_file_that_is_whole_while_the_report_is_filed_is_filed_with_it(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = drafts.save(opened=open_draft(agency), answers=builders.answers())
    upload = begun(Owner.of_draft(draft), 4)
    real = evidence.preserve
    calls: list[int] = []

    def preserve(*said: object, **more: object) -> object:
        found = real(*said, **more)  # type: ignore[arg-type]
        if not calls:
            services.add(opened=again(upload), offset=0, incoming=incoming(b"late"))
        calls.append(1)
        return found

    monkeypatch.setattr(evidence, "preserve", preserve)
    filed = journey.file_draft(draft, agency=agency, origin="report")
    assert len(calls) == 2
    assert EvidenceItem.objects.get().report == filed.report


def test_after_a_restore_an_upload_without_its_pieces_has_ended(owner: Owner) -> None:
    upload = begun(owner, 10)
    services.add(opened=upload, offset=0, incoming=cut(b"first", 10))
    no_pieces()
    with pytest.raises(errors.Expired):
        services.add(opened=again(upload), offset=5, incoming=incoming(b" half"))
    assert not Upload.objects.exists()
    assert not EvidenceItem.objects.exists()
    assert staged() == []

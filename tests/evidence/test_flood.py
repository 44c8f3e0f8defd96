# SPDX-License-Identifier: AGPL-3.0-or-later
"""Nobody fills the disk with files that belong to nothing, and files never push reports out."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopFutureHandlers
from django.test import Client, RequestFactory

from amana.config.env import env
from amana.evidence.blobs import FolderBlobs
from amana.evidence.limits import KEPT_FREE
from amana.evidence.uploads import SealingUploadHandler
from amana.reports import sessions
from amana.reports.services import drafts
from tests.portal.visitor import Visitor
from tests.support.builders import node

pytestmark = [pytest.mark.db, pytest.mark.django_db]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def _blobs() -> set[Path]:
    return {path for path in env().blob_folder.rglob("*") if path.is_file()}


def test_a_form_without_its_token_leaves_no_bytes() -> None:
    node()
    visitor = Visitor().begin().to_question("files")
    before = _blobs()
    client = Client(enforce_csrf_checks=True)
    client.cookies["s"] = visitor.client.cookies["s"].value
    client.cookies["c"] = "a" * 32  # without any cookie the body would not even be read
    sent = {"files": SimpleUploadedFile("a.png", b"x" * 100_000, "image/png")}
    assert client.post(visitor.url, sent).status_code == 403
    assert _blobs() == before


def test_a_connection_that_was_cut_off_leaves_no_bytes(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    sink = store.create()
    sink.write(b"half a file")
    assert list(store.incoming.iterdir())
    del sink
    assert not list(store.incoming.iterdir())


def test_a_blob_that_was_finished_stays(tmp_path: Path) -> None:
    store = FolderBlobs(tmp_path)
    sink = store.create()
    sink.write(b"a whole file")
    address = sink.finish()
    del sink
    with store.open(address) as file:
        assert file.read() == b"a whole file"


def test_an_interrupted_form_drops_the_files_before_the_broken_one() -> None:
    before = _blobs()
    handler = SealingUploadHandler(RequestFactory().post("/"))
    with pytest.raises(StopFutureHandlers):
        handler.new_file("files", "a.png", "image/png", None)
    handler.receive_data_chunk(b"whole", 0)
    assert handler.file_complete(5) is not None
    handler.upload_interrupted()
    assert (handler.taken, _blobs()) == ([], before)


def test_t35_files_wait_when_little_room_is_left_and_words_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = node()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(1 << 40, 1 << 40, KEPT_FREE))
    handler = SealingUploadHandler(RequestFactory().post("/"))
    with pytest.raises(OSError) as caught:
        handler.new_file("files", "a.png", "image/png", None)
    assert caught.value.errno == errno.ENOSPC
    assert sessions.open_session(drafts.start(agency=agency, language="ar")) is not None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person sees of her files afterwards: all but the bytes (M-049)."""

from __future__ import annotations

import hashlib

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amana.agencies.models import Agency
from amana.evidence import reporter
from amana.evidence.ingest import add_to_report, take_in
from amana.evidence.models import ItemKey
from amana.journal.events import REPORTER, Actor
from amana.journal.sequencer import publish_hour, sequence_all
from amana.reports import sessions
from amana.reports.services.mailbox import OpenReceipt
from tests.evidence.hostile import NAMES
from tests.evidence.uploader import open_receipt
from tests.support import builders
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]

pytestmark = pytest.mark.db
CONTENT = b"what he wrote"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def agency() -> Agency:
    return builders.node()


@pytest.fixture
def opened(agency: Agency) -> OpenReceipt:
    return open_receipt(agency)


def add(opened: OpenReceipt, name: str = "chat.png", *, actor: Actor = REPORTER) -> None:
    taken = take_in([CONTENT], name=name, declared_type="image/png")
    add_to_report(report=opened.report, taken=[taken], actor=actor)


def visitor(opened: OpenReceipt) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["s"] = sessions.start_for_mailbox(opened.report, opened.private)
    return client


def test_she_sees_name_size_fingerprint_and_that_it_is_in_the_log(opened: OpenReceipt) -> None:
    add(opened)
    page = visitor(opened).get("/box/").content.decode()
    assert "chat.png" in page
    for group in (DIGEST[:4], DIGEST[4:8], DIGEST[8:12], DIGEST[12:16]):
        assert f"<span>{group}</span>" in page
    assert "within seconds" in page
    sequence_all()
    page = visitor(opened).get("/box/").content.decode()
    assert "Its arrival stands in the log." in page
    assert CONTENT.decode() not in page


def test_the_note_holds_a_proof_for_each_file_once_the_hour_is_published(
    opened: OpenReceipt,
) -> None:
    add(opened)
    assert DIGEST not in visitor(opened).get("/box/note.txt").content.decode()
    sequence_all()
    publish_hour()
    note = visitor(opened).get("/box/note.txt").content.decode()
    assert f"-- file sha256 {DIGEST} --\nc2sp.org/tlog-proof@v1" in note
    assert note.count("-- opening --") == 2


def test_what_officers_added_is_not_hers_to_see(opened: OpenReceipt) -> None:
    add(opened, "from-a-colleague.png", actor=Actor("investigator", "p"))
    assert reporter.files_for_reporter(opened) == []
    assert "Your files" not in visitor(opened).get("/box/").content.decode()


def test_with_a_pin_that_was_not_given_nothing_is_shown(opened: OpenReceipt) -> None:
    add(opened)
    closed = OpenReceipt(opened.report, opened.receipt, b"")
    assert reporter.files_for_reporter(closed) == []


def test_a_file_whose_key_was_destroyed_is_no_longer_known(opened: OpenReceipt) -> None:
    add(opened)
    ItemKey.objects.all().delete()
    assert reporter.files_for_reporter(opened) == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_hostile_name_does_nothing_on_her_page(opened: OpenReceipt, name: str) -> None:
    add(opened, NAMES[name].encode("utf-8", "replace").decode())
    page = visitor(opened).get("/box/").content.decode()
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page
    assert "<img src=x" not in page


def test_no_address_gives_a_file_back(opened: OpenReceipt) -> None:
    client = visitor(opened)
    sent = SimpleUploadedFile("a.png", CONTENT)
    client.post("/box/files/", {"files": sent})
    (file,) = reporter.files_for_reporter(opened)
    assert file.groups == [DIGEST[at : at + 4] for at in (0, 4, 8, 12)]
    for path in ("/box/", "/box/note.txt", "/box/files/"):
        assert CONTENT not in client.get(path).content


def test_only_pages_that_send_files_may_talk_by_script(opened: OpenReceipt) -> None:
    client = visitor(opened)
    assert "connect-src 'self'" in client.get("/box/")["Content-Security-Policy"]
    assert "connect-src" not in client.get("/help/")["Content-Security-Policy"]
    assert "portal/upload" in client.get("/box/").content.decode()
    assert "portal/upload" not in client.get("/help/").content.decode()


def test_page_and_sheet_of_the_proof_show_fingerprints_and_no_names(opened: OpenReceipt) -> None:
    add(opened, "telling-name.png")
    client = visitor(opened)
    page = client.get("/box/proof/").content.decode()
    assert f"<span>{DIGEST[:4]}</span>" in page
    assert "telling-name" not in page
    with pypdfium2.PdfDocument(client.get("/box/note.pdf").content) as document:
        text = document[0].get_textpage().get_text_range()
    assert DIGEST[:4] in text
    assert "telling-name" not in text

# SPDX-License-Identifier: AGPL-3.0-or-later
"""tus 1.0.0 at `/files/`, request by request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from amana import journey
from amana.agencies.models import Agency
from amana.config.clock import now
from amana.config.env import env
from amana.evidence.models import EvidenceItem, Upload
from amana.limits import rules
from amana.reports import sessions
from amana.reports.services import drafts
from tests.evidence.uploader import Uploader, b64, no_pieces, open_receipt, sha256, staged
from tests.portal.visitor import Visitor
from tests.support import builders

pytestmark = pytest.mark.db


@pytest.fixture
def agency() -> Agency:
    no_pieces()
    return builders.node()


@pytest.fixture
def sender(agency: Agency) -> Uploader:
    english = Uploader.with_receipt(agency)
    english.headers["Accept-Language"] = "en"
    return english


def test_what_the_server_understands_is_said_without_any_right(agency: Agency) -> None:
    answer = Client().options("/files/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert "expiration" in answer["Tus-Extension"]
    assert "termination" in answer["Tus-Extension"]
    assert answer["Tus-Checksum-Algorithm"] == "sha256"
    assert answer["Tus-Max-Size"] == str(25 * 1024 * 1024)
    assert "Access-Control-Allow-Origin" not in answer


def test_a_file_in_three_pieces_becomes_evidence_of_the_report(sender: Uploader) -> None:
    where = sender.begin(11)
    for offset, data in ((0, b"hello"), (5, b" "), (6, b"world")):
        answer = sender.patch(where, offset, data)
        assert answer.status_code == 204
        assert answer["Upload-Offset"] == str(offset + len(data))
    item = EvidenceItem.objects.get()
    assert item.report is not None
    assert "evidence:item:ingest" in builders.tags(item.report)
    assert sender.offset(where) == 11
    assert staged() == []


def test_head_tells_offset_length_metadata_and_end(sender: Uploader) -> None:
    where = sender.begin(100, name="محادثة.png")
    answer = sender.ask("HEAD", where)
    assert answer.status_code == 200
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("0", "100")
    assert b64("محادثة.png") in answer["Upload-Metadata"]
    assert answer["Upload-Expires"].endswith("GMT")
    assert answer["Cache-Control"] == "no-store"


def test_a_length_may_be_said_later_once(sender: Uploader) -> None:
    where = sender.begin(None)
    assert sender.ask("HEAD", where)["Upload-Defer-Length"] == "1"
    assert sender.patch(where, 0, b"abc").status_code == 204
    assert sender.patch(where, 3, b"d", Upload_Length="5").status_code == 204
    assert sender.patch(where, 4, b"e", Upload_Length="6").status_code == 400
    assert sender.patch(where, 4, b"e").status_code == 204
    assert EvidenceItem.objects.count() == 1


def test_without_a_length_or_a_promise_of_one_nothing_begins(sender: Uploader) -> None:
    assert sender.ask("POST", "/files/").status_code == 400
    for length in ("-1", "x", "1.5", "٣", "01", "9" * 30):
        answer = sender.ask("POST", "/files/", Upload_Length=length)
        assert answer.status_code == 400, length
    assert not Upload.objects.exists()


def test_a_small_file_may_come_with_its_creation(sender: Uploader) -> None:
    answer = sender.ask("POST", "/files/", b"all of it", Upload_Length="9")
    assert answer.status_code == 201
    assert answer["Upload-Offset"] == "9"
    assert EvidenceItem.objects.count() == 1


def test_an_empty_file_is_whole_at_once(sender: Uploader) -> None:
    where = sender.begin(0)
    assert sender.offset(where) == 0
    assert EvidenceItem.objects.count() == 1


@pytest.mark.parametrize("offset", [1, 4, 6, 100])
def test_a_wrong_place_is_409_and_changes_nothing(sender: Uploader, offset: int) -> None:
    where = sender.begin(100)
    sender.patch(where, 0, b"12345")
    assert sender.patch(where, offset, b"x").status_code == 409
    assert sender.offset(where) == 5


def test_more_than_was_said_is_413(sender: Uploader) -> None:
    where = sender.begin(5)
    assert sender.patch(where, 0, b"123456").status_code == 413
    assert sender.offset(where) == 0


def test_a_file_too_large_is_refused_before_it_is_sent(sender: Uploader) -> None:
    answer = sender.ask("POST", "/files/", Upload_Length=str(25 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "25 MB" in answer.json()["title"]


def test_a_deferred_file_cannot_grow_past_the_limit(
    sender: Uploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amana.evidence.limits.max_file", lambda: 10)
    where = sender.begin(None)
    assert sender.patch(where, 0, b"x" * 8).status_code == 204
    assert sender.patch(where, 8, b"x" * 3).status_code == 413
    assert sender.patch(where, 8, b"", Upload_Length="11").status_code == 413


def test_there_is_room_for_so_many_files_and_bytes_of_a_draft(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(env(), "max_files", 2)
    monkeypatch.setattr("amana.evidence.limits.max_together", lambda: 1000)
    sender = Uploader.with_draft(agency)
    sender.headers["Accept-Language"] = "en"
    sender.begin(600)
    assert sender.ask("POST", "/files/", Upload_Length="500").status_code == 413
    sender.begin(300)
    answer = sender.ask("POST", "/files/", Upload_Length="1")
    assert answer.status_code == 413
    assert "2 files" in answer.json()["title"]


def test_bytes_that_changed_on_the_way_are_460_and_not_kept(sender: Uploader) -> None:
    where = sender.begin(9)
    answer = sender.patch(where, 0, b"one", Upload_Checksum=sha256(b"two"))
    assert (answer.status_code, answer.reason_phrase) == (460, "Checksum Mismatch")
    assert sender.offset(where) == 0
    assert staged() == []
    assert sender.patch(where, 0, b"one", Upload_Checksum=sha256(b"one")).status_code == 204
    assert sender.offset(where) == 3


@pytest.mark.parametrize(
    "said", ["sha1 " + b64(b"0" * 20), "sha256", "sha256 !!!!", "sha256 " + b64(b"short")]
)
def test_a_checksum_that_cannot_be_used_is_400(sender: Uploader, said: str) -> None:
    where = sender.begin(9)
    assert sender.patch(where, 0, b"one", Upload_Checksum=said).status_code == 400
    assert sender.offset(where) == 0


def test_an_upload_that_was_given_up_is_gone_with_its_bytes(sender: Uploader) -> None:
    where = sender.begin(9)
    sender.patch(where, 0, b"one")
    assert staged()
    assert sender.ask("DELETE", where).status_code == 204
    assert staged() == []
    assert sender.ask("HEAD", where).status_code == 404
    assert sender.patch(where, 3, b"x").status_code == 404


def test_what_became_part_of_a_report_is_not_taken_back(sender: Uploader) -> None:
    where = sender.begin(3)
    sender.patch(where, 0, b"one")
    assert sender.ask("DELETE", where).status_code == 204
    assert EvidenceItem.objects.count() == 1


def test_what_became_part_of_a_draft_can_be_taken_out_again(agency: Agency) -> None:
    sender = Uploader.with_draft(agency)
    where = sender.begin(3)
    sender.patch(where, 0, b"one")
    assert EvidenceItem.objects.count() == 1
    assert sender.ask("DELETE", where).status_code == 204
    assert not EvidenceItem.objects.exists()


def test_when_its_time_is_over_it_is_410(sender: Uploader) -> None:
    where = sender.begin(9)
    Upload.objects.update(expires_at=now() - timedelta(seconds=1))
    assert sender.ask("HEAD", where).status_code == 410
    assert sender.patch(where, 0, b"x").status_code == 410


def test_another_version_or_none_is_412(sender: Uploader) -> None:
    where = sender.begin(9)
    for said in ("0.2.2", "-"):
        answer = sender.ask("HEAD", where, b"", **{"Tus-Resumable": said})
        assert answer.status_code == 412
        assert answer["Tus-Version"] == "1.0.0"


def test_a_method_may_be_said_in_a_header(sender: Uploader) -> None:
    where = sender.begin(9)
    answer = sender.ask(
        "POST",
        where,
        b"one",
        Upload_Offset="0",
        X_HTTP_Method_Override="PATCH",
    )
    assert answer.status_code == 204
    assert sender.ask("GET", where).status_code == 405


def test_only_the_media_type_of_tus_is_a_piece(sender: Uploader) -> None:
    where = sender.begin(9)
    answer = sender.patch(where, 0, b"one", **{"Content-Type": "application/octet-stream"})
    assert answer.status_code == 415
    assert sender.ask("PATCH", where, b"one").status_code == 400


@pytest.mark.parametrize("said", ["filename", "filename !!!", f"a {b64('x')},a {b64('y')}"])
def test_metadata_is_checked(sender: Uploader, said: str) -> None:
    answer = sender.ask("POST", "/files/", Upload_Length="1", Upload_Metadata=said)
    assert answer.status_code == (201 if said == "filename" else 400)


def test_without_a_visit_a_receipt_or_a_token_nothing_opens(sender: Uploader) -> None:
    where = sender.begin(9)
    nobody = Uploader(Client(), {})
    assert nobody.ask("POST", "/files/", Upload_Length="1").status_code == 403
    assert nobody.ask("HEAD", where).status_code == 404
    assert nobody.patch(where, 0, b"x").status_code == 404
    assert nobody.ask("DELETE", where).status_code == 404
    assert sender.offset(where) == 0


def test_nobody_else_opens_it_with_a_code_or_visit_of_her_own(
    agency: Agency, sender: Uploader
) -> None:
    where = sender.begin(9)
    for other in (Uploader.with_receipt(agency), Uploader.with_draft(agency)):
        assert other.ask("HEAD", where).status_code == 404
        assert other.patch(where, 0, b"x").status_code == 404


def test_the_token_of_an_upload_opens_that_one_only(sender: Uploader) -> None:
    answer = sender.ask("POST", "/files/", Upload_Length="3")
    where, other = str(answer["Location"]), sender.begin(3)
    program = Uploader(Client(), {"Amana-Upload-Token": str(answer["Amana-Upload-Token"])})
    assert program.ask("HEAD", other).status_code == 404
    assert program.ask("POST", "/files/", Upload_Length="1").status_code == 403
    assert program.patch(where, 0, b"one").status_code == 204
    assert EvidenceItem.objects.count() == 1


def test_a_draft_gets_no_token(agency: Agency) -> None:
    answer = Uploader.with_draft(agency).ask("POST", "/files/", Upload_Length="3")
    assert answer.status_code == 201
    assert "Amana-Upload-Token" not in answer


def test_a_pin_is_asked_for_where_one_is_set(agency: Agency) -> None:
    with_pin = Uploader.with_receipt(agency, pin="4821")
    with_pin.begin(1)
    without = Uploader(Client(), {"Amana-Receipt": with_pin.headers["Amana-Receipt"]})
    assert without.ask("POST", "/files/", Upload_Length="1").status_code == 403
    wrong = Uploader(Client(), with_pin.headers | {"Amana-Pin": "1111"})
    assert wrong.ask("POST", "/files/", Upload_Length="1").status_code == 404


def test_t01_wrong_codes_are_answered_alike_and_counted(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = rules.Limit("wrong-code", 2, rules.TEN_MINUTES)
    monkeypatch.setattr("amana.reports.services.presenting.WRONG_CODE", few)
    unknown = "1234 5678 9012 3456 7890 1234 5678 9012 3456"
    seen = [
        Uploader(Client(), {"Amana-Receipt": code}).ask("POST", "/files/", Upload_Length="1")
        for code in (unknown, "no code at all", unknown)
    ]
    assert [answer.status_code for answer in seen] == [404, 404, 429]
    assert seen[0].content == seen[1].content


def test_the_visit_of_a_mailbox_adds_files_to_the_report(agency: Agency) -> None:
    opened = open_receipt(agency)
    client = Client(enforce_csrf_checks=True)
    client.cookies["s"] = sessions.start_for_mailbox(opened.report, opened.private)
    sender = Uploader(client, {})
    where = sender.begin(3)
    assert sender.patch(where, 0, b"one").status_code == 204
    assert EvidenceItem.objects.get().report == opened.report


def test_a_draft_that_was_sent_meanwhile_takes_the_file_into_its_report() -> None:
    builders.node()
    visitor = Visitor().begin()
    client = Client(enforce_csrf_checks=True)
    client.cookies["s"] = visitor.client.cookies["s"].value
    sender = Uploader(client, {})
    where = sender.begin(6)
    sender.patch(where, 0, b"one")
    visitor.to_check().send({"pin": ""})
    assert visitor.url == "/done/"
    assert sender.patch(where, 3, b"two").status_code == 204
    assert EvidenceItem.objects.get().report is not None
    assert sender.ask("POST", "/files/", Upload_Length="1").status_code == 403


def test_too_many_beginnings_wait(sender: Uploader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amana.portal.tus.allow", lambda *_said: False)
    answer = sender.ask("POST", "/files/", Upload_Length="1")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"


def test_words_come_in_the_language_of_the_reader(sender: Uploader) -> None:
    sender.headers["Accept-Language"] = "fr"
    answer = sender.ask("POST", "/files/", Upload_Length=str(10**12))
    assert "Mo" in answer.json()["title"]


def test_no_secret_stands_in_an_address(sender: Uploader) -> None:
    where = sender.begin(1)
    digits = sender.headers["Amana-Receipt"].replace(" ", "")
    assert digits not in where
    assert where == reverse("upload", args=[Upload.objects.get().pk])


def test_drafts_that_are_deleted_take_their_pieces_along(agency: Agency) -> None:
    sender = Uploader.with_draft(agency)
    where = sender.begin(9)
    sender.patch(where, 0, b"one")
    session = sessions.open_session(sender.client.cookies["s"].value)
    assert session is not None
    assert session.draft is not None
    journey.drop_draft(drafts.open_draft(session.draft, session.secret))
    assert staged() == []
    assert not Upload.objects.exists()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way back in: the code opens status and mailbox, a PIN guards the content, nothing leaks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from amana.config.clock import now
from amana.evidence.models import EvidenceItem
from amana.journal.events import Act, Actor
from amana.journal.models import Event
from amana.journal.services import record
from amana.limits.models import Bucket
from amana.reports.events import Tag
from amana.reports.models import Message, PortalSession, Receipt, Report
from amana.reports.services import mailbox
from tests.portal.visitor import Visitor
from tests.support.builders import node

pytestmark = pytest.mark.db
SHORT = {"groups": "blackmail", "pace": "short", "victim_country": "JO", "narrative": "CANARY"}
WRONG = "This code opens nothing here"


def filed(pin: str = "", language: str = "en") -> str:
    node()
    return Visitor(language).file(SHORT, pin=pin).code


def enter(code: str, language: str = "en") -> Visitor:
    return Visitor(language).get("/code/").send({"code": code})


def test_u20_the_code_opens_stage_last_action_next_step_and_next_news() -> None:
    visitor = enter(filed())
    assert visitor.url == "/box/"
    for words in ("Received and sealed", "Last step on", "What comes next", "News from us"):
        assert words in visitor.text
    assert f"{now():%Y}" in visitor.text
    assert "Write to the team" in visitor.text


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])
def test_arabic_and_urdu_digits_open_it(digits: str) -> None:
    code = filed().translate(str.maketrans("0123456789", digits))
    assert enter(code, "ur").url == "/box/"


def test_whatever_opens_nothing_has_one_answer() -> None:
    """Unknown, malformed, the locator alone, a wrong secret, a receipt not drawn yet: no oracle."""
    code = filed()
    digits = code.replace(" ", "")
    pages = []
    for typed in ("", "abc", digits[:8], "1" * 36, digits[:-1] + str((int(digits[-1]) + 1) % 10)):
        visitor = enter(typed)
        assert visitor.page.status_code == 422
        assert WRONG in visitor.text
        pages.append(visitor.text)
    Receipt.objects.update(waiting=True)
    assert WRONG in enter(code).text
    assert len(set(pages)) == 1


def test_a_wrong_code_is_shown_again_so_that_it_can_be_mended() -> None:
    node()
    visitor = enter("1234 5678")
    assert 'value="1234 5678"' in visitor.html
    assert len(enter("9" * 5000).html) < 20_000


def test_only_wrong_codes_are_counted_and_only_they_wait() -> None:
    """A stranger behind the address of a whole town locks nobody out of her mailbox."""
    code = filed()
    Bucket.objects.all().delete()
    enter(code)
    assert not Bucket.objects.filter(scope="wrong-code").exists()
    for _ in range(60):
        enter("1")
    assert enter("1").page.status_code == 429
    assert enter(code).url == "/box/"


def test_with_a_pin_the_code_alone_shows_the_stage_and_nothing_else() -> None:
    visitor = enter(filed(pin="٤٨٢١"))
    assert visitor.url == "/box/"
    assert "Received and sealed" in visitor.text
    assert visitor.fields == {"pin"}
    assert "Write to the team" not in visitor.text
    assert "Aqaba" not in visitor.text
    for url in ("/box/write/", "/box/files/"):
        visitor.get("/box/").send({"text": "hello"}, url)
        assert visitor.page.status_code == 403
    assert visitor.client.get("/box/note.txt").status_code == 403
    assert not Message.objects.exists()


@pytest.mark.parametrize("pin", ["4821", "٤٨٢١", "۴۸۲۱", "48 21"])
def test_the_pin_completes_the_code_in_any_digits(pin: str) -> None:
    visitor = enter(filed(pin="4821"))
    visitor.send({"pin": pin}, "/box/pin/")
    assert "Write to the team" in visitor.text


@pytest.mark.parametrize("pin", ["", "4822", "x" * 500, "4821 5"])
def test_a_wrong_pin_is_counted_by_report(pin: str) -> None:
    visitor = enter(filed(pin="4821"))
    visitor.send({"pin": pin}, "/box/pin/")
    assert visitor.page.status_code == 422
    assert "does not open it" in visitor.text
    assert Bucket.objects.filter(scope="wrong-pin").count() == 1


def test_after_ten_wrong_pins_the_right_one_waits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = enter(filed(pin="4821"))
    monkeypatch.setattr("amana.portal.box.exhausted", lambda *_said: True)
    visitor.send({"pin": "4821"}, "/box/pin/")
    assert visitor.page.status_code == 429


def test_the_pin_that_waits_leaves_no_code_in_clear() -> None:
    code = filed(pin="4821")
    visitor = enter(code)
    stored = b"".join(bytes(row.wrapped) for row in PortalSession.objects.all())
    assert code.replace(" ", "").encode() not in stored
    assert code not in str(visitor.client.cookies)


def test_she_writes_and_reads_it_back_and_the_text_is_sealed() -> None:
    visitor = enter(filed())
    visitor.send({"text": "CANARY he wrote again\nthis morning"}, "/box/write/")
    assert visitor.url == "/box/"
    assert "CANARY he wrote again" in visitor.text
    assert b"CANARY" not in bytes(Message.objects.get().sealed or b"")


@pytest.mark.parametrize(
    ("text", "words"), [("", "Write a few words"), ("ا" * 8001, "8000"), ("a\x00b", "damaged")]
)
def test_a_message_that_cannot_be_sent_says_why_and_stays(text: str, words: str) -> None:
    visitor = enter(filed())
    visitor.send({"text": text}, "/box/write/")
    assert visitor.page.status_code == 422
    assert words in visitor.text
    assert not Message.objects.exists()
    if len(text) > 100:
        assert text in visitor.html


def test_a_message_written_after_the_visit_ended_is_shown_for_copying() -> None:
    visitor = enter(filed())
    PortalSession.objects.all().delete()
    visitor.send({"text": "a long message"}, "/box/write/")
    assert visitor.page.status_code == 403
    assert "a long message" in visitor.html


def test_messages_of_the_team_and_automatic_notes_are_in_her_language() -> None:
    code = filed(language="en")
    report = Report.objects.get()
    mailbox.answer(report=report, text="We have read it.", actor=Actor("investigator", "p1"))
    facts = {"since": "2026-10-20"}
    mailbox.note_automatically(report=report, code="still_open", facts=facts)
    visitor = enter(code)
    assert "We have read it." in visitor.text
    assert "still open" in visitor.text
    assert visitor.text.count(" new ") >= 2
    visitor.get("/box/")
    assert 'class="tag">new' not in visitor.html, "read once, it is no news any more"


def test_a_reading_is_noted_once() -> None:
    code = filed()
    report = Report.objects.get()
    mailbox.answer(report=report, text="Hello.", actor=Actor("investigator", "p1"))
    enter(code)
    enter(code)
    assert Event.objects.filter(tag=Tag.MESSAGE_READ).count() == 1


def test_she_sees_when_it_was_opened_and_by_which_role() -> None:
    code = filed()
    report = Report.objects.get()
    assert "Nobody has opened it yet" in enter(code).text
    actor = Actor("investigator", "pseudonym-7")
    record(Act(Tag.READ, actor, report.agency_id, "report", report.id))
    visitor = enter(code)
    assert "by an investigator" in visitor.text
    assert "pseudonym-7" not in visitor.html


def test_m162_files_are_added_later_and_sealed() -> None:
    visitor = enter(filed())
    file = SimpleUploadedFile("later.png", b"CANARY later")
    visitor.send({"files": [file]}, "/box/files/", files=True)
    assert visitor.url == "/box/"
    assert EvidenceItem.objects.get().report_id == Report.objects.get().id


def test_no_file_chosen_is_said() -> None:
    visitor = enter(filed())
    visitor.send({}, "/box/files/", files=True)
    assert visitor.page.status_code == 422
    assert "Choose a file first" in visitor.text


def test_the_proof_is_a_text_file_with_a_neutral_name() -> None:
    visitor = enter(filed())
    answer = visitor.client.get("/box/note.txt")
    assert answer["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert b"amana-promise/v1" in answer.content
    assert b"CANARY" not in answer.content


def test_leaving_ends_the_visit_here_and_in_the_browser() -> None:
    visitor = enter(filed())
    visitor.send({}, "/box/leave/")
    assert visitor.url == "/"
    assert not PortalSession.objects.filter(kind="mailbox").exists()
    assert visitor.get("/box/").page.status_code == 403


def test_a_mailbox_closes_by_itself_after_half_an_hour() -> None:
    visitor = enter(filed())
    with time_machine.travel(now() + timedelta(minutes=31), tick=False):
        assert visitor.get("/box/").page.status_code == 403


def test_a_draft_s_cookie_opens_no_mailbox_and_a_mailbox_no_draft() -> None:
    code = filed()
    assert Visitor().begin().get("/box/").page.status_code == 403
    assert enter(code).get("/check/").page.status_code == 403


def test_the_code_stands_in_no_address_and_no_cookie() -> None:
    code = filed()
    visitor = enter(code)
    digits = code.replace(" ", "")
    for group in (digits, code, digits[8:]):
        assert group not in " ".join(visitor.seen)
        assert group not in str(visitor.client.cookies)
    assert set(visitor.client.cookies) == {"s", "c"}
    cookie = visitor.client.cookies["s"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["max-age"]
    assert not cookie["expires"]


def test_the_address_of_the_api_s_answer_leads_to_the_field_for_the_code() -> None:
    node()
    assert Visitor().get("/status/").url == "/code/"


def test_m058_she_asks_to_stop_after_reading_what_it_does_and_can_come_back() -> None:
    visitor = enter(filed())
    visitor.get("/box/stop/")
    assert "need no reason" in visitor.text
    assert Report.objects.get().withdrawn_at is None, "looking changes nothing"
    visitor.send({"want": "stop"})
    assert visitor.url == "/box/"
    assert "Withdrawn by you" in visitor.text
    first = Report.objects.get().withdrawn_at
    assert first is not None
    visitor.get("/box/stop/").send({"want": "stop"})
    assert Report.objects.get().withdrawn_at == first, "asked twice it is done once"
    visitor.get("/box/stop/").send({"want": "on"})
    assert Report.objects.get().withdrawn_at is None


def test_nobody_stops_anything_without_the_pin_or_after_the_visit() -> None:
    visitor = enter(filed(pin="4821"))
    visitor.send({"want": "stop"}, "/box/stop/")
    assert visitor.page.status_code == 403
    assert Report.objects.get().withdrawn_at is None

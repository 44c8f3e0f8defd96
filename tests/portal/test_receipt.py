# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checking, sending, the receipt: one report and one receipt, however often the form is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from amana.config.clock import now
from amana.kernel.paper import plain
from amana.kernel.sealing.receipts import parse_code
from amana.portal.said import day
from amana.reports.models import Draft, Report
from tests.kernel.paper.drawn import lines
from tests.portal.test_walk import answers_of
from tests.portal.visitor import STORY, Visitor
from tests.support.builders import node

pytestmark = pytest.mark.db


def test_the_check_page_shows_every_answer_with_a_way_to_change_it() -> None:
    node()
    visitor = Visitor(walks=True).begin().to_check()
    for said in ("published, and", "150.000 JOD", "+962 79 000 0000", "Germany", "CANARY Samar"):
        assert said.split(",")[0] in visitor.text or said in visitor.html, said
    changes = [link for link in visitor.links if link.startswith("/c/")]
    assert len(changes) > 40
    assert "Questions you left open" in visitor.text


def test_a_change_comes_back_to_the_check_page() -> None:
    node()
    visitor = Visitor().begin().to_check()
    change = re.search(
        r'/c/\d{10}/(?=">Change<span class="unseen">: Who is telling us)', visitor.html
    )
    assert change
    visitor.get(change[0])
    assert "/check/" in visitor.links
    visitor.send({"role": "parent"})
    assert visitor.url == "/check/"
    assert answers_of(visitor)["role"] == "parent"


def test_a_change_asks_only_what_it_opens() -> None:
    node()
    visitor = Visitor().begin().to_check({**STORY, "money_paid": "no"})
    change = re.search(r'/c/\d{10}/(?=">Change<span class="unseen">: Was money paid)', visitor.html)
    assert change
    visitor.get(change[0]).send({"money_paid": "yes"})
    assert "payments-0-amount" in visitor.fields
    visitor.send({"payments-0-amount": "5", "payments-0-currency": "JOD"})
    assert visitor.url == "/check/"


def test_a_change_to_yes_shows_the_help_that_belongs_to_it() -> None:
    node()
    visitor = Visitor().begin().to_check({**STORY, "self_harm": "no"})
    change = re.search(r'/c/\d{10}/(?=">Change<span class="unseen">: Are you having)', visitor.html)
    assert change
    visitor.get(change[0]).send({"self_harm": "yes"})
    assert visitor.heading == "You do not have to carry this alone"
    on = re.search(r'rel="next" href="([^"]+)"', visitor.html)
    assert on
    assert visitor.get(on[1]).url == "/check/"


def test_nothing_told_is_asked_for_a_little_before_it_is_sent() -> None:
    node()
    visitor = Visitor(walks=True).begin().to_check({})
    visitor.send({"pin": ""})
    assert visitor.page.status_code == 422
    assert "One of the two is enough" in visitor.text
    assert not Report.objects.exists()
    visitor.get(next(link for link in visitor.links if link.startswith("/c/")))
    assert "groups" in visitor.fields


@pytest.mark.parametrize("pin", ["123", "1" * 13, "abcd", "12 ab", "-1234"])
def test_a_pin_that_is_none_is_refused_and_shown_again(pin: str) -> None:
    node()
    visitor = Visitor().begin().to_check()
    visitor.send({"pin": pin})
    assert visitor.page.status_code == 422
    assert f'value="{pin}"' in visitor.html
    assert "<details open>" in visitor.html
    assert not Report.objects.exists()


def test_m001_a_report_is_filed_routed_and_its_receipt_explained() -> None:
    node()
    visitor = Visitor().file()
    report = Report.objects.get()
    code = parse_code(visitor.code)
    assert code.locator == report.locator
    assert "Aqaba branch" in visitor.text
    assert "because it works where you live" in visitor.text
    assert "cannot replace it" in visitor.text
    assert "Beware of false helpers" in visitor.text
    assert "How you are protected" in visitor.text
    assert "/help/contact/" in visitor.links
    assert report.stage == "received"
    assert report.origin == "report"
    assert report.consents == ["police"]


def test_the_headline_follows_the_group_when_nothing_more_was_told() -> None:
    node()
    Visitor().file({"groups": "blackmail", "pace": "short"})
    assert Report.objects.get().category == "X3"


def test_the_same_receipt_is_shown_again_and_a_second_post_files_nothing() -> None:
    node()
    visitor = Visitor().begin().to_check()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.html)
    assert token
    visitor.send({"pin": ""})
    first = visitor.code
    assert visitor.get("/done/").code == first
    again = visitor.client.post("/check/", {"csrfmiddlewaretoken": token[1], "pin": ""})
    assert again["Location"] == "/done/"
    assert Report.objects.count() == 1


def test_a_form_that_arrives_twice_at_the_same_moment_is_one_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second one finds the draft taken in the middle of its own filing."""
    from amana import journey

    node()
    visitor = Visitor().begin().to_check()
    whole = journey.file
    raced: list[bool] = []

    def race(*args: object, **more: object) -> object:
        if not raced:
            raced.append(True)
            whole(*args, **more)  # type: ignore[arg-type]
        return whole(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(journey, "file", race)
    visitor.send({"pin": ""})
    assert visitor.url == "/done/"
    assert Report.objects.count() == 1
    assert parse_code(visitor.code).locator == Report.objects.get().locator


def test_every_page_of_the_walk_leads_to_the_receipt_once_it_is_sent() -> None:
    node()
    visitor = Visitor(walks=True).begin()
    question = visitor.url
    visitor.to_check().send({"pin": ""})
    code = visitor.code
    for url in (question, "/check/", "/draft/", "/draft/delete/"):
        assert visitor.get(url).code == code


def test_the_receipt_page_ends_after_an_hour() -> None:
    node()
    visitor = Visitor().file()
    with time_machine.travel(now() + timedelta(minutes=61), tick=False):
        assert visitor.get("/done/").page.status_code == 403


def test_what_she_wrote_is_gone_from_the_draft_and_its_code_opens_nothing() -> None:
    node()
    visitor = Visitor().begin().to_question("role")
    draft_code = visitor.get("/draft/").code
    visitor.get(next(link for link in visitor.links if link.startswith("/q/")))
    visitor.to_check().send({"pin": ""})
    assert answers_of(visitor) == {}
    other = Visitor().get("/code/").send({"code": draft_code})
    assert other.page.status_code == 422


def test_the_file_has_a_neutral_name_and_the_code_in_order() -> None:
    """U-04, and the groups of the code as they are drawn (pypdfium2)."""
    node()
    for language in ("ar", "ur", "en", "fr"):
        visitor = Visitor(language).file({"groups": "money", "pace": "short"})
        groups = visitor.code.split()
        answer = visitor.client.get("/done/note.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="note.pdf"'
        drawn = "".join(plain(line) for line in lines(answer.content))
        assert "".join(groups) in drawn, language


def test_the_printed_page_holds_the_code_and_nothing_she_wrote() -> None:
    node()
    visitor = Visitor().file()
    code = visitor.code
    visitor.get("/done/print/")
    assert visitor.code == code
    assert "CANARY" not in visitor.html
    assert "http://testserver/" in visitor.text


def test_the_receipt_of_somebody_else_s_helper_speaks_of_the_person() -> None:
    node()
    visitor = Visitor().file({**STORY, "role": "parent"})
    assert "because it works where the person lives" in visitor.text


def test_the_code_can_be_read_aloud_in_four_languages() -> None:
    node()
    for language, word in (("ar", "واحد"), ("fr", "un"), ("en", "one"), ("ur", "ایک")):
        visitor = Visitor(language).file({"groups": "money", "pace": "short"})
        digits = visitor.code.replace(" ", "")
        assert (word in visitor.text.split()) or "1" not in digits


def test_filing_too_often_is_asked_to_wait_and_keeps_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node()
    visitor = Visitor().begin().to_check()
    monkeypatch.setattr("amana.portal.check.allow", lambda *_said: False)
    visitor.send({"pin": ""})
    assert visitor.page.status_code == 429
    assert not Report.objects.exists()
    monkeypatch.undo()
    visitor.get("/check/").send({"pin": ""})
    assert Report.objects.count() == 1


def test_the_draft_page_shows_its_own_code_until_when_and_never_the_receipt() -> None:
    """U-19."""
    node()
    visitor = Visitor().begin().send({"danger_now": "no"})
    visitor.get("/draft/")
    code = parse_code(visitor.code)
    assert code.is_draft
    assert day(now() + timedelta(days=30))[:5] in visitor.text
    other = Visitor("ar").get("/code/")
    other.send({"code": visitor.code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))})
    assert re.fullmatch(r"/q/\d{10}/", other.url)
    assert answers_of(other)["danger_now"] == "no"


def test_late_in_the_evening_the_day_is_that_of_the_place_not_of_the_clock_of_the_machine() -> None:
    node()
    with time_machine.travel(datetime(2026, 5, 4, 22, 30, tzinfo=UTC), tick=False):
        assert "04/06" in Visitor().begin().get("/draft/").text  # half past one in Amman


def test_a_draft_ends_after_thirty_days() -> None:
    node()
    visitor = Visitor().begin().get("/draft/")
    code = visitor.code
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        other = Visitor().get("/code/").send({"code": code})
        assert other.page.status_code == 422


def test_a_deleted_draft_is_gone_with_its_session() -> None:
    node()
    visitor = Visitor().begin().send({"danger_now": "no"}).get("/draft/delete/")
    assert Draft.objects.exists(), "asking deletes nothing"
    visitor.send({})
    assert visitor.url == "/draft/deleted/"
    assert not Draft.objects.exists()
    assert visitor.get("/draft/").page.status_code == 403


def test_nothing_she_typed_lies_in_clear_in_any_table() -> None:
    node()
    visitor = Visitor(walks=True).file()
    assert Report.objects.count() == 1
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = " ".join(_seen(value) for row in cursor.fetchall() for value in row)
            assert "CANARY" not in rows, table
            assert visitor.code.replace(" ", "")[8:] not in rows, table


def _seen(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return str(value)

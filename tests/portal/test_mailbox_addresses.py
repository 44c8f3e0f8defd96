# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses of the mailbox when a page is loaded again, read in another language, or opened
too late: she is led to where she was, and never sees a blank page."""

from __future__ import annotations

import re

import pytest

from amana.journal.events import Actor
from amana.kernel.sealing.errors import Busy
from amana.portal import box as mailbox_page
from amana.reports.errors import NoSuchPart
from amana.reports.models import Message, PortalSession, Report
from amana.reports.services import mailbox
from tests.portal.test_box import enter, filed
from tests.portal.visitor import Visitor

pytestmark = pytest.mark.db
FORMS = ("/box/write/", "/box/pin/", "/box/files/", "/box/leave/")


@pytest.mark.parametrize("address", FORMS)
def test_a_form_that_is_opened_as_a_page_leads_to_the_mailbox(address: str) -> None:
    visitor = enter(filed())
    visitor.get(address)
    assert visitor.url == "/box/"
    assert visitor.page.status_code == 200
    assert visitor.client.get(address).status_code == 303


@pytest.mark.parametrize("address", FORMS)
def test_without_a_visit_it_leads_to_the_page_that_says_so(address: str) -> None:
    visitor = Visitor("en").get(address)
    assert visitor.page.status_code == 403
    assert "/code/" in visitor.html


def test_the_page_of_an_error_is_read_in_another_language() -> None:
    visitor = enter(filed())
    visitor.send({"text": ""}, "/box/write/")
    assert visitor.page.status_code == 422
    visitor.send({"language": "ar", "next": visitor.url}, "/language/")
    assert visitor.page.status_code == 200
    assert 'lang="ar"' in visitor.html


def test_a_page_to_keep_is_offered_only_where_one_was_named() -> None:
    assert "/box/pages/" not in enter(filed()).links


def test_who_writes_too_often_waits_and_keeps_her_words(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = enter(filed())
    monkeypatch.setattr(mailbox_page, "allow", lambda *_said: False)
    visitor.send({"text": "Still here & waiting"}, "/box/write/")
    assert visitor.page.status_code == 422
    assert "Please wait ten minutes." in visitor.text
    assert "Still here &amp; waiting" in visitor.html
    assert not Message.objects.exists()


def test_words_to_a_report_that_was_destroyed_meanwhile_lead_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(**_said: object) -> None:
        raise NoSuchPart

    visitor = enter(filed())
    monkeypatch.setattr(mailbox, "write", gone)
    visitor.send({"text": "Is anybody there?"}, "/box/write/")
    assert visitor.url == "/box/"


def test_a_pin_for_a_visit_that_is_open_already_leads_to_the_mailbox() -> None:
    visitor = enter(filed())
    visitor.send({"pin": "1234"}, "/box/pin/")
    assert visitor.url == "/box/"
    assert "Write to the team" in visitor.text


def test_what_the_wait_for_a_pin_costs_is_said_as_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = enter(filed(pin="4821"))

    def busy(**_said: object) -> None:
        raise Busy

    monkeypatch.setattr(mailbox, "open_receipt", busy)
    visitor.send({"pin": "4821"}, "/box/pin/")
    assert visitor.page.status_code == 503
    assert visitor.page.headers["Retry-After"]
    assert PortalSession.objects.filter(kind="mailbox").count() == 1


def test_a_line_of_the_node_is_not_taken_for_a_word_of_the_team() -> None:
    visitor = enter(filed())
    visitor.get("/box/consents/").send({"given": "partner"}, "/box/consents/")
    report = Report.objects.get()
    mailbox.answer(report=report, text="We are reading.", actor=Actor("investigator", "p"))
    visitor.get("/box/").send({"text": "Thank you."}, "/box/write/")
    said = re.findall(r"<h3>([^<]+?) <small>", visitor.html)
    assert said == ["Automatic note", "The team", "You"]

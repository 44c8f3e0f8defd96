# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages she named are kept when she asks: hers alone, never of a child, six a day (M-165)."""

from __future__ import annotations

import pytest

from amana.evidence.capture import jail, keeping
from amana.evidence.capture.jail import CaptureFailed
from amana.evidence.models import EvidenceItem
from amana.portal import named
from amana.reports.models import Report
from tests.evidence.capture.builders import raw
from tests.portal.test_box import enter
from tests.portal.visitor import Visitor
from tests.support.builders import node

pytestmark = pytest.mark.db
PAGE = "/box/pages/"
SAID = {
    "groups": "blackmail",
    "pace": "full",
    "victim_country": "JO",
    "narrative": "CANARY",
    "published": "published_url_known",
    "published_urls": "https://example.com/a\nhttps://example.com/b",
    "identifiers-0-type": "url",
    "identifiers-0-value": "https://example.com/profile",
}


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A node with a browser that brings any page; the addresses it was sent to."""
    asked: list[str] = []

    def run(url: str, **_more: object) -> object:
        asked.append(url)
        return raw(url)

    monkeypatch.setattr(jail, "run", run)
    monkeypatch.setattr(named, "missing", lambda: "")
    return asked


def opened(language: str = "en", pin: str = "") -> Visitor:
    node()
    return enter(Visitor(language).file(SAID, pin=pin).code, language)


def test_she_chooses_one_of_the_pages_she_named_and_it_is_kept(browser: list[str]) -> None:
    visitor = opened().get(PAGE)
    for url in ("https://example.com/a", "https://example.com/b", "https://example.com/profile"):
        assert url in visitor.text
    visitor.send({"page": "1"}, PAGE)
    assert visitor.url == "/box/"
    assert browser == ["https://example.com/b"]
    assert EvidenceItem.objects.count() == keeping.FILES


@pytest.mark.parametrize("chosen", ["", "3", "-1", "99", "x", "٣", "https://evil.example/"])
def test_an_address_that_is_not_in_her_report_is_never_opened(
    chosen: str, browser: list[str]
) -> None:
    visitor = opened().get(PAGE).send({"page": chosen}, PAGE)
    assert visitor.page.status_code == 422
    assert "Choose one of the pages." in visitor.text
    assert browser == []


def test_nothing_of_a_report_about_a_child_is_fetched(browser: list[str]) -> None:
    visitor = opened()
    Report.objects.update(category="C2")
    assert "There is no page that can be kept" in visitor.get(PAGE).text
    visitor.send({"page": "0"}, PAGE)
    assert browser == []


def test_after_six_in_a_day_it_says_so(browser: list[str]) -> None:
    visitor = opened()
    for _ in range(7):
        visitor.get(PAGE).send({"page": "0"}, PAGE)
    assert "come back tomorrow" in visitor.text
    assert len(browser) == 6


def test_a_page_that_does_not_open_is_said_and_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise CaptureFailed("net::ERR_NAME_NOT_RESOLVED")

    monkeypatch.setattr(jail, "run", fail)
    visitor = opened().get(PAGE).send({"page": "0"}, PAGE)
    assert "did not open" in visitor.text
    assert "ERR_NAME" not in visitor.html, "what the browser said is for operators"


def test_a_node_without_a_browser_offers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "missing", lambda: "no Chromium")
    assert "Write to the team" in opened().get(PAGE).text


def test_nobody_does_it_without_the_pin(browser: list[str]) -> None:
    visitor = opened(pin="4821")
    visitor.send({"page": "0"}, PAGE)
    assert visitor.page.status_code == 403
    assert browser == []


@pytest.mark.parametrize("language", ["ar", "ur"])
def test_addresses_stand_left_to_right_in_right_to_left_pages(language: str) -> None:
    assert '<bdi dir="ltr">https://example.com/a</bdi>' in opened(language).get(PAGE).html


def test_the_mailbox_offers_the_copy_where_a_page_was_named() -> None:
    assert "/box/pages/" in opened().links

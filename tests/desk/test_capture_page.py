# SPDX-License-Identifier: AGPL-3.0-or-later
"""Capturing a public page at the desk: what is asked, what is refused, and who is offered nothing.
What a capture keeps is tested where it is made (tests/evidence)."""

from __future__ import annotations

import pytest

from amana.agencies.models import Agency
from amana.desk.views import capture as page
from amana.evidence.capture import keeping
from amana.evidence.capture.fence import MAX_URL
from amana.evidence.models import EvidenceItem
from amana.people.models import Role
from amana.reports.models import Refusal, Report
from tests.desk.steps import Desk, desk, of, ok, refused, text, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db
AQABA = "jo/ccu/aqaba"
URL = "https://example.org/some/page"
WHY = "She named this page."


class Browser:
    """Stands for the browser of the node: it opens nothing and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def capture(self, url: str, **_more: object) -> None:
        self.asked.append(url)
        raise keeping.NotCaptured("The page did not answer.")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    found = Browser()
    monkeypatch.setattr(page, "missing", tuple)
    monkeypatch.setattr(keeping, "capture", found.capture)
    return found


@pytest.fixture
def agency() -> Agency:
    return make.node()


def capturing(who: Desk, report: Report, **fields: str) -> str:
    return refused(who.send(of(report, "capture/"), {"url": URL, "purpose": WHY} | fields))


def test_the_page_says_what_a_capture_does_and_that_the_site_can_see_it(
    agency: Agency, browser: Browser
) -> None:
    report = make.report(agency)
    shown = ok(desk(agency, AQABA).get(of(report, "capture/")))
    assert "The site can see that somebody opened the page." in shown
    assert 'name="url"' in shown
    assert browser.asked == [], "looking at the form opens nothing"


def test_a_node_without_a_browser_says_so_and_offers_no_form(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "missing", lambda: ["chromium"])
    report = make.report(agency)
    shown = ok(desk(agency, AQABA).get(of(report, "capture/")))
    assert "This node has no browser" in shown
    assert 'name="url"' not in shown


@pytest.mark.parametrize(
    "fields",
    [{"purpose": ""}, {"purpose": "  "}, {"url": ""}, {"url": "x" * (MAX_URL + 1)}],
)
def test_without_address_or_purpose_no_page_is_opened(
    agency: Agency, browser: Browser, fields: dict[str, str]
) -> None:
    capturing(desk(agency, AQABA), make.report(agency), **fields)
    assert browser.asked == []


def test_a_page_that_does_not_answer_is_said_beside_what_was_typed(
    agency: Agency, browser: Browser
) -> None:
    report = make.report(agency)
    shown = capturing(desk(agency, AQABA), report)
    assert "The page did not answer." in shown
    assert f'value="{URL}"' in shown
    assert browser.asked == [URL]
    assert not EvidenceItem.objects.filter(report=report).exists()


def test_what_was_captured_leads_back_to_the_report(
    agency: Agency, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, str]] = []

    def keep(*, url: str, purpose: str, **_more: object) -> None:
        done.append((url, purpose))

    monkeypatch.setattr(page, "capture_for_report", keep)
    report, who = make.report(agency), desk(agency, AQABA)
    went_on(who.send(of(report, "capture/"), {"url": URL, "purpose": WHY}), of(report))
    assert done == [(URL, WHY)]
    assert "Captured and sealed" in ok(who.get(of(report)))


def test_into_the_report_of_a_child_other_units_capture_nothing_and_it_is_counted(
    agency: Agency, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page has no form then; who sends it all the same is refused by the service."""
    report, who = make.report(agency), desk(agency, AQABA)
    monkeypatch.setattr(page, "may_capture", lambda *_: False)
    monkeypatch.setattr(keeping, "may_capture", lambda *_: False)
    shown = ok(who.get(of(report, "capture/")))
    assert 'name="url"' not in shown
    who.send(of(report, "capture/"), {"url": URL, "purpose": WHY})
    assert Refusal.objects.get(report=report).missing == "child_unit"
    assert browser.asked == []


def test_who_may_not_diagnose_and_another_unit_have_no_such_page(
    agency: Agency, browser: Browser
) -> None:
    report = make.report(agency)
    for who in (desk(agency, AQABA, Role.LIAISON), desk(agency, "jo/ccu/irbid")):
        for answer in (
            who.get(of(report, "capture/")),
            who.send(of(report, "capture/"), {"url": URL, "purpose": WHY}),
        ):
            assert answer.status_code == 404
            assert URL not in text(answer)
    assert browser.asked == []

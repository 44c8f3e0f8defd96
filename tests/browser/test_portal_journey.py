# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole way in a real browser on a phone, without JavaScript, in right-to-left languages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page
from pytest_django.live_server_helper import LiveServer

from amana.agencies.selectors import forget_shown
from amana.evidence.models import EvidenceItem
from amana.kernel.sealing.receipts import parse_code
from amana.reports.models import Message, Report
from tests.portal.visitor import STORY, Visitor
from tests.support.browser import Visit, visit
from tests.support.builders import node

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GO = ".acts button.btn:not(.quiet)"
EVERY = {**STORY, "danger_now": "child", "victim_country": "JO"}
SEALED_FILE = FilePayload(name="محادثة.png", mimeType="image/png", buffer=b"not a picture" * 50)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_shown()
    yield
    forget_shown()


def look(seen: Visit) -> None:
    """Axe finds nothing, and nothing is wider than the screen."""
    assert seen.violations() == [], seen.page.url
    boxes = "main, .bar, .near, .foot, fieldset, .field, .card, .code"
    assert seen.wider_than_the_screen(boxes) == [], seen.page.url


def fill(page: Page, names: set[str]) -> bool:
    """Answer what the story knows on this page; False when it knows nothing of it."""
    known = {name: EVERY[name] for name in names if name in EVERY}
    for name, value in known.items():
        field = page.locator(f'[name="{name}"]')
        kind = field.first.get_attribute("type") or ""
        for one in [value] if isinstance(value, str) else value:
            if kind in {"radio", "checkbox"}:
                page.check(f'[name="{name}"][value="{one}"]')
            elif page.locator(f'select[name="{name}"]').count():
                page.select_option(f'select[name="{name}"]', one)
            else:
                field.first.fill(one)
    if "files" in names:
        page.set_input_files("[name=files]", [SEALED_FILE])
    return bool(known) or "files" in names


def names_on(page: Page) -> set[str]:
    found = page.locator("main [name]").evaluate_all("all => all.map(one => one.name)")
    return set(found) - {"csrfmiddlewaretoken", "_skip", "_more", "_add"}


def walk(seen: Visit) -> None:
    """From the first question to the page where answers are checked, with a look at each."""
    page = seen.page
    for _ in range(90):
        if page.url.endswith("/check/"):
            return
        look(seen)
        onward = page.locator("a[rel=next]")
        if onward.count():
            onward.click()
        elif fill(page, names_on(page)):
            page.click(GO)
        else:
            page.click("[name=_skip]")
        assert not page.locator(".errors").count(), page.inner_text("main")
    raise AssertionError("the walk has no end")


def without_a_screen(seen: Visit, language: str) -> Visitor:
    """The same visit goes on at the same question in a client that draws nothing. Every page of the
    way is looked at once, above; what comes after the way needs no second look at it."""
    visitor = Visitor(language)
    held = {str(cookie["name"]): str(cookie["value"]) for cookie in seen.page.context.cookies()}
    visitor.client.cookies["s"] = held["s"]
    return visitor.get(seen.page.url.removeprefix(seen.origin))


def drawn_groups(page: Page) -> list[str]:
    """The groups of the code as the eye meets them: rows from the top, each from the left."""
    groups = page.locator(".code bdi")
    placed = []
    for at in range(groups.count()):
        box = groups.nth(at).bounding_box()
        assert box is not None
        placed.append((round(box["y"]), box["x"], groups.nth(at).inner_text().strip()))
    rows = itertools.groupby(sorted(placed), key=lambda place: place[0])
    return [group for _y, row in rows for _, _, group in sorted(row)]


def test_an_arabic_report_on_a_phone_without_javascript(
    chromium: Browser, live_server: LiveServer
) -> None:
    """M-001: from the first page to an answer in the mailbox; axe on each page of the way."""
    node()
    with visit(chromium, live_server.url, locale="ar", javascript=False) as seen:
        page = seen.page
        page.goto("/")
        look(seen)
        assert page.locator("html").get_attribute("dir") == "rtl"
        page.click("a[href='/start/']")
        look(seen)
        page.click("main form button.btn")
        walk(seen)
        look(seen)
        page.click("form summary")
        page.fill("[name=pin]", "٤٨٢١")
        page.click(GO)
        assert page.url.endswith("/done/")
        look(seen)
        code = parse_code(page.locator(".code").inner_text())
        report = Report.objects.get()
        assert report.locator == code.locator
        assert report.language == "ar"
        assert EvidenceItem.objects.get().report_id == report.id
        typed = page.locator(".code").inner_text()
        page.goto("/done/print/")
        look(seen)
        page.goto("/code/")
        look(seen)
        page.fill("[name=code]", typed)
        page.click(GO)
        look(seen)
        page.fill("[name=pin]", "۴۸۲۱")
        page.click("form[action='/box/pin/'] button.btn")
        look(seen)
        page.fill("[name=text]", "وصلتني رسالة جديدة.")
        page.click("form[action='/box/write/'] button.btn")
        assert "وصلتني رسالة جديدة." in page.inner_text("main")
        assert Message.objects.get().report_id == report.id
        look(seen)
        assert seen.foreign_requests() == []
        cookies = {cookie.get("name") for cookie in page.context.cookies()}
        assert cookies <= {"s", "c", "l"}


@pytest.mark.parametrize("language", ["ar", "ur"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_code_is_drawn_in_order_inside_right_to_left_text(
    chromium: Browser, live_server: LiveServer, language: str, scheme: str
) -> None:
    """Part 5: drawn naively, the groups of a receipt come out in reverse order."""
    node()
    with visit(chromium, live_server.url, locale=language, javascript=False, scheme=scheme) as seen:
        page = seen.page
        page.goto("/start/")
        page.click("main form button.btn")
        page.goto("/draft/")
        look(seen)
        code = page.locator(".code").inner_text().split()
        assert drawn_groups(page) == code
        page.goto("/draft/delete/")
        look(seen)
        page.goto("/draft/")
        page.click("a.btn:not(.quiet)")
        page.check("[name=danger_now][value=no]")
        page.click(GO)
        without_a_screen(seen, language).to_check(EVERY)
        page.goto("/check/")
        page.click(GO)
        assert page.url.endswith("/done/")
        look(seen)
        shown = page.locator(".code").inner_text().split()
        assert drawn_groups(page) == shown
        assert parse_code(" ".join(drawn_groups(page))).locator == Report.objects.get().locator
        page.click("details summary")
        aloud = page.locator(".aloud li bdi").all_inner_texts()
        assert aloud == shown


@pytest.mark.parametrize("language", ["ar", "ur", "fr", "en"])
def test_error_pages_and_the_back_button_keep_what_was_typed(
    chromium: Browser, live_server: LiveServer, language: str
) -> None:
    node()
    with visit(chromium, live_server.url, locale=language, javascript=False) as seen:
        page = seen.page
        page.goto("/start/")
        page.click("main form button.btn")
        page.goto(without_a_screen(seen, language).to_question("deadline-day", EVERY).url)
        page.fill("[name=deadline-day]", "45")
        page.fill("[name=deadline-year]", "2026")
        page.click(GO)
        assert page.locator(".errors a").count() == 1
        look(seen)
        assert page.input_value("[name=deadline-day]") == "45"
        page.fill("[name=deadline-day]", "30")
        page.fill("[name=deadline-month]", "11")
        page.click(GO)
        page.click("a.back")
        assert page.input_value("[name=deadline-day]") == "30"
        page.click(GO)
        page.wait_for_load_state()
        following = page.url
        page.go_back()
        assert page.input_value("[name=deadline-day]") == "30", "the browser's own way back"
        page.go_forward()
        assert page.url == following
        page.goto("/code/")
        page.fill("[name=code]", "12")
        page.click(GO)
        assert page.input_value("[name=code]") == "12"
        look(seen)


def test_with_javascript_the_same_way_works_and_the_exit_ends_the_visit(
    chromium: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    node()
    monkeypatch.setattr("amana.agencies.context.Node.exit_url", f"{live_server.url}/healthz")
    with visit(chromium, live_server.url, locale="ar", javascript=True) as seen:
        page = seen.page
        page.goto("/start/")
        page.click("main form button.btn")
        question = page.url
        assert re.search(r"/q/\d{10}/$", question)
        page.check("[name=danger_now][value=no]")
        page.click("a.exit")
        page.wait_for_url(re.compile("healthz"))
        assert page.context.cookies() == []
        answer = page.goto(question)
        assert answer is not None
        assert answer.status == 403
        assert page.locator("[name=code]").count() == 1

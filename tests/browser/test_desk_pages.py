# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the desk as an officer sees it: no WCAG 2.2 AA violation by axe, no request to
anybody else, nothing wider than its screen; in Arabic and French, on a phone and on a desk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, ViewportSize
from pytest_django.live_server_helper import LiveServer

from amana.agencies.models import Agency
from amana.evidence.blobs import blobs
from amana.evidence.intake import FileIntake
from amana.evidence.services import add_to_report
from amana.journal.events import REPORTER
from amana.people import vault
from amana.people.models import Role
from amana.reports.models import Report
from amana.reports.services import mailbox
from tests.desk.steps import Desk, desk
from tests.evidence.hostile import picture
from tests.support import builders as make
from tests.support.browser import DESKTOP, PHONE, Visit, visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOUND: dict[str, object] = {
    "online": "yes",
    "identifiers": "some",
    "jurisdiction": "foreign",
    "elements": "partly",
    "offences": ["X1"],
    "note": "The number is known from two other matters.",
}


def shown(seen: Visit, name: str) -> None:
    """The page that is open now."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        seen.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    assert seen.violations() == [], name
    assert seen.foreign_requests() == []
    size = seen.page.viewport_size
    assert size is not None
    if seen.javascript:
        wide = seen.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"] + 1, name


def signed_in(seen: Visit, who: Desk) -> None:
    """Carry the officer's session into the browser, as signing in would."""
    for name in (settings.SESSION_COOKIE_NAME, vault.COOKIE):
        value = who.client.cookies[name].value
        cookie = {"name": name, "value": value, "url": f"{seen.origin}/desk/"}
        seen.page.context.add_cookies([cookie])  # type: ignore[list-item]


def a_file(report: Report) -> str:
    taken = FileIntake(blobs(), name="صورة.png", declared_type="image/png", limit=10**7)
    taken.write(picture("PNG", (640, 480)))
    (item,) = add_to_report(report=report, taken=[taken.finish()], actor=REPORTER)
    return str(item.pk)


def a_worked_report(agency: Agency, who: Desk) -> tuple[Report, str]:
    """A report with all that can stand on its page."""
    report = make.report(
        agency,
        **make.NAMED,
        threat_to_life="yes",
        ongoing="yes",
        suspect_location="abroad",
        suspect_country="DE",
        platform="whatsapp",
        consents=["police", "cross_border"],
        narrative="يقول إنه سيرسل صوري إلى أهلي إن لم أدفع قبل الغد.",
        officer_gender="female",
    )
    item = a_file(report)
    mailbox.write(report=report, text="هل قرأتم رسالتي؟")
    path = f"/desk/reports/{report.locator}/"
    who.send(f"{path}diagnosis/", FOUND)
    who.post(f"{path}message/", **{"message-text": "نعم، قرأناها. نحن معك."})
    who.post(f"{path}note/", **{"note-text": "Call the liaison officer about +49."})
    office = "jo/pp/aqaba"
    who.post(f"{path}notice/", unit=office, reason="Please direct.", send="1")
    who.post(
        f"{path}instructions/",
        unit=office,
        action="search_notice",
        authority="Public prosecutor, Aqaba",
        legal_basis="Cybercrime Law, article 18",
        given_on="2026-01-15",
        text="Search notice.",
    )
    who.post(f"{path}suspects/", identity="Claimed: “Tariq”", role="executor", relation="unknown")
    return report, item


def pages_of(report: Report, item: str) -> Iterator[tuple[str, str]]:
    names = (
        "diagnosis category refer joint override cross-border notice instructions suspects "
        "export close take identity annex"
    )
    path = f"/desk/reports/{report.locator}/"
    yield "report", path
    for name in names.split():
        yield name, f"{path}{name}/"
    yield "file", f"{path}files/{item}/"


@pytest.mark.parametrize(
    ("locale", "viewport", "scheme"),
    [
        ("ar", PHONE, "light"),
        ("ar", DESKTOP, "dark"),
        ("fr", PHONE, "dark"),
        ("fr", DESKTOP, "light"),
    ],
)
def test_every_page_of_a_report(
    chromium: Browser,
    live_server: LiveServer,
    locale: str,
    viewport: ViewportSize,
    scheme: str,
) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR, Role.INVESTIGATOR)
    who.officer.language = locale
    who.officer.save()
    report, item = a_worked_report(agency, who)
    for _ in range(3):
        make.report(agency)
    make.report(agency, minor="yes", category="X1")
    size = "phone" if viewport == PHONE else "desktop"
    with visit(chromium, live_server.url, locale=locale, viewport=viewport, scheme=scheme) as seen:
        signed_in(seen, who)
        for name in ("to-read", "urgent", "open", "silent-30"):
            seen.page.goto(f"/desk/inbox/{name}/")
            shown(seen, f"desk-{name}-{locale}-{size}")
        for name, path in pages_of(report, item):
            answer = seen.page.goto(path)
            if name == "annex":
                continue
            assert answer is not None
            assert answer.status == 200, (name, answer.status)
            shown(seen, f"desk-{name}-{locale}-{size}")
        for path in ("deadlines", "intake"):
            seen.page.goto(f"/desk/{path}/")
            shown(seen, f"desk-{path}-{locale}-{size}")


@pytest.mark.parametrize(("locale", "viewport"), [("ar", PHONE), ("fr", DESKTOP)])
def test_the_pages_around_a_report(
    chromium: Browser, live_server: LiveServer, locale: str, viewport: ViewportSize
) -> None:
    """What is refused, what is not there, a blurred picture, legal review, journal, health."""
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
        reviewer = desk(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
        auditor = desk(agency, "jo/ccu", Role.AUDITOR, Role.ADMINISTRATOR)
    for one in (who, reviewer, auditor):
        one.officer.language = locale
        one.officer.save()
    report = make.report(agency)
    item = a_file(report)
    speech = make.report(agency, category="D1", offences=["D1"], groups=["hate"])
    size = "phone" if viewport == PHONE else "desktop"
    path = f"/desk/reports/{report.locator}/"
    with visit(chromium, live_server.url, locale=locale, viewport=viewport) as seen:
        signed_in(seen, who)
        page = seen.page
        page.goto(f"{path}refer/")
        page.locator("main [name=unit]").select_option("jo/ccu/irbid")
        page.locator("main [name=reason]").fill("Why not")
        press(seen, "main form .btn")
        assert page.locator("[role=alert]").count() == 1
        assert page.locator("main [name=reason]").input_value() == "Why not"
        shown(seen, f"desk-refused-{locale}-{size}")
        who.send(f"{path}diagnosis/", FOUND | {"jurisdiction": "domestic"})
        page.goto(f"{path}notice/")
        page.locator("main [name=reason]").fill("Please direct what comes next.")
        press(seen, "main [name=preview]")
        shown(seen, f"desk-preview-{locale}-{size}")
        page.goto(f"{path}files/{item}/")
        assert page.locator("figure img").evaluate("image => image.naturalWidth") == 320
        shown(seen, f"desk-file-{locale}-{size}")
        page.locator("main [name=purpose]").fill("Who is in it")
        press(seen, "main form .btn")
        assert page.locator("figure img").evaluate("image => image.naturalWidth") == 640
        shown(seen, f"desk-look-{locale}-{size}")
        page.goto(f"/desk/reports/{speech.locator}/")
        shown(seen, f"desk-not-there-{locale}-{size}")
    with visit(chromium, live_server.url, locale=locale, viewport=viewport) as seen:
        signed_in(seen, reviewer)
        seen.page.goto(f"/desk/reports/{speech.locator}/review/")
        shown(seen, f"desk-review-{locale}-{size}")
    with visit(chromium, live_server.url, locale=locale, viewport=viewport) as seen:
        signed_in(seen, auditor)
        for name in ("journal", "health"):
            seen.page.goto(f"/desk/{name}/")
            shown(seen, f"desk-{name}-{locale}-{size}")


def press(seen: Visit, what: str) -> None:
    with seen.page.expect_navigation():
        seen.page.locator(what).last.click()


@pytest.mark.parametrize(("locale", "viewport"), [("ar", PHONE), ("fr", DESKTOP)])
def test_a_report_is_taken_at_the_desk_and_its_receipt_drawn_at_home(
    chromium: Browser, live_server: LiveServer, locale: str, viewport: ViewportSize
) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba")
    who.officer.language = locale
    who.officer.save()
    size = "phone" if viewport == PHONE else "desktop"
    with visit(
        chromium, live_server.url, locale=locale, viewport=viewport, javascript=False
    ) as seen:
        signed_in(seen, who)
        page = seen.page
        page.goto("/desk/intake/")
        page.locator("main [name=origin]").first.check()
        press(seen, "main form .btn")
        for name, value in (("danger_now", "no"), ("role", "victim"), ("groups", "blackmail")):
            page.locator(f"main [name={name}][value={value}]").check()
        press(seen, "main [name=save]")
        page.locator("main [name=offences][value=X1]").check()
        page.locator("main [name=victim_country]").select_option("JO")
        page.locator("main [name=identity][value=confidential]").check()
        page.locator("main [name=identifiers-0-type]").select_option("phone")
        page.locator("main [name=identifiers-0-value]").fill("not a phone")
        press(seen, "main [name=save]")
        assert page.locator("[role=alert]").count() == 1
        shown(seen, f"desk-intake-form-{locale}-{size}")
        page.locator("main [name=identifiers-0-value]").fill("+962791234567")
        press(seen, "main [name=save]")
        press(seen, "main [name=file]")
        shown(seen, f"desk-handed-{locale}-{size}")
        code = page.locator(".code").inner_text()
    with visit(
        chromium, live_server.url, locale=locale, viewport=viewport, javascript=False
    ) as seen:
        page = seen.page
        page.goto("/draw/")
        shown(seen, f"draw-{locale}-{size}")
        page.locator("main [name=code]").fill("1234")
        press(seen, "main form .btn")
        assert page.locator("[role=alert]").count() == 1
        shown(seen, f"draw-wrong-{locale}-{size}")
        page.locator("main [name=code]").fill(code)
        press(seen, "main form .btn")
        shown(seen, f"drawn-{locale}-{size}")
        assert page.locator(".code").inner_text().split()[:2] == code.split()[:2]
        assert page.locator(".code").inner_text() != code
        assert code.split()[3] not in page.url


def test_the_inbox_goes_by_keys(chromium: Browser, live_server: LiveServer) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba")
    reports = [make.report(agency) for _ in range(3)]
    with visit(chromium, live_server.url, locale="en", viewport=DESKTOP) as seen:
        signed_in(seen, who)
        page = seen.page
        page.goto("/desk/inbox/to-read/")
        for key in ("j", "j", "j", "j", "k"):
            page.keyboard.press(key)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.endswith(f"/desk/reports/{reports[1].locator}/")

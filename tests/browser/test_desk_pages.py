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
from tests.support import builders as make
from tests.support.browser import DESKTOP, PHONE, Visit, visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000008000000080802000000 4b6d29dc0000001649444154789c63f8"
    "cfc0f09f81818101c4c2c4402a0600a5e203fd8f6a6a880000000049454e44ae426082".replace(" ", "")
)
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
    taken = FileIntake(blobs(), name="صورة.png", declared_type="image/png", limit=10_000)
    taken.write(PNG)
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
        "close take identity annex"
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

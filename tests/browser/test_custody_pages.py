# SPDX-License-Identifier: AGPL-3.0-or-later
"""Custody, copies, devices, captures and exports as an officer and the person see them on a
telephone: no WCAG 2.2 AA violation by axe, nothing cut, in Arabic by day and French by night. Two
journeys that visit many pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import transaction
from playwright.sync_api import Browser, ViewportSize
from pytest_django.live_server_helper import LiveServer

from amana.agencies.models import Agency
from amana.agencies.selectors import forget_shown
from amana.config.clock import now
from amana.config.env import env
from amana.evidence import hand_ins
from amana.evidence.hand_ins import Device
from amana.evidence.models import EvidenceItem, HandIn
from amana.evidence.resumable import services as uploads
from amana.evidence.resumable.owners import Owner
from amana.evidence.resumable.services import Said
from amana.people.models import Role
from amana.reports import sessions
from amana.reports.models import Report
from tests.browser.test_desk_pages import press, shown, signed_in
from tests.desk.steps import Desk, desk, went_on
from tests.evidence.files import added
from tests.evidence.hostile import picture
from tests.evidence.uploader import incoming, no_pieces, open_receipt
from tests.support import builders as make
from tests.support.browser import Visit, visit
from tests.support.clamd import fake_clamd

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TELEPHONE = ViewportSize(width=390, height=844)
DAY_AND_NIGHT = pytest.mark.parametrize(
    ("locale", "scheme"), [("ar", "light"), ("fr", "dark")], ids=["ar", "fr"]
)
BY_DAY = (
    "custody/",
    "custody/hold/",
    "custody/destroy/",
    "custody/devices/",
    "custody/import/",
    "export/",
    "capture/",
    "",
)
"""Pages of a report by their address; an empty one is that of a file."""
BY_NIGHT = ("custody/", "custody/devices/", "")
LONG = "لقطة شاشة من المحادثة الطويلة مع الحساب الذي يهدد 2026-11-28 at 19.05.33.png"
DEVICE = Device("هاتف سامسونغ أزرق، شاشته مكسورة", "الضابط عند الشباك الثالث", "الرسائل منذ أيار")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget_shown()
    no_pieces()
    yield
    forget_shown()


def worked(agency: Agency, who: Desk, other: Desk) -> tuple[Report, EvidenceItem]:
    """A report whose files have seen everything that can happen to a file."""
    report = make.report(agency, **make.NAMED)
    with transaction.atomic():
        item = added(report, picture("PNG", (640, 480)), name=LONG)
        listed = f"name,sha256\nchat.png,{sha256(b'x').hexdigest()}\n".encode()
        for content, name in ((listed, "list.csv"), (b"gone by judgment", "old.txt")):
            added(report, content, name=name)
    here = f"/desk/reports/{report.locator}"
    file = f"{here}/files/{item.id}/"
    went_on(who.post(file, purpose="Cut the scene", how="work"))
    went_on(who.post(file, purpose="For the partner", how="copy"))
    went_on(who.post(file, purpose="Who is in it", how="clear"))
    custody = f"{here}/custody"
    went_on(who.post(f"{custody}/hold/", item=str(item.id), reason="المحاكمة", authority="Court"))
    _first, table, gone = EvidenceItem.objects.filter(parent=None).order_by("id")
    why = {"basis": "court_order", "article": "Art. 12", "reason": "By judgment."}
    went_on(who.post(f"{custody}/destroy/", item=str(gone.id), **why))
    day = (now() + timedelta(days=9)).date().isoformat()
    said = {"what": DEVICE.what, "to_whom": DEVICE.to_whom, "scope": DEVICE.scope}
    went_on(who.post(f"{custody}/devices/", return_by=day, **said))
    went_on(who.post(f"{custody}/devices/{HandIn.objects.get().id}/back/"))
    went_on(who.post(f"{custody}/devices/", return_by=day, **said))
    tool = {"tool": "Autopsy", "version": "4.21", "examiner": "خبير 7"}
    went_on(who.post(f"{custody}/import/", item=str(table.id), **tool))
    who.send(f"{here}/diagnosis/", FOUND)
    went_on(other.post(f"{here}/joint/", unit="jo/ccu/irbid", reason="هناك تسكن"))
    return report, item


FOUND: dict[str, object] = {
    "online": "yes",
    "identifiers": "some",
    "jurisdiction": "domestic",
    "elements": "partly",
    "offences": ["X1"],
    "note": "Seen before.",
}


@DAY_AND_NIGHT
def test_an_officer_goes_through_everything_about_the_files(
    chromium: Browser,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    locale: str,
    scheme: str,
) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba", Role.INVESTIGATOR)
        boss = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR, Role.INVESTIGATOR)
        on_duty = desk(agency, "jo/ccu/duty")
    for one in (who, boss, on_duty):
        one.officer.language = locale
        one.officer.save()
    with fake_clamd(b"stream: Test.Signature FOUND\0") as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        report, item = worked(agency, who, boss)
    monkeypatch.setattr(env(), "clamd", "")
    child = make.report(agency, category="C1", minor="yes")
    here = f"/desk/reports/{report.locator}/"
    with visit(chromium, live_server.url, locale=locale, viewport=TELEPHONE, scheme=scheme) as seen:
        signed_in(seen, boss)
        page = seen.page
        for name in BY_DAY if locale == "ar" else BY_NIGHT:
            answer = page.goto(f"{here}{name or f'files/{item.id}/'}")
            assert answer is not None
            assert answer.status == 200, name
            shown(seen, f"custody-{name.replace('/', '-')}{locale}")
        if locale != "ar":
            return
        page.goto(f"{here}custody/hold/")
        press(seen, "main form .btn")
        assert page.locator("[role=alert]").count() == 1
        shown(seen, f"custody-refused-{locale}")
        page.goto(f"{here}custody/")
        for link, name in (("/destroy/", "decide"), ("/holds/", "lift")):
            page.goto(f"{here}custody/")
            page.locator(f"main a[href*='custody{link}']:not([href$='{link}'])").first.click()
            page.wait_for_url(f"**{link}*/")
            shown(seen, f"custody-{name}-{locale}")
    with visit(chromium, live_server.url, locale=locale, viewport=TELEPHONE, scheme=scheme) as seen:
        signed_in(seen, on_duty)
        seen.page.goto(f"/desk/reports/{child.locator}/capture/")
        assert seen.page.locator("main [name=url]").count() == 0
        shown(seen, f"custody-capture-child-{locale}")


def as_she_left_it(agency: Agency) -> str:
    """Her mailbox with a file, half a file, and a device; the cookie that opens it."""
    opened = open_receipt(agency)
    with transaction.atomic():
        added(opened.report, picture("PNG", (64, 48)), name=LONG)
        staff = make.staff(agency, "jo/ccu/aqaba")
    hand_ins.take(
        staff=staff,
        report=opened.report,
        device=DEVICE,
        return_by=now().date() + timedelta(days=9),
    )
    owner = Owner.of_receipt(opened)
    half = uploads.begin(owner=owner, length=10, said=Said("تسجيل.m4a", "audio/mp4")).upload
    uploads.add(opened=half, offset=0, incoming=incoming(b"abcdef"))
    return sessions.start_for_mailbox(opened.report, opened.private)


@DAY_AND_NIGHT
def test_she_finds_her_files_her_device_and_its_paper(
    chromium: Browser, live_server: LiveServer, locale: str, scheme: str
) -> None:
    token = as_she_left_it(make.node())
    with visit(chromium, live_server.url, locale=locale, viewport=TELEPHONE, scheme=scheme) as seen:
        page = seen.page
        page.context.add_cookies([{"name": "s", "value": token, "url": seen.origin}])
        page.goto("/box/")
        page.locator("details:has([name=files]) summary").click()
        assert page.locator(".coming li").count() == 1
        shown(seen, f"her-box-{locale}")
        with page.expect_download() as kept:
            page.locator("main a[href*='/box/devices/']").click()
        assert kept.value.suggested_filename == "note.pdf"
        for name in ("pages", "proof"):
            page.goto(f"/box/{name}/")
            shown(seen, f"her-{name}-{locale}")
        assert_nothing_kept(seen)


def assert_nothing_kept(seen: Visit) -> None:
    """Whoever takes the telephone from her finds no list of her files in it."""
    assert seen.page.evaluate("sessionStorage.length + localStorage.length") == 0

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Eleven reports from three countries, one man (the costliest failure in the sources: nobody saw
it): in a real browser they end as one cluster with its reasons (M-075, M-099)."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Locator, ViewportSize
from pytest_django.live_server_helper import LiveServer

from amana.agencies.models import Agency
from amana.people.models import Role
from amana.reports.models import Report
from amana.reports.questionnaire.types import Json
from amana.triage.links.linking import link_new
from tests.browser.test_desk_pages import press, shown, signed_in
from tests.desk.steps import desk
from tests.support import builders as make
from tests.support.browser import DESKTOP, PHONE, visit
from tests.triage.links import naming

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE_1, PHONE_2 = ("phone", "+4915112345678"), ("phone", "+962795551212")
WALLET = ("wallet", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq")
IBAN = ("iban", "DE89370400440532013000")
HANDLE, MAIL = ("handle", "instagram:studio.noor.casting"), ("email", "noor.casting@example.com")
STORY: list[tuple[str, list[tuple[str, str]]]] = [
    ("JO", [PHONE_1, HANDLE]),
    ("MA", [PHONE_1, HANDLE]),
    ("IQ", [PHONE_1, WALLET]),
    ("JO", [WALLET, HANDLE]),
    ("MA", [WALLET, MAIL]),
    ("IQ", [MAIL, HANDLE]),
    ("JO", [PHONE_2, WALLET]),
    ("MA", [PHONE_2, IBAN]),
    ("IQ", [IBAN, MAIL]),
    ("JO", [IBAN, PHONE_1]),
    ("MA", [PHONE_2, PHONE_1]),
]
"""No two name all of what he uses, and none names it all."""
SHEET = "document.querySelector('figure.web [role=region]')"
OUTSIDE = f"""(() => {{
  const sheet = {SHEET}.getBoundingClientRect()
  return [...document.querySelectorAll('svg.web text')]
    .filter(t => {{
      const box = t.getBoundingClientRect()
      return box.left < sheet.left - 0.5 || box.right > sheet.right + 0.5
    }})
    .map(t => t.textContent)
}})()"""
SMALLEST = """Math.min(...[...document.querySelectorAll('svg.web text')].map(
  t => t.getCTM().a * parseFloat(getComputedStyle(t).fontSize)))"""
UNCUT = "[...document.querySelectorAll('main td')].every(c => c.scrollWidth <= c.clientWidth + 1)"


def eleven(agency: Agency) -> list[Report]:
    found = []
    for country, identifiers in STORY:
        said: dict[str, Json] = {"victim_country": country, "offences": ["X1"], "category": "X1"}
        said["victim_region"] = "JO-AQ" if country == "JO" else None
        said["suspect_location"] = "abroad"
        found.append(naming(agency, *identifiers, **said))
    # Others, who have nothing to do with him: a hotline and a nickname that many use.
    for number in range(6):
        own = ("phone", f"+96279600{number:04d}")
        naming(agency, ("email", "support@example.org"), own, victim_region="JO-AQ")
    link_new()
    return found


@pytest.mark.parametrize(
    ("locale", "viewport", "scheme"),
    [("ar", PHONE, "light"), ("fr", DESKTOP, "dark"), ("en", DESKTOP, "light")],
)
def test_eleven_reports_in_three_countries_are_one_cluster_with_its_reasons(
    chromium: Browser, live_server: LiveServer, locale: str, viewport: ViewportSize, scheme: str
) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/desk", Role.SUPERVISOR, Role.INVESTIGATOR)
    who.officer.language = locale
    who.officer.save()
    with transaction.atomic():
        for code in ("jo/ccu/aqaba",):
            make.place(who.officer, code, Role.INVESTIGATOR)
    reports = eleven(agency)
    size = "phone" if viewport == PHONE else "desktop"
    first = reports[0]
    with visit(chromium, live_server.url, locale=locale, viewport=viewport, scheme=scheme) as seen:
        signed_in(seen, who)
        page = seen.page
        page.goto(f"/desk/reports/{first.locator}/links/")
        assert page.locator("svg.web circle").count() == 11
        shown(seen, f"desk-links-{locale}-{size}")
        evidence = page.locator("main td").all_inner_texts()
        assert any("+49 1511 2345678" in said.replace("\u2011", "-") for said in evidence)
        page.goto(f"/desk/reports/{first.locator}/offender/")
        assert page.locator(".timeline > li").count() == 11
        shown(seen, f"desk-offender-{locale}-{size}")
        page.locator("main [name=purpose]").fill("Compare the accounts.")
        press(seen, "main form .btn")
        told = page.inner_text("main")
        for value in ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "noor.casting@example.com"):
            assert value in told
        assert page.evaluate(UNCUT), "a long account is wrapped, not cut"
        shown(seen, f"desk-offender-open-{locale}-{size}")
        page.goto(f"/desk/reports/{first.locator}/links/split/{reports[1].locator}/")
        shown(seen, f"desk-split-{locale}-{size}")
        page.goto("/desk/search/")
        page.locator("main [name=by]").select_option("wallet")
        page.locator("main [name=text]").fill("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq")
        press(seen, "main form .btn")
        assert page.locator("main tbody tr").count() == 4
        shown(seen, f"desk-search-{locale}-{size}")


def wide(picture: Locator) -> float:
    box = picture.bounding_box()
    assert box is not None
    return box["width"]


@pytest.mark.parametrize("locale", ["ar", "ur", "en"])
def test_on_a_phone_the_whole_picture_is_seen_and_its_letters_can_be_read(
    chromium: Browser, live_server: LiveServer, locale: str
) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba", Role.INVESTIGATOR)
    who.officer.language = locale
    who.officer.save()
    report = eleven(agency)[0]
    with visit(chromium, live_server.url, locale=locale, viewport=PHONE) as seen:
        signed_in(seen, who)
        seen.page.goto(f"/desk/reports/{report.locator}/links/")
        assert seen.wider_than_the_screen("svg.web text, svg.web rect, svg.web circle") == []
        assert seen.page.evaluate(OUTSIDE) == []
        assert seen.page.evaluate(SMALLEST) >= 10, "a letter is at least ten pixels high"
        shown(seen, f"desk-links-{locale}-phone-fits")


def test_the_picture_is_moved_with_buttons_and_stays_whole_without_scripts(
    chromium: Browser, live_server: LiveServer
) -> None:
    agency = make.node()
    with transaction.atomic():
        who = desk(agency, "jo/ccu/aqaba", Role.INVESTIGATOR)
    reports = eleven(agency)
    path = f"/desk/reports/{reports[0].locator}/links/"
    with visit(chromium, live_server.url, locale="en", viewport=DESKTOP) as seen:
        signed_in(seen, who)
        seen.page.goto(path)
        picture, sheet = seen.page.locator("svg.web"), seen.page.locator("figure.web [role=region]")
        before = wide(picture)
        seen.page.get_by_role("button", name="Larger").click()
        assert wide(picture) == pytest.approx(before * 1.25, abs=2)
        seen.page.get_by_role("button", name="The whole picture").click()
        assert wide(picture) == pytest.approx(before, abs=1)
        sheet.focus()
        seen.page.keyboard.press("-")
        assert wide(picture) == pytest.approx(before * 0.8, abs=2)
        for _ in range(4):
            seen.page.keyboard.press("+")
        assert wide(picture) > before * 1.5
        assert sheet.evaluate("sheet => sheet.scrollWidth > sheet.clientWidth"), "arrows move it"
        box = sheet.bounding_box()
        assert box is not None
        at = sheet.evaluate("sheet => sheet.scrollLeft")
        seen.page.mouse.move(box["x"] + 200, box["y"] + 8)
        seen.page.mouse.down()
        seen.page.mouse.move(box["x"] + 140, box["y"] + 8)
        seen.page.mouse.up()
        assert sheet.evaluate("sheet => sheet.scrollLeft") == pytest.approx(at + 60, abs=2)
        seen.page.keyboard.press("0")
        assert wide(picture) == pytest.approx(before, abs=1)
    with visit(chromium, live_server.url, locale="en", viewport=DESKTOP, javascript=False) as seen:
        signed_in(seen, who)
        seen.page.goto(path)
        assert seen.page.locator("figure.web .tools").count() == 0
        assert seen.page.locator("svg.web circle").count() >= 4

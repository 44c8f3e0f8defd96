# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way in as somebody sees it: an app without JavaScript, a passkey with it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from amana.people.models import Officer
from amana.people.services import first_code
from tests.desk.accounts import steps
from tests.desk.accounts.steps import PASSPHRASE, PASSWORD
from tests.people import builders as make
from tests.support.browser import DESKTOP, PHONE, Visit, visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shown(seen: Visit, name: str) -> None:
    """The page breaks no WCAG rule, asks nobody else for anything, and fits its screen."""
    folder = os.environ.get("AMANA_SCREENSHOTS")
    if folder:
        seen.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    assert seen.violations() == []
    assert seen.foreign_requests() == []
    widths = seen.page.viewport_size
    assert widths is not None
    if seen.javascript:
        wide = seen.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= widths["width"] + 1


def send(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"main [name={name}]:not([type=hidden])").fill(value)
    with page.expect_navigation():
        page.locator("main form:not([hidden]) button").first.click()


def set_up(page: Page, code: str) -> None:
    page.goto("/desk/setup/")
    send(page, code=code, login="huda", name="هدى", password=PASSWORD, again=PASSWORD)


def test_an_administrator_comes_in_on_a_phone_in_arabic_without_javascript(
    chromium: Browser, live_server: LiveServer
) -> None:
    agency, _ = make.agency_with_units("centre", "aqaba")
    code = first_code(agency=agency)
    assert code is not None
    with visit(chromium, live_server.url, javascript=False, viewport=PHONE) as seen:
        page = seen.page
        page.goto("/desk/setup/")
        shown(seen, "setup-ar")
        set_up(page, "AAAA-BBBB-CCCC-DDDD-EEEE")
        assert page.locator("[role=alert]").count() == 1
        shown(seen, "setup-wrong-ar")
        set_up(page, code)
        secret = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page.content())
        assert secret
        assert page.locator("#passkey").is_hidden()
        shown(seen, "factors-ar")
        send(page, code=steps.totp_now(secret[1]))
        shown(seen, "codes-ar")
        with page.expect_navigation():
            page.locator("main form button").click()
        shown(seen, "vault-new-ar")
        send(page, passphrase=PASSPHRASE, again=PASSPHRASE)
        page.goto("/desk/people/")
        shown(seen, "people-ar")
        send_invitation(page)
        shown(seen, "invited-ar")
        page.goto(f"/desk/people/{Officer.objects.get(login='anna').pk}/")
        shown(seen, "person-ar")
        page.goto("/desk/vault/")
        shown(seen, "vault-ar")


def send_invitation(page: Page) -> None:
    form = page.locator("main form[method=post]").last
    form.locator("[name=login]").fill("anna")
    form.locator("[name=name]").fill("Anna")
    with page.expect_navigation():
        form.locator("button").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_passkey_is_made_and_lets_in(
    chromium: Browser, live_server: LiveServer, scheme: str
) -> None:
    agency, _ = make.agency_with_units()
    code = first_code(agency=agency)
    assert code is not None
    # A passkey needs a name, and an address is none.
    origin = live_server.url.replace("127.0.0.1", "localhost")
    with visit(chromium, origin, locale="en", viewport=DESKTOP, scheme=scheme) as seen:
        page = seen.page
        with_authenticator(page)
        set_up(page, code)
        assert page.get_by_text("did not answer").is_hidden()
        shown(seen, f"factors-{scheme}")
        page.locator("#passkey-button").click()
        page.wait_for_url("**/desk/factors/codes/")
        with page.expect_navigation():
            page.locator("main form button").click()
        send(page, passphrase=PASSPHRASE, again=PASSPHRASE)
        page.goto("/desk/vault/")
        shown(seen, f"vault-{scheme}")
        page.context.clear_cookies()
        page.goto("/desk/sign-in/")
        shown(seen, f"sign-in-{scheme}")
        send(page, login="huda", password=PASSWORD)
        page.wait_for_url("**/desk/second-factor/")
        shown(seen, f"second-{scheme}")
        page.locator("#passkey-button").click()
        page.wait_for_url("**/desk/vault/")
        shown(seen, f"vault-open-{scheme}")


def with_authenticator(page: Page) -> None:
    """A phone that always says yes, inside the browser."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

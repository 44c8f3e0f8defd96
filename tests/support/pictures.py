# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of the portal and the desk for the README, from a node that holds invented reports.

`bin/pictures` gives it a home of its own; nothing in it is real."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
import time_machine
from playwright.sync_api import Browser, Page, ViewportSize

from tests.support import browser
from tests.support.server import free_port, start_node

if TYPE_CHECKING:
    from amana.people.policies import Staff
    from amana.reports.models import Report
    from amana.reports.questionnaire.types import Json

PORTAL = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1200, height=760)
ARABIC = re.compile("[\u0621-\u064a]")
LARGEST = 200_000
"""Bytes: the README is read on slow lines too."""


@dataclass(frozen=True)
class Told:
    """An invented report: how many hours ago, and what it says in codes."""

    hours: float
    said: dict[str, Json]
    diagnosed: bool = False


def told() -> list[Told]:
    """About a week of one branch."""
    return [
        Told(0.2, {"category": "X1", "offences": ["X1"], "honour_risk": "yes"}),
        Told(0.7, {"category": "X1", "offences": ["X1"], "minor": "yes", "role": "parent"}),
        Told(
            3,
            {
                "category": "F1",
                "offences": ["F1"],
                "suspect_location": "abroad",
                "suspect_country": "DE",
            },
        ),
        Told(5, {"category": "I1", "offences": ["I1"], "published": "published_url_known"}),
        Told(20, {"category": "H1", "offences": ["H1"], "ongoing": "yes"}, diagnosed=True),
        Told(26, {"category": "S1", "offences": ["S1"], "role": "witness"}),
        Told(31, {"category": "X1", "offences": ["X1", "H1"], "ongoing": "yes"}, diagnosed=True),
        Told(50, {"category": "F2", "offences": ["F2"]}),
        Told(73, {"category": "A1", "offences": ["A1"]}, diagnosed=True),
        Told(101, {"category": "H2", "offences": ["H2"], "ongoing": "yes"}),
        Told(140, {"category": "F1", "offences": ["F1"]}),
    ]


def prepare() -> dict[str, str]:
    """A home with an agency, two officers and a week of reports; returns the cookies with which
    one of them is at her desk."""
    from amana.cli.commands.setup import prepare as make_home

    django.setup()
    make_home(say=lambda line: print(f"  {line}", flush=True))
    from django.db import transaction

    from amana.agencies.selectors import current_agency
    from amana.agencies.services import mark_demonstration
    from amana.people.models import Role

    agency = current_agency()
    mark_demonstration(agency=agency)
    from tests.support import builders

    with transaction.atomic():
        colleague = builders.staff(agency, "jo/ccu/aqaba", Role.INVESTIGATOR)
        officer = builders.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    moment = datetime.now(UTC)
    for entry in sorted(told(), key=lambda entry: -entry.hours):
        with time_machine.travel(moment - timedelta(hours=entry.hours), tick=True):
            report = builders.report(agency, **{"honour_risk": None, **entry.said})
        if entry.diagnosed:
            with time_machine.travel(moment - timedelta(hours=entry.hours / 2), tick=True):
                _work(builders.again(colleague), report)
    return _at_the_desk(officer)


def _work(who: Staff, report: Report) -> None:
    from amana.people.vault import OpenVault
    from tests.support import builders

    assert isinstance(who.vault, OpenVault)
    builders.diagnosed(who, report, offences=list(report.offences))


def _at_the_desk(officer: Staff) -> dict[str, str]:
    """The cookies of somebody who has signed in with both factors and opened her vault."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from amana.people import signin, vault
    from amana.people.models import Officer
    from tests.support import builders

    person = Officer.objects.get(pk=officer.officer_id)
    person.name = "Huda"
    person.save(update_fields=["name"])
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = signin.BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[signin.FACTOR] = "totp"
    session.save()
    token = vault.open_vault(officer=person, passphrase=builders.PASSPHRASE)
    return {settings.SESSION_COOKIE_NAME: session.session_key, vault.COOKIE: token}


@contextmanager
def page(
    chromium: Browser,
    url: str,
    *,
    locale: str,
    size: ViewportSize,
    scale: float,
    cookies: dict[str, str] | None = None,
) -> Iterator[Page]:
    """A page as somebody with this screen and language sees it, without scripts."""
    context = chromium.new_context(
        base_url=url,
        locale=locale,
        viewport=size,
        device_scale_factor=scale,
        java_script_enabled=False,
        reduced_motion="reduce",
    )
    context.add_cookies(
        [
            {"name": name, "value": value, "domain": "127.0.0.1", "path": "/desk"}
            for name, value in (cookies or {}).items()
        ]
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def take(where: Page, address: str, target: Path) -> None:
    """One picture of what is in sight. Raises when the page is not what was asked for."""
    answer = where.goto(address)
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{address} is not there: {answer.status if answer else 'no answer'}")
    where.screenshot(path=str(target))
    size = target.stat().st_size
    if size > LARGEST:
        raise RuntimeError(f"{target.name} has {size} bytes, more than {LARGEST}")
    print(f"  {target}: {size // 1024} kB", flush=True)


def main(folder: Path) -> None:
    """Write `portal-ar.png` and `desk-en.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    cookies = prepare()
    from django.db import connections

    connections.close_all()
    home = Path(os.environ["AMANA_HOME"])
    node = start_node(home=home, log=home.parent / "node.log", port=free_port())
    try:
        with browser.chromium() as chromium:
            with page(chromium, node.url, locale="ar-JO", size=PORTAL, scale=1.5) as seen:
                take(seen, "/", folder / "portal-ar.png")
                if not ARABIC.search(seen.locator("h1").inner_text()):
                    print("  note: the texts are not in Arabic yet; take the pictures again")
            with page(chromium, node.url, locale="en", size=DESK, scale=1, cookies=cookies) as seen:
                take(seen, "/desk/", folder / "desk-en.png")
        node.stop()
    finally:
        node.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

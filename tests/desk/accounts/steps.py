# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an officer does with her hands: forms filled and sent, as a browser without JavaScript."""

from __future__ import annotations

import re
import time
from html import unescape

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from amana.agencies.models import Agency
from amana.people.models import Officer
from amana.people.services import first_code

PASSWORD = "a long enough password"
PASSPHRASE = "four plain words here"


class Desk:
    """A browser at the desk that speaks English and remembers where it has been."""

    def __init__(self, address: str = "10.0.0.1") -> None:
        self.client = Client(
            REMOTE_ADDR=address, enforce_csrf_checks=False, headers={"Accept-Language": "en"}
        )
        self.address = address
        self.seen: list[str] = []

    def get(self, path: str) -> HttpResponse:
        return self._note(path, self.client.get(path))

    def post(self, path: str, **fields: object) -> HttpResponse:
        return self._note(path, self.client.post(path, fields))

    def _note(self, path: str, response: HttpResponseBase) -> HttpResponse:
        assert isinstance(response, HttpResponse)
        self.seen += [path, response.headers.get("Location", "")]
        return response

    def at(self, address: str) -> Desk:
        """The same browser on another network."""
        self.client.defaults["REMOTE_ADDR"] = address
        return self


def text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return unescape(response.content.decode())


def totp_now(secret: str, *, later: int = 0) -> str:
    """The six digits that an app shows, `later` steps of thirty seconds from now."""
    step = int(time.time()) // 30 + later
    return str(format_hotp_value(hotp_value(secret.replace(" ", ""), step)))


def secret_on(page: HttpResponse) -> str:
    found = re.search(r"<code>([A-Z2-7 ]{32,})</code>", text(page))
    assert found, "the page shows the secret for typing"
    return found[1]


def take_second_factor(desk: Desk) -> str:
    """Enrol an app and note the recovery codes; returns the TOTP secret."""
    secret = secret_on(desk.get("/desk/factors/"))
    went_to(desk.post("/desk/factors/", code=totp_now(secret)), "/desk/factors/codes/")
    went_to(desk.post("/desk/factors/codes/"), "/desk/vault/")
    return secret


def make_vault(desk: Desk, passphrase: str = PASSPHRASE) -> None:
    went_to(desk.post("/desk/vault/", passphrase=passphrase, again=passphrase), "/desk/")


def set_up(agency: Agency, desk: Desk, login: str = "first") -> str:
    """The first administrator, all the way in; returns her TOTP secret."""
    code = first_code(agency=agency)
    assert code is not None
    response = desk.post(
        "/desk/setup/", code=code, login=login, name="Huda", password=PASSWORD, again=PASSWORD
    )
    went_to(response, "/desk/factors/")
    secret = take_second_factor(desk)
    make_vault(desk)
    return secret


def sign_in(desk: Desk, login: str, code: str, *, passphrase: str = PASSPHRASE) -> None:
    """The whole way in for somebody who has been here before."""
    went_to(desk.post("/desk/sign-in/", login=login, password=PASSWORD), "/desk/second-factor/")
    went_to(desk.post("/desk/second-factor/", code=code), "/desk/vault/")
    went_to(desk.post("/desk/vault/", passphrase=passphrase), "/desk/")


def join(administrator: Desk, desk: Desk, login: str) -> Officer:
    """An invited colleague takes up her account, up to an open vault."""
    page = administrator.post("/desk/people/", login=login, name=f"Name {login}", language="en")
    desk_code = code_on(page)
    response = desk.post("/desk/invitation/", code=desk_code, password=PASSWORD, again=PASSWORD)
    went_to(response, "/desk/factors/")
    take_second_factor(desk)
    make_vault(desk)
    return Officer.objects.get(login=login)


def code_on(page: HttpResponse) -> str:
    found = re.search(r"<code>((?:[0-9A-Z]{4}-){4}[0-9A-Z]{4})</code>", text(page))
    assert found, "the page shows a one-time code"
    return found[1]


def went_to(response: HttpResponse, path: str) -> None:
    """The form was taken and led on. Says what the page complained about when it was not."""
    wrong = re.findall(r'class="error">([^<]*)<', text(response))
    assert response.status_code == 302, (response.status_code, wrong, text(response)[:2000])
    assert response.headers["Location"] == path

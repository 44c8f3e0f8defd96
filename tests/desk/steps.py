# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer at the desk, signed in with both factors and her vault open, as a browser sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import TYPE_CHECKING

from django.test import Client

from amana.agencies.models import Agency
from amana.people import vault
from amana.people.models import Officer, Role
from amana.people.policies import Staff
from amana.people.signin import BACKEND, FACTOR
from amana.reports.models import Report
from tests.support import builders as make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response


class Desk:
    """A browser at the desk."""

    def __init__(self, officer: Officer, *, vault_open: bool = True) -> None:
        self.officer = officer
        self.client = Client()
        self.client.force_login(officer, backend=BACKEND)
        session = self.client.session
        session[FACTOR] = "totp"
        session.save()
        if vault_open:
            token = vault.open_vault(officer=officer, passphrase=make.PASSPHRASE)
            self.client.cookies[vault.COOKIE] = token

    @property
    def staff(self) -> Staff:
        return make.at_work(self.officer)

    def get(self, path: str, **query: str) -> Response:
        return self.client.get(path, query)

    def post(self, path: str, **fields: object) -> Response:
        return self.client.post(path, fields)

    def send(self, path: str, fields: Mapping[str, object]) -> Response:
        return self.client.post(path, dict(fields))


def desk(agency: Agency, code: str, *roles: Role, gender: str = "") -> Desk:
    """Somebody who works in this unit; without roles an investigator."""
    who = make.staff(agency, code, *roles, gender=gender)
    return Desk(Officer.objects.get(pk=who.officer_id))


def of(report: Report, page: str = "") -> str:
    """The address of a page of this report."""
    return f"/desk/reports/{report.locator}/{page}"


def text(response: Response) -> str:
    """The page as a person reads it: tags stay, entities are resolved."""
    return unescape(response.getvalue().decode())


def ok(response: Response) -> str:
    """The text of a page that was drawn."""
    assert response.status_code == 200, (response.status_code, text(response)[:3000])
    return text(response)


def went_on(response: Response, to: str = "") -> None:
    """The form was taken. Says what the page complained about when it was not."""
    wrong = re.findall(r'class="error">([^<]*)<|<li>([^<]{5,200})</li>', text(response))
    assert response.status_code == 302, (response.status_code, wrong)
    if to:
        assert response.headers["Location"] == to


def refused(response: Response) -> str:
    """The text of a page that says what is missing."""
    assert response.status_code == 422, (response.status_code, text(response)[:3000])
    return text(response)

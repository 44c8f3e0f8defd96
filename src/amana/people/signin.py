# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in: password, then a second factor, then the vault. A session says how far it came."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.journal.events import Act, Actor
from amana.journal.services import record
from amana.limits.rules import FAILURE_LEAF, SECOND_FACTOR, SIGN_IN, SIGN_IN_ADDRESS, allow
from amana.limits.sources import source_of
from amana.people import factors, throttle
from amana.people.events import Tag
from amana.people.models import Officer
from amana.people.services.accounts import normal_login

BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
PENDING: Final = "pending"
PENDING_SINCE: Final = "pending_since"
FACTOR: Final = "factor"
PENDING_SECONDS: Final = 15 * 60
CONFIRMED: Final = "confirmed"
CONFIRMED_SECONDS: Final = 10 * 60


def try_password(request: HttpRequest, *, name: str, password: str) -> Officer | None:
    """Check a password; a right one is remembered in the session for the second factor.

    An unknown name takes as long as a wrong password. Raises `TooOften`, `Busy`."""
    typed = normal_login(name)[:200]
    throttle.take(request, SIGN_IN, typed)
    throttle.take_address(request, SIGN_IN_ADDRESS, typed)
    found = authenticate(request, username=typed, password=password) if password else None
    if not isinstance(found, Officer):
        _note_failure(request, typed, "password")
        return None
    begin(request, found)
    return found


def begin(request: HttpRequest, officer: Officer) -> None:
    """Remember whose password was right, in a session with a fresh key."""
    request.session.flush()
    request.session[PENDING] = str(officer.pk)
    request.session[PENDING_SINCE] = int(now().timestamp())


def pending(request: HttpRequest) -> Officer | None:
    """Who has given a password and no second factor yet; for a quarter of an hour."""
    known, since = request.session.get(PENDING), request.session.get(PENDING_SINCE, 0)
    if not known or now().timestamp() - since > PENDING_SECONDS:
        return None
    return Officer.objects.filter(pk=UUID(known), is_active=True).first()


def try_code(request: HttpRequest, officer: Officer, code: str) -> bool:
    """Check a TOTP or recovery code and finish signing in. Raises `TooOften`."""
    throttle.take(request, SECOND_FACTOR, officer.login)
    kind = factors.check_code(officer=officer, code=code)
    if not kind:
        _note_failure(request, officer.login, "code")
        return False
    finish(request, officer, kind)
    return True


def try_passkey(request: HttpRequest, officer: Officer, credential: dict[str, object]) -> bool:
    """Check a passkey's answer and finish signing in. Raises `TooOften`."""
    throttle.take(request, SECOND_FACTOR, officer.login)
    if not factors.check_passkey(officer=officer, credential=credential):
        _note_failure(request, officer.login, "passkey")
        return False
    finish(request, officer, factors.PASSKEY_TYPE)
    return True


def finish(request: HttpRequest, officer: Officer, kind: str) -> None:
    """Both factors were right: sign in, under a fresh session key."""
    throttle.give_back(request, SIGN_IN, officer.login)
    throttle.give_back(request, SECOND_FACTOR, officer.login)
    for key in (PENDING, PENDING_SINCE, CONFIRMED):
        request.session.pop(key, None)
    with transaction.atomic():
        login(request, officer, backend=BACKEND)
        record(
            Act(
                tag=Tag.LOGIN_OK,
                actor=Actor("officer", officer.pseudonym),
                agency_id=officer.agency_id,
                subject="officer",
                subject_id=officer.id,
                facts={"factor": kind},
            )
        )
    request.session[FACTOR] = kind


def confirm(request: HttpRequest, officer: Officer, password: str) -> bool:
    """Ask somebody who is signed in for her password again, before she changes what protects her
    account: a browser left open must not be enough. Raises `TooOften`, `Busy`."""
    throttle.take(request, SIGN_IN, officer.login)
    if not officer.check_password(password):
        _note_failure(request, officer.login, "password")
        return False
    throttle.give_back(request, SIGN_IN, officer.login)
    request.session[CONFIRMED] = int(now().timestamp())
    return True


def confirmed(request: HttpRequest) -> bool:
    """Whether she gave her password again a moment ago."""
    since = request.session.get(CONFIRMED, 0)
    return bool(0 <= now().timestamp() - since <= CONFIRMED_SECONDS)


def leave(request: HttpRequest) -> None:
    """End the session; its row is deleted."""
    logout(request)


def _note_failure(request: HttpRequest, typed: str, what: str) -> None:
    # One leaf for known and unknown names alike, or the time of the answer would tell them apart;
    # and not endlessly many, or a flood would fill the log.
    agency = Agency.objects.first()
    known = Officer.objects.filter(login=typed).first()
    if agency is None or not allow(FAILURE_LEAF, source_of(request)):
        return
    with transaction.atomic():
        record(
            Act(
                tag=Tag.LOGIN_FAIL,
                actor=Actor("officer", known.pseudonym if known else ""),
                agency_id=agency.id,
                subject="officer",
                subject_id=known.id if known else None,
                facts={"what": what},
            )
        )

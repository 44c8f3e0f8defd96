# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented officers for a demonstration. Their sign-ins lie in the home in clear, which no real
home would do, and are printed for whoever shows the system."""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import struct
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.db import transaction

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.config.env import env
from amana.journal.events import NODE, Act
from amana.journal.services import record
from amana.kernel.sealing import passphrases
from amana.people import factors, selectors, services
from amana.people.events import Tag
from amana.people.models import KEY_ROLES, Officer, Placement, Role
from amana.people.policies import Staff, staff_for
from amana.people.services.placements import begin_placement
from amana.people.vault import OpenVault, officer_context

FILE: Final = "demonstration.json"
WORDS: Final = (
    *("amber", "apple", "basin", "bread", "cedar", "cloud", "coral", "field", "garden", "harbour"),
    *("honey", "jasmine", "lemon", "linen", "maple", "meadow", "olive", "orchard", "pebble"),
    *("pepper", "river", "saffron", "sand", "silver", "spring", "stone", "sugar", "valley"),
    *("velvet", "walnut", "willow", "winter"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """All that one types as an invented officer. `totp`: the secret for an app, base32."""

    login: str
    name: str
    password: str
    passphrase: str
    totp: str


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a unit, by the code of the pack."""

    unit: str
    role: Role


def ensure(
    agency: Agency, *, login: str, name: str, posts: Sequence[Post], gender: str = ""
) -> SignIn:
    """The officer of this name, made when there is none, placed at these posts and admitted where
    an invented colleague can let her in."""
    kept = {one.login: one for one in sign_ins()}
    if login not in kept or not Officer.objects.filter(login=login).exists():
        kept[login] = _create(agency, login=login, name=name, gender=gender)
        _keep(kept.values())
    officer = Officer.objects.get(login=login)
    units = {unit.code: unit for unit in Unit.objects.filter(agency=agency)}
    for post in posts:
        _place(officer, units[post.unit], post.role)
    return kept[login]


def at_work(sign_in: SignIn) -> Staff:
    """The officer as she acts now, her vault open."""
    officer = Officer.objects.get(login=sign_in.login)
    key = selectors.active_key(officer.id)
    if key is None or key.locked_private is None:
        raise LookupError(f"{sign_in.login} has no vault")
    private = passphrases.unlock(
        sign_in.passphrase, bytes(key.locked_private), context=officer_context(key.id)
    )
    return staff_for(officer, OpenVault(officer.id, key.id, private))


def sign_ins() -> list[SignIn]:
    """The invented officers of this home."""
    try:
        return [SignIn(**row) for row in json.loads(_path().read_text("utf-8"))]
    except FileNotFoundError:
        return []


def one_time_code(secret: str, *, at: float | None = None) -> str:
    """What an app shows for this secret now (RFC 6238: SHA-1, 30 seconds, six digits)."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def _create(agency: Agency, *, login: str, name: str, gender: str) -> SignIn:
    made = SignIn(login, name, _words(3), _words(4), totp="")
    officer = Officer(
        agency=agency, login=login, name=name, language="en", gender=gender, created_at=now()
    )
    officer.set_password(made.password)
    with transaction.atomic():
        officer.save(force_insert=True)
        record(Act(Tag.ACCOUNT_CREATE, NODE, agency.id, "officer", officer.id))
    services.enrol_officer_key(officer=officer, passphrase=made.passphrase)
    sealed = factors.new_totp()
    secret = factors.totp_to_show(officer, sealed)[0].replace(" ", "")
    if not factors.enrol_totp(officer=officer, sealed=sealed, code=one_time_code(secret)):
        raise RuntimeError("the second factor of an invented officer was not taken")
    # The code that enrolled her counts as used; the next thirty seconds bring another one.
    factors.keep_recovery_codes(officer)
    return SignIn(**{**asdict(made), "totp": secret})


def _place(officer: Officer, unit: Unit, role: Role) -> None:
    there = Placement.objects.filter(officer=officer, unit=unit, role=role, until__isnull=True)
    if not there.exists():
        with transaction.atomic():
            begin_placement(officer=officer, unit=unit, role=role, actor=NODE)
    if role not in KEY_ROLES or not selectors.waiting(unit.id).filter(officer=officer).exists():
        return
    known = {one.login: one for one in sign_ins()}
    for member in selectors.members(unit.id):
        colleague = known.get(member.officer.login)
        if colleague is not None:
            services.admit(staff=at_work(colleague), newcomer=officer, unit_id=unit.id)
            return


def _words(number: int) -> str:
    chosen = [secrets.choice(WORDS) for _ in range(number)]
    return " ".join([*chosen, str(secrets.randbelow(900) + 100)])


def _path() -> Path:
    return env().home / FILE


def _keep(rows: Iterable[SignIn]) -> None:
    temporary = _path().with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(row) for row in rows], file, ensure_ascii=False, indent=1)
    temporary.replace(_path())

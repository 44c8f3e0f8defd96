# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts and the one-time codes by which people take them up."""

from __future__ import annotations

import contextlib
import os
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.config.env import env
from amana.journal.events import NODE, Act, Actor
from amana.journal.services import record
from amana.people import selectors
from amana.people.codes import code_id, new_code
from amana.people.errors import BadInvitation, LoginTaken, NotAllowed
from amana.people.events import Tag
from amana.people.models import Invitation, Officer, Purpose, Role, VaultSession
from amana.people.policies import Action, Staff, require
from amana.people.services.keys import retire_officer_key
from amana.people.services.placements import begin_placement

LASTS: Final = timedelta(days=7)
FILE: Final = "first-administrator.code"


def normal_login(typed: str) -> str:
    """A sign-in name as it is kept: the same letters however they were typed."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def first_code(*, agency: Agency) -> str | None:
    """The code that the first administrator types, the same at each start until it is used; None
    once an administrator has signed in. The database knows only its hash; the code itself lies in
    the run folder, which no backup holds."""
    path = env().run_folder / FILE
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=agency.pk)
        open_ones = Invitation.objects.filter(
            agency=agency, purpose=Purpose.FIRST_ADMINISTRATOR, used_at__isnull=True
        )
        if selectors.administrators(agency.id).exists():
            open_ones.delete()
            path.unlink(missing_ok=True)
            return None
        code = _kept_code(path)
        if code and open_ones.filter(code_id=code_id(code)).update(expires_at=now() + LASTS):
            return code
        open_ones.delete()
        code = _issue(agency=agency, officer=None, actor=NODE)
    _keep_code(path, code)
    return code


def accept_first(*, code: str, login: str, name: str, password: str, language: str) -> Officer:
    """Make the first administrator's account with the code that the node printed.

    Raises `BadInvitation`, `LoginTaken`, `Busy`."""
    if _open_invitations(code, Purpose.FIRST_ADMINISTRATOR).first() is None:
        raise BadInvitation
    encoded = make_password(password)  # slow on purpose, so outside of the transaction
    with transaction.atomic():
        invitation = _use(code, Purpose.FIRST_ADMINISTRATOR)
        officer = _create(
            agency_id=invitation.agency_id,
            login=login,
            name=name,
            language=language,
            gender="",
            encoded=encoded,
            actor=NODE,
        )
        begin_placement(
            officer=officer, unit=_head_unit(officer), role=Role.ADMINISTRATOR, actor=NODE
        )
        record(_act(Tag.INVITATION_ACCEPT, officer))
        transaction.on_commit(lambda: (env().run_folder / FILE).unlink(missing_ok=True))
    return officer


def invite(
    *, staff: Staff, login: str, name: str, language: str, gender: str = ""
) -> tuple[Officer, str]:
    """Make an account without a password; returns it and the code to hand over, shown once.

    Raises `NotAllowed`, `LoginTaken`."""
    require(staff, Action.MANAGE_PEOPLE)
    actor = staff.actor(Action.MANAGE_PEOPLE)
    with transaction.atomic():
        officer = _create(
            agency_id=staff.agency_id,
            login=login,
            name=name,
            language=language,
            gender=gender,
            encoded=make_password(None),
            actor=actor,
        )
        agency = Agency.objects.get(pk=staff.agency_id)
        return officer, _issue(agency=agency, officer=officer, actor=actor)


def accept_invitation(*, code: str, password: str) -> Officer:
    """Take up an account with its code. Raises `BadInvitation`, `Busy`."""
    if _open_invitations(code, Purpose.OFFICER).first() is None:
        raise BadInvitation
    encoded = make_password(password)
    with transaction.atomic():
        invitation = _use(code, Purpose.OFFICER)
        officer = invitation.officer
        if officer is None or not officer.is_active:
            raise BadInvitation
        officer.password = encoded
        officer.save(update_fields=["password"])
        record(_act(Tag.INVITATION_ACCEPT, officer))
    return officer


@transaction.atomic
def reset_access(*, staff: Staff, officer: Officer) -> str:
    """Begin anew for an officer who lost a password, a second factor or a passphrase: all three
    end, with every session, and a new code is handed over. She is admitted to her units again.

    Raises `NotAllowed`."""
    require(staff, Action.MANAGE_PEOPLE)
    if officer.agency_id != staff.agency_id or not officer.is_active:
        raise NotAllowed
    return _begin_anew(officer, staff.actor(Action.MANAGE_PEOPLE))


@transaction.atomic
def operator_reset(*, login: str) -> str:
    """The same from the node's own command line, for the last administrator who lost everything.

    Raises `NotAllowed` when there is no such active account."""
    officer = Officer.objects.filter(login=normal_login(login), is_active=True).first()
    if officer is None:
        raise NotAllowed
    return _begin_anew(officer, NODE)


@transaction.atomic
def end_all_sessions() -> None:
    """Sign everybody out and close every vault, as a restored node does before anything else."""
    VaultSession.objects.all().delete()
    Session.objects.all().delete()


def _begin_anew(officer: Officer, actor: Actor) -> str:
    retire_officer_key(officer)
    Authenticator.objects.filter(user_id=officer.pk).delete()
    officer.set_unusable_password()  # ends her sessions: their hash no longer fits
    officer.save(update_fields=["password"])
    Invitation.objects.filter(officer=officer, used_at__isnull=True).delete()
    record(_act(Tag.FACTOR_RESET, officer, actor), _act(Tag.KEY_RESET, officer, actor))
    agency = Agency.objects.get(pk=officer.agency_id)
    return _issue(agency=agency, officer=officer, actor=actor)


def _create(
    *,
    agency_id: UUID,
    login: str,
    name: str,
    language: str,
    gender: str,
    encoded: str,
    actor: Actor,
) -> Officer:
    officer = Officer(
        agency_id=agency_id,
        login=normal_login(login),
        name=name,
        language=language,
        gender=gender,
        password=encoded,
        created_at=now(),
    )
    if Officer.objects.filter(login=officer.login).exists():
        raise LoginTaken
    try:
        with transaction.atomic():
            officer.save(force_insert=True)
    except IntegrityError:
        raise LoginTaken from None
    record(_act(Tag.ACCOUNT_CREATE, officer, actor))
    return officer


def _issue(*, agency: Agency, officer: Officer | None, actor: Actor) -> str:
    code, moment = new_code(), now()
    Invitation.objects.create(
        agency=agency,
        purpose=Purpose.OFFICER if officer else Purpose.FIRST_ADMINISTRATOR,
        officer=officer,
        code_id=code_id(code),
        created_at=moment,
        expires_at=moment + LASTS,
    )
    record(
        Act(
            tag=Tag.INVITATION_ISSUE,
            actor=actor,
            agency_id=agency.id,
            subject="officer",
            subject_id=officer.id if officer else None,
        )
    )
    return code


def _open_invitations(code: str, purpose: Purpose) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        code_id=code_id(code), purpose=purpose, used_at__isnull=True, expires_at__gt=now()
    )


def _use(code: str, purpose: Purpose) -> Invitation:
    # The update decides: of two people who type the same code at once, one comes in.
    if not _open_invitations(code, purpose).update(used_at=now()):
        raise BadInvitation
    return Invitation.objects.select_related("officer").get(code_id=code_id(code))


def _head_unit(officer: Officer) -> Unit:
    units = Unit.objects.filter(agency_id=officer.agency_id).order_by("-is_duty", "code")
    return units.filter(parent__isnull=True).first() or units[0]


def _act(tag: Tag, officer: Officer, actor: Actor | None = None) -> Act:
    return Act(
        tag=tag,
        actor=actor or Actor("officer", officer.pseudonym),
        agency_id=officer.agency_id,
        subject="officer",
        subject_id=officer.id,
    )


def _kept_code(path: Path) -> str:
    with contextlib.suppress(FileNotFoundError, UnicodeDecodeError):
        return path.read_text("ascii").strip()
    return ""


def _keep_code(path: Path, code: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(code + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)

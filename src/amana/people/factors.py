# SPDX-License-Identifier: AGPL-3.0-or-later
"""Second factors, by allauth's machinery: TOTP, passkeys, recovery codes. All that touches its
internals is in this file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction

from amana.journal.events import Act, Actor
from amana.journal.services import record
from amana.limits.services import take
from amana.limits.sources import keyed
from amana.people.adapters import MfaAdapter
from amana.people.events import Tag
from amana.people.models import Officer

TOTP_TYPE: Final = str(Authenticator.Type.TOTP)
PASSKEY_TYPE: Final = str(Authenticator.Type.WEBAUTHN)
RECOVERY_TYPE: Final = str(Authenticator.Type.RECOVERY_CODES)
# Longer than any clock is off: a code that somebody watched being typed is worth nothing.
_CODE_LIVES: Final = timedelta(minutes=5)


def kinds(officer_id: UUID) -> frozenset[str]:
    """Which factors an officer has enrolled."""
    rows = Authenticator.objects.filter(user_id=officer_id)
    return frozenset(rows.values_list("type", flat=True))


def has_factor(officer_id: UUID) -> bool:
    """Whether she has more than a password; recovery codes alone do not count."""
    return bool(kinds(officer_id) & {TOTP_TYPE, PASSKEY_TYPE})


def new_totp() -> str:
    """A fresh TOTP secret, sealed for the time between showing it and the first right code."""
    return str(encrypt(generate_totp_secret()))


def totp_to_show(officer: Officer, sealed: str) -> tuple[str, str]:
    """The secret in groups of four for typing, and the QR code as SVG."""
    secret, adapter = str(decrypt(sealed)), MfaAdapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(officer, secret))
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), svg


def enrol_totp(*, officer: Officer, sealed: str, code: str) -> bool:
    """Keep the secret once its first code is right. False: wrong code, nothing kept."""
    secret = str(decrypt(sealed))
    if not validate_totp_code(secret, code):
        return False
    with transaction.atomic():
        Authenticator.objects.filter(user_id=officer.pk, type=TOTP_TYPE).delete()
        TOTP.activate(officer, secret)
        _enrolled(officer, TOTP_TYPE)
    _first_use(officer, code)
    return True


def begin_passkey(officer: Officer) -> Mapping[str, object]:
    """What the browser needs to make a passkey; the challenge is kept in the session."""
    return cast("Mapping[str, object]", webauthn.begin_registration(officer, passwordless=False))


def enrol_passkey(*, officer: Officer, credential: Mapping[str, object]) -> bool:
    """Keep a passkey whose answer fits the challenge. False: it does not."""
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(dict(credential))
    except (ValidationError, ValueError, TypeError, KeyError):
        return False
    with transaction.atomic():
        webauthn.WebAuthn.add(officer, "Passkey", dict(credential))
        _enrolled(officer, PASSKEY_TYPE)
    return True


def begin_passkey_check(officer: Officer) -> Mapping[str, object]:
    """What the browser needs to prove a passkey."""
    return cast("Mapping[str, object]", webauthn.begin_authentication(officer))


def check_passkey(*, officer: Officer, credential: Mapping[str, object]) -> bool:
    """Whether the answer was signed by one of her passkeys for this challenge."""
    try:
        webauthn.parse_authentication_response(credential)
        used = webauthn.complete_authentication(officer, dict(credential))
        with transaction.atomic():
            used.record_usage()
    except (ValidationError, ValueError, TypeError, KeyError):
        return False
    return True


def check_code(*, officer: Officer, code: str) -> str:
    """Which factor a typed code belongs to, TOTP or recovery; empty when to none. Each TOTP code
    works once, over all processes of the node; each recovery code works once for good."""
    for row in Authenticator.objects.filter(user_id=officer.pk, type=TOTP_TYPE):
        if validate_totp_code(str(decrypt(row.data["secret"])), code):
            with transaction.atomic():
                row.record_usage()
            return TOTP_TYPE if _first_use(officer, code) else ""
    for row in Authenticator.objects.filter(user_id=officer.pk, type=RECOVERY_TYPE):
        if RecoveryCodes(row).validate_code(code):
            return RECOVERY_TYPE
    return ""


def recovery_codes(officer: Officer) -> list[str]:
    """The recovery codes while she has not said that she keeps them; afterwards nothing."""
    with transaction.atomic():
        row = (
            Authenticator.objects.select_for_update()
            .filter(user_id=officer.pk, type=RECOVERY_TYPE)
            .first()
        )
        codes = RecoveryCodes(row) if row else RecoveryCodes.activate(officer)
    return [] if codes.did_view else [str(code) for code in codes.get_unused_codes()]


def keep_recovery_codes(officer: Officer) -> None:
    """She has them on paper: they are not shown again."""
    for row in Authenticator.objects.filter(user_id=officer.pk, type=RECOVERY_TYPE):
        RecoveryCodes(row).mark_as_viewed()


def _first_use(officer: Officer, code: str) -> bool:
    digits = "".join(c for c in code if c.isalnum())
    source = keyed(b"totp", officer.pk.bytes, digits.encode("utf-8", "replace"))
    return take(scope="totp-used", source=source, capacity=1, per=_CODE_LIVES)


def _enrolled(officer: Officer, kind: str) -> None:
    record(
        Act(
            tag=Tag.FACTOR_ENROL,
            actor=Actor("officer", officer.pseudonym),
            agency_id=officer.agency_id,
            subject="officer",
            subject_id=officer.id,
            facts={"kind": kind},
        )
    )

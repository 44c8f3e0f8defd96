# SPDX-License-Identifier: AGPL-3.0-or-later
"""An officer's open vault: her private half, alive for one request at a time.

The cookie holds the token, the row what is wrapped under it; neither opens anything alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from amana.config.clock import now
from amana.journal.events import Act, Actor
from amana.journal.services import record
from amana.kernel.sealing import pairs, passphrases, tokens
from amana.kernel.sealing.encoding import join
from amana.kernel.sealing.errors import CannotOpen
from amana.people.errors import KeyNotGenuine, NotAMember, NoVault
from amana.people.events import Tag
from amana.people.models import Officer, OfficerKey, UnitKeyGrant, VaultSession
from amana.people.selectors import active_key

COOKIE: Final = "v"
COOKIE_PATH: Final = "/desk"
LIFETIME: Final = timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class OpenVault:
    """What an officer can open now. Lives no longer than the request that made it."""

    officer_id: UUID
    officer_key_id: UUID
    _private: bytes = field(repr=False)
    _opened: dict[UUID, bytes] = field(default_factory=dict, repr=False, compare=False)

    def unit_private(self, unit_key_id: UUID) -> bytes:
        """The private half of one version of a unit's pair (32 bytes). Raises `NotAMember` when
        she was not given it, `KeyNotGenuine` when the stored public half is not its own."""
        found = self.unit_privates([unit_key_id])
        if unit_key_id not in found:
            raise NotAMember
        return found[unit_key_id]

    def unit_privates(self, unit_key_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Those of the named versions that she holds, in one query at most."""
        wanted = set(unit_key_ids)
        unknown = wanted - self._opened.keys()
        if unknown:
            for grant in self._grants().filter(unit_key_id__in=unknown):
                self._opened[grant.unit_key_id] = self._unwrap(grant)
        return {key: self._opened[key] for key in wanted & self._opened.keys()}

    def all_unit_privates(self, unit_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Every version, old ones too, that she holds of the named units, by unit key id."""
        keys = self._grants().filter(unit_key__unit_id__in=list(unit_ids))
        return self.unit_privates(keys.values_list("unit_key_id", flat=True))

    def _grants(self) -> QuerySet[UnitKeyGrant]:
        return UnitKeyGrant.objects.filter(
            officer_key_id=self.officer_key_id, officer_key__active=True
        ).select_related("unit_key")

    def _unwrap(self, grant: UnitKeyGrant) -> bytes:
        context = grant_context(grant.unit_key_id, self.officer_key_id)
        private = pairs.unwrap(self._private, bytes(grant.wrapped), context=context)
        require_pair(private, bytes(grant.unit_key.public))
        return private


def grant_context(unit_key_id: UUID, officer_key_id: UUID) -> bytes:
    """Binds a wrapped unit key to its version and to the officer's key it was wrapped to."""
    return join("unit-key", unit_key_id.bytes, officer_key_id.bytes)


def officer_context(officer_key_id: UUID) -> bytes:
    """Binds a locked private half to its row."""
    return join("officer-key", officer_key_id.bytes)


def require_pair(private: bytes, public: bytes) -> None:
    """Raise `KeyNotGenuine` unless the two halves belong together: somebody who can write into
    the database must not be able to have reports sealed to a key of his own unnoticed."""
    if pairs.pair_from_private(private).public != public:
        raise KeyNotGenuine


def unlock(*, officer: Officer, passphrase: str) -> OpenVault:
    """The open vault of an officer at the terminal of the node, for one command; a leaf says so.

    Raises `NoVault`, `WrongPassphrase`, `Busy`."""
    key, private = _unlocked(officer, passphrase)
    with transaction.atomic():
        _leaf(Tag.VAULT_OPEN, officer)
    return OpenVault(officer.id, key.id, private)


def open_vault(*, officer: Officer, passphrase: str) -> str:
    """Open the vault with its passphrase; returns the token for the cookie.

    Raises `NoVault`, `WrongPassphrase`, `Busy`."""
    key, private = _unlocked(officer, passphrase)
    token = tokens.new_token()
    with transaction.atomic():
        VaultSession.objects.create(
            agency_id=officer.agency_id,
            token_id=tokens.token_id(token),
            officer_key=key,
            wrapped=tokens.wrap_under(token, private, context=_session_context(key.id)),
            expires_at=now() + LIFETIME,
        )
        _leaf(Tag.VAULT_OPEN, officer)
    return token


def _unlocked(officer: Officer, passphrase: str) -> tuple[OfficerKey, bytes]:
    key = active_key(officer.id)
    if key is None or key.locked_private is None:
        raise NoVault
    # Stretching takes a fifth of a second: never inside a transaction.
    private = passphrases.unlock(
        passphrase, bytes(key.locked_private), context=officer_context(key.id)
    )
    require_pair(private, bytes(key.public))
    return key, private


def close_vault(*, officer: Officer, token: str) -> None:
    """Delete the row: the cookie's token opens nothing any more."""
    with transaction.atomic():
        closed, _ = VaultSession.objects.filter(
            token_id=tokens.token_id(token), officer_key__officer=officer
        ).delete()
        if closed:
            _leaf(Tag.VAULT_CLOSE, officer)


def close_all_vaults(officer_id: UUID) -> None:
    """End every open vault of an officer, on every device."""
    VaultSession.objects.filter(officer_key__officer_id=officer_id).delete()


def sweep_vaults() -> int:
    """Delete what has expired. Returns how many."""
    return VaultSession.objects.filter(expires_at__lt=now()).delete()[0]


def vault_for(request: HttpRequest) -> OpenVault | None:
    """The open vault of the officer who is signed in, or nothing. Somebody else's vault token
    opens nothing here."""
    token = request.COOKIES.get(COOKIE, "")
    if not token or not request.user.is_authenticated:
        return None
    session = (
        VaultSession.objects.filter(
            token_id=tokens.token_id(token),
            expires_at__gt=now(),
            officer_key__active=True,
            officer_key__officer_id=request.user.pk,
            officer_key__officer__is_active=True,
        )
        .only("wrapped", "officer_key_id")
        .first()
    )
    if session is None:
        return None
    key_id: UUID = session.officer_key_id
    try:
        private = tokens.unwrap_under(
            token, bytes(session.wrapped), context=_session_context(key_id)
        )
    except CannotOpen:
        return None
    return OpenVault(request.user.pk, key_id, private)


def set_cookie(response: HttpResponse, token: str) -> None:
    """Give the token to the browser: for the desk only, unreadable for scripts, until it closes."""
    response.set_cookie(
        COOKIE,
        token,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def drop_cookie(response: HttpResponse) -> None:
    """Take the token away from the browser."""
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Strict")


def _session_context(officer_key_id: UUID) -> bytes:
    return join("vault", officer_key_id.bytes)


def _leaf(tag: Tag, officer: Officer) -> None:
    actor = Actor("officer", officer.pseudonym)
    record(
        Act(
            tag=tag,
            actor=actor,
            agency_id=officer.agency_id,
            subject="officer",
            subject_id=officer.id,
        )
    )


def fingerprint(public: bytes) -> str:
    """Six groups of five digits, to compare by voice before a newcomer is admitted: a key that
    was put in her place shows other digits."""
    number = int.from_bytes(hashlib.sha256(b"amana/officer-key/1\x00" + public).digest())
    digits = f"{number % 10**30:030d}"
    return " ".join(digits[i : i + 5] for i in range(0, 30, 5))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's sessions: the cookie holds a random key, the row is found by its hash and sealed
under the key itself. Django's own store keeps the cookie's value in clear, and a copy of the
database would sign in whoever holds it."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.tokens import token_id, unwrap_under, wrap_under

ROW_KEY_LENGTH = 40
"""As long as the column is: 160 bits of a hash."""


def row_key(session_key: str) -> str:
    """By what the row of a session is found. It does not lead back to the cookie."""
    return token_id(f"desk:{session_key}").hex()[:ROW_KEY_LENGTH]


class SessionStore(DatabaseStore):
    """Django's store over hashed keys and sealed data; named by `SESSION_ENGINE`."""

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = None
        if self.session_key is not None:
            rows = Session.objects.filter(session_key=row_key(self.session_key))
            row = rows.filter(expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str | None) -> bool:
        found = session_key is not None
        return found and Session.objects.filter(session_key=row_key(str(session_key))).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        return Session(
            session_key=row_key(self._own_key()),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=row_key(key)).delete()

    def encode(self, session_dict: dict[str, Any]) -> str:
        key = self._own_key()
        sealed = wrap_under(key, super().encode(session_dict).encode(), context=_context(key))
        return base64.b64encode(sealed).decode()

    def _own_key(self) -> str:
        return str(self._get_or_create_session_key())  # type: ignore[attr-defined]

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        key = self.session_key or ""
        try:
            sealed = base64.b64decode(session_data, validate=True)
            plain = unwrap_under(key, sealed, context=_context(key)).decode()
        except (SealingError, binascii.Error, ValueError):
            return {}
        opened: dict[str, Any] = super().decode(plain)
        return opened


def _context(key: str) -> bytes:
    return b"amana/desk-session/" + row_key(key).encode()


__all__ = ["SessionStore", "row_key"]

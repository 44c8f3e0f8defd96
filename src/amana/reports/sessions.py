# SPDX-License-Identifier: AGPL-3.0-or-later
"""The portal's sessions: a cookie that holds a random key, and a row that is useless without it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db import transaction

from amana.config.clock import now
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.tokens import new_token, token_id, unwrap_under, wrap_under
from amana.reports import contexts
from amana.reports.models import Draft, PortalSession, Report, SessionKind

DRAFT_LIFE: Final = timedelta(hours=12)
MAILBOX_LIFE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Opened:
    """A live session. `secret` is the draft's key, or the private half that opens her report
    (empty while a PIN is set and was not given: then only the stage is shown)."""

    token: str = field(repr=False)
    kind: str
    secret: bytes = field(repr=False)
    draft: Draft | None
    report: Report | None


def start_for_draft(draft: Draft, key: bytes) -> str:
    """A session on a draft; returns the cookie's value. Inside the caller's transaction."""
    token = new_token()
    _row(token, SessionKind.DRAFT, key, DRAFT_LIFE, draft=draft).save(force_insert=True)
    return token


@transaction.atomic
def start_for_mailbox(report: Report, private: bytes) -> str:
    """A session on a filed report; returns the cookie's value."""
    token = new_token()
    _row(token, SessionKind.MAILBOX, private, MAILBOX_LIFE, report=report).save(force_insert=True)
    return token


def open_session(token: str) -> Opened | None:
    """What a cookie opens now; `None` for anything unknown, expired or malformed."""
    if not token or len(token) > 64:
        return None
    row = (
        PortalSession.objects.select_related("draft", "report")
        .filter(token_hash=token_id(token), expires_at__gt=now())
        .first()
    )
    if row is None:
        return None
    try:
        secret = unwrap_under(token, bytes(row.wrapped), context=contexts.session(token_id(token)))
    except SealingError:
        return None
    if row.draft is not None:
        row.draft.read_by = bytes(row.token_hash)
    return Opened(token=token, kind=row.kind, secret=secret, draft=row.draft, report=row.report)


@transaction.atomic
def forget(token: str) -> None:
    """End a session by deleting its row; an unknown token is no error."""
    if token and len(token) <= 64:
        PortalSession.objects.filter(token_hash=token_id(token)).delete()


def end_others(draft: Draft) -> None:
    """End the sessions of a draft, but for the one by which this object was read."""
    PortalSession.objects.filter(draft=draft).exclude(token_hash=draft.read_by).delete()


def end_all() -> int:
    """End every session of the portal (after a restore); returns how many."""
    return PortalSession.objects.all().delete()[0]


def _row(
    token: str,
    kind: str,
    secret: bytes,
    life: timedelta,
    *,
    draft: Draft | None = None,
    report: Report | None = None,
) -> PortalSession:
    identity = token_id(token)
    return PortalSession(
        token_hash=identity,
        kind=kind,
        draft=draft,
        report=report,
        wrapped=wrap_under(token, secret, context=contexts.session(identity)),
        expires_at=now() + life,
    )

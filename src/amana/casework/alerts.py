# SPDX-License-Identifier: AGPL-3.0-or-later
"""Telling people outside the desk that something urgent waits: one e-mail without any content.

It is sent only where the operator has set an address and a server; elsewhere alerts live on the
desk, and say so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext, override

from amana.agencies.models import Agency
from amana.casework.events import Tag
from amana.casework.models import Alert
from amana.config.clock import now
from amana.config.env import env
from amana.journal.events import NODE, Act
from amana.journal.services import record
from amana.packs import load_pack

AT_ONCE: Final = 100
TRIES: Final = 5
PATIENCE_SECONDS: Final = 10
LOOPBACK: Final = frozenset({None, "localhost", "127.0.0.1", "::1"})
log = structlog.get_logger("amana.alerts")


def send_alerts() -> int:
    """Send what was not sent yet, one e-mail for all of it; returns how many alerts are dealt
    with. After five tries that failed the alert stays on the desk alone."""
    waiting = Alert.objects.filter(sent_at__isnull=True).order_by("at")
    if not configured():
        return _sent(list(waiting[:AT_ONCE]), "desk")
    given_up = list(waiting.filter(attempts__gte=TRIES)[:AT_ONCE])
    done = _sent(given_up, "desk")
    mine = _claim(waiting.filter(attempts__lt=TRIES)[:AT_ONCE])
    if mine and _mail():
        done += _sent(mine, "email")
    return done


def configured() -> bool:
    """Whether the operator has named an address and a server."""
    return bool(env().alert_email and env().smtp_url)


def _claim(rows: QuerySet[Alert]) -> list[Alert]:
    """Those that this round may send: no other worker has counted the same attempt."""
    mine = []
    for row in rows:
        same = Alert.objects.filter(pk=row.pk, sent_at__isnull=True, attempts=row.attempts)
        with transaction.atomic():
            if same.update(attempts=F("attempts") + 1):
                mine.append(row)
    return mine


def _sent(rows: Sequence[Alert], by: str) -> int:
    done = 0
    for row in rows:
        with transaction.atomic():
            changed = Alert.objects.filter(pk=row.pk, sent_at__isnull=True).update(
                sent_at=now(), sent_by=by
            )
            if changed:
                facts: dict[str, str | int | bool | None] = {"reason": row.reason, "by": by}
                record(
                    Act(
                        Tag.ALERT_SEND,
                        NODE,
                        row.agency_id,
                        "report",
                        row.report_id,
                        row.unit_id,
                        facts=facts,
                    )
                )
        done += changed
    return done


def _mail() -> bool:
    """Whether the mail server took it. A server that is away must not stop the clocks."""
    server = urlsplit(env().smtp_url)
    agency = Agency.objects.order_by("created_at").first()
    language = load_pack(agency.pack).header.default_language if agency else "en"
    with override(language):
        subject, text = gettext("Please look at the desk"), gettext("Something urgent is waiting.")
    try:
        message = EmailMessage(
            subject, text, _sender(server), [env().alert_email], connection=_connection(server)
        )
        return message.send() == 1
    except (OSError, ValueError) as error:  # smtplib's are OSErrors; a bad port is a ValueError
        log.warning("alert not sent", error=type(error).__name__)
        return False


def _sender(server: SplitResult) -> str:
    user = unquote(server.username or "")
    return user if "@" in user else settings.DEFAULT_FROM_EMAIL


def _connection(server: SplitResult) -> BaseEmailBackend:
    return get_connection(
        host=server.hostname or "localhost",
        port=server.port or (465 if server.scheme == "smtps" else 587),
        username=unquote(server.username or ""),
        password=unquote(server.password or ""),
        use_tls=server.scheme != "smtps" and server.hostname not in LOOPBACK,
        use_ssl=server.scheme == "smtps",
        timeout=PATIENCE_SECONDS,
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Refusing what lacks a ground, and counting it (M-004, M-128)."""

from __future__ import annotations

from typing import NoReturn

from django.db import transaction

from amana.config.clock import now
from amana.journal.events import Act, Actor
from amana.journal.services import record
from amana.reports.errors import Refused
from amana.reports.events import Tag
from amana.reports.models import Refusal, Report


def refuse(*, report: Report, actor: Actor, action: str, missing: str) -> NoReturn:
    """Store the refusal and its leaf in a transaction of their own, then raise `Refused`.

    Never call it inside a transaction: what is rolled back with the act would not be counted."""
    with transaction.atomic(durable=True):
        Refusal.objects.create(
            agency_id=report.agency_id, report=report, action=action, missing=missing, at=now()
        )
        facts: dict[str, str | int | bool | None] = {"action": action, "missing": missing}
        record(Act(Tag.REFUSE, actor, report.agency_id, "report", report.id, facts=facts))
    raise Refused(action, missing)

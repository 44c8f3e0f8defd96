# SPDX-License-Identifier: AGPL-3.0-or-later
"""On SQLite a write outside of a transaction passes by the gate at which writers queue, and can
meet a busy database: every single UPDATE and INSERT opens a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from amana.casework import services as casework
from amana.reports import sessions
from amana.reports.services import drafts
from tests.support import builders

pytestmark = pytest.mark.db


def ungated(act: Callable[[], object]) -> list[str]:
    """The writes of an act that no transaction of its own holds."""
    outside = len(connection.atomic_blocks)
    found: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        writes = sql.split(None, 1)[0] in {"UPDATE", "INSERT", "DELETE"}
        if writes and len(connection.atomic_blocks) == outside:
            found.append(sql[:60])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        act()
    return found


def opened(token: str) -> drafts.OpenDraft:
    visit = sessions.open_session(token)
    assert visit is not None
    assert visit.draft is not None
    return drafts.open_draft(visit.draft, visit.secret)


def test_a_draft_is_x_through_the_gate() -> None:
    agency = builders.node()
    token = drafts.start(agency=agency, language="ar")
    said = builders.answers()
    assert ungated(lambda: drafts.save(opened=opened(token), answers=said)) == []
    assert ungated(lambda: drafts.draw_again(opened(token))) == []
    other = drafts.start(agency=agency, language="ar")
    assert ungated(lambda: drafts.delete(opened=opened(other))) == []


def test_sessions_and_alerts_too() -> None:
    agency = builders.node()
    officer = builders.staff(agency, "jo/ccu/aqaba")
    report = builders.report(agency, threat_to_life="yes")
    token = ""

    def start() -> None:
        nonlocal token
        token = sessions.start_for_mailbox(report, b"x" * 32)

    assert ungated(start) == []
    assert ungated(lambda: sessions.forget(token)) == []
    assert ungated(lambda: casework.see_alerts(staff=officer)) == []

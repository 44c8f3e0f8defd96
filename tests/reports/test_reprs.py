# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands in a traceback or a log by accident tells nothing of what anybody wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from amana.agencies.models import Unit
from amana.evidence.intake import Meta
from amana.kernel.sealing.receipts import new_receipt_code
from amana.referral.services.access import Move
from amana.reports.intake import Intake, receive
from amana.reports.opening import Note
from amana.reports.services.drafts import DraftContent
from amana.reports.services.mailbox import Line
from tests.support import builders

CANARY = "CANARY-هو-يهددني"


def _shown() -> list[object]:
    code, moment = new_receipt_code(), datetime(2026, 1, 1, tzinfo=UTC)
    facts: dict[str, str] = {}
    return [
        DraftContent("ar", {"narrative": CANARY}, code, code, "4711"),
        Line("id", "to_reporter", "2026", CANARY, "", facts, unread=True),
        Note(UUID(int=1), moment, "supervisor x", CANARY),
        Move(Unit(), "referral", reason=CANARY),
        builders.finding(note=CANARY, dropped={"X2": CANARY}),
        Meta(CANARY, "image/png", 1, "aa", "bb"),
    ]


@pytest.mark.parametrize("shown", _shown(), ids=lambda shown: type(shown).__name__)
def test_t09_a_repr_says_nothing_of_what_was_written(shown: object) -> None:
    assert CANARY not in repr(shown)
    assert "4711" not in repr(shown)


@pytest.mark.db
@pytest.mark.django_db
def test_t09_a_report_that_is_being_filed_says_nothing_of_what_was_written() -> None:
    agency = builders.node()
    intake = Intake(
        agency=agency,
        origin="report",
        language="ar",
        answers=builders.answers(narrative=CANARY),
        code=new_receipt_code(),
        pin="471147",
    )
    for shown in (intake, receive(intake)):
        assert CANARY not in repr(shown)
        assert "471147" not in repr(shown)

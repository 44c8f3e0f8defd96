# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """Working a report to its end."""

    DEADLINE_SET = "case:deadline:set"
    DEADLINE_MEET = "case:deadline:meet"
    DEADLINE_MISS = "case:deadline:miss"
    DEADLINE_ESCALATE = "case:deadline:escalate"
    ALERT_SEND = "case:alert:send"
    SUSPECT_IDENTIFY = "case:suspect:identify"
    SUSPECT_PRESENT = "case:suspect:present"
    SEARCH_NOTICE = "justice:notice:publish"
    SEARCH_WITHDRAW = "justice:notice:withdraw"
    SILENCE_MARK = "case:silence:mark"
    ASSIGN = "case:case:assign"
    CLOSE = "report:report:close"
    REOPEN = "report:report:reopen"

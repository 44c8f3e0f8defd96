# SPDX-License-Identifier: AGPL-3.0-or-later
"""Working a report to its end. One transaction each, its leaves inside; what lacks a ground is
refused and counted in a transaction of its own."""

from __future__ import annotations

from amana.casework.services.assigning import see_alerts, take
from amana.casework.services.closing import close, come_back, reopen, withdraw
from amana.casework.services.messages import send_message, write_note
from amana.casework.services.shredding import destroy_again, shred
from amana.casework.services.suspects import (
    identify_suspect,
    issue_search_notice,
    present_before_justice,
    withdraw_search_notice,
)

__all__ = [
    "close",
    "come_back",
    "destroy_again",
    "identify_suspect",
    "issue_search_notice",
    "present_before_justice",
    "reopen",
    "see_alerts",
    "send_message",
    "shred",
    "take",
    "withdraw",
    "withdraw_search_notice",
    "write_note",
]

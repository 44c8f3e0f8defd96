# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """Sending a report to whom it concerns."""

    ROUTE = "referral:route:decide"
    OVERRIDE = "referral:route:override"
    SEND = "referral:referral:send"
    NOTICE_SEND = "justice:notice:send"
    INSTRUCTION_RECORD = "justice:instruction:record"
    CROSSBORDER_OPEN = "referral:crossborder:open"
    CROSSBORDER_DONE = "referral:crossborder:done"
    CONSENT_OVERRIDE = "consent:consent:override"

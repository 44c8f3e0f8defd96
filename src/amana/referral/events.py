# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """Sending a report to whom it concerns."""

    ROUTE = "referral:route:decide"
    OVERRIDE = "referral:route:override"
    SEND = "referral:referral:send"
    ACCESS_GRANT = "referral:access:grant"
    ACCESS_END = "referral:access:end"
    NOTICE_SEND = "justice:notice:send"
    INSTRUCTION_RECORD = "justice:instruction:record"
    CROSSBORDER_OPEN = "referral:crossborder:open"
    REFUSE = "justice:action:refuse"

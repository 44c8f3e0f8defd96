# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """What happens to a report and its mailbox."""

    SUBMIT = "report:report:submit"
    INTAKE = "report:report:intake"
    ACKNOWLEDGE = "report:report:acknowledge"
    RECEIPT_ISSUE = "report:receipt:issue"
    RECEIPT_DRAW = "report:receipt:draw"
    RECEIPT_REISSUE = "report:receipt:reissue"
    READ = "report:report:read"
    IDENTITY_READ = "person:identity:read"
    ANNEX_OPEN = "evidence:annex:open"
    STAGE_MOVE = "report:stage:move"
    CATEGORY_CHANGE = "report:category:change"
    WITHDRAW = "report:report:withdraw"
    RETURN = "report:report:return"
    CONSENT_CHANGE = "consent:consent:change"
    DRAFT_EXPIRE = "mailbox:draft:expire"
    MESSAGE_SEND = "mailbox:message:send"
    MESSAGE_READ = "mailbox:message:read"
    NOTE_WRITE = "mailbox:note:write"
    NOTE_AUTOSEND = "mailbox:note:autosend"
    CODE_FAIL = "mailbox:code:fail"
    KEYS_REWRAP = "report:keys:rewrap"
    KEYS_GRANT = "report:keys:grant"
    KEYS_TAKE = "report:keys:take"
    ACCESS_GRANT = "referral:access:grant"
    ACCESS_END = "referral:access:end"
    REFUSE = "justice:action:refuse"

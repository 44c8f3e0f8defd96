# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """Custody of what was handed in: the kinds of `custody.Kind`, as leaves; and devices."""

    INGEST = "evidence:item:ingest"
    CAPTURE = "evidence:item:capture"
    DERIVE = "evidence:item:derive"
    VIEW = "evidence:item:view"
    TRANSFER = "evidence:item:transfer"
    EXPORT = "evidence:item:export"
    SEAL = "evidence:item:seal"
    HOLD = "evidence:item:hold"
    SHRED = "evidence:item:shred"
    GRANT = "evidence:item:grant"
    REVOKE = "evidence:item:revoke"
    PAGE_CAPTURE = "evidence:page:capture"
    VERIFY = "evidence:item:verify"
    DEVICE_TAKE = "evidence:device:take"
    DEVICE_RETURN = "evidence:device:return"

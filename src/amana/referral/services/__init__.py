# SPDX-License-Identifier: AGPL-3.0-or-later
"""The acts of officers that decide where a report goes. One transaction each, its leaves inside."""

from __future__ import annotations

from amana.referral.services.prosecution import notify_prosecutor, record_instruction
from amana.referral.services.referring import (
    add_co_owner,
    end_co_owner,
    finish_cross_border,
    override_route,
    refer,
)
from amana.referral.services.triaging import change_category, record_diagnosis, review_legally

__all__ = [
    "add_co_owner",
    "change_category",
    "end_co_owner",
    "finish_cross_border",
    "notify_prosecutor",
    "override_route",
    "record_diagnosis",
    "record_instruction",
    "refer",
    "review_legally",
]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rule of who sees a report, under the name of the room that grants access. It lives in
`reports`, so that opening a sealed part asks the same question as a list does."""

from __future__ import annotations

from amana.reports.policies import (
    accesses_of,
    allowed,
    authorise,
    get_visible,
    units_by_action,
    visible_to,
)

__all__ = [
    "accesses_of",
    "allowed",
    "authorise",
    "get_visible",
    "units_by_action",
    "visible_to",
]

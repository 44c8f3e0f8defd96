# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Muted(StrEnum):
    """Why a value links nobody."""

    SPREAD = "spread"
    """Those who share it have nothing else in common: a hotline, a mailbox of a platform."""
    LENT = "lent"
    """Bodies of reports share it that contradict each other: an account lent to several."""
    OFFICER = "officer"
    KNOWN = "known"

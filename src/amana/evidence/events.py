# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """Custody of what was handed in."""

    RECEIVE = "evidence:item:receive"
    SEAL = "evidence:item:seal"
    READ = "evidence:item:read"
    DROP = "evidence:item:drop"

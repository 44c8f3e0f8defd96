# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """Accounting for the work in public."""

    PUBLISH = "figures:table:publish"

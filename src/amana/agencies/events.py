# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """What happens to the agency's own shape."""

    PACK_APPLY = "config:pack:apply"
    DEMONSTRATION_MARK = "config:demonstration:mark"

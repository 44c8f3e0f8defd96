# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers of rows: UUID version 7 (RFC 9562, section 5.7), sorted by the time of making."""

from __future__ import annotations

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """48 bits of Unix milliseconds, 74 random bits; no counter that two nodes would share."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76 | (random >> 68 & 0xFFF) << 64
    value |= 0b10 << 62 | (random & (2**62 - 1))
    return UUID(int=value)

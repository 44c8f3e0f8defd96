# SPDX-License-Identifier: AGPL-3.0-or-later
"""One unambiguous way to put several values into one byte string."""

from __future__ import annotations


def join(*parts: bytes | str) -> bytes:
    """Each part behind its length (32-bit big-endian), so that no two lists give the same bytes.

    Use it to build the `context` of an envelope: `join("report", report_id, "answers")`.
    """
    out = bytearray()
    for part in parts:
        raw = encode(part) if isinstance(part, str) else part
        out += len(raw).to_bytes(4, "big") + raw
    return bytes(out)


def encode(text: str) -> bytes:
    """UTF-8 that never fails: a lone surrogate in hostile input keeps a byte form of its own."""
    return text.encode("utf-8", "surrogatepass")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plain builders for the tests of this room."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from amana.kernel.sealing.passphrases import Cost
from amana.kernel.sealing.receipts import ReceiptCode
from amana.kernel.sealing.streams import encrypt_stream

HPKE_VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "hpke-rfc9180"

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
SALT = bytes(range(100, 116))
OTHER_SALT = bytes(range(101, 117))
CONTEXT = b"report 1"
OTHER_CONTEXT = b"report 2"


def code(locator: str = "48217730", secret: str = "119264052231009876541234567") -> ReceiptCode:
    return ReceiptCode(locator, secret)


def encrypted(plain: bytes, *, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    sink = BytesIO()
    encrypt_stream(key, [plain], sink, context=context)
    return sink.getvalue()


def flipped(data: bytes, position: int, bit: int = 0) -> bytes:
    """`data` with one bit of one byte changed."""
    changed = bytearray(data)
    changed[position] ^= 1 << bit
    return bytes(changed)

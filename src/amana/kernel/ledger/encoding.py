# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two encodings of every C2SP text form, each with exactly one spelling per value."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

MAX_SIZE: Final = 2**63 - 1
"""Largest tree size anywhere in the ledger: it fits a signed 64-bit database column."""

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Undo :func:`encode_base64`.

    Raises ``ValueError`` for anything `encode_base64` would not have written: other alphabets,
    white space, missing padding, and stray bits in the last character, which would give one
    value several spellings.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not standard base64") from error
    if encode_base64(data) != text:
        raise ValueError("not canonical base64")
    return data


def parse_decimal(text: str) -> int:
    """Read an ASCII decimal from 0 to ``MAX_SIZE`` without sign or leading zeros.

    Raises ``ValueError`` otherwise.
    """
    if not _DECIMAL.fullmatch(text):
        raise ValueError("not a plain decimal number")
    value = int(text)
    if value > MAX_SIZE:
        raise ValueError("number too large")
    return value


def has_control(text: str) -> bool:
    """Whether an ASCII control character other than newline stands in ``text``."""
    return _CONTROL.search(text) is not None

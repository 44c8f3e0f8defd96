# SPDX-License-Identifier: AGPL-3.0-or-later
"""One-time codes that are read aloud and typed: 100 random bits in five groups of four."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

from amana.kernel.sealing import tokens

# Crockford's base 32: no I, L, O, U, so that a code survives a telephone and a handwriting.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans("OIL", "011")
LENGTH: Final = 20


def new_code() -> str:
    """A fresh code as it is shown, such as `7KQ2-…`."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, LENGTH, 4))


def code_id(typed: str) -> bytes:
    """32 bytes by which the code is found, however it was typed: any case, any digits, with or
    without hyphens. They do not lead back to it."""
    return tokens.token_id("one-time:" + normalised(typed))


def normalised(typed: str) -> str:
    """The code without what does not count."""
    kept = "".join(c for c in western_digits(typed[:200]) if c.isalnum())
    return kept.upper().translate(_MISREAD)


def western_digits(typed: str) -> str:
    """The same text with the digits of every script as 0 to 9."""
    return "".join(_western(c) for c in unicodedata.normalize("NFKC", typed))


def _western(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)

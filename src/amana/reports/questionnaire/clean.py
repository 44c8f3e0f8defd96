# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people type, made storable without losing anything they meant.

Digits are folded (Arabic-Indic, Urdu and full-width digits become ASCII), text is NFC, and
characters that no keyboard writes are refused with a code instead of being stored.
"""

from __future__ import annotations

import re
import unicodedata

# Pasting a number from a messenger brings these along; in a number or a link they mean nothing.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Control characters but tab and newline, halves of surrogate pairs, and the mark that a decoder
# leaves where bytes were not UTF-8.
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")


class TextProblem(ValueError):
    """The text cannot be stored; `code` names the reason (see `messages.yaml`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fold_digits(text: str) -> str:
    """Return `text` with every Unicode decimal digit written as 0-9."""
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() and char > "\x7f" else char
        for char in text
    )


def clean_text(text: str, *, limit: int) -> str:
    """Return several lines of text, trimmed, NFC, newlines as "\\n".

    Raises `TextProblem`: `broken_text` (control characters, halves of surrogate pairs, bytes
    that were not UTF-8) or `too_long` (more than `limit` characters).
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _UNREADABLE.search(text):
        raise TextProblem("broken_text")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > limit:
        raise TextProblem("too_long")
    return text


def clean_line(text: str, *, limit: int) -> str:
    """Return one line of text: as `clean_text`, with runs of white space made one space."""
    cleaned = clean_text(_INVISIBLE.sub("", text), limit=limit * 2)
    cleaned = " ".join(cleaned.split())
    if len(cleaned) > limit:
        raise TextProblem("too_long")
    return cleaned

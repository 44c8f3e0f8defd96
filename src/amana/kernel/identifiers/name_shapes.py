# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which words have the form of a name: letters with digits, points or underscores."""

from __future__ import annotations

import re

from amana.kernel.identifiers.name_words import STOP
from amana.kernel.identifiers.suffixes import is_file_ending

_NAME = re.compile(r"@?[A-Za-z0-9_][A-Za-z0-9._\-]{1,39}|@[^\W\d][\w.]{1,39}")
_SHAPED = re.compile(r"(?=.*[A-Za-z])(?=.*[\d._])[A-Za-z0-9._\-]+")
_NUMBER = re.compile(r"\+?\d[\d.\-]*")
_CAMEL = re.compile(r"[A-Z]?[a-z]+[A-Z][A-Za-z]*")
# Arabizi writes letters as digits inside of words: "3la", "7ta", "sa7bi", "9albi", "wa7ed".
_ARABIZI = re.compile(
    r"[379][a-z]{1,9}|[a-z]{1,8}[3795][a-z]{1,8}|(?:[a-z]*[235679][a-z]+){1,3}|[a-z]{1,4}[3795]"
)
_UNIT = re.compile(
    r"\d+(?:k|m|g|gb|mb|dh|dhs|jd|usd|eur|h|am|pm|min|s|th|st|nd|rd|e|eme|ème|x|ans|an|yo|f|m)|[ap]\.m|e\.g|i\.e|covid.?19|mp[34]|[245]g"
)
# What programs and papers write with underscores.
_MADE = re.compile(
    r"(?:img|dsc|vid|screenshot|screen|video|photo|image|audio|ptt|file|doc|scan|wa|txn|ref|order"
    r"|invoice|recording|capture|pxl|mvi|aud|tid|id)_?[\d_]"
)


def is_made(word: str) -> bool:
    """Whether a folded word is what programs and papers call their files and numbers."""
    return _MADE.match(word) is not None


def is_name(text: str) -> bool:
    """Whether a token can be a name at all, with or without its @."""
    bare = text.removeprefix("@")
    if _NUMBER.fullmatch(bare) or len(bare.strip("._-")) < 2:
        return False
    if is_file_ending(bare.rsplit(".", 1)[-1]) and "." in bare:
        return False
    return bool(_NAME.fullmatch(text))


def is_shaped(text: str) -> bool:
    """Whether a token has a form that words have not: letters with digits, points, underscores."""
    if _CAMEL.fullmatch(text) and text.lower() not in STOP:
        return True
    if (
        not _SHAPED.fullmatch(text)
        or text.lower() in STOP
        or re.fullmatch(r"[A-Za-z]+\.[A-Z][a-z]+", text)
    ):
        return False
    return not _ARABIZI.fullmatch(text.lower()) and not _UNIT.fullmatch(text.lower())

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep codes, phones, dates, links and IBANs left to right inside right-to-left text.

Drawn naively, ``4821-7730-1192`` after an Arabic word comes out as ``1192-7730-4821``: the
bidirectional algorithm (Unicode UAX #9, rule W2) turns the digits into Arabic numbers.
"""

from __future__ import annotations

import re
import unicodedata

LRI, PDI, LRM, NBSP = "\u2066", "\u2069", "\u200e", "\u00a0"
_INITIATORS = "\u2066\u2067\u2068"

# Embeddings and overrides can make a drawn line say something other than the stored text
# (the "Trojan source" trick), so only isolates and the plain marks may pass.
_SPOOFING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e"))

_WORD = r"[0-9A-Za-z\u0660-\u0669\u06f0-\u06f9]"
_JOIN = r"[-./:_@+#=&?%~·,]"
_LINK = r"(?:https?|hxxps?)://[^\s\u2066-\u2069<>\"'«»]+"
_IBAN = r"[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
_CODE = re.compile(
    rf"{_LINK}|{_IBAN}"
    rf"|[+@#(]?{_WORD}+(?:(?:{_JOIN}{{1,3}}|\)?[ \u00a0]\(?(?=[+(]?{_WORD}*\d)){_WORD}+)*"
)
_ARABIC_INDIC = re.compile(r"[\u0660-\u0669]")


def clean(text: str) -> str:
    """Return `text` in NFC, without controls or direction overrides, its isolates balanced."""
    text = unicodedata.normalize("NFC", text).translate(_SPOOFING)
    kept: list[str] = []
    depth = 0
    for char in text:
        if char in _INITIATORS:
            depth += 1
        elif char == PDI:
            if depth == 0:
                continue
            depth -= 1
        elif char == "\n":
            kept.append(PDI * depth)
            depth = 0
        elif unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"}:
            kept.append(" " if char in "\t\r\x0b\x0c" else "")
            continue
        kept.append(char)
    return "".join(kept) + PDI * depth


def plain(text: str) -> str:
    """Return `text` without any direction mark: what a search or a comparison wants."""
    marks = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"))
    return text.translate(_SPOOFING).translate(marks)


def ltr(text: str) -> str:
    """Return `text` as one unbreakable left-to-right island whatever stands around it.

    Arabic-Indic digits stay an "Arabic number" even inside an isolate, and separators between
    two of them turn right to left; a mark on either side of each separator holds the order.
    """
    inner = plain(text).strip().replace(" ", NBSP)
    if _ARABIC_INDIC.search(inner):
        inner = re.sub(r"([^\w])", rf"{LRM}\1{LRM}", inner)
    return f"{LRI}{inner}{PDI}" if inner else ""


def isolate_codes(text: str) -> str:
    """Wrap every code-like token of `text` that is not yet inside an isolate.

    A token is code-like when it holds a digit or an ``@`` and something that can turn its parts
    around (a separator, a space between digit groups, a leading sign). Lone numbers are left.
    """
    pieces: list[str] = []
    depth = start = 0
    for index, char in enumerate(text):
        if char in _INITIATORS:
            if depth == 0:
                pieces.append(_CODE.sub(_wrapped, text[start:index]))
                start = index
            depth += 1
        elif char == PDI and depth:
            depth -= 1
            if depth == 0:
                pieces.append(text[start : index + 1])
                start = index + 1
    tail = text[start:]
    pieces.append(tail if depth else _CODE.sub(_wrapped, tail))
    return "".join(pieces)


def _wrapped(match: re.Match[str]) -> str:
    token = match.group()
    if token.startswith("(") and token.count("(") > token.count(")"):
        return "(" + _CODE.sub(_wrapped, token[1:])
    has_part = any(char.isdigit() or char == "@" for char in token) or "://" in token
    has_join = any(not char.isalnum() for char in token)
    return ltr(token) if has_part and has_join else token

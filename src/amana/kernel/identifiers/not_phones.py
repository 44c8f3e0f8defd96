# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers that are no phones: dates, times, amounts, orders, documents, codes."""

from __future__ import annotations

import re

from amana.kernel.identifiers.found import STRUCK
from amana.kernel.language.lists import word_lists

_LISTS = word_lists("amana.kernel.identifiers", "not_phones")
_MONEY = "|".join(sorted(map(re.escape, _LISTS["money"]), key=len, reverse=True))
_PAPERS = "|".join(sorted(map(re.escape, _LISTS["papers"]), key=len, reverse=True))
_DATE = (
    r"(?<![\d/.+-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}([-/.])\d{1,2}\1(?:19|20)?\d{2})(?![-/.]?\d)"
)
# As phones name pictures: IMG-20240512-WA0003.jpg, 20240512_143000.mp4.
_STAMP = (
    r"(?<!\d)(?:19|20)\d{6}(?:[-_T]?\d{6})?"
    r"(?=[-_.](?:WA|IMG|\d{3,6}\b)|\.(?:jpe?g|png|mp4|opus|pdf))"
)
_TIME = (
    r"(?<![\d:])\d{1,2}\s?(?::|h)\s?[0-5]\d(?::[0-5]\d)?(?![\d:])(?:\s?[ap]\.?m\b)?"
    r"|(?<!\d)\d{1,2}\s?(?:am|pm)\b"
)
_CAPITALS = r"DA|DT|LE|JD|LD|KD|SR|Dh"
_AMOUNT = r"\d{1,3}(?:[ ,.']\d{3})+(?:[.,]\d{1,2})?|\d{1,7}(?:[.,]\d{1,3})?"
_AMOUNTS = (
    rf"(?<![\d+.\-/])(?!0\d{{7}})(?:{_AMOUNT})\s?(?:k\s?)?"
    rf"(?:[$€£]|(?i:{_MONEY})(?![^\W\d_])|(?:{_CAPITALS})\b)"
    rf"|(?:[$€£]|(?<![^\W\d_])(?i:{_MONEY})[.:]?|\b(?:{_CAPITALS}))\s?"
    rf"(?!0\d{{7}})(?:{_AMOUNT})(?![\d\-/]|\s\d)"
)
_FILLER = (
    r"(?:\s{0,2}(?:number|numéro|numero|num|no|nr|n°|nº|#|id|code|is|was|est|card|hai|dyali"
    r"|رقم|هو|هي|نمبر|ہے|کارڈ|رقمه|رقمها|برقم|بالرقم|de|du|la|my|your|:|=|\.|-|_|\())"
)
_KEYED = (
    rf"(?<![^\W_])(?i:(?:{_PAPERS}))(?![^\W_]){_FILLER}{{0,4}}\s{{0,2}}"
    r"(?P<paper>[A-Za-z]{0,5}[-#/]?\d[\dA-Za-z]*(?:[-/ ]\d{2,}){0,5})"
)
_DOCUMENTS = r"(?<![\d-])\d{5}-\d{7}-\d(?![\d-])|(?<![\w])#\s?\d{3,}|№\s?\d+|\d+(?:[.,]\d+)?\s?%"
_PLAIN = re.compile(f"{_DATE}|{_STAMP}|{_TIME}|{_AMOUNTS}|{_DOCUMENTS}")
_PAPER = re.compile(_KEYED)
_PHONE_WORD = re.compile(
    r"(?:phone|mobile|cell|whats?\s?app|wats\w*|tel|tél|gsm|call|sms|واتس|هاتف|جوال|موبايل|تلفون|فون|موبائل|واٹس)",
    re.IGNORECASE,
)


def without_others(text: str) -> str:
    """Return `text`, as long as before, with numbers struck out that are surely no phones."""
    text = _PLAIN.sub(lambda match: _struck(match.group()), text)
    return _PAPER.sub(_paper, text)


def _paper(match: re.Match[str]) -> str:
    whole = match.group()
    if _PHONE_WORD.search(whole) or whole[: match.start("paper") - match.start()].endswith("+"):
        return whole
    kept = whole[: match.start("paper") - match.start()]
    return kept + _struck(match["paper"])


def _struck(text: str) -> str:
    return STRUCK * len(text)

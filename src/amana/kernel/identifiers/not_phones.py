# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers that are no phones: dates, times, amounts, orders, documents, codes."""

from __future__ import annotations

import re

from amana.kernel.identifiers.found import STRUCK
from amana.kernel.language.lists import word_lists

_LISTS = word_lists("amana.kernel.identifiers", "not_phones")
_MONEY = frozenset(word.lower() for word in _LISTS["money"]) | frozenset("$€£")
# Too short to be read in small letters: "da" and "le" are words.
_CAPITALS = frozenset(("DA", "DT", "LE", "JD", "LD", "KD", "SR", "Dh"))
_PAPERS = frozenset(word.lower().split(" ")[-1] for word in _LISTS["papers"])
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
_AMOUNT = re.compile(
    r"(?<![\d+.\-/])(?<!\d )(?!0\d{7})"
    r"(?:\d{1,3}(?:[ ,.']\d{3})+(?:[.,]\d{1,2})?|0[.,]\d{4,18}|\d{1,7}(?:[.,]\d{1,3})?)(?!\d)"
)
_UNIT_AFTER = re.compile(r"[ ]?(?:k[ ]?)?([^\W\d_]+|[$€£])")
_UNIT_BEFORE = re.compile(r"(?:(?<![^\W\d_])([^\W\d_]+)|([$€£]))[.:]?[ ]?$")
_WORD = re.compile(r"[^\W\d_]+")
_FILLER = (
    r"(?:\s{0,2}(?:number|numéro|numero|num|no|nr|n°|nº|#|id|code|is|was|est|card|hai|dyali"
    r"|رقم|هو|هي|نمبر|ہے|کارڈ|رقمه|رقمها|برقم|بالرقم|de|du|la|my|your|:|=|\.|-|_|\())"
)
_TAIL = re.compile(
    rf"(?i:{_FILLER}){{0,4}}\s{{0,2}}"
    r"(?P<paper>[A-Za-z]{0,5}[-#/]?\d[\dA-Za-z]*(?:[-/ ]\d{2,}){0,5})"
)
_DOCUMENTS = (
    r"(?<![\d-])\d{5}-\d{7}-\d(?![\d-])|(?<![\w])#\s?\d{3,}|№\s?\d{1,20}"
    r"|(?<![\d.,])\d{1,6}(?:[.,]\d{1,4})?\s?%"
)
# 06:12:34:56:78:9a of a device.
_DEVICE = re.compile(r"(?<![\w:-])[\dA-Fa-f]{2}([:-])[\dA-Fa-f]{2}(?:\1[\dA-Fa-f]{2}){4}(?![\w:-])")
# 2 85 05 78 006 084 36 of French social security; 06 12 2024.
_SPACED = (
    r"(?<![\d+])[12] \d{2} \d{2} \d[\dAB] \d{3} \d{3}(?: \d{2})?(?!\d)"
    r"|(?<!\d)(?<!\d )(?:0?[1-9]|[12]\d|3[01]) (?:0?[1-9]|1[0-2]) (?:19|20)\d{2}(?![ .-]?\d)"
)
_PLAIN = re.compile(rf"(?=[\d#№])(?:{_DATE}|{_SPACED}|{_STAMP}|{_TIME}|{_DOCUMENTS})")
_PHONE_WORD = re.compile(
    r"(?:phone|mobile|cell|whats?\s?app|wats\w*|tel|tél|gsm|call|sms"
    r"|واتس|هاتف|جوال|موبايل|تلفون|فون|موبائل|واٹس)",
    re.IGNORECASE,
)


def without_others(text: str) -> str:
    """Return `text`, as long as before, with numbers struck out that are surely no phones."""
    if max(text.count(":"), text.count("-")) >= 5:
        text = _DEVICE.sub(lambda match: _struck(match.group()), text)
    text = _PLAIN.sub(lambda match: _struck(match.group()), text)
    for match in list(_AMOUNT.finditer(text)):
        if _is_money(text, match):
            text = text[: match.start()] + _struck(match.group()) + text[match.end() :]
    if not _PAPERS.isdisjoint(_WORD.findall(text.lower())):
        for word in _WORD.finditer(text):
            if word.group().lower() in _PAPERS:
                text = _without_paper(text, word.end())
    return text


def _is_money(text: str, match: re.Match[str]) -> bool:
    after = _UNIT_AFTER.match(text, match.end())
    if after and _is_unit(after[1]):
        return True
    follows = text[match.end() : match.end() + 2]
    if follows[:1] in {"-", "/"} or (follows[:1] == " " and follows[1:].isdigit()):
        return False
    before = _UNIT_BEFORE.search(text[max(0, match.start() - 14) : match.start()])
    return before is not None and _is_unit(before[1] or before[2])


def _is_unit(word: str) -> bool:
    return word.lower() in _MONEY or word in _CAPITALS


def _without_paper(text: str, place: int) -> str:
    """Strike the number that follows the name of a document, an order, a case."""
    tail = _TAIL.match(text, place)
    if tail is None:
        return text
    start = tail.start("paper")
    if _PHONE_WORD.search(text, place, start) or text[start - 1 : start] == "+":
        return text
    return text[:start] + _struck(tail["paper"]) + text[tail.end() :]


def _struck(text: str) -> str:
    return STRUCK * len(text)

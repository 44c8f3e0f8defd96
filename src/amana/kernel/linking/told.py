# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers of the other side: those that were given as such, and those that stand only in the
words of a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from amana.kernel.identifiers import Identifier, find_identifiers, is_front_page, tolerant
from amana.kernel.language import fold
from amana.kernel.language.lists import word_lists

LONGEST_READ: Final = 20_000
_STORED_AS: Final[Mapping[str, str]] = {
    **{kind: kind for kind in ("phone", "email", "url", "handle", "iban", "ip")},
    **dict.fromkeys(("btc", "eth", "tron"), "wallet"),
}
# Looked for one by one: an alternation over every place of a long text costs a hundred times more.
_SIGNS: Final = ("@", "://", "www.", "hxxp", "[.]", "0x", "bc1")
_PLATFORMS: Final = (
    *("insta", "snap", "telegram", "telgram", "tiktok", "facebook", "whats"),
    *("انست", "سناب", "تيليجرام", "تيلجرام", "تلجرام", "تليجرام", "تيليغرام", "تلغرام", "تليغرام"),
    *("تيك توك", "فيس", "واتس", "انسٹا", "ٹیلی", "ٹک ٹاک", "واٹس"),
)
# No phone and no account has fewer than seven figures.
_NUMBER: Final = re.compile(r"\d(?:[^\w\n]{0,3}\d){6}")
# Names of accounts are written in Latin letters, whatever the words around them are.
_ACCOUNT: Final = re.compile(r"[a-z][a-z0-9._-]{2,}")


_REACHED_BY: Final = frozenset({"phone", "email"})
_NEAR_BEFORE: Final = 60
_MOST_WORDS: Final = 4
_WORD: Final = re.compile(r"[\w'-]+")
# What a value must have that is none in form, to be more than "?", "112", "unknown" or "none".
_LEAST: Final[Mapping[str, re.Pattern[str]]] = {
    "phone": re.compile(r"(?:\d\D*){7}"),
    "email": re.compile(r".@."),
    "url": re.compile(r"\w[.]\w|://."),
    "handle": re.compile(r"\w\w"),
    "iban": re.compile(r"(?:\w[\W_]*){8}"),
    "wallet": re.compile(r"(?:\w[\W_]*){12}"),
    "ip": re.compile(r"[0-9a-f][.:]+[0-9a-f]"),
}
_FEWEST: Final = 3


def given(kind: str, value: str, country: str) -> list[Identifier]:
    """What was given as an identifier of a kind. Where that is none in form, those of its kind that
    stand in it ("06 12… (whatsapp)", two numbers in one field), or it itself: two people may have
    been given the same wrong number. Nothing where it names nobody: "?", "unknown", 0000000, the
    front page of a platform; and for a kind that does not exist. Never raises."""
    one = tolerant(kind, value, region=country or None)
    if one.valid:
        return [] if kind == "url" and is_front_page(one.value) else [one]
    inside = [found for _, found in _standing_in(value, country) if found.kind == kind]
    if inside:
        return inside
    least = _LEAST.get(kind)
    says_something = least and least.search(one.value) and len({*one.value}) >= _FEWEST
    return [one] if says_something else []


def told_in(text: str, country: str) -> Iterator[Identifier]:
    """The identifiers that stand only in her words. A text without any sign of one is not read
    for them: looking closely costs as much as the rest of filing."""
    if not _may_name(text.lower()):
        return
    for start, found in _standing_in(text, country):
        if not (found.kind in _REACHED_BY and is_hers(text[:start])):
            yield found


def _standing_in(text: str, country: str) -> Iterator[tuple[int, Identifier]]:
    """Where each identifier in a text begins, and the identifier."""
    for found in find_identifiers(text[:LONGEST_READ], country=country or None):
        kind = _STORED_AS.get(found.type)
        if kind is not None:
            yield found.start, tolerant(kind, found.value, region=country or None)


def is_hers(before: str) -> bool:
    """Whether words that end here say that the number or address after them is the writer's own:
    "my number is", "رقمي", "appelez-moi au". It leads to nobody else."""
    said = _WORD.findall(fold(before[-_NEAR_BEFORE:]))
    mine, between = _hers()
    while said and said[-1] in between:
        said.pop()
    return any(" ".join(said[-size:]) in mine for size in range(1, _MOST_WORDS + 1))


@cache
def _hers() -> tuple[frozenset[str], frozenset[str]]:
    """What says that it is her own, and what may stand between that and the value."""
    lists = word_lists("amana.kernel.linking", "hers")
    mine, between = (frozenset(map(fold, lists[key])) for key in ("mine", "between"))
    return mine, between


def _may_name(text: str) -> bool:
    if any(sign in text for sign in _SIGNS) or _NUMBER.search(text):
        return True
    return any(name in text for name in _PLATFORMS) and _ACCOUNT.search(text) is not None

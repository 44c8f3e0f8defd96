# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers of the other side that stand only in the words of a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from amana.kernel.identifiers import Identifier, find_identifiers, tolerant

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


def told_in(text: str, country: str) -> Iterator[Identifier]:
    """The identifiers that stand only in her words. A text without any sign of one is not read
    for them: looking closely costs as much as the rest of filing."""
    if not _may_name(text.lower()):
        return
    for found in find_identifiers(text[:LONGEST_READ], country=country or None):
        kind = _STORED_AS.get(found.type)
        if kind is not None:
            yield tolerant(kind, found.value, region=country or None)


def _may_name(text: str) -> bool:
    if any(sign in text for sign in _SIGNS) or _NUMBER.search(text):
        return True
    return any(name in text for name in _PLATFORMS) and _ACCOUNT.search(text) is not None

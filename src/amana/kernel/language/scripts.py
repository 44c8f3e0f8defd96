# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which script a text is written in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Literal

Script = Literal["arabic", "latin", "cyrillic", "hebrew", "devanagari", "other", "none"]
_NAMED: tuple[Script, ...] = ("arabic", "latin", "cyrillic", "hebrew", "devanagari")
_ENOUGH = 20_000


def script_of(text: str) -> Script:
    """Return the script of most letters; "none" when there is no letter, "other" when unnamed.

    Of equals, the one met first. Only the first 20,000 characters are looked at.
    """
    seen: Counter[Script] = Counter()
    for char, count in Counter(text[:_ENOUGH]).items():  # in the order of meeting
        if char.isalpha() and char != "ـ":
            seen[_script(char)] += count
    return seen.most_common(1)[0][0] if seen else "none"


@lru_cache(maxsize=4096)
def _script(letter: str) -> Script:
    first = unicodedata.name(letter, "").split(" ")[0].lower()
    return next((name for name in _NAMED if name == first), "other")

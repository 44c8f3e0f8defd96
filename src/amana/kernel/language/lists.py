# SPDX-License-Identifier: AGPL-3.0-or-later
"""Word lists as plain text: a line is ``key: words``; people who do not program extend them."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=64)
def word_lists(package: str, name: str) -> dict[str, tuple[str, ...]]:
    """Return the lists of ``lists/NAME.txt`` in a package, in their order.

    A key that comes again is continued. Lines that begin with ``#`` are comments. A word of two
    parts is written with an underscore.
    """
    text = (resources.files(package) / "lists" / f"{name}.txt").read_text("utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        key, colon, words = line.partition(":")
        if colon and not line.startswith("#"):
            parts = tuple(word.replace("_", " ") for word in words.split())
            found[key.strip()] = (*found.get(key.strip(), ()), *parts)
    return found

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which endings are domains: the public suffix list bundled with tldextract, never fetched."""

from __future__ import annotations

from functools import lru_cache

from amana.kernel.language.lists import word_lists

# RFC 2606 and 6761 keep these for examples and private use; onion is RFC 7686's.
_RESERVED = {"example", "test", "invalid", "local", "localhost", "onion", "internal", "lan"}
_LISTS = word_lists("amana.kernel.identifiers", "endings")
# Endings seen in links of reports, none of which is a word of the languages we read; and files'.
_PLAIN, _FILES = frozenset(_LISTS["plain"]), frozenset(_LISTS["files"])


def is_suffix(label: str) -> bool:
    """Return whether `label` is a top-level domain in use, or one kept for examples."""
    small = label.lower()
    return small in _RESERVED or small in _PLAIN or small in _top_level()


def is_plain_suffix(label: str) -> bool:
    """Return whether an ending is a domain's even in prose, where full stops lack their blank."""
    return label.lower() in _PLAIN


def is_file_ending(label: str) -> bool:
    """Return whether an ending is rather that of a file."""
    return label.lower() in _FILES


@lru_cache(maxsize=1)
def _top_level() -> frozenset[str]:
    from tldextract import TLDExtract

    extract = TLDExtract(suffix_list_urls=(), cache_dir=None)
    found = set()
    for suffix in extract.tlds:
        last = suffix.rsplit(".", 1)[-1]
        found.add(last)
        if not last.isascii():
            found.add("xn--" + last.encode("punycode").decode("ascii"))
    return frozenset(found)

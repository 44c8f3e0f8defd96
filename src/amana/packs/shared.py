# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers and links that are nobody's own: those that the packs themselves give out (crisis lines,
emergency numbers, partners) and the decoys they list (hotlines of banks). People quote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from amana.packs.decoys import Decoy
from amana.packs.loader import available_packs, load_pack, platforms

_KINDS: Final = {"phone": "phone", "email": "email", "url": "url", "web": "url"}


@cache
def shared_values() -> tuple[tuple[str, str], ...]:
    """Kind and value of each contact and each verified decoy of every pack, each once."""
    given = [
        value for code in available_packs() for value in _contacts(load_pack(code).model_dump())
    ]
    decoys = [value for decoy in _decoys() if decoy.verified for value in decoy.values()]
    return tuple(dict.fromkeys([*given, *decoys]))


@cache
def platform_domains() -> frozenset[str]:
    """Mail domains in which nobody but a bank or a platform has an address."""
    return frozenset(domain for decoy in _decoys() for domain in decoy.mail_domains)


def _decoys() -> Iterator[Decoy]:
    yield from platforms()
    for code in available_packs():
        yield from load_pack(code).decoys


def _contacts(said: object) -> Iterator[tuple[str, str]]:
    if isinstance(said, Mapping):
        for key, value in said.items():
            if key in _KINDS and isinstance(value, str) and value:
                yield _KINDS[key], value
            else:
                yield from _contacts(value)
    elif isinstance(said, list | tuple):
        for value in said:
            yield from _contacts(value)

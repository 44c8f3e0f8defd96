# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers and links that the packs themselves give out: crisis lines, emergency numbers, partners.
People quote them in their reports, and they are nobody's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from amana.packs.loader import available_packs, load_pack

_KINDS: Final = {"phone": "phone", "email": "email", "url": "url", "web": "url"}


@cache
def shared_values() -> tuple[tuple[str, str], ...]:
    """Kind and value of each contact of every pack, each once."""
    found = (
        value for code in available_packs() for value in _contacts(load_pack(code).model_dump())
    )
    return tuple(dict.fromkeys(found))


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

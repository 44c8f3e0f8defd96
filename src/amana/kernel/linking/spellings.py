# SPDX-License-Identifier: AGPL-3.0-or-later
"""Spellings under which two values that are one slip apart meet.

Two words that differ by one letter changed, lost, added or swapped with its neighbour share a
form with one letter left out (Mor and Fraenkel, 1982). Long accounts and wallets are cut in three
instead: of any two with one slip, two thirds are alike, and no two strangers share those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from amana.kernel.linking.kinds import Kind

SHORTEST: Final = 5
LONGEST: Final = 24
RARE: Final = 8
"""From so many letters on, the name of an account or mailbox hardly is two people's by chance."""


def near(kind: int, value: str) -> list[str]:
    """The spellings for a normalised value; empty where a slip would find strangers."""
    if kind == Kind.PHONE:
        return _of_phone(value)
    if kind in {Kind.HANDLE, Kind.NICK}:
        return _of_account(kind, *value.partition(":")[::2])
    if kind == Kind.EMAIL:
        name, _, host = value.partition("@")
        bare = squeezed(name)
        elsewhere = [f"{bare}@…"] if len(bare) >= RARE else []
        return elsewhere + [f"{form}@{host}" for form in _without_one(name, 0)]
    if kind in {Kind.IBAN, Kind.WALLET}:
        # What fails its check is kept folded, what passes it is not.
        return list(_two_thirds(value.casefold()))
    return []


def squeezed(name: str) -> str:
    """The name of a mailbox without dots and without what follows a plus: some providers read it
    so, and who writes it at another provider may write it so."""
    return name.partition("+")[0].replace(".", "")


def _of_phone(value: str) -> list[str]:
    value = "+" + value[2:] if value.startswith("00") else value
    # The last eight are what a number without its country code has in common with the whole.
    last = [f"…{value[-8:]}"] if len(value) >= RARE else []
    return last + list(_without_one(value, 4 if value.startswith("+") else 0))


def _of_account(kind: int, platform: str, name: str) -> list[str]:
    """The same name on another platform, if it is long, and names with a slip on this one."""
    elsewhere = [f"@{name}"] if len(name) >= RARE else []
    if kind == Kind.NICK:
        return elsewhere
    return elsewhere + list(_without_one(f"{platform}:{name}", len(platform) + 1))


def _without_one(value: str, start: int) -> Iterator[str]:
    """The value itself and each form that lacks one letter from `start` on, each once."""
    if not SHORTEST <= len(value) - start <= LONGEST:
        return
    forms = {value[:at] + value[at + 1 :] for at in range(start, len(value))}
    yield value
    yield from sorted(forms)


def _two_thirds(value: str) -> Iterator[str]:
    third = len(value) // 3
    if third < SHORTEST:
        return
    yield f"^{value[: 2 * third]}"
    yield f"{value[-2 * third :]}$"
    yield f"^{value[:third]}…{value[-third:]}$"


def beginnings(kind: int, value: str) -> list[str]:
    """The beginnings by which an officer may look for a value of which she knows the front."""
    if kind in {Kind.PHONE, Kind.SERVICE_PHONE}:
        return [value[:length] for length in (6, 8, 10) if length < len(value)]
    if kind in {Kind.HANDLE, Kind.NICK}:
        front = value.partition(":")[0] + ":"
        name = value.partition(":")[2]
        return [front + name[:length] for length in (3, 5, 8) if length < len(name)]
    if kind in {Kind.EMAIL, Kind.ROLE_EMAIL}:
        name = value.partition("@")[0]
        return [name[:length] for length in (4, 7) if length <= len(name)]
    if kind in {Kind.IBAN, Kind.WALLET}:
        return [value[:length] for length in (6, 10) if length < len(value)]
    return []

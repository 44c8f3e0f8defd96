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


def near(kind: int, value: str) -> list[str]:
    """The spellings for a normalised value; empty where a slip would find strangers."""
    if kind == Kind.PHONE:
        # The last eight are what a number without its country code has in common with the whole.
        last = [f"…{value[-8:]}"] if len(value) >= 8 else []
        return last + (list(_without_one(value, 4)) if value.startswith("+") else [])
    if kind == Kind.HANDLE:
        platform, _, name = value.partition(":")
        return list(_without_one(f"{platform}:{name}", len(platform) + 1))
    if kind == Kind.EMAIL:
        name, _, host = value.partition("@")
        return [f"{form}@{host}" for form in _without_one(name, 0)]
    if kind in {Kind.IBAN, Kind.WALLET}:
        return list(_two_thirds(value))
    return []


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

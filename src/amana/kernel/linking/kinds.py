# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a token stands for, what it weighs when two reports share it, and what speaks against."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

NEAR: Final = 0x80
"""Set on the kind of a row that is no value but one of its spellings with a letter left out."""


class Kind(IntEnum):
    """The kinds of tokens. The numbers are stored: they are never given to another kind."""

    PHONE = 1
    SERVICE_PHONE = 2
    EMAIL = 3
    ROLE_EMAIL = 4
    HANDLE = 5
    NICK = 6
    URL = 7
    IP = 8
    IBAN = 9
    WALLET = 10
    FILE = 11
    NAME = 12
    NAME_PART = 13
    TEXT = 14
    PREFIX = 15


class Family(IntEnum):
    """Kinds that answer the same question; two answers to it that differ speak against a link."""

    PHONE = 0
    EMAIL = 1
    HANDLE = 2
    ACCOUNT = 3
    WALLET = 4
    NAME = 5


FAMILY: Final[Mapping[int, Family]] = {
    Kind.PHONE: Family.PHONE,
    Kind.EMAIL: Family.EMAIL,
    Kind.HANDLE: Family.HANDLE,
    Kind.IBAN: Family.ACCOUNT,
    Kind.WALLET: Family.WALLET,
    Kind.NAME: Family.NAME,
}

AT_FIRST: Final = -4.0
"""Log odds, before anything is known, that two reports which share some value mean one person.
Weights below are natural logarithms of likelihood ratios (Fellegi and Sunter, 1969)."""

WEIGHT: Final[Mapping[int, float]] = {
    Kind.PHONE: 8.0,
    Kind.SERVICE_PHONE: 1.0,
    Kind.EMAIL: 8.0,
    Kind.ROLE_EMAIL: 3.5,
    Kind.HANDLE: 3.8,
    Kind.NICK: 2.0,
    Kind.URL: 5.0,
    Kind.IP: 2.0,
    Kind.IBAN: 7.0,
    Kind.WALLET: 7.5,
    Kind.FILE: 7.0,
    Kind.TEXT: 3.8,
}
"""Kinds that carry a link. A handle, a nickname or a text alone stays below the threshold: it is
shown as a suggestion until something independent agrees."""

NEAR_WEIGHT: Final[Mapping[int, float]] = {
    Kind.PHONE: 3.0,
    Kind.EMAIL: 3.8,
    Kind.HANDLE: 1.5,
    Kind.IBAN: 3.9,
    Kind.WALLET: 3.9,
}
"""One letter or digit apart: never enough alone."""

AGAINST: Final[Mapping[int, float]] = {
    Family.PHONE: 1.0,
    Family.EMAIL: 1.0,
    Family.HANDLE: 0.7,
    Family.ACCOUNT: 0.7,
    Family.WALLET: 0.7,
    Family.NAME: 2.0,
}
"""What it costs when both say something of a family and nothing of it agrees."""

CORROBORATES: Final = frozenset(WEIGHT) | {Kind.NAME, Kind.NAME_PART}


def carries(kind: int) -> bool:
    """Whether a shared token of this kind is a link by itself, if only a suggested one."""
    return (kind & ~NEAR) in (NEAR_WEIGHT if kind & NEAR else WEIGHT)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Percentiles by nearest rank: the answer is always a value that was measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


T = TypeVar("T", bound=_Ordered)


def percentile(values: Iterable[T], percent: int) -> T | None:
    """Return the value at rank ceil(percent / 100 * n) of the sorted values; None of nothing.

    Works on anything that can be ordered (seconds, days, timedelta). Raises ValueError unless
    1 <= percent <= 100.
    """
    if not 1 <= percent <= 100:
        raise ValueError("percent: 1 to 100")
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[-(-percent * len(ordered) // 100) - 1]


def median(values: Iterable[T]) -> T | None:
    """Return the 50th percentile by nearest rank: of an even number, the lower middle value."""
    return percentile(values, 50)


def p90(values: Iterable[T]) -> T | None:
    """Return the 90th percentile by nearest rank."""
    return percentile(values, 90)

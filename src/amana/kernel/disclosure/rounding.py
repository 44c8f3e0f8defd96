# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole parts that add up (largest remainder, Hare quota). Rule R3 of the statistics."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` whole units by `weights`; the parts add up to `total` exactly.

    Each part is its exact share rounded down or up. Left-over units go to the largest
    remainders, the earlier of equals first. No weight, or none above zero: every part is zero,
    and then `total` must be zero. Raises ValueError for negative input.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("totals and weights are never negative")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("nothing to divide by: all weights are zero")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index)
    )
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def largest_remainder(counts: Sequence[int], *, decimals: int = 1) -> list[Decimal]:
    """Return the percentages of `counts`, adding up to exactly 100 at `decimals` places.

    4073/1358/679/339/339 gives 60.0/20.0/10.0/5.0/5.0. All zero (or none): all zero.
    """
    if not 0 <= decimals <= 6:
        raise ValueError("decimals: 0 to 6")
    if sum(counts) == 0:
        return [Decimal(0).scaleb(-decimals) for _ in apportion(0, counts)]
    units = apportion(100 * 10**decimals, counts)
    return [Decimal(unit).scaleb(-decimals) for unit in units]


def percent(part: int, whole: int, *, decimals: int = 1) -> Decimal | None:
    """Return `part` of `whole` in percent, rounded half up; None where there is no whole.

    For a share that stands alone. Shares shown side by side come from `largest_remainder`.
    """
    if part < 0 or whole < 0:
        raise ValueError("counts are never negative")
    if whole == 0:
        return None
    exact = Fraction(100 * part * 10**decimals, whole)
    units = (Decimal(exact.numerator) / Decimal(exact.denominator)).to_integral_value(ROUND_HALF_UP)
    return units.scaleb(-decimals)

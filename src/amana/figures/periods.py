# SPDX-License-Identifier: AGPL-3.0-or-later
"""Months and quarters, the only windows of time for which figures exist.

A caller never chooses a window: counts for a day or an hour would tell a husband that she has
just reported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

Kind = Literal["month", "quarter"]
_CODE: Final = re.compile(r"(20[0-9]{2})-(?:Q([1-4])|(0[1-9]|1[0-2]))")


class BadPeriodError(ValueError):
    """Not the name of a month (2026-09) or a quarter (2026-Q3)."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`part`: 1 to 12 of a month, 1 to 4 of a quarter."""

    year: int
    part: int
    kind: Kind

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.part}" if self.kind == "quarter" else self._month(self.part)

    def _month(self, number: int) -> str:
        return f"{self.year}-{number:02d}"

    @property
    def first_month(self) -> int:
        return 3 * self.part - 2 if self.kind == "quarter" else self.part

    @property
    def length(self) -> int:
        """In months."""
        return 3 if self.kind == "quarter" else 1

    def months(self) -> tuple[Period, ...]:
        """The months of it, in order."""
        first = self.first_month
        return tuple(Period(self.year, n, "month") for n in range(first, first + self.length))

    def quarter(self) -> Period:
        """The quarter it lies in."""
        return Period(self.year, (self.first_month + 2) // 3, "quarter")

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first moment after it, by the clocks of `zone`."""
        after = self.first_month + self.length
        year, month = (self.year + 1, 1) if after > 12 else (self.year, after)
        return (
            datetime(self.year, self.first_month, 1, tzinfo=zone),
            datetime(year, month, 1, tzinfo=zone),
        )

    def following(self) -> Period:
        """The next one of its kind."""
        last = 4 if self.kind == "quarter" else 12
        if self.part == last:
            return Period(self.year + 1, 1, self.kind)
        return Period(self.year, self.part + 1, self.kind)


def parse(code: str) -> Period:
    """Read `2026-Q3` or `2026-09`. Raises `BadPeriodError`."""
    found = _CODE.fullmatch(code)
    if found is None:
        raise BadPeriodError(code)
    year, quarter, month = found.groups()
    if quarter:
        return Period(int(year), int(quarter), "quarter")
    return Period(int(year), int(month), "month")


def containing(moment: datetime, kind: Kind, zone: ZoneInfo) -> Period:
    """The month or quarter in which a moment lies, by the clocks of `zone`."""
    local = moment.astimezone(zone)
    month = Period(local.year, local.month, "month")
    return month if kind == "month" else month.quarter()

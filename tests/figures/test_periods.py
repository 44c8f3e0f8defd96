# SPDX-License-Identifier: AGPL-3.0-or-later
"""Months and quarters by the clocks of the agency, and no other window."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.figures.periods import BadPeriodError, Kind, Period, containing, parse

AMMAN = ZoneInfo("Asia/Amman")


@pytest.mark.parametrize("code", ["2026-Q3", "2026-Q1", "2026-09", "2026-12", "2099-01"])
def test_a_code_is_read_and_written_alike(code: str) -> None:
    assert parse(code).code == code


@pytest.mark.parametrize(
    "code",
    [
        *("", "2026", "2026-Q5", "2026-Q0", "2026-13", "2026-00", "2026-9", "1999-09", "today"),
        *("2026-09-01", "2026-W3", "2026-q3", " 2026-Q3", "2026-Q3\n", "٢٠٢٦-09", "2026-Q3;"),
    ],
)
def test_nothing_else_is_a_period(code: str) -> None:
    with pytest.raises(BadPeriodError):
        parse(code)


def test_a_quarter_begins_at_local_midnight() -> None:
    start, end = parse("2026-Q3").bounds(AMMAN)
    assert start.astimezone(UTC) == datetime(2026, 6, 30, 21, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 9, 30, 21, tzinfo=UTC)
    assert parse("2026-Q4").bounds(AMMAN)[1].year == 2027


def test_a_quarter_knows_its_months_and_each_month_its_quarter() -> None:
    quarter = parse("2026-Q3")
    assert [month.code for month in quarter.months()] == ["2026-07", "2026-08", "2026-09"]
    assert {month.quarter() for month in quarter.months()} == {quarter}
    assert parse("2026-12").following().code == "2027-01"
    assert parse("2026-Q4").following().code == "2027-Q1"


@given(
    st.integers(1_000_000_000, 4_000_000_000),
    st.sampled_from(["month", "quarter"]),
)
def test_every_moment_lies_in_exactly_one_period(moment: int, kind: Kind) -> None:
    aware = datetime.fromtimestamp(moment, UTC)
    found = containing(aware, kind, AMMAN)
    start, end = found.bounds(AMMAN)
    assert start <= aware < end
    assert found.following().bounds(AMMAN)[0] == end
    assert isinstance(found, Period)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""No table of a publication gives back what another one hides: the tables of times and of doors
rest on the same reports as the numbered ones (decision 0015)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.figures import selectors, services
from amana.figures.facts import Reported
from amana.figures.models import Publication
from amana.figures.periods import Period
from amana.figures.protection import K, Level, Shown, protect
from amana.figures.times import STEPS, Row, times
from amana.kernel.disclosure import Published, recoverable
from amana.kernel.ids import uuid7
from amana.packs import load_taxonomy
from tests.figures import builders as make

TAXONOMY = load_taxonomy("2026-1")
GROUPS = [group.code for group in TAXONOMY.groups]
BY_GROUP = {"fraud": "F1", "sexual_blackmail": "X1", "insult": "D1", "threats": "H1", "other": "G1"}


def publish(at: Agency, period: Period = make.Q3) -> Publication:
    with time_machine.travel(make.AFTER_Q3, tick=False):
        return services.publish(agency=at, period=period)


def table(publication: Publication, code: str) -> dict[str, dict[str, Any]]:
    rows = selectors.content(publication)["tables"].get(code, [])
    return {row["key"]: row for row in rows}


def examined(at: Agency, number: int, **same: Any) -> None:
    """So many reports that were diagnosed the next day and told so."""
    for row in make.reports(at, number, **same):
        make.diagnosed(row, row.received_at + timedelta(days=1))


@pytest.mark.db
@pytest.mark.django_db
def test_how_many_were_examined_does_not_say_how_many_of_a_kind_there_were() -> None:
    at = make.agency()
    examined(at, 40)
    examined(at, 3, category="D1")
    made = publish(at)
    assert table(made, "T1")["insult"]["count"] is None
    assert table(made, "T1")["fraud"]["count"] is None, "43 less 40 would be 3"
    assert table(made, "T12")["diagnosed"]["count"] == 43
    by_kind = table(made, "T12G")
    assert by_kind["fraud/diagnosed"]["count"] is None
    assert by_kind["fraud/diagnosed"]["median_hours"] is None
    assert by_kind["insult/diagnosed"]["count"] is None


@pytest.mark.db
@pytest.mark.django_db
def test_a_kind_of_which_few_were_examined_does_not_follow_from_the_others() -> None:
    at = make.agency()
    examined(at, 40)
    examined(at, 20, category="X1")
    examined(at, 3, category="D1")
    make.reports(at, 30, category="D1")
    made = publish(at)
    assert [table(made, "T1")[code]["count"] for code in ("fraud", "insult")] == [40, 33]
    shown = {key: row["count"] for key, row in table(made, "T12G").items()}
    assert (shown["insult/diagnosed"], shown["sexual_blackmail/diagnosed"]) == (None, None)
    assert (shown["fraud/diagnosed"], shown["threats/diagnosed"]) == (40, 0)


@pytest.mark.db
@pytest.mark.django_db
def test_a_small_month_does_not_follow_from_the_doors_or_times_of_its_quarter() -> None:
    at = make.agency()
    for month, number in [(7, 60), (8, 60), (9, 3)]:
        examined(at, number, received_at=datetime(2026, month, 10, tzinfo=UTC))
    months = [publish(at, month) for month in make.Q3.months()]
    assert [selectors.shown_numbers(made)["all"] for made in months] == [60, 60, None]
    quarter = publish(at)
    assert selectors.shown_numbers(quarter)["all"] is None, "123 less 120 would be 3"
    assert table(quarter, "T13") == {}, "its total is the number of all"
    said = [row["count"] for code in ("T12", "T12G") for row in table(quarter, code).values()]
    assert not any(said)


def one(group: str, *steps: str) -> Reported:
    """A report of a kind that has come to these steps, a day after it arrived."""
    later = make.IN_Q3 + timedelta(days=1)
    code = BY_GROUP.get(group, "T1")
    return Reported(
        id=uuid7(),
        category=code,
        offences=(code,),
        facts=frozenset(),
        identity="anonymous",
        country="JO",
        organisation="",
        origin="report",
        received_at=make.IN_Q3,
        closed_at=later if "closed" in steps else None,
        diagnosed_at=later if "diagnosed" in steps else None,
        referred_at=later if "referred" in steps else None,
        first_news_at=later if "first_news" in steps else None,
    )


small = st.integers(0, 8)


@st.composite
def quarters(draw: st.DrawFn) -> list[Reported]:
    """A few kinds, of each some that were examined and some that were not."""
    found: list[Reported] = []
    for group in draw(st.lists(st.sampled_from(GROUPS), unique=True, max_size=4)):
        found += [one(group) for _ in range(draw(small))]
        found += [one(group, "diagnosed") for _ in range(draw(small))]
        found += [one(group, "diagnosed", "closed") for _ in range(draw(small))]
    return found


def numbered(reports: list[Reported]) -> Shown:
    """T1 of these reports, as its publication would show it."""
    counts = {f"T1/{code}": 0 for code in BY_GROUP} | {"all": len(reports), "terrorism": 0}
    for report in reports:
        group = TAXONOMY.rollup(report.category, report.facts)
        counts["terrorism" if group == "terrorism" else f"T1/{group}"] += 1
    return protect(counts, [Level("all", tuple(key for key in counts if key != "all"))])


def counts_of(rows: list[Row]) -> dict[str, int | None]:
    return {str(row["key"]): row["count"] for row in rows}  # type: ignore[misc]


@settings(max_examples=60)
@given(quarters())
def test_no_small_number_of_a_step_is_shown_or_follows(reports: list[Reported]) -> None:
    whole, parts = (counts_of(rows) for rows in times(reports, TAXONOMY, numbered(reports)))
    assert not [n for n in (*whole.values(), *parts.values()) if n is not None and 0 < n < K]
    for step in STEPS:
        cells: dict[tuple[str | None, str | None], int | None] = {
            (code, None): parts[f"{code}/{step}"] for code in GROUPS
        }
        cells[None, None] = whole[step]
        follows = recoverable(Published(cells, two_way=False, k=K))
        assert not [number for number in follows.values() if number]


@settings(max_examples=60)
@given(quarters())
def test_what_a_table_of_kinds_hides_no_table_of_times_shows(reports: list[Reported]) -> None:
    shown = numbered(reports)
    whole, parts = (counts_of(rows) for rows in times(reports, TAXONOMY, shown))
    for code in GROUPS:
        hidden = shown["terrorism" if code == "terrorism" else f"T1/{code}"] is None
        assert not (hidden and any(parts[f"{code}/{step}"] for step in STEPS))
    assert shown["all"] is not None or not any(whole.values())


@settings(max_examples=60)
@given(quarters())
def test_a_time_stands_beside_a_number_and_never_alone(reports: list[Reported]) -> None:
    for row in (row for rows in times(reports, TAXONOMY, numbered(reports)) for row in rows):
        assert (row["median_hours"] is None) == (not row["count"])
        assert (row["p90_hours"] is None) == (not row["count"])


def test_what_is_large_everywhere_is_shown_everywhere() -> None:
    reports = [one(code, "diagnosed", "closed") for code in GROUPS for _ in range(9)]
    whole, parts = (counts_of(rows) for rows in times(reports, TAXONOMY, numbered(reports)))
    assert whole == {"diagnosed": 54, "referred": 0, "first_news": 0, "closed": 54}
    assert {parts[f"{code}/closed"] for code in GROUPS} == {9}

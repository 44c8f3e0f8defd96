# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counted as it was known at a moment: what happened later is not in it, whoever asks; and each
limit of a table lies where its words say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.figures import facts
from amana.figures.computing import zone_of
from amana.figures.facts import Reported, Window
from amana.figures.origins import origin_by_unit
from amana.figures.protection import K
from amana.kernel.ids import uuid7
from amana.packs import load_taxonomy
from amana.reports.models import MessageKind, Origin, Refusal, Report
from tests.figures import builders as make

SECOND = timedelta(seconds=1)
START, END = datetime(2026, 6, 30, 21, tzinfo=UTC), datetime(2026, 9, 30, 21, tzinfo=UTC)
TAXONOMY = load_taxonomy("2026-1")


def window(at: Agency, as_of: datetime = make.AFTER_Q3) -> Window:
    return Window(at.id, START, END, as_of)


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize(("early", "known"), [(SECOND, False), (timedelta(0), True)])
def test_a_step_counts_from_the_moment_in_which_it_was_done(early: timedelta, known: bool) -> None:
    at = make.agency()
    [row] = make.reports(at, 1)
    moment = make.IN_Q3 + timedelta(days=3)
    make.diagnosed(row, moment)
    make.referred(row, moment)
    make.told(row, moment)
    make.closed(row, moment)
    [found] = facts.reported(window(at, moment - early), TAXONOMY)
    steps = (found.diagnosed_at, found.referred_at, found.first_news_at, found.closed_at)
    assert steps == ((moment if known else None),) * 4


@pytest.mark.db
@pytest.mark.django_db
def test_the_first_of_each_step_counts_and_a_note_of_the_node_is_none() -> None:
    at = make.agency()
    [row] = make.reports(at, 1)
    for hours in (9, 4, 7):
        later = make.IN_Q3 + timedelta(hours=hours)
        make.diagnosed(row, later)
        make.referred(row, later)
        make.told(row, later)
        make.told(row, later - timedelta(hours=3), MessageKind.AUTOMATIC)
        make.told(row, later - timedelta(hours=3), MessageKind.FROM_REPORTER)
    [found] = facts.reported(window(at), TAXONOMY)
    first = make.IN_Q3 + timedelta(hours=4)
    assert (found.diagnosed_at, found.referred_at, found.first_news_at) == (first,) * 3


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize(("day", "counted"), [(29, 0), (30, 0), (31, 1), (548, 1)])
def test_more_than_thirty_days_are_more_than_thirty(day: int, counted: int) -> None:
    at = make.agency(began=datetime(2024, 1, 1, tzinfo=UTC))
    make.reports(at, 1, received_at=make.AFTER_Q3 - timedelta(days=day))
    silent = facts.silence(window(at))
    assert (silent.open, silent.longer_than[30]) == (1, counted)


@pytest.mark.db
@pytest.mark.django_db
def test_nobody_is_silent_to_whom_nothing_is_owed() -> None:
    """Closed, taken back, or not yet there at that moment."""
    at = make.agency(began=datetime(2024, 1, 1, tzinfo=UTC))
    long_ago = make.AFTER_Q3 - timedelta(days=400)
    rows = make.reports(at, 3, received_at=long_ago)
    make.closed(rows[0], long_ago + timedelta(days=1))
    Report.objects.filter(pk=rows[1].pk).update(stage="withdrawn")
    make.reports(at, 1, received_at=make.AFTER_Q3 + SECOND)
    silent = facts.silence(window(at))
    assert silent.open == 1
    assert set(silent.longer_than.values()) == {1}


@pytest.mark.db
@pytest.mark.django_db
def test_refusals_are_counted_within_the_period_and_by_what_was_missing() -> None:
    at = make.agency()
    moments = [START - SECOND, START, make.IN_Q3, END - SECOND, END]
    for moment in moments:
        Refusal.objects.create(agency=at, action="close", missing="reference", at=moment)
    Refusal.objects.create(agency=at, action="refer", missing="diagnosis", at=make.IN_Q3)
    assert facts.refusals(window(at)) == {"close/reference": 3, "refer/diagnosis": 1}
    assert facts.refusals(window(at, make.IN_Q3)) == {"close/reference": 2, "refer/diagnosis": 1}


@pytest.mark.db
@pytest.mark.django_db
def test_a_suspect_stands_where_he_stood_then() -> None:
    at = make.agency()
    [row] = make.reports(at, 1)
    later = make.IN_Q3 + timedelta(days=10)
    make.suspects(row, 1, presented_at=later)
    make.suspects(row, 1, search_notice_at=later)
    make.suspects(row, 1, search_notice_at=make.IN_Q3, search_notice_withdrawn_at=later)
    make.suspects(row, 1, identified_at=later)
    before = facts.funnel(window(at, later - SECOND))
    assert (before.before_justice, before.search_notice, before.ongoing) == (0, 1, 2)
    after = facts.funnel(window(at, later))
    assert (after.before_justice, after.search_notice, after.ongoing) == (1, 1, 2)


@pytest.mark.db
@pytest.mark.django_db
def test_the_months_of_a_quarter_hold_each_of_its_reports_once() -> None:
    at = make.agency()
    for day in range(0, 92, 4):
        make.reports(at, 1, received_at=START + timedelta(days=day, seconds=day % 3 - 1))
    zone, found = zone_of(at), []
    for month in make.Q3.months():
        start, end = month.bounds(zone)
        reports = facts.reported(Window(at.id, start, end, make.AFTER_Q3), TAXONOMY)
        found += [report.id for report in reports]
    whole = [report.id for report in facts.reported(window(at), TAXONOMY)]
    assert sorted(found) == sorted(whole)
    assert len(set(found)) == len(found) == 22


def one(unit: str, origin: str) -> Reported:
    return Reported(
        id=uuid7(),
        category="F1",
        offences=("F1",),
        facts=frozenset(),
        identity="anonymous",
        country="JO",
        organisation="",
        origin=origin,
        received_at=make.IN_Q3,
        closed_at=None,
        unit=unit,
    )


doors = st.tuples(
    st.sampled_from(["", "jo/ccu", "jo/ccu/aqaba"]),
    st.sampled_from(Origin.values),
    st.integers(0, 9),
)


@settings(max_examples=60)
@given(st.lists(doors, max_size=8))
def test_t13_shows_what_is_true_or_nothing_and_nothing_small(
    found: list[tuple[str, str, int]],
) -> None:
    reports = [one(unit, door) for unit, door, number in found for _ in range(number)]
    rows = origin_by_unit(reports)
    assert [row["key"] for row in rows][-1] == "total"
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        mine = [r for r in reports if row["key"] in ("total", r.unit or "none")]
        assert row["count"] in (None, len(mine))
        cells = row["cells"]
        assert isinstance(cells, dict)
        assert set(cells) == set(Origin.values)
        for door, number in cells.items():
            assert number in (None, sum(r.origin == door for r in mine))
            assert number is None or number == 0 or number >= K
        shown = [number for number in cells.values() if number is not None]
        if len(shown) == len(cells) and row["count"] is not None:
            assert sum(shown) == row["count"]
            assert row["percent"] is None or 0 <= float(str(row["percent"])) <= 100

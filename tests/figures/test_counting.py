# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is counted, and how often (field, R1 to R7)."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from amana.agencies.models import Agency
from amana.figures.computing import compute
from amana.figures.facts import Reported
from amana.figures.times import times
from amana.packs import load_taxonomy
from amana.reports.models import CategoryChange, MessageKind, Report
from tests.figures import builders as make

pytestmark = pytest.mark.db


def document(at: Agency, as_of: datetime = make.AFTER_Q3) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(compute(at, make.Q3, as_of=as_of).document)
    return found


def numbers(found: dict[str, Any], table: str) -> dict[str, int | None]:
    return {row["key"]: row["count"] for row in found["tables"][table]}


def test_only_what_arrived_within_the_period_is_counted() -> None:
    at = make.agency()
    start, end = datetime(2026, 6, 30, 21, tzinfo=UTC), datetime(2026, 9, 30, 21, tzinfo=UTC)
    second = timedelta(seconds=1)
    for moment, number in [(start - second, 7), (start, 8), (end - second, 9), (end, 10)]:
        make.reports(at, number, received_at=moment)
    assert document(at)["about"]["T4"]["denominator"] == 17


def test_r4_hacking_has_its_own_row_and_stands_inside_other_of_the_contract() -> None:
    at = make.agency()
    make.reports(at, 20, category="A1")
    make.reports(at, 30, category="G1")
    make.reports(at, 50, category="F1")
    found = document(at)
    assert numbers(found, "T1")["other"] == 50
    assert numbers(found, "T1N") == {
        "fraud": 50,
        "sexual_blackmail": 0,
        "insult": 0,
        "threats": 0,
        "hacking": 20,
        "other": 30,
    }


def test_r2_blackmail_without_pictures_is_counted_by_what_was_wanted() -> None:
    at = make.agency()
    make.reports(at, 10, category="X3", demand=["money"])
    make.reports(at, 20, category="X3", demand=["images", "money"])
    make.reports(at, 30, category="X3", demand=["unknown"])
    make.reports(at, 40, category="X3", offences=["X3", "X1"], demand=["money"])
    found = numbers(document(at), "T1")
    assert (found["fraud"], found["sexual_blackmail"], found["threats"]) == (10, 60, 30)


def test_r5_published_details_with_a_known_place_and_a_threat_are_violence() -> None:
    at = make.agency()
    make.assess(make.reports(at, 10, category="P1"), "location_disclosed")
    make.assess(make.reports(at, 20, category="P1"), "location_disclosed", "threat_to_life")
    make.reports(at, 30, category="S1", offences=["S1", "F3"])
    make.reports(at, 40, category="C5")
    make.reports(at, 50, category="C5", offences=["C5", "H1"])
    found = numbers(document(at), "T1")
    assert (found["fraud"], found["insult"], found["threats"]) == (30, 50, 70)


def test_r6_one_report_counts_once_by_kind_and_once_for_each_offence() -> None:
    at = make.agency()
    make.reports(at, 10, category="F1", offences=["F1", "H1", "H1", "X1"])
    found = document(at)
    assert sum(number or 0 for number in numbers(found, "T1").values()) == 10
    offences = numbers(found, "T1O")
    assert [offences[code] for code in ("F1", "H1", "X1")] == [10, 10, 10]
    assert found["about"]["T1O"] == {"unit": "offence", "denominator": 30}
    assert found["about"]["T1"]["unit"] == "notification"


def test_r7_a_category_changed_later_leaves_the_table_of_that_day() -> None:
    at = make.agency()
    rows = make.reports(at, 20, category="F1")
    make.reports(at, 20, category="D1")
    before = compute(at, make.Q3, as_of=make.AFTER_Q3).document
    later = make.AFTER_Q3 + timedelta(days=9)
    for row in rows[:10]:
        CategoryChange.objects.create(
            agency=at, report=row, before="F1", after="D1", at=later, officer_id=make.OFFICER
        )
        Report.objects.filter(pk=row.pk).update(category="D1")
    assert compute(at, make.Q3, as_of=make.AFTER_Q3).document == before
    found = numbers(document(at, later + timedelta(days=1)), "T1")
    assert (found["fraud"], found["insult"]) == (10, 30)


def test_the_same_data_give_the_same_bytes_whatever_the_order_of_rows() -> None:
    at = make.agency()
    rows = [
        make.report(at, category=code, victim_country=country, identity_choice=choice)
        for code in ("F1", "X1", "D1", "H1", "G1", "T1", "A1")
        for country in ("JO", "AE", "FR", "")
        for choice in ("anonymous", "confidential", "named")
        for _ in range(3)
    ]
    random.Random(7).shuffle(rows)
    make.store(rows)
    first = compute(at, make.Q3, as_of=make.AFTER_Q3).document
    Report.objects.all().delete()
    rows.sort(key=lambda row: row.category)
    make.store(rows)
    assert compute(at, make.Q3, as_of=make.AFTER_Q3).document == first


@pytest.mark.parametrize("seed", range(6))
def test_parts_add_up_and_nothing_small_is_shown(seed: int) -> None:
    rng = random.Random(seed)
    at = make.agency()
    codes = load_taxonomy().codes()
    make.store(
        make.report(
            at,
            category=rng.choice(codes[: rng.randrange(2, len(codes))]),
            victim_country=rng.choice(["JO", "JO", "AE", "SA", "FR", "EG", ""]),
            identity_choice=rng.choice(["anonymous", "named", "named", "confidential"]),
            terror_organisation=rng.choice(["", "isis", "other"]),
        )
        for _ in range(rng.randrange(0, 250))
    )
    found = document(at)
    shown = found["shown"]
    assert not [key for key, number in shown.items() if number is not None and 0 < number < 5]
    for table, rows in found["tables"].items():
        if table in {"T1", "T4", "T4N", "T1N"} and all(row["count"] is not None for row in rows):
            assert sum(row["count"] for row in rows) == found["about"][table]["denominator"]
            if found["about"][table]["denominator"]:
                assert round(sum(row["percent"] for row in rows), 1) == 100.0


def test_a_suspect_before_justice_is_not_counted_as_sought_too() -> None:
    at = make.agency()
    [row] = make.reports(at, 1)
    make.suspects(row, 5, search_notice_at=make.IN_Q3, presented_at=make.IN_Q3)
    make.suspects(row, 6, search_notice_at=make.IN_Q3)
    make.suspects(row, 7, search_notice_at=make.IN_Q3, search_notice_withdrawn_at=make.AFTER_Q3)
    make.suspects(row, 9, identified_at=make.AFTER_Q3)  # belongs to the next quarter
    assert numbers(document(at), "T3") == {
        "identified": 18,
        "before_justice": 5,
        "search_notice": 6,
        "ongoing": 7,
    }


def test_times_are_measured_and_rest_on_a_sample() -> None:
    at = make.agency()
    rows = make.reports(at, 10)
    for hours, row in enumerate(rows, start=1):
        make.diagnosed(row, make.IN_Q3 + timedelta(hours=hours))
        make.diagnosed(row, make.IN_Q3 + timedelta(days=30))  # only the first one counts
        make.told(row, make.IN_Q3 + timedelta(hours=1), MessageKind.AUTOMATIC)
    for row in rows[:5]:
        make.told(row, make.IN_Q3 + timedelta(hours=20))
        make.referred(row, make.IN_Q3 + timedelta(hours=10))
    for row in rows[:4]:
        make.closed(row, make.IN_Q3 + timedelta(days=3))
    found = {row["key"]: row for row in document(at)["tables"]["T12"]}
    said = ("count", "median_hours", "p90_hours")
    assert [found["diagnosed"][key] for key in said] == [10, 5.0, 9.0]
    assert [found["first_news"][key] for key in said] == [5, 20.0, 20.0]
    assert [found["referred"][key] for key in said] == [5, 10.0, 10.0]
    assert [found["closed"][key] for key in said] == [None, None, None]  # four: too few


def test_m062_a_silence_of_548_days_shows_in_all_three_counts() -> None:
    at = make.agency(began=datetime(2024, 1, 1, tzinfo=UTC))
    long_ago = make.AFTER_Q3 - timedelta(days=548)
    rows = make.reports(at, 3, received_at=long_ago)
    make.told(rows[0], make.AFTER_Q3 - timedelta(days=1), MessageKind.AUTOMATIC)
    make.closed(rows[1], long_ago + timedelta(days=2))
    make.reports(at, 1, received_at=make.AFTER_Q3 - timedelta(days=45))
    silent = numbers(document(at), "T12S")
    assert silent == {"silent_30": 3, "silent_90": 2, "silent_365": 2}


def test_t13_doors_and_units_add_up() -> None:
    at = make.agency()
    for code, door, number in [
        ("jo/ccu", "report", 40),
        ("jo/ccu", "walk_in", 20),
        ("jo/ccu/aqaba", "report", 30),
        ("jo/ccu/aqaba", "patrol", 10),
    ]:
        make.owned_by(make.reports(at, number, origin=door), code)
    rows = {row["key"]: row for row in document(at)["tables"]["T13"]}
    assert rows["total"]["count"] == 100
    assert rows["total"]["cells"]["report"] == 70
    assert rows["jo/ccu"]["cells"] | {"report": 40, "walk_in": 20} == rows["jo/ccu"]["cells"]
    assert rows["jo/ccu/aqaba"]["count"] == 40


def test_m161_the_share_that_crosses_a_border_is_counted() -> None:
    at = make.agency()
    make.across_the_border(make.reports(at, 25))
    make.reports(at, 75)
    rows = {row["key"]: row for row in document(at)["tables"]["T14"]}
    assert (rows["cross_border"]["count"], rows["cross_border"]["percent"]) == (25, 25.0)


def test_nothing_reported_is_a_table_of_zeros() -> None:
    found = document(make.agency())
    assert set(numbers(found, "T1").values()) == {0}
    assert numbers(found, "T3")["identified"] == 0
    assert found["tables"]["T12"][0]["count"] == 0


def test_times_of_nothing_are_nothing() -> None:
    nobody: list[Reported] = []
    for rows in times(nobody, load_taxonomy(), {}):
        assert {row["count"] for row in rows} == {0}

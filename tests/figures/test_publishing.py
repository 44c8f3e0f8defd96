# SPDX-License-Identifier: AGPL-3.0-or-later
"""Publishing closed periods, once, for good."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from amana.agencies.models import Agency
from amana.figures import selectors, services
from amana.figures.events import Tag
from amana.figures.models import Publication
from amana.figures.periods import Period, parse
from amana.journal.models import Event, PublicCheckpoint
from amana.reports.models import Report
from tests.figures import builders as make

pytestmark = pytest.mark.db


def publish(at: Agency, period: Period = make.Q3, when: datetime = make.AFTER_Q3) -> Publication:
    with time_machine.travel(when, tick=False):
        return services.publish(agency=at, period=period)


def count_of(publication: Publication, table: str, key: str) -> int | None:
    rows = {row["key"]: row for row in selectors.content(publication)["tables"][table]}
    count: int | None = rows[key]["count"]
    return count


def test_a_closed_quarter_is_published_with_its_checkpoint_and_a_leaf() -> None:
    at = make.agency()
    make.reports(at, 12)
    made = publish(at)
    public = PublicCheckpoint.objects.select_related("checkpoint").get()
    assert (made.checkpoint_size, bytes(made.checkpoint_root)) == (
        public.checkpoint.size,
        bytes(public.checkpoint.root),
    )
    assert (made.revision, made.extracted_at, made.time_zone) == (1, make.AFTER_Q3, "Asia/Amman")
    assert made.taxonomy_version == "2026-1"
    event = Event.objects.get(tag=Tag.PUBLISH)
    assert event.body is not None
    facts = json.loads(bytes(event.body))["facts"]
    assert facts == {
        "period": "2026-Q3",
        "revision": 1,
        "digest": hashlib.sha256(made.tables.encode()).hexdigest(),
    }


@pytest.mark.parametrize("when", [make.IN_Q3, datetime(2026, 9, 30, 20, 59, 59, tzinfo=UTC)])
def test_an_open_period_is_never_published(when: datetime) -> None:
    at = make.agency()
    make.reports(at, 12)
    with pytest.raises(services.OpenPeriodError):
        publish(at, when=when)
    assert not Publication.objects.exists()


def test_a_period_that_has_not_begun_is_refused_in_a_demonstration_too() -> None:
    with pytest.raises(services.OpenPeriodError):
        publish(make.agency(demonstration=True), parse("2027-Q1"))


def test_a_demonstration_may_publish_an_open_period_and_says_what_it_is() -> None:
    at = make.agency(demonstration=True)
    make.reports(at, 12)
    made = publish(at, when=make.IN_Q3 + timedelta(days=1))
    assert made.demonstration
    assert selectors.as_json(made)["demonstration"] is True


def test_the_database_itself_refuses_an_open_period_of_a_real_home() -> None:
    at = make.agency()
    made = publish(at)
    made.pk, made.revision = make.OFFICER, 2
    made.extracted_at = made.ends_at - timedelta(seconds=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


def test_the_checkpoint_must_cover_the_end_of_the_period() -> None:
    at = make.agency()
    with time_machine.travel(make.AFTER_Q3, tick=False), pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "publish_hour", lambda: None)
        with pytest.raises(services.TooEarlyError):
            services.publish(agency=at, period=make.Q3)


def test_published_again_unchanged_it_stays_one_revision() -> None:
    at = make.agency()
    make.reports(at, 12)
    first = publish(at)
    again = publish(at, when=make.AFTER_Q3 + timedelta(days=40))  # silences have grown meanwhile
    assert again == first
    assert Publication.objects.count() == 1


def test_a_new_revision_leaves_the_first_one_as_it_was() -> None:
    at = make.agency()
    make.reports(at, 30)
    first = publish(at)
    kept = first.tables
    Report.objects.filter(pk__in=[r.pk for r in Report.objects.all()[:10]]).update(category="D1")
    second = publish(at, when=make.AFTER_Q3 + timedelta(days=1))
    assert second.revision == 2
    assert Publication.objects.get(pk=first.pk).tables == kept
    assert count_of(first, "T1", "fraud") == 30
    assert count_of(second, "T1", "fraud") == 20
    assert selectors.published(at.id, "2026-Q3") == second
    assert selectors.published(at.id, "2026-Q3", 1) == first


def test_a_revision_that_would_show_a_single_report_is_refused() -> None:
    at = make.agency()
    make.reports(at, 30)
    make.reports(at, 30, category="D1")
    publish(at)
    one = Report.objects.filter(category="F1").first()
    assert one is not None
    Report.objects.filter(pk=one.pk).update(category="D1")
    with pytest.raises(services.TooCloseError) as refused:
        publish(at, when=make.AFTER_Q3 + timedelta(days=1))
    assert {"T1/fraud", "T1/insult"} <= set(refused.value.keys)
    assert Publication.objects.count() == 1


def test_a_revision_does_not_fill_the_gap_of_the_first() -> None:
    at = make.agency()
    make.reports(at, 30)
    make.reports(at, 3, category="D1")
    first = publish(at)
    assert count_of(first, "T1", "insult") is None
    make.reports(at, 10, category="D1")
    with pytest.raises(services.TooCloseError):
        publish(at, when=make.AFTER_Q3 + timedelta(days=1))


def test_a_month_inside_a_quarter_is_not_found_by_subtraction() -> None:
    at = make.agency()
    for month, sold in [(7, 20), (8, 18), (9, 2)]:
        when = datetime(2026, month, 10, tzinfo=UTC)
        make.reports(at, sold, category="G1", received_at=when)
        make.reports(at, 60, received_at=when)
        make.reports(at, 40, category="D1", received_at=when)
    months = [publish(at, month) for month in make.Q3.months()]
    assert [count_of(made, "T1", "other") for made in months] == [20, 18, None]
    quarter = publish(at)
    assert count_of(quarter, "T1", "other") is None
    assert selectors.content(quarter)["about"]["T1"]["denominator"] == 340


def test_what_is_due_is_published_once_months_before_their_quarter() -> None:
    at = make.agency()
    make.reports(at, 12)
    with time_machine.travel(make.AFTER_Q3, tick=False):
        made = services.publish_due(agency=at)
        again = services.publish_due(agency=at)
        assert services.publish_all_due() == 0
    assert [p.period for p in made] == ["2026-06", "2026-Q2", "2026-07", "2026-08", "2026-09",
                                        "2026-Q3"]  # fmt: skip
    assert again == []
    assert [row.period for row in selectors.listed(at.id)][:2] == ["2026-Q3", "2026-09"]
    last = selectors.last(at.id)
    assert last is not None
    assert last.period == "2026-Q3"


def test_m046_typical_times_come_from_the_last_publication() -> None:
    at = make.agency()
    assert selectors.typical_times(at.id, "fraud") == []
    for row in make.reports(at, 6):
        make.diagnosed(row, make.IN_Q3 + timedelta(hours=30))
    publish(at)
    [found] = selectors.typical_times(at.id, "fraud")
    assert (found.step, found.count, found.median_hours, found.period) == (
        "diagnosed",
        6,
        30.0,
        "2026-Q3",
    )
    assert selectors.typical_times(at.id, "insult") == []
    asking = make.reports(at, 1, category="X3", demand=["money"], received_at=make.AFTER_Q3)
    assert selectors.typical_for(asking[0]) == [found]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is done to a report, in whatever order and over months: it is open or closed and never
both, she is always owed exactly one next date while it is open, and every act that counted has its
leaf."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from amana.casework import clocks, selectors, services
from amana.casework.events import Tag
from amana.casework.models import Assignment, Closing, Deadline, DeadlineKind
from amana.config.clock import now
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral import services as referral
from amana.reports.errors import ReportError
from amana.reports.events import Tag as ReportTag
from amana.reports.models import Report, Stage
from tests.support import builders as make

pytestmark = pytest.mark.db
Act = Callable[[Staff, Report], object]
ACTS: dict[str, Act] = {
    "message": lambda who, report: services.send_message(staff=who, report=report, text="News."),
    "note": lambda who, report: services.write_note(staff=who, report=report, text="A note."),
    "take": lambda who, report: services.take(staff=who, report=report),
    "diagnose": lambda who, report: referral.record_diagnosis(
        staff=who, report=report, finding=make.finding()
    ),
    "suspect": lambda who, report: services.identify_suspect(
        staff=who, report=report, identity="A man called Nour."
    ),
    "close": lambda who, report: services.close(
        staff=who, report=report, disposition="settled_takedown", message="It is gone."
    ),
    "reopen": lambda who, report: services.reopen(staff=who, report=report, reason="It is back."),
    "withdraw": lambda who, report: services.withdraw(report=report),
    "come back": lambda who, report: services.come_back(report=report),
    "late": lambda who, report: clocks.mark_missed(),
    "silence": lambda who, report: clocks.mark_silences(),
    "still open": lambda who, report: clocks.send_still_open_notes(),
}
LEAF = {
    "close": Tag.CLOSE,
    "reopen": Tag.REOPEN,
    "withdraw": ReportTag.WITHDRAW,
    "come back": ReportTag.RETURN,
}


def holds(report: Report) -> None:
    """What must be true after each act."""
    open_dates = Deadline.objects.filter(
        report=report, kind=DeadlineKind.NEXT_NEWS, met_at=None
    ).count()
    live = Closing.objects.filter(report=report, reopened_at=None).count()
    closed = report.closed_at is not None
    status = selectors.status_of(report)
    assert (report.stage == Stage.CLOSED) is closed
    assert bool(report.disposition) is closed
    assert live == int(closed)
    assert Assignment.objects.filter(report=report, until=None).count() <= 1
    if closed:
        assert open_dates == 0
        assert (status.stage, status.next_step) == (Stage.CLOSED, "none")
    elif report.withdrawn_at is not None:
        assert open_dates <= 1
        assert status.stage == Stage.WITHDRAWN
    else:
        assert open_dates == 1
        assert status.next_step != "none"
    assert (status.next_news_by is None) is (closed or report.withdrawn_at is not None)
    assert report.last_news_at >= report.received_at


@pytest.mark.parametrize("seed", range(12))
def test_any_order_of_acts_leaves_a_report_that_makes_sense(seed: int) -> None:
    chance = random.Random(seed)
    agency = make.node()
    said = {"category": "D1", "offences": ["D1"]} if seed % 4 == 0 else {}
    report = make.report(agency, threat_to_life="yes" if seed % 2 else None, **said)
    unit = "jo/ccu/duty" if said else "jo/ccu/aqaba"
    who = make.staff(agency, unit, Role.SUPERVISOR, Role.INVESTIGATOR)
    done: dict[str, int] = {}
    moment = now()
    for _ in range(16):
        moment += timedelta(days=chance.choice([0, 0, 1, 40]), minutes=chance.randint(1, 600))
        name = chance.choice(sorted(ACTS))
        with time_machine.travel(moment, tick=False):
            try:
                ACTS[name](who, make.fresh(report))
            except ReportError:
                continue
            finally:
                holds(make.fresh(report))
        done[name] = done.get(name, 0) + 1
    tags = list(make.tags(report))
    for name, tag in LEAF.items():
        assert tags.count(tag) == done.get(name, 0), name


def test_who_comes_back_while_a_reviewer_looks_is_owed_a_date() -> None:
    """She withdrew, the duty unit wrote to her all the same, and she came back."""
    agency = make.node()
    report = make.report(agency, category="D1", offences=["D1"], threat_to_life="yes")
    assert report.stage == Stage.LEGAL_REVIEW
    duty = make.staff(agency, "jo/ccu/duty")
    services.withdraw(report=report)
    services.send_message(staff=duty, report=make.fresh(report), text="We are here.")
    services.come_back(report=make.fresh(report))
    holds(make.fresh(report))

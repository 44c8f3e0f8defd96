# SPDX-License-Identifier: AGPL-3.0-or-later
"""What she agrees to: whatever she changes and however often, the leaves add up to it (M-058)."""

from __future__ import annotations

import json
import random

import pytest

from amana.casework.services import close, reopen
from amana.config.clock import now
from amana.journal.models import Event
from amana.people.models import Role
from amana.reports.errors import ReportClosed
from amana.reports.events import Tag
from amana.reports.models import Message, Report
from amana.reports.questionnaire import PURPOSES
from amana.reports.services.consents import change_consents
from tests.support import builders as make

pytestmark = pytest.mark.db


def changes(report: Report) -> list[tuple[set[str], set[str]]]:
    """What each leaf says was given and taken back."""
    rows = Event.objects.filter(subject_id=report.pk, tag=Tag.CONSENT_CHANGE).order_by("at", "id")
    facts = [json.loads(bytes(row.body or b"{}"))["facts"] for row in rows]
    return [(_split(fact["given"]), _split(fact["taken_back"])) for fact in facts]


def _split(text: str) -> set[str]:
    return {code for code in text.split(",") if code}


def notes(report: Report) -> int:
    return Message.objects.filter(report=report, code="consents").count()


@pytest.mark.parametrize("seed", range(4))
def test_the_leaves_added_up_are_what_she_agrees_to_now(seed: int) -> None:
    chance = random.Random(seed)
    report = make.report(make.node())
    now_given, changed = {"police"}, 0
    for _ in range(12):
        wish = {purpose for purpose in PURPOSES if chance.random() < 0.5}
        assert change_consents(report=report, given=wish) is (wish != now_given)
        changed += wish != now_given
        now_given = wish
        assert report.consents == make.fresh(report).consents == sorted(wish)
    added: set[str] = {"police"}
    for given, taken_back in changes(report):
        assert not given & added, "nothing is given twice"
        assert taken_back <= added, "nothing is taken back that was not given"
        added = (added | given) - taken_back
    assert added == now_given
    assert len(changes(report)) == notes(report) == changed


def test_all_and_nothing_and_all_again() -> None:
    report = make.report(make.node())
    for wish in (PURPOSES, (), PURPOSES):
        assert change_consents(report=report, given=wish)
        assert set(report.consents) == set(wish)
    assert not change_consents(report=report, given=list(reversed(PURPOSES)))


@pytest.mark.parametrize(
    "sent", [["everything"], ["POLICE", "police "], ["", "\x00"], ["police,x"]]
)
def test_what_is_no_purpose_agrees_to_nothing(sent: list[str]) -> None:
    report = make.report(make.node())
    assert change_consents(report=report, given=sent)
    assert report.consents == []
    assert changes(report) == [(set(), {"police"})]


def test_a_window_that_shows_an_older_state_changes_what_stands_now() -> None:
    """Two windows of hers: the leaf of the second says what it changed in truth."""
    report = make.report(make.node())
    old = make.fresh(report)
    change_consents(report=report, given=["research"])
    assert change_consents(report=old, given=["police"])
    assert changes(report) == [({"research"}, {"police"}), ({"police"}, {"research"})]
    assert make.fresh(report).consents == ["police"]


def test_nothing_of_another_column_is_written_back() -> None:
    report = make.report(make.node())
    stale = make.fresh(report)
    Report.objects.filter(pk=report.pk).update(withdrawn_at=now(), category="F1")
    change_consents(report=stale, given=[])
    assert make.fresh(report).category == stale.category == "F1"
    assert make.fresh(report).withdrawn_at is not None


def test_once_it_is_closed_nothing_changes_and_once_open_again_it_does() -> None:
    agency = make.node()
    report = make.report(agency)
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    Report.objects.filter(pk=report.pk).update(withdrawn_at=now())
    close(staff=who, report=make.fresh(report), disposition="withdrawn")
    for wish in ([], ["police"], ["research"]):
        with pytest.raises(ReportClosed):
            change_consents(report=report, given=wish)
    assert (changes(report), notes(report)) == ([], 0)
    reopen(staff=who, report=make.fresh(report), reason="She came back.")
    assert change_consents(report=report, given=[])

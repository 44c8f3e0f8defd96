# SPDX-License-Identifier: AGPL-3.0-or-later
"""The auditor's page of the journal costs the same after a week and after ten years: no question
it asks reads or sorts every entry."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.casework import services
from amana.desk.selectors import journal
from amana.journal.events import NODE, Act
from amana.journal.events import Tag as LogTag
from amana.journal.models import Event
from amana.journal.sequencer import NO_AGENCY
from amana.journal.services import record
from amana.people.models import Role
from amana.reports.events import Tag as ReportTag
from tests.desk.steps import desk, ok
from tests.support import builders as make

pytestmark = pytest.mark.db

READS_ALL = re.compile(
    r"SCAN journal_event($|;)|TEMP B-TREE|Seq Scan|Sort  |HashAggregate|Unique  "
)


def placed() -> None:
    """Give every entry its place in the tree, as the worker does."""
    for number, key in enumerate(Event.objects.order_by("id").values_list("pk", flat=True)):
        Event.objects.filter(pk=key).update(leaf_index=number)


def plan_of(sql: str) -> str:
    """How the database goes about a question, were the table too large to be read through."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("seqscan", "sort", "bitmapscan", "hashagg"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        lite = connection.vendor == "sqlite"
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if lite else ''}{sql}")
        return "; ".join(str(row[3 if lite else 0]) for row in cursor.fetchall())


def a_page_in_the_life(agency_id: UUID) -> None:
    """What the page asks of the journal: the list, the list of one tag, the tags, the head."""
    newest = journal.entries(agency_id).events[0]
    journal.entries(agency_id, before=str(newest.id))
    journal.entries(agency_id, before=str(newest.id), tag=ReportTag.READ)
    journal.tags(agency_id)
    journal.head()


def test_no_question_of_the_page_reads_every_entry() -> None:
    agency = make.node()
    make.report(agency)
    placed()
    make.report(agency)
    with CaptureQueriesContext(connection) as asked:
        a_page_in_the_life(agency.id)
    questions = [q["sql"] for q in asked.captured_queries if '"journal_event"' in q["sql"]]
    plans = {sql: plan_of(sql) for sql in questions}
    assert len(plans) > 8
    assert {sql: plan for sql, plan in plans.items() if READS_ALL.search(plan)} == {}


def test_the_tags_are_those_of_the_agency_whether_they_wait_or_have_their_place() -> None:
    agency = make.node()
    make.report(agency)
    record(Act(LogTag.LOG_PAD, NODE, NO_AGENCY))
    placed()
    standing = set(Event.objects.filter(agency_id=agency.id).values_list("tag", flat=True))
    assert journal.tags(agency.id) == sorted(standing)
    who = make.staff(agency, "jo/ccu/aqaba")
    services.write_note(staff=who, report=make.report(agency), text="A note.")
    found = journal.tags(agency.id)
    assert ReportTag.NOTE_WRITE in found
    assert found == sorted(set(found))
    assert LogTag.LOG_PAD not in found


def test_a_node_with_very_many_tags_answers_with_those_that_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = make.node()
    make.report(agency)
    placed()
    every = journal.tags(agency.id)
    monkeypatch.setattr(journal, "MOST_TAGS", 3)
    assert journal.tags(agency.id) == every[:3]


def test_the_page_offers_each_tag_once_and_shows_its_entries_alone() -> None:
    agency = make.node()
    report = make.report(agency)
    placed()
    services.write_note(staff=make.staff(agency, "jo/ccu/aqaba"), report=report, text="A note.")
    auditor = desk(agency, "jo/ccu/aqaba", Role.AUDITOR)
    page = ok(auditor.get("/desk/journal/"))
    offered = re.findall(r'<option value="([^"]+)"', page)
    assert offered == sorted(set(offered))
    assert ReportTag.NOTE_WRITE in offered
    page = ok(auditor.get("/desk/journal/", tag=str(ReportTag.NOTE_WRITE)))
    assert page.count("<tr") == 2, "the heads of the columns, and the one entry"


@pytest.mark.parametrize("before", ["", "x", "0" * 32, "00000000-0000-0000-0000-00000000000g"])
def test_an_address_that_somebody_typed_breaks_nothing(before: str) -> None:
    agency = make.node()
    make.report(agency)
    found = journal.entries(agency.id, before=before)
    assert bool(found.events) is (before == "")
    assert found.older == ""


def test_older_and_older_pages_show_every_entry_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "PER_PAGE", 3)
    agency = make.node()
    make.report(agency)
    placed()
    make.report(agency)
    for tag in ("", ReportTag.SUBMIT):
        seen, before = [], ""
        while True:
            found = journal.entries(agency.id, before=before, tag=tag)
            seen += [event.id for event in found.events]
            before = found.older
            if not before:
                break
        rows = Event.objects.filter(agency_id=agency.id).order_by("-id")
        rows = rows.filter(tag=tag) if tag else rows
        assert seen == list(rows.values_list("id", flat=True))

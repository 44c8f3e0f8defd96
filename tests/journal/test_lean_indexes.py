# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fewer indexes than Django makes, and still none of these questions reads a whole table
(docs/decisions/0028)."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet

from amana.desk.selectors import journal as desk
from amana.journal.events import NODE, Act, Tag
from amana.journal.models import Event
from amana.journal.sequencer import sequence_all
from amana.journal.services import record
from amana.kernel.ids import uuid7
from amana.referral.models import Route
from amana.reports.models import Access, PartGrant, SealedPart

pytestmark = [pytest.mark.db, pytest.mark.django_db]
AGENCY = UUID(int=5)
ANY = uuid7()


def write(tag: Tag, count: int = 1) -> list[Event]:
    with transaction.atomic():
        return record(*(Act(tag, NODE, AGENCY) for _ in range(count)))


def plan(rows: QuerySet[Model]) -> str:
    """How the engine would find these rows; small tables are read whole unless told not to."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    return rows.explain()


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (Event.objects.filter(leaf_index__isnull=True).order_by("id"), "journal_event_waiting"),
        (Event.objects.filter(leaf_index=7), "journal_event_place_once"),
        (
            Event.objects.filter(leaf_index__gte=7).order_by("leaf_index"),
            "journal_event_place_once",
        ),
        (
            Event.objects.filter(tag="a", leaf_index__isnull=False).order_by("-id"),
            "journal_event_placed_tag",
        ),
        (SealedPart.objects.filter(report_id=ANY), "reports_part_once"),
        (PartGrant.objects.filter(part_id=ANY), "reports_grant_unit_once"),
        (PartGrant.objects.filter(unit_key_id=ANY), "reports_grant_by_key"),
        (Access.objects.filter(unit_id=ANY, until=None), "reports_access_live"),
        (Route.objects.filter(report_id=ANY), "referral_route_time"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_an_index_answers(rows: QuerySet[Model], index: str) -> None:
    told = plan(rows)
    if connection.vendor == "postgresql":  # which of those that fit, depends on what is in a table
        assert "Index" in told
        assert "Seq Scan" not in told
        return
    # SQLite numbers the index of a constraint without a condition instead of naming it.
    assert index in told or "sqlite_autoindex" in told, told


def test_a_place_is_given_once() -> None:
    write(Tag.LOG_PAD)
    sequence_all()
    (other,) = write(Tag.LOG_PAD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=other.pk).update(leaf_index=0)


def test_many_may_wait_without_a_place() -> None:
    write(Tag.LOG_PAD, 3)
    assert Event.objects.filter(leaf_index=None).count() == 3


def test_a_page_of_one_tag_shows_what_has_its_place_and_what_waits() -> None:
    placed = write(Tag.BACKUP_RUN, 2)
    write(Tag.LOG_PAD)
    sequence_all()
    waiting = write(Tag.BACKUP_RUN, 2)
    write(Tag.LOG_PAD)
    shown = desk.entries(AGENCY, tag=Tag.BACKUP_RUN)
    assert [e.id for e in shown.events] == [e.id for e in reversed([*placed, *waiting])]
    assert shown.older == ""


def test_pages_of_one_tag_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PER_PAGE", 2)
    made = write(Tag.BACKUP_RUN, 2)
    sequence_all()
    made += write(Tag.BACKUP_RUN, 3)
    met: list[UUID] = []
    before = ""
    for _ in range(3):
        page = desk.entries(AGENCY, before=before, tag=Tag.BACKUP_RUN)
        met += [event.id for event in page.events]
        before = page.older
    assert met == [event.id for event in reversed(made)]
    assert before == ""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is looked for on every page and in every round is found by an index, however many reports
there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.kernel.linking.ground import values_in
from amana.people.models import Role
from amana.triage.links import search, selectors, services
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet
from amana.triage.links.series import lately_joined
from tests.support import builders as make
from tests.triage.links import naming

pytestmark = [pytest.mark.db, pytest.mark.django_db]
PHONE, OTHER = ("phone", "+962791234567"), ("phone", "+962795550000")


def plans(ask: Callable[[], object]) -> list[str]:
    """How the database goes about each statement, were the tables too large to be read through."""
    with CaptureQueriesContext(connection) as seen:
        ask()
    return [plan_of(query["sql"]) for query in seen.captured_queries]


def plan_of(sql: str) -> str:
    lite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if not lite:
            for way in ("seqscan", "bitmapscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if lite else ''}{sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_the_round_for_series_finds_what_was_linked_lately_by_its_time() -> None:
    agency = make.node()
    naming(agency, PHONE)
    link_new()
    first, *_ = plans(lambda: list(lately_joined()))
    assert "triage_linked_at" in first, first


def test_the_members_of_a_cluster_are_found_without_reading_all_tokens() -> None:
    """Once her unit has said something of a value, whether one of them holds it is looked up by
    the value and the number."""
    agency = make.node()
    staff = make.staff(agency, "jo/ccu/aqaba")
    report, other = naming(agency, PHONE), naming(agency, OTHER)
    link_new()
    ((_, token),) = values_in(bytes(LinkSet.objects.get(report=other).packed))
    services.mute(staff=staff, report=other, token=token, reason="A hotline.")
    first, second, *_ = plans(partial(selectors.members_of, staff=staff, report=report))
    assert "triage_decision_of_unit" in first, first
    # PostgreSQL also walks an index from end to end where only its second column is asked for.
    # With which of the two reports it begins is its own affair.
    lite = connection.vendor == "sqlite"
    looks = r"token=\? AND number=\?" if lite else r"Index Cond: \(+token = "
    assert re.search(looks, second), second
    assert "Seq Scan" not in second, second


def test_words_in_several_units_are_looked_for_from_the_newest_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An officer of two units: neither all reports nor the words of all are read through."""
    agency = make.node()
    person = make.officer(agency)
    make.place(person, "jo/ccu/aqaba", Role.INVESTIGATOR)
    staff = make.place(person, "jo/ccu/irbid", Role.INVESTIGATOR)
    naming(agency, PHONE, narrative="He asks for money.")
    monkeypatch.setattr(search, "NEWEST", 2)
    (told,) = plans(partial(search.by_words, staff=staff, text="money"))
    if connection.vendor == "sqlite":
        lines = [line for line in told.splitlines() if line.startswith("SCAN")]
        assert lines == ["SCAN t", "SCAN t"], told
        assert told.count("reports_access_live (unit_id=?)") == 2, told
    else:
        assert "Seq Scan" not in told.replace("Seq Scan on agencies_unit", ""), told
        words = told.index("triage_wordtokens_pkey")
        assert "Index Cond: (report_id = " in told[words:].splitlines()[1], told

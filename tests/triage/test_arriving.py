# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new report and the bodies around it: of large ones only some are drawn, and what is known in
part moves nobody. Whatever is found is what a rebuild finds."""

from __future__ import annotations

import pytest

from amana.agencies.models import Agency
from amana.reports.models import Report
from amana.triage.links import ground
from amana.triage.links.ground import around
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet
from amana.triage.links.rebuild import rebuild
from amana.triage.links.statements import Lying
from tests.support import builders as make
from tests.triage.links import cluster_of, naming

pytestmark = pytest.mark.db
PHONE, EMAIL = ("phone", "+962791234567"), ("email", "noor.casting@mail.example")
IBAN, HANDLE = ("iban", "JO94CBJO0010000000000131000302"), ("handle", "instagram:lion_of_sea")


@pytest.fixture(autouse=True)
def small_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "OF_A_BODY", 2)


def body(agency: Agency, count: int, *said: tuple[str, str]) -> list[Report]:
    rows = [naming(agency, *said) for _ in range(count)]
    link_new()
    return rows


def names(rows: list[Report]) -> set[int]:
    return {cluster_of(row) for row in rows}


def as_rebuilt() -> None:
    """The clusters as they stand are those that a rebuild finds."""
    before = dict(LinkSet.objects.values_list("pk", "cluster"))
    rebuild()
    assert dict(LinkSet.objects.values_list("pk", "cluster")) == before


def test_a_body_that_is_drawn_in_part_is_joined_as_a_whole() -> None:
    agency = make.node()
    rows = body(agency, 6, PHONE, IBAN)
    new = naming(agency, PHONE)
    link_new()
    assert names([*rows, new]) == {LinkSet.objects.get(report=rows[0]).number}
    assert make.tags(new).count("report:link:find") == 1
    as_rebuilt()


def test_two_bodies_that_are_drawn_in_part_become_one_as_wholes() -> None:
    agency = make.node()
    one, two = body(agency, 6, PHONE), body(agency, 6, EMAIL)
    assert len(names(one) | names(two)) == 2
    new = naming(agency, PHONE, EMAIL)
    link_new()
    assert names([*one, *two, new]) == {LinkSet.objects.get(report=one[0]).number}
    as_rebuilt()


def test_a_report_filed_before_them_gives_a_body_its_name() -> None:
    """It had to wait, and comes last."""
    agency = make.node()
    first = naming(agency, PHONE)
    waits = LinkSet.objects.get(report=first)
    LinkSet.objects.filter(report=first).delete()
    rows = body(agency, 6, PHONE, IBAN)
    waits.save(force_insert=True)
    link_new()
    assert names([first, *rows]) == {waits.number}
    as_rebuilt()


def test_of_a_body_that_it_cannot_join_nobody_else_is_drawn() -> None:
    """A handle is a suggestion: who shares it is there to be shown, and the rest of the body
    changes nothing."""
    agency = make.node()
    rows = body(agency, 6, PHONE, IBAN)
    tied = naming(agency, PHONE, IBAN, HANDLE)
    link_new()
    new = naming(agency, HANDLE)
    near_by = around(Lying.of(LinkSet.objects.get(report=new)))
    assert {row.report_id for row in near_by.rows.values()} == {new.pk, tied.pk}
    link_new()
    assert len(names([*rows, tied])) == 1
    assert cluster_of(new) == LinkSet.objects.get(report=new).number
    as_rebuilt()


def test_two_weak_things_shared_with_different_reports_of_a_body_draw_it() -> None:
    agency = make.node()
    rows = body(agency, 4, PHONE, IBAN)
    naming(agency, PHONE, HANDLE)
    naming(agency, PHONE, ("email", "lion.of.the.sea@mail.example"))
    link_new()
    new = naming(agency, HANDLE, ("email", "lion.of.the.seas@mail.example"))
    near_by = around(Lying.of(LinkSet.objects.get(report=new)))
    assert len(near_by.rows) == 3 + ground.OF_A_BODY
    link_new()
    assert len(names(rows)) == 1
    as_rebuilt()


def test_who_is_looked_at_again_is_weighed_with_the_whole_body() -> None:
    agency = make.node()
    rows = body(agency, 6, PHONE, IBAN)
    near_by = around(Lying.of(LinkSet.objects.get(report=rows[0])))
    assert (len(near_by.rows), near_by.partly) == (6, set())
    as_rebuilt()


def test_what_stands_beside_a_new_report_and_joins_nobody_stays_where_it_is() -> None:
    """Two bodies that have nothing to do with each other but a suggestion each to a third."""
    agency = make.node()
    one, two = body(agency, 5, PHONE, HANDLE), body(agency, 5, IBAN)
    before = [cluster_of(row) for row in [*one, *two]]
    naming(agency, HANDLE)
    link_new()
    assert [cluster_of(row) for row in [*one, *two]] == before
    as_rebuilt()

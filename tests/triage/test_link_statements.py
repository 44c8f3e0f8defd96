# SPDX-License-Identifier: AGPL-3.0-or-later
"""The statements by which links are found: bounded for each value, in order, however many values
are asked at once, and the same on both engines; and whose word on a value counts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.reports.models import Report
from amana.triage.links import statements
from amana.triage.links.ground import muted_by_officers, said_of
from amana.triage.links.models import LinkDecision, LinkSet, SharedToken, TokenDecision
from tests.support import builders as make
from tests.triage.links import naming

pytestmark = pytest.mark.db
LEAST, MOST = -(2**63), 2**63 - 1
MANY = statements.CHUNK * 2 + 7


def entered(*numbers: int, tokens: tuple[int, ...] = (1,)) -> None:
    for number in numbers:
        statements.enter(number, dict.fromkeys(tokens, 1))


def test_of_each_value_the_first_holders_are_read_and_no_more() -> None:
    entered(5, -3, 9, MOST, LEAST)
    entered(4, tokens=(2,))
    found = [tuple(row) for row in statements.holders([1, 2, 3], 3)]
    assert sorted(found) == [(1, LEAST), (1, -3), (1, 5), (2, 4)]


def test_more_values_than_fit_into_one_statement_are_all_asked() -> None:
    entered(7, 8, tokens=tuple(range(-MANY, MANY)))
    found = statements.holders(range(-MANY, MANY), 1)
    assert sorted(tuple(row) for row in found) == [(token, 7) for token in range(-MANY, MANY)]


def test_tokens_at_both_ends_of_what_a_database_keeps() -> None:
    entered(1, tokens=(LEAST, MOST, 0))
    assert {token for token, _ in statements.holders([LEAST, MOST, 0], 9)} == {LEAST, MOST, 0}
    assert statements.holds(LEAST, 1)
    assert not statements.holds(LEAST, 2)
    assert not statements.holds(-LEAST - 2, 1)


def test_nothing_asked_is_nothing_found() -> None:
    entered(1)
    assert statements.holders([], 9) == statements.lying([]) == statements.shared([]) == []
    assert statements.mates([], but=[], each=9, most=9) == []
    assert statements.said([], []) == statements.decided([]) == []
    assert statements.clusters_decided_with(uuid4()) == set()


def test_what_is_kept_of_a_value_is_read_from_so_many_holders_on() -> None:
    for token, holders in ((1, 63), (2, 64), (3, 65)):
        SharedToken.objects.create(token=token, kind=1, holders=holders, muted="", at=now())
    found = {row[0] for row in statements.shared([1, 2, 3, 4], fewest=64)}
    assert found == {2, 3}
    assert {row[0] for row in statements.shared([1, 3])} == {1, 3}


def body(agency: Agency, count: int, cluster: int) -> list[LinkSet]:
    """Reports of one cluster, by their numbers."""
    keys = [naming(agency, ("phone", f"+96279{cluster}12345{at}")).pk for at in range(count)]
    LinkSet.objects.filter(pk__in=keys).update(cluster=cluster)
    return list(LinkSet.objects.filter(pk__in=keys).order_by("number"))


def test_of_each_cluster_the_first_are_drawn_but_those_who_are_there() -> None:
    agency = make.node()
    one, two = body(agency, 4, 1), body(agency, 3, 2)
    found = statements.mates([1, 2, 3], but=[one[0].number], each=2, most=99)
    expected = [row.number for row in (*one[1:3], *two[:2])]
    assert sorted(row.number for row in found) == sorted(expected)
    assert len(statements.mates([1, 2], but=[], each=9, most=5)) == 5


def test_more_clusters_than_fit_into_one_statement_are_all_asked() -> None:
    agency = make.node()
    rows = body(agency, 2, 9)
    found = statements.mates(range(-MANY, MANY), but=[], each=9, most=99)
    assert {row.number for row in found} == {row.number for row in rows}


def test_a_report_lies_there_with_what_its_row_says() -> None:
    agency = make.node()
    (row,) = body(agency, 1, 4)
    (lying,) = statements.lying([row.number, 77])
    assert lying == statements.Lying.of(row)
    assert (lying.cluster, lying.waits, lying.agency_id) == (4, True, agency.pk)
    LinkSet.objects.update(linked_at=now())
    assert statements.waiting(row.report_id) is None
    assert statements.lying([row.number])[0].waits is False


def test_each_report_gets_the_name_that_was_meant_for_it() -> None:
    agency = make.node()
    one, two, three = body(agency, 3, 1)
    statements.name_clusters([LEAST, MOST], [two.number, one.number])
    named = dict(LinkSet.objects.values_list("number", "cluster"))
    assert named == {one.number: MOST, two.number: LEAST, three.number: 1}
    statements.name_clusters([], [])
    assert dict(LinkSet.objects.values_list("number", "cluster")) == named


def said(agency: Agency, *, muted: bool, unit: UUID | None = None, ago: int = 0) -> None:
    """A word on the value 1, so many days ago."""
    TokenDecision.objects.create(
        agency_id=agency.pk,
        token=1,
        muted=muted,
        unit_id=unit,
        at=now() - timedelta(days=ago),
        officer_id=uuid4(),
        sealed_reason=b"",
    )


def test_the_last_word_counts_in_whatever_order_it_was_written() -> None:
    agency = make.node()
    said(agency, muted=False)
    said(agency, muted=True, ago=3)
    assert said_of([1, 2]) == {1: False}
    assert muted_by_officers([1]) == set()


def test_the_word_of_her_unit_goes_before_a_later_one_for_all_and_no_other_units_does() -> None:
    agency = make.node()
    hers, theirs = uuid4(), uuid4()
    said(agency, muted=True, unit=hers, ago=5)
    said(agency, muted=False, ago=1)
    said(agency, muted=True, unit=theirs)
    assert said_of([1]) == {1: False}
    assert said_of([1], [hers]) == {1: True}
    assert said_of([1], [uuid4()]) == {1: False}


def decided(one: Report, other: Report, *, undone: bool = False) -> None:
    first, second = sorted((one, other), key=lambda report: report.pk)
    LinkDecision.objects.create(
        agency_id=one.agency_id,
        said="apart",
        one=first,
        other=second,
        at=now(),
        officer_id=uuid4(),
        sealed_reason=b"",
        undone_at=now() if undone else None,
        undone_by=uuid4() if undone else None,
    )


def test_of_what_was_decided_only_what_stands_between_those_asked_for_is_read() -> None:
    agency = make.node()
    one, two, three = (naming(agency, ("phone", f"+96279112345{at}")) for at in range(3))
    decided(one, two)
    decided(one, three)
    decided(two, three, undone=True)
    numbers = dict(LinkSet.objects.values_list("report_id", "number"))
    (row,) = statements.decided([one.pk, two.pk])
    assert tuple(row) == ("apart", numbers[one.pk], numbers[two.pk])
    assert len(statements.decided([one.pk, two.pk, three.pk])) == 2
    assert statements.decided([two.pk, three.pk]) == []
    assert statements.clusters_decided_with(two.pk) == {numbers[one.pk], numbers[two.pk]}

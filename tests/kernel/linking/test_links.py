# SPDX-License-Identifier: AGPL-3.0-or-later
"""Edges: each with its reason, the same from both ends, and never firm across clusters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from amana.kernel.linking.clusters import Decisions, Outcome, cluster
from amana.kernel.linking.decided import settle
from amana.kernel.linking.ground import Ground, lay
from amana.kernel.linking.kinds import AT_FIRST, NEAR_WEIGHT, WEIGHT, Kind
from amana.kernel.linking.links import WORDS, Edges, Evidence, Grade, Link
from tests.kernel.linking.said import Row, said, token
from tests.kernel.linking.test_clusters import REPORTS, sets_of

PHONE, NEAR_PHONE = ("phone", "+962791234567"), ("phone", "+962791234576")
IBAN = ("iban", "JO94CBJO0010000000000131000302")
HANDLE = ("handle", "telegram:night_hunter77")


def edges_of(sets: dict[int, bytes], number: int, *, told: Decisions | None = None) -> list[Link]:
    ground = lay(sets)
    outcome = settle(ground, told or Decisions())
    return Edges(ground, outcome).of(ground.numbers.index(number))


def found(sets: dict[int, bytes]) -> tuple[Ground, Outcome, dict[tuple[int, int], list[Link]]]:
    """Every edge of a ground, under its two ends."""
    ground = lay(sets)
    outcome = cluster(ground)
    edges: dict[tuple[int, int], list[Link]] = {}
    for at in range(len(ground.numbers)):
        for link in Edges(ground, outcome).of(at):
            edges.setdefault((link.one, link.other), []).append(link)
    return ground, outcome, edges


@settings(max_examples=20)
@given(reports=REPORTS)
def test_an_edge_is_the_same_from_both_ends(reports: list[tuple[list[Row], str]]) -> None:
    _, _, edges = found(sets_of(reports))
    for links in edges.values():
        assert len(links) == 2
        one, other = links
        assert (one.grade, one.weight, one.why) == (other.grade, other.weight, other.why)


@settings(max_examples=20)
@given(reports=REPORTS)
def test_a_firm_edge_lies_within_a_cluster_and_weighs_more_than_nothing(
    reports: list[tuple[list[Row], str]],
) -> None:
    ground, outcome, edges = found(sets_of(reports))
    label = dict(zip(ground.numbers, outcome.labels, strict=True))
    for links in edges.values():
        for link in links:
            assert link.one < link.other
            if link.grade is Grade.FIRM:
                assert label[link.one] == label[link.other]
                assert link.weight > 0


@settings(max_examples=20)
@given(reports=REPORTS)
def test_every_cluster_hangs_together_by_edges_that_are_shown(
    reports: list[tuple[list[Row], str]],
) -> None:
    """Nobody is in a cluster without a reason that an officer can read."""
    ground, outcome, edges = found(sets_of(reports))
    label = dict(zip(ground.numbers, outcome.labels, strict=True))
    held = {number for pair in edges for number in pair if label[pair[0]] == label[pair[1]]}
    alone = {n for n in ground.numbers if list(label.values()).count(label[n]) == 1}
    assert held | alone == set(ground.numbers)


def test_the_reason_names_the_heaviest_first() -> None:
    sets = {1: said(PHONE, IBAN, HANDLE), 2: said(PHONE, IBAN, HANDLE)}
    (link,) = edges_of(sets, 1)
    assert link.why == "phone+iban+handle"
    assert link.weight == pytest.approx(
        AT_FIRST + WEIGHT[Kind.PHONE] + WEIGHT[Kind.IBAN] + WEIGHT[Kind.HANDLE]
    )


def test_two_values_of_one_kind_are_one_reason() -> None:
    other = ("phone", "+962785550000")
    (link,) = edges_of({1: said(PHONE, other), 2: said(PHONE, other)}, 1)
    assert link.why == "phone"
    assert [evidence.kind for evidence in link.evidence] == ["phone", "phone"]


def test_one_slip_names_both_values() -> None:
    (link,) = edges_of({1: said(PHONE), 2: said(NEAR_PHONE)}, 1)
    assert (link.grade, link.why) == (Grade.SUGGESTED, "near_phone")
    (evidence,) = link.evidence
    assert {evidence.token, evidence.other} == {token(*PHONE), token(*NEAR_PHONE)}
    assert link.weight == pytest.approx(AT_FIRST + NEAR_WEIGHT[Kind.PHONE])


def test_a_name_alone_is_no_edge() -> None:
    assert edges_of({1: said(name="Karim Haddad"), 2: said(name="كريم حداد")}, 1) == []


def test_a_muted_value_stays_an_edge_that_links_nothing() -> None:
    told = Decisions(muted={token(*PHONE)})
    (link,) = edges_of({1: said(PHONE), 2: said(PHONE)}, 2, told=told)
    assert (link.grade, link.why) == (Grade.MUTED, "muted_phone")
    assert link.evidence == (Evidence("phone", token(*PHONE), muted="officer"),)


def test_beside_a_muted_value_the_other_counts_and_is_the_reason() -> None:
    told = Decisions(muted={token(*PHONE)})
    (link,) = edges_of({1: said(PHONE, IBAN), 2: said(PHONE, IBAN)}, 1, told=told)
    assert (link.grade, link.why) == (Grade.FIRM, "iban")
    assert [bool(evidence.muted) for evidence in link.evidence] == [False, True]


def test_a_slip_from_a_muted_value_is_muted_too() -> None:
    told = Decisions(muted={token(*PHONE)})
    (link,) = edges_of({1: said(PHONE), 2: said(NEAR_PHONE)}, 1, told=told)
    assert link.grade is Grade.MUTED


def test_of_very_many_edges_the_heaviest_are_kept() -> None:
    sets = {at: said(PHONE) for at in range(20)} | {99: said(PHONE, IBAN), 98: said(PHONE, IBAN)}
    ground = lay(sets)
    links = Edges(ground, cluster(ground)).of(ground.numbers.index(99), limit=3)
    assert len(links) == 3
    assert (links[0].one, links[0].other) == (98, 99)


def test_each_kind_that_carries_a_link_has_a_word() -> None:
    assert set(WEIGHT) <= set(WORDS)
    assert len(set(WORDS.values())) == len(WORDS)

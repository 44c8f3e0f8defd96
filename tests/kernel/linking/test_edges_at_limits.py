# SPDX-License-Identifier: AGPL-3.0-or-later
"""Edges at their limits: of very many the heaviest, what is muted last or not at all, a name only
where it may have led somebody home; and clusters after people have decided both ways."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.clusters import Decisions, Outcome, cluster
from amana.kernel.linking.decided import settle
from amana.kernel.linking.ground import Ground, lay
from amana.kernel.linking.kinds import AT_FIRST, NEAR_WEIGHT, WEIGHT, Kind
from amana.kernel.linking.links import Edges, Evidence, Grade, Link
from amana.kernel.linking.muted import Muted
from tests.kernel.linking.said import Row, said, together, token
from tests.kernel.linking.test_clusters import REPORTS, VALUES, sets_of
from tests.kernel.linking.test_decided import PAIR, numbered, one_of

PHONE, NEAR_PHONE = ("phone", "+962791234567"), ("phone", "+962791234568")
IBAN = ("iban", "JO94CBJO0010000000000131000302")
HANDLE = ("handle", "telegram:night_hunter77")


def edges(ground: Ground, outcome: Outcome | None = None) -> Edges:
    return Edges(ground, outcome or cluster(ground))


def alone(count: int, **more: object) -> Outcome:
    return Outcome([*range(count)], **more)  # type: ignore[arg-type]


@settings(max_examples=20)
@given(reports=REPORTS, limit=st.integers(0, 12))
def test_fewer_edges_are_the_front_of_more(
    reports: list[tuple[list[Row], str]], limit: int
) -> None:
    ground = lay(sets_of(reports))
    every = edges(ground)
    for at in range(len(ground.numbers)):
        whole = every.of(at)
        assert [link.weight for link in whole] == sorted((n.weight for n in whole), reverse=True)
        assert every.of(at, limit=14)[:limit] == whole[:limit]


@settings(max_examples=20)
@given(reports=REPORTS, muted=st.sets(st.sampled_from(VALUES)))
def test_without_muted_ones_the_others_are_the_same(
    reports: list[tuple[list[Row], str]], muted: set[Row]
) -> None:
    ground = lay(sets_of(reports))
    outcome = settle(ground, Decisions(muted={token(*row) for row in muted}))
    every = edges(ground, outcome)
    for at in range(len(ground.numbers)):
        loud = [link for link in every.of(at) if link.grade is not Grade.MUTED]
        shown = every.of(at, muted=False)
        assert [key(link) for link in shown] == [key(link) for link in loud]


def key(link: Link) -> tuple[int, int, Grade, float, str]:
    return (link.one, link.other, link.grade, link.weight, link.why)


@settings(max_examples=20)
@given(reports=REPORTS)
def test_nobody_has_an_edge_to_itself_or_two_to_another(
    reports: list[tuple[list[Row], str]],
) -> None:
    ground = lay(sets_of(reports))
    every = edges(ground)
    for at, number in enumerate(ground.numbers):
        found = every.of(at)
        others = [link.other if link.one == number else link.one for link in found]
        assert number not in others
        assert len(others) == len(set(others))


def only(ground: Ground, outcome: Outcome) -> Link:
    (link,) = edges(ground, outcome).of(0)
    return link


def test_the_weight_is_that_of_the_best_of_each_kind() -> None:
    """Two phones, one of them with a slip, are one thing that is known of him."""
    ground = lay({1: said(PHONE), 2: said(PHONE, NEAR_PHONE)})
    link = only(ground, cluster(ground))
    assert link.weight == AT_FIRST + WEIGHT[Kind.PHONE]
    assert link.why == "phone+near_phone"


def test_an_edge_across_clusters_is_a_suggestion_however_heavy() -> None:
    ground = lay({1: said(PHONE, IBAN), 2: said(PHONE, IBAN)})
    assert only(ground, alone(2)).grade is Grade.SUGGESTED
    assert only(ground, alone(2)).weight > 0


def test_what_is_light_is_a_suggestion_even_within_a_cluster() -> None:
    ground = lay({1: said(HANDLE), 2: said(HANDLE)})
    assert only(ground, Outcome([0, 0])).grade is Grade.SUGGESTED


@pytest.mark.parametrize("likely", [{0}, {1}, {0, 1}])
def test_a_name_is_a_reason_where_it_may_have_led_somebody_home(likely: Collection[int]) -> None:
    ground = lay({1: said(name="Karim Haddad"), 2: said(name="كريم حداد")})
    link = only(ground, Outcome([0, 0], likely=likely))
    assert (link.grade, link.why) == (Grade.SUGGESTED, "name+name_part")
    assert edges(ground, Outcome([0, 0])).of(0) == []
    assert edges(ground, alone(2, likely=likely)).of(0) == []


def test_half_a_name_is_no_reason_even_there() -> None:
    ground = lay({1: said(name="Karim Haddad"), 2: said(name="Karim Obeidat")})
    assert edges(ground, Outcome([0, 0], likely={0})).of(0) == []


def test_beside_a_phone_the_name_is_shown_and_adds_to_it() -> None:
    ground = lay({1: said(PHONE, name="Karim Haddad"), 2: said(PHONE, name="Karim Haddad")})
    link = only(ground, cluster(ground))
    assert link.why == "phone+name+name_part"
    assert link.weight > AT_FIRST + WEIGHT[Kind.PHONE]


def test_a_muted_value_weighs_nothing_and_says_why() -> None:
    ground = lay({1: said(PHONE, HANDLE), 2: said(PHONE, HANDLE)})
    link = only(ground, Outcome([0, 0], {token(*PHONE): Muted.LENT}))
    assert link.weight == pytest.approx(AT_FIRST + WEIGHT[Kind.HANDLE])
    assert link.why == "handle"
    assert link.evidence == (
        Evidence("handle", token(*HANDLE)),
        Evidence("phone", token(*PHONE), muted="lent"),
    )


@pytest.mark.parametrize("row", [PHONE, NEAR_PHONE])
def test_a_slip_is_muted_with_either_of_its_values(row: Row) -> None:
    ground = lay({1: said(PHONE), 2: said(NEAR_PHONE)})
    muted = only(ground, alone(2, muted={token(*row): Muted.KNOWN}))
    assert (muted.grade, muted.weight, muted.why) == (Grade.MUTED, AT_FIRST, "muted_phone")
    loud = only(ground, alone(2))
    assert loud.weight == pytest.approx(AT_FIRST + NEAR_WEIGHT[Kind.PHONE])


def test_of_a_number_that_very_many_share_some_are_shown_with_all_that_they_share() -> None:
    sets = {at: said(PHONE, *([IBAN] if at % 2 else [])) for at in range(60)}
    ground = lay(sets)
    outcome = cluster(ground)
    found = edges(ground, outcome).of(1, limit=5)
    assert len(found) == 5
    assert {link.why for link in found} == {"phone+iban"}


@settings(max_examples=20)
@given(
    reports=REPORTS,
    together_=st.lists(PAIR, max_size=4),
    apart=st.lists(PAIR, max_size=4),
)
def test_what_was_set_apart_holds_whatever_was_confirmed_besides(
    reports: list[tuple[list[Row], str]], together_: list[list[int]], apart: list[list[int]]
) -> None:
    sets = sets_of(reports)
    parted = numbered(sets, apart)
    groups = together(sets, Decisions(together=numbered(sets, together_), apart=parted))
    assert sorted(number for group in groups for number in group) == sorted(sets)
    assert not any(one_of(groups, *pair) for pair in parted)


@settings(max_examples=10)
@given(reports=REPORTS, pairs=st.lists(PAIR, min_size=1, max_size=4))
def test_saying_the_same_twice_says_no_more(
    reports: list[tuple[list[Row], str]], pairs: list[list[int]]
) -> None:
    sets = sets_of(reports)
    once = numbered(sets, pairs)
    twice = [*once, *((b, a) for a, b in once)]
    for decided in ("together", "apart"):
        assert together(sets, Decisions(**{decided: once})) == together(  # type: ignore[arg-type]
            sets,
            Decisions(**{decided: twice}),  # type: ignore[arg-type]
        )


def test_a_report_confirmed_with_itself_or_split_from_itself_stays_where_it_is() -> None:
    sets = {1: said(PHONE), 2: said(PHONE), 3: said(IBAN)}
    for told in (Decisions(together=[(3, 3)]), Decisions(together=[(1, 1), (2, 2)])):
        assert together(sets, told) == {frozenset({1, 2}), frozenset({3})}


def test_a_large_cluster_with_one_split_keeps_all_others_with_the_heavier_side() -> None:
    """Who was set apart from one goes with as many as still hold to him, and nobody is lost."""
    numbers = range(1, 9)
    sets = {number: said(PHONE, *([IBAN] if number < 8 else [])) for number in numbers}
    found = together(sets, Decisions(apart=[(1, 8)]))
    assert found == {frozenset(range(1, 8)), frozenset({8})}


def test_what_people_confirmed_holds_before_the_heaviest_of_what_was_found() -> None:
    other = ("phone", "+962785550000")
    sets = {1: said(PHONE, IBAN), 2: said(PHONE, IBAN), 3: said(other)}
    told = Decisions(together=[(2, 3)], apart=[(1, 3)])
    assert together(sets, told) == {frozenset({1}), frozenset({2, 3})}


def test_all_pairs_confirmed_are_one_whatever_they_say() -> None:
    sets = {at: said(VALUES[at]) for at in range(6)}
    assert together(sets, Decisions(together=list(combinations(range(6), 2)))) == {
        frozenset(range(6))
    }

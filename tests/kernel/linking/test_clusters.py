# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clusters: what joins, what only suggests, what is muted, and that order and undoing leave no
trace."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking import agreeing, bodies, company, likely
from amana.kernel.linking.batch import Batch
from amana.kernel.linking.clusters import Decisions, cluster
from amana.kernel.linking.ground import lay, parse
from amana.kernel.linking.links import Edges, Grade
from amana.kernel.linking.muted import Muted
from benchmarks.planted import Plant
from tests.kernel.linking.said import INDEX, Row, by_number, said, together, token

PHONE, OTHER_PHONE = ("phone", "+962791234567"), ("phone", "+962785550000")
IBAN = ("iban", "JO94CBJO0010000000000131000302")
HANDLE = ("handle", "telegram:night_hunter77")

VALUES: list[Row] = [
    *[("phone", f"+96279{n}12345{n}") for n in range(6)],
    *[("handle", f"telegram:hunter_{word}") for word in ("north", "south", "east", "west")],
    *[("email", f"{word}.blue@mail.example") for word in ("river", "stone", "cloud")],
    IBAN,
]
REPORTS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(VALUES), max_size=3, unique=True),
        st.sampled_from(["", "Karim Haddad", "Sami Obeidat", "كريم حداد"]),
    ),
    min_size=2,
    max_size=14,
)


def sets_of(reports: list[tuple[list[Row], str]]) -> dict[int, bytes]:
    return {at * 7919 % 104729: said(*rows, name=name) for at, (rows, name) in enumerate(reports)}


@settings(max_examples=40)
@given(reports=REPORTS, seed=st.integers(0, 999))
def test_the_order_of_reports_changes_nothing(
    reports: list[tuple[list[Row], str]], seed: int
) -> None:
    sets = sets_of(reports)
    items = list(sets.items())
    random.Random(seed).shuffle(items)
    assert together(dict(items)) == together(sets)


@settings(max_examples=40)
@given(reports=REPORTS, data=st.data())
def test_a_decision_taken_back_restores_exactly(
    reports: list[tuple[list[Row], str]], data: st.DataObject
) -> None:
    sets = sets_of(reports)
    before = together(sets)
    pair = data.draw(st.lists(st.sampled_from(sorted(sets)), min_size=2, max_size=2, unique=True))
    one, other = pair
    parted = together(sets, Decisions(apart=[(one, other)]))
    assert not any({one, other} <= group for group in parted)
    joined = together(sets, Decisions(together=[(one, other)]))
    assert any({one, other} <= group for group in joined)
    assert together(sets) == before


@settings(max_examples=30)
@given(reports=REPORTS, with_it=st.sets(st.integers(0, 13)))
def test_a_muted_decoy_in_any_reports_changes_nothing(
    reports: list[tuple[list[Row], str]], with_it: set[int]
) -> None:
    decoy = ("phone", "+962770000001")
    more = [
        ([*rows, decoy] if at in with_it else rows, name) for at, (rows, name) in enumerate(reports)
    ]
    muted = Decisions(muted={token(*decoy)})
    assert together(sets_of(more), muted) == together(sets_of(reports), muted)


def test_a_shared_phone_joins_and_a_handle_alone_does_not() -> None:
    assert together({1: said(PHONE), 2: said(PHONE)}) == {frozenset({1, 2})}
    assert together({1: said(HANDLE), 2: said(HANDLE)}) == {frozenset({1}), frozenset({2})}


def test_two_weak_witnesses_join() -> None:
    karim, amina = said(HANDLE, name="Karim Haddad"), said(HANDLE, name="كريم حداد")
    assert together({1: karim, 2: amina}) == {frozenset({1, 2})}


def test_one_slip_joins_only_with_the_same_name() -> None:
    near = ("phone", "+962791234576")
    alone = {1: said(PHONE), 2: said(near)}
    assert len(together(alone)) == 2
    named = {1: said(PHONE, name="Karim Haddad"), 2: said(near, name="Kareem HADDAD")}
    assert len(together(named)) == 1
    others = {1: said(PHONE, name="Karim Haddad"), 2: said(near, name="Sami Obeidat")}
    assert len(together(others)) == 2


def test_nearly_the_same_words_are_a_suggestion() -> None:
    words = [f"word{n}" for n in range(40)]
    ground = lay({1: said(words=words), 2: said(words=[*words[:38], "x", "y"])})
    outcome = cluster(ground)
    (link,) = Edges(ground, outcome).of(0)
    assert (link.grade, link.why) == (Grade.SUGGESTED, "text")


def strangers(count: int, *shared: Row) -> dict[int, bytes]:
    """Reports that share a value and differ in everything else."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return {
        at: said(
            *shared,
            ("email", f"{letters[at] * 6}{letters[-at] * 4}@mail.example"),
            ("handle", f"telegram:{letters[-at - 1] * 9}"),
        )
        for at in range(count)
    }


def test_what_strangers_share_is_muted_and_stays_visible() -> None:
    ground = lay(strangers(9, PHONE))
    outcome = cluster(ground)
    assert outcome.muted == {token(*PHONE): Muted.SPREAD}
    assert len(by_number(ground.numbers, outcome)) == 9
    links = Edges(ground, outcome).of(0)
    assert {link.grade for link in links} == {Grade.MUTED}
    assert links[0].evidence[0].muted == "spread"


def test_an_officer_can_let_a_muted_value_speak() -> None:
    sets = strangers(9, PHONE)
    assert cluster(lay(sets), Decisions(unmuted={token(*PHONE)})).muted == {}


def test_a_hotline_among_victims_of_one_man_hides_none_of_them() -> None:
    victims = {100 + at: said(OTHER_PHONE, IBAN, PHONE) for at in range(5)}
    found = together(strangers(12, PHONE) | victims)
    assert frozenset(victims) in found
    assert len(found) == 13


def test_an_account_lent_to_two_men_does_not_join_them() -> None:
    first = [
        said(PHONE, IBAN, ("handle", "telegram:left_hand1"), name="Karim Haddad") for _ in range(5)
    ]
    second = [
        said(OTHER_PHONE, IBAN, ("handle", "telegram:right_arm9"), name="Sami Obeidat")
        for _ in range(5)
    ]
    found = together(dict(enumerate([*first, *second])))
    assert found == {frozenset(range(5)), frozenset(range(5, 10))}
    ground = lay(dict(enumerate([*first, *second])))
    assert cluster(ground).muted == {token(*IBAN): Muted.LENT}


def test_split_parts_by_the_heavier_edges() -> None:
    sets = {1: said(PHONE, IBAN), 2: said(PHONE, IBAN), 3: said(PHONE)}
    assert together(sets, Decisions(apart=[(1, 3)])) == {frozenset({1, 2}), frozenset({3})}


def test_an_empty_ground_and_a_broken_set_are_no_error() -> None:
    assert together({}) == set()
    assert together({1: b"", 2: b"\x01\x02"}) == {frozenset({1}), frozenset({2})}
    assert len(parse(b"\x01" * 20)) == 2


@pytest.mark.parametrize("most", [1, 7, 60])
def test_looking_at_fewer_at_once_changes_nothing(most: int) -> None:
    """What is laid out in memory at one time is a matter of room alone."""
    batch = Batch(INDEX)
    for one in Plant(31, 250).reports():
        batch.add(json.dumps(one.report).encode())
    ground, _ = batch.laid()
    whole = [cluster(ground, proposals=proposals) for proposals in (False, True)]
    with pytest.MonkeyPatch.context() as patch:
        for module in (agreeing, bodies, company, likely):
            patch.setattr(module, "AT_ONCE", most)
        assert [cluster(ground, proposals=proposals) for proposals in (False, True)] == whole

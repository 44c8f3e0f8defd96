# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ground of token sets says what sets and dictionaries would say, however it is cut."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.ground import lay, near_pairs, parse, values_of_rows
from amana.kernel.linking.kinds import NEAR, Kind
from tests.kernel.linking.said import Row, said
from tests.kernel.linking.test_clusters import REPORTS, sets_of


def expected(sets: dict[int, bytes]) -> tuple[dict[int, set[int]], set[tuple[int, int]]]:
    """Holders of each token that two reports share or that is a slip from another; the slips."""
    holders: defaultdict[int, set[int]] = defaultdict(set)
    spelt: defaultdict[int, set[int]] = defaultdict(set)
    for number, packed in sets.items():
        value = 0
        for kind, token in parse(packed).tolist():
            if kind & NEAR:
                spelt[token].add(value)
                continue
            value = token
            if kind != Kind.PREFIX:
                holders[token].add(number)
    slips = {(a, b) for values in spelt.values() for a in values for b in values if a < b}
    shared = {token for token, held in holders.items() if len(held) > 1}
    shared |= {token for pair in slips for token in pair}
    return {token: holders[token] for token in shared}, slips


@settings(max_examples=25)
@given(reports=REPORTS)
def test_who_holds_what(reports: list[tuple[list[Row], str]]) -> None:
    sets = sets_of(reports)
    ground = lay(sets)
    holders, slips = expected(sets)
    found = {
        token: {ground.numbers[at] for at in ground.holders[place]}
        for place, token in enumerate(ground.tokens)
    }
    assert found == holders
    assert {(ground.tokens[a], ground.tokens[b]) for a, b in ground.near} == slips
    for at, number in enumerate(ground.numbers):
        held = {ground.tokens[place] for place in ground.held[at]}
        assert held == {token for token, who in holders.items() if number in who}
        assert ground.held[at] == sorted(set(ground.held[at]))
    assert all(who == sorted(set(who)) for who in ground.holders)
    assert ground.counts == [len(who) for who in ground.holders]


def test_nothing_shared_is_an_empty_ground_of_all_reports() -> None:
    ground = lay({7: said(("phone", "+962791234567")), 3: said(("phone", "+212612345678"))})
    assert (ground.numbers, ground.held.lists(), ground.tokens) == ([3, 7], [[], []], [])
    assert len(lay({}).holders) == 0


@settings(max_examples=25)
@given(rows=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_pairs_by_spelling(rows: list[tuple[int, int]]) -> None:
    import numpy as np

    spelling, value = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    pairs = {(a, b) for s, a in rows for t, b in rows if s == t and a < b}
    assert set(map(tuple, near_pairs(spelling, value).tolist())) == pairs


def test_a_row_belongs_to_the_value_before_it() -> None:
    rows = parse(said(("phone", "+962791234567"), ("email", "salim.khalil@mail.example")))
    exact = (rows["kind"] & NEAR) == 0
    values = values_of_rows(exact, rows["token"])
    assert (values[exact] == rows["token"][exact]).all()
    assert len(set(values[~exact].tolist())) == 2

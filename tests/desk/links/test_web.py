# SPDX-License-Identifier: AGPL-3.0-or-later
"""The picture of a cluster: the same for the same cluster, inside its sheet, safe to draw."""

from __future__ import annotations

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from amana.desk.links.web import (
    HEIGHT,
    MARGIN,
    MOST_DRAWN,
    WIDTH,
    Line,
    Node,
    places,
    web,
)

graphs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.just([f"n{i}" for i in range(n)]),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=20),
    )
)


def drawn(nodes: list[Node], lines: list[Line]) -> str:
    return str(web(nodes, lines, title="Links"))


@given(graphs)
def test_every_mark_lies_on_the_sheet_and_the_same_graph_looks_the_same(
    graph: tuple[list[str], list[tuple[int, int]]],
) -> None:
    keys, numbers = graph
    pairs = [(keys[a], keys[b]) for a, b in numbers if a != b]
    found = places(keys, pairs)
    assert found == places(keys, pairs)
    assert set(found) == set(keys)
    for x, y in found.values():
        assert MARGIN <= x <= WIDTH - MARGIN
        assert MARGIN / 2 <= y <= HEIGHT - MARGIN / 2


def test_what_is_linked_stands_nearer_than_what_is_not() -> None:
    """Two stars that share nothing: each keeps to itself."""
    keys = [f"a{i}" for i in range(5)] + [f"b{i}" for i in range(5)]
    pairs = [("a0", f"a{i}") for i in range(1, 5)] + [("b0", f"b{i}") for i in range(1, 5)]
    at = places(keys, pairs)

    def far(one: str, other: str) -> float:
        return float(abs(at[one][0] - at[other][0]) + abs(at[one][1] - at[other][1]))

    within = [far(a, b) for a, b in pairs]
    between = [far(a, b) for a, b in combinations(keys, 2) if a[0] != b[0]]
    assert sum(within) / len(within) < sum(between) / len(between)


def test_no_two_reports_lie_on_each_other() -> None:
    keys = [f"n{i}" for i in range(11)]
    at = places(keys, [(keys[0], key) for key in keys[1:]])
    assert len(set(at.values())) == len(keys)


def test_labels_are_escaped_and_drawn_left_to_right() -> None:
    page = drawn([Node("1", "report", '<script>"&'), Node("2", "value", "x")],
                 [Line("1", "2", dashed=True)])  # fmt: skip
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "&quot;&amp;" in page
    assert page.count('direction="ltr"') == 2
    assert page.count('class="maybe"') == 1


def test_a_picture_of_very_many_draws_the_first_and_no_line_to_the_others() -> None:
    nodes = [Node(f"n{i}", "report", str(i)) for i in range(MOST_DRAWN + 20)]
    page = drawn(nodes, [Line("n0", f"n{MOST_DRAWN + 1}"), Line("n0", "n1")])
    assert page.count("<circle") == MOST_DRAWN
    assert page.count("<line") == 1


def test_the_picture_has_a_name_and_no_style_or_script_of_its_own() -> None:
    page = drawn([Node("1", "here", "1234 5678")], [])
    assert 'role="img" aria-label="Links"' in page
    assert not re.search(r"style=|<script|on\w+=", page)

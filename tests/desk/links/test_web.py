# SPDX-License-Identifier: AGPL-3.0-or-later
"""The picture of a cluster: inside its sheet on every screen, whole values where there is room,
mirrored from right to left, safe to draw."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.desk.links.web import (
    LINE_OF_LETTERS,
    MOST_LINES,
    MOST_REPORTS,
    MOST_VALUES,
    Drawing,
    Line,
    Shared,
    Spot,
    places,
    strength,
    web,
    wrapped,
)

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=70)
graphs = st.tuples(
    st.integers(1, 70),
    st.lists(names, max_size=50),
    st.lists(st.tuples(st.integers(0, 69), st.integers(0, 49), st.floats(-6, 20)), max_size=90),
)


def drawn(
    spots: list[Spot], shared: list[Shared], lines: list[Line], *, rtl: bool = False
) -> Drawing:
    return web(spots, shared, lines, title="Links", rtl=rtl)


def star(count: int) -> tuple[list[Spot], list[Shared], list[Line]]:
    spots = [Spot(f"r{at}", f"code {at}") for at in range(count)]
    return spots, [Shared("v", "Phone number")], [Line(spot.key, "v", 4.0) for spot in spots]


@given(graphs)
def test_every_mark_stands_apart_from_the_next_and_on_the_sheet(
    graph: tuple[int, list[str], list[tuple[int, int, float]]],
) -> None:
    count, values, _ = graph
    spots = [Spot(f"r{at}", "1234 5678") for at in range(count)]
    shared = [Shared(f"v{at}", "Account name", value) for at, value in enumerate(values)]
    high, at = places(spots, shared)
    for column in (spots, shared):
        down = [at[one.key] for one in column]
        assert all(0 < y < high for y in down)
        least = 25 if column is spots and count > 20 else 43
        assert all(low - top >= least for top, low in pairwise(down)), "letters would touch"


@given(graphs, st.booleans())
def test_the_same_cluster_looks_the_same_and_no_line_ends_in_nothing(
    graph: tuple[int, list[str], list[tuple[int, int, float]]], rtl: bool
) -> None:
    count, values, pairs = graph
    spots = [Spot(f"r{at}", "1234 5678") for at in range(count)]
    shared = [Shared(f"v{at}", "Account name", value) for at, value in enumerate(values)]
    lines = [Line(f"r{r}", f"v{v}", w) for r, v, w in pairs if r < count and v < len(values)]
    found = drawn(spots, shared, lines, rtl=rtl)
    assert found == drawn(spots, shared, lines[::-1], rtl=rtl)
    marks = len(re.findall(r"<circle", found.svg)), len(re.findall(r"<rect", found.svg))
    assert marks == (found.reports[0], found.values[0])
    tops = {int(y) for y in re.findall(r'<svg x="[\d.]+%" y="(\d+)"', found.svg)}
    ends = {int(y) for y in re.findall(r'y[12]="(\d+)"', found.svg)}
    assert ends <= tops


@given(names)
def test_a_value_is_whole_as_long_as_its_lines_have_room(value: str) -> None:
    lines = wrapped(value)
    assert len(lines) <= MOST_LINES
    assert all(len(line) <= LINE_OF_LETTERS for line in lines)
    if not (lines and lines[-1].endswith("…")):
        assert "".join("".join(lines).split()) == "".join(value.split())


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("", []),
        ("+49 1511 2345678", ["+49 1511 2345678"]),
        ("instagram: studio.noor.casting", ["instagram:", "studio.noor.", "casting"]),
        ("DE89 3704 0044 0532 0130 00", ["DE89 3704 0044", "0532 0130 00"]),
        (
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            ["bc1qar0srrr7xfkvy", "5l643lydnw9re59gt", "zzwf5mdq"],
        ),
    ],
)
def test_a_value_is_broken_where_a_reader_would(value: str, lines: list[str]) -> None:
    assert wrapped(value) == lines


def test_what_no_line_has_room_for_ends_with_an_ellipsis_and_is_whole_when_pointed_at() -> None:
    name = "telegram: " + "x" * 80
    assert wrapped(name)[-1].endswith("…")
    spots, _, lines = star(2)
    assert (
        f"<title>Account name {name}</title>"
        in drawn(spots, [Shared("v", "Account name", name)], lines).svg
    )


def test_of_sixty_all_are_drawn_and_of_more_it_says_how_many() -> None:
    assert drawn(*star(MOST_REPORTS)).whole
    more = drawn(*star(MOST_REPORTS + 5))
    assert not more.whole
    assert more.reports == (MOST_REPORTS, MOST_REPORTS + 5)
    assert more.svg.count("<circle") == MOST_REPORTS
    assert f"code {MOST_REPORTS}<" not in more.svg


@pytest.mark.parametrize(("count", "dates"), [(20, 20), (21, 0), (60, 0)])
def test_many_reports_stand_closer_and_without_their_second_line(count: int, dates: int) -> None:
    spots, shared, lines = star(count)
    spots = [Spot(spot.key, spot.code, below="29/11/2026") for spot in spots]
    page = drawn(spots, shared, lines).svg
    assert page.count("29/11/2026") == dates


def test_very_many_lines_are_drawn_thinner() -> None:
    spots, shared, lines = star(40)
    more = [Shared("w", "Crypto wallet"), *shared]
    twice = [*lines, *(Line(spot.key, "w", 4.0) for spot in spots)]
    assert 'class="web dense"' in drawn(spots, more, twice).svg
    assert 'class="web"' in drawn(spots, shared, lines).svg


def test_where_values_are_too_many_those_stay_that_most_reports_name() -> None:
    spots = [Spot(f"r{at}", "1234 5678") for at in range(4)]
    shared = [Shared(f"v{at:02}", f"kind {at:02}") for at in range(MOST_VALUES + 1)]
    lines = [Line(spot.key, value.key, 1) for spot in spots[:2] for value in shared]
    lines += [Line(spot.key, shared[-1].key, 1) for spot in spots]
    found = drawn(spots, shared, lines)
    assert found.values == (MOST_VALUES, MOST_VALUES + 1)
    assert f"kind {MOST_VALUES:02}<" in found.svg


def test_from_right_to_left_the_columns_change_sides_and_letters_do_not() -> None:
    parts = star(2)
    for rtl, report, anchor in ((False, "31%", "end"), (True, "69%", "start")):
        page = drawn(*parts, rtl=rtl).svg
        assert f'<svg x="{report}" y=' in page
        assert f'text-anchor="{anchor}" direction="ltr">code 0<' in page


def test_the_heaviest_link_by_a_value_is_the_one_that_is_drawn() -> None:
    spots, shared, _ = star(1)
    lines = [Line("r0", "v", -0.2, "weak", dashed=True), Line("r0", "v", 4.0, "strong")]
    page = drawn(spots, shared, lines).svg
    assert page.count("<line ") == 1
    assert '<line class="strong"' in page
    assert "<title>strong</title>" in page
    assert 'class="weak maybe"' in drawn(spots, shared, lines[:1]).svg


@pytest.mark.parametrize(
    ("weight", "word"),
    [(-4, "weak"), (-0.1, "weak"), (0, "fair"), (2.9, "fair"), (3, "strong"), (20, "strong")],
)
def test_a_weight_has_a_word(weight: float, word: str) -> None:
    assert strength(weight) == word


def test_labels_are_escaped_and_drawn_left_to_right() -> None:
    page = drawn(
        [Spot("1", '<script>"&', below="<b>", href="#x")],
        [Shared("2", "<i>", "<u>")],
        [Line("1", "2", 1, said="<s>")],
    ).svg
    for raw in ("<script>", "<b>", "<i>", "<u>", "<s>"):
        assert raw not in page
    assert "&lt;script&gt;" in page
    assert page.count("<text") == page.count('direction="ltr"')


def test_the_report_one_looks_at_leads_nowhere_and_the_others_to_their_links() -> None:
    spots = [Spot("r0", "here", here=True), Spot("r1", "there", href="#with-1")]
    page = drawn(spots, [Shared("v", "k")], [Line("r0", "v", 1), Line("r1", "v", 1)]).svg
    assert page.count("<a ") == 1
    assert '<a href="#with-1" tabindex="-1" aria-label="there">' in page
    assert page.count('class="here"') == 1

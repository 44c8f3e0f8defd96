# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small numbers stay hidden, whatever is added and subtracted (field 7, rules for all)."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from amana.figures.protection import Level, Shown, guarded, protect
from amana.kernel.disclosure import Published, recoverable

MONTHS = ("2026-07", "2026-08", "2026-09")
LEVELS = (
    Level("all", ("a", "b", "c", "d")),
    Level("d", ("d1", "d2", "d3")),
    Level("all", ("x", "y")),
)
small = st.integers(0, 12)


@st.composite
def counts(draw: st.DrawFn, cell: st.SearchStrategy[int] = small) -> dict[str, int]:
    """Numbers that add up as `LEVELS` says, each part drawn from `cell`."""
    d = {key: draw(cell) for key in ("d1", "d2", "d3")}
    parts = {key: draw(cell) for key in ("a", "b", "c")} | {"d": sum(d.values())}
    whole = sum(parts.values())
    x = draw(st.integers(0, whole))
    return {"all": whole, "x": x, "y": whole - x, **parts, **d}


def follows(level: Level, shown: Shown) -> dict[str, int]:
    """What subtraction within a level gives back."""
    cells: dict[tuple[str | None, str | None], int | None] = {
        (part, None): shown[part] for part in level.parts
    }
    cells[None, None] = shown[level.total]
    found = recoverable(Published(cells, two_way=False, k=5))
    return {row or level.total: value for (row, _), value in found.items()}


@given(counts())
def test_no_small_number_is_shown_or_follows(found: dict[str, int]) -> None:
    shown = protect(found, LEVELS)
    assert not [key for key, number in shown.items() if number is not None and 0 < number < 5]
    for level in LEVELS:
        assert not [v for v in follows(level, shown).values() if v]


@given(counts())
def test_what_is_shown_is_true_and_zeros_are_never_hidden_alone(found: dict[str, int]) -> None:
    shown = protect(found, LEVELS)
    assert all(number in (None, found[key]) for key, number in shown.items())
    assert all(shown[key] == 0 for key, number in found.items() if number == 0 and key != "all")


@given(counts(st.just(0) | st.integers(5, 40)))
def test_nothing_is_hidden_where_nothing_is_small(found: dict[str, int]) -> None:
    assume(all(number == 0 or number >= 5 for number in found.values()))
    assert protect(found, LEVELS) == found


def test_under_a_hidden_total_no_part_is_shown() -> None:
    # "d" is the companion of the small "a": with d1 and d2 in sight it would come back.
    found = {"all": 109, "a": 3, "b": 50, "c": 50, "d": 6, "d1": 6, "d2": 0, "d3": 0}
    shown = protect(found, LEVELS[:2])
    assert shown["a"] is None
    assert shown["d"] is None
    assert (shown["d1"], shown["d2"]) == (None, 0)
    assert (shown["b"], shown["all"]) == (50, 109)


def test_a_part_that_is_the_whole_takes_the_whole_with_it() -> None:
    found = {"all": 100, "a": 60, "d": 40, "b": 0, "c": 0, "d1": 40, "d2": 0, "d3": 0}
    shown = protect(found, LEVELS[:2], also={"d1"})
    assert shown["d"] is None
    assert shown["a"] is None
    assert shown["all"] == 100


def joint(level: Level, seen: dict[str, Shown]) -> list[int]:
    """What follows from three months and their quarter for one level."""
    cells: dict[tuple[str | None, str | None], int | None] = {}
    for place in (*MONTHS, ""):
        for row in (*level.parts, None):
            shown = seen.get(place)
            cells[row, place or None] = None if shown is None else shown[row or level.total]
    return list(recoverable(Published(cells, two_way=True, k=5)).values())


@given(st.lists(counts(), min_size=3, max_size=3), st.permutations(["", *MONTHS]))
def test_months_and_their_quarter_give_nothing_away_in_any_order(
    months: list[dict[str, int]], order: list[str]
) -> None:
    numbers = dict(zip(MONTHS, months, strict=True))
    numbers[""] = {key: sum(month[key] for month in months) for key in months[0]}
    seen: dict[str, Shown] = {}
    for place in order:
        seen[place] = guarded(numbers[place], LEVELS, place=place, others=dict(seen), places=MONTHS)
        for level in LEVELS:
            assert not [value for value in joint(level, seen) if 0 < value < 5]


def test_a_month_that_is_the_quarter_less_the_others_stays_hidden() -> None:
    def month(a: int) -> dict[str, int]:
        return {"all": 100 + a, "a": a, "b": 60, "c": 40}

    level = [Level("all", ("a", "b", "c"))]
    seen = {name: protect(month(a), level) for name, a in zip(MONTHS, (20, 18, 2), strict=True)}
    assert seen["2026-09"]["a"] is None
    whole = {"all": 340, "a": 40, "b": 180, "c": 120}
    shown = guarded(whole, level, place="", others=seen, places=MONTHS)
    assert shown["a"] is None
    assert shown["all"] == 340
    assert protect(whole, level)["a"] == 40  # alone it would be harmless

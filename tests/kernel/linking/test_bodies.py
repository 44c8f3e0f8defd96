# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies that grow: what they are found to say by then is what counting anew would say, whatever
was joined and whatever had been asked before; and what two bodies that differ cost."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.bodies import Bodies, Profile
from amana.kernel.linking.field import Decisions, Field
from amana.kernel.linking.ground import lay, named
from amana.kernel.linking.kinds import AGAINST, Family
from amana.kernel.linking.spans import SECOND, Span, against, odds
from tests.kernel.linking.fields import planted_field
from tests.kernel.linking.said import Row, said, token

COUNT = 300
STEPS = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans()), min_size=1, max_size=25
)


def kernels() -> Bodies:
    return Bodies(*planted_field(COUNT))


def members(bodies: Bodies) -> dict[int, list[int]]:
    """Reports that hold anything, by the body that they are found in."""
    found: dict[int, list[int]] = {}
    for report in np.flatnonzero(bodies.state.held.sizes).tolist():
        found.setdefault(bodies.of(report), []).append(report)
    return found


def grown(bodies: Bodies, steps: list[tuple[int, int, bool]]) -> dict[int, list[int]]:
    """Join some, with questions in between that are answered from memory later."""
    for one, other, asked in steps:
        known = sorted(members(bodies))
        stays, goes = known[one % len(known)], known[other % len(known)]
        if asked:
            bodies.tally(stays)
        if stays != goes:
            bodies.join(stays, goes)
    return members(bodies)


@settings(max_examples=15)
@given(STEPS)
def test_members_of_a_grown_body_are_those_that_are_found_in_it(
    steps: list[tuple[int, int, bool]],
) -> None:
    bodies = kernels()
    before = sorted(report for mine in members(bodies).values() for report in mine)
    found = grown(bodies, steps)
    assert sorted(report for mine in found.values() for report in mine) == before
    for body, mine in found.items():
        assert sorted(bodies.members(body)) == mine


@settings(max_examples=15)
@given(STEPS)
def test_what_was_counted_before_a_body_grew_is_what_counting_anew_gives(
    steps: list[tuple[int, int, bool]],
) -> None:
    bodies = kernels()
    for body, mine in grown(bodies, steps).items():
        held = [bodies.state.held[report] for report in mine]
        assert +bodies.tally(body) == Counter(place for one in held for place in one)
        masks = bodies.state.masks[mine]
        naming = tuple(int((named(masks, family) > 0).sum()) for family in Family)
        assert bodies.profile(body) == Profile(len(mine), naming)


@settings(max_examples=15)
@given(STEPS, st.data())
def test_how_many_hold_one_of_several_values_is_the_same_from_either_side(
    steps: list[tuple[int, int, bool]], data: st.DataObject
) -> None:
    """Few members are asked what they hold, few holders where they stand."""
    bodies = kernels()
    found = grown(bodies, steps)
    body = data.draw(st.sampled_from(sorted(found)))
    nearby = sorted({place for report in found[body] for place in bodies.state.held[report]})
    places = data.draw(st.sets(st.sampled_from(nearby or [0]), max_size=4))
    expected = sum(not places.isdisjoint(bodies.state.held[report]) for report in found[body])
    assert bodies.holding(body, places) == expected


COUNTS = st.lists(st.integers(0, 2_000), min_size=len(Family), max_size=len(Family))


def nothing() -> Field:
    return Field(lay({}), Decisions())


@settings(max_examples=50)
@given(COUNTS, COUNTS, st.integers(0, 63))
def test_what_two_bodies_say_against_each_other(one: list[int], other: list[int], own: int) -> None:
    """The same from both ends; no less than once and no more than double for each family in which
    they differ; nothing where one of them is silent or both agree."""
    state = nothing()
    cost = against(state, one, other, own)
    assert cost == against(state, other, one, own)
    differ = [f for f in Family if one[f] and other[f] and not own >> f & 1]
    least = sum(AGAINST[family] for family in differ)
    assert least <= cost <= 2 * least
    assert against(state, one, other, 63) == 0
    louder = [count * 2 for count in one]
    assert against(state, louder, other, own) >= cost


def body_of(state: Field, *sizes: int) -> Bodies:
    """Reports in their order, in bodies of these sizes."""
    home = np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)
    return Bodies(state, home)


PHONE, IBAN = ("phone", "+962791234567"), ("iban", "JO94CBJO0010000000000131000302")
LEFT, RIGHT = ("handle", "telegram:left_hand1"), ("handle", "telegram:right_arm9")


def laid(*reports: list[Row]) -> Field:
    state = Field(lay(dict(enumerate(said(*rows) for rows in reports))), Decisions())
    state.add_near()
    return state


def linked(state: Field, bodies: Bodies, *rows: Row, own: int = 0) -> float:
    places = [state.ground.tokens.index(token(*row)) for row in rows]
    one, other = sorted({bodies.of(at) for at in range(len(state.masks))})
    return odds(bodies, one, other, Span(places, own))


def test_what_links_two_bodies_is_weighed_once_for_each_thing_that_it_is() -> None:
    state = laid([PHONE, IBAN], [PHONE, IBAN])
    bodies = body_of(state, 1, 1)
    alone, both = linked(state, bodies, PHONE), linked(state, bodies, PHONE, IBAN)
    assert both > alone > 0
    assert linked(state, bodies, PHONE, PHONE) == alone


def test_what_they_differ_in_is_taken_off() -> None:
    same = laid([PHONE, LEFT], [PHONE, LEFT])
    differ = laid([PHONE, LEFT], [PHONE, RIGHT], [LEFT], [RIGHT])
    apart = Bodies(differ, np.array([0, 1, 2, 3]))
    place = [differ.ground.tokens.index(token(*PHONE))]
    agreed = linked(same, body_of(same, 1, 1), PHONE, own=1 << Family.HANDLE | 1 << Family.PHONE)
    assert odds(apart, 0, 1, Span(place, 1 << Family.PHONE)) == pytest.approx(
        agreed - AGAINST[Family.HANDLE]
    )


def test_a_phone_that_a_large_body_names_once_links_it_less_than_one_that_all_name() -> None:
    """It rather is the reporter's own, or somebody's who was named beside him."""
    other_phone = ("phone", "+962785550000")
    each = [[other_phone, PHONE] for _ in range(40)]
    once = [[other_phone, *([PHONE] if at == 0 else [])] for at in range(40)]
    weighed = []
    for large in (each, once):
        state = laid(*large, [PHONE], [PHONE])
        weighed.append(linked(state, body_of(state, 40, 2), PHONE, own=1 << Family.PHONE))
    assert weighed[1] < weighed[0]


def test_the_second_of_two_values_that_always_come_together_adds_little() -> None:
    """A clinic's number and its mailbox are one witness."""
    mail = ("email", "aid.desk@clinic.example")
    own = 1 << Family.PHONE | 1 << Family.EMAIL
    together, by_chance = laid(*[[PHONE, mail]] * 4), laid(*[[PHONE, mail]] * 2)
    alone = linked(together, body_of(together, 2, 2), PHONE, own=own)
    both = linked(together, body_of(together, 2, 2), PHONE, mail, own=own)
    assert both == pytest.approx(alone + SECOND)
    assert linked(by_chance, body_of(by_chance, 1, 1), PHONE, mail, own=own) > both


def test_two_bodies_that_share_one_number_and_go_by_others_are_held_against_each_other() -> None:
    first, second = ("phone", "+962785550000"), ("phone", "+962776661111")
    state = laid([PHONE], [first], [first], [PHONE], [second], [second])
    same = laid([PHONE], [PHONE], [PHONE], [PHONE])
    own = 1 << Family.PHONE
    twice = [2 * (family == Family.PHONE) for family in Family]
    differ = linked(state, body_of(state, 3, 3), PHONE, own=own)
    assert linked(same, body_of(same, 2, 2), PHONE, own=own) - differ == pytest.approx(
        against(state, twice, twice, 0)
    )


def test_a_span_that_takes_another_forgets_what_it_weighed() -> None:
    span = Span([1], 1, weight=4.0)
    span.take(Span([1, 2], 4, weight=3.0))
    assert (span.places, span.own, span.weight) == ({1, 2}, 5, None)

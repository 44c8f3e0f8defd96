# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked of all values, or of all pairs, at once is what asking each by itself would say."""

from __future__ import annotations

import numpy as np
import pytest

from amana.kernel.linking.agreeing import (
    WITNESSES,
    WITNESSES_OF_SLIP,
    WITNESSES_OF_WEAK,
    Holders,
    Witnesses,
)
from amana.kernel.linking.bodies import Bodies
from amana.kernel.linking.bridges import _carried
from amana.kernel.linking.field import NAMES, Field
from amana.kernel.linking.ground import named
from amana.kernel.linking.kinds import FAMILY, NEAR, Family, Kind
from amana.kernel.linking.mates import Few, Mates
from amana.kernel.linking.spans import Span, odds
from amana.kernel.linking.unions import Unions, connected
from tests.kernel.linking.fields import planted_field


@pytest.mark.parametrize("company", [True, False])
def test_who_agrees_with_whom(company: bool) -> None:
    state, _ = planted_field()
    held, witnesses = [{*one} for one in state.held], Witnesses(state)
    slips = np.arange(state.first_slip, len(state.kinds))
    asked = np.append(np.flatnonzero(state.judged & (state.holders.sizes > 1)), slips)
    joined = 0
    for them in Holders.of(state, asked):
        found = connected(len(them.who), *witnesses.agreed(them, company=company))
        for at, place in enumerate(them.places.tolist()):
            mine = np.flatnonzero(them.value == at)
            labels = _slowly(state, held, place, them.who[mine].tolist(), company)
            assert (found[mine] - mine[0]).tolist() == labels
            joined += len({*labels}) < len(labels)
    assert joined > 100


def _slowly(
    state: Field, held: list[set[int]], place: int, who: list[int], company: bool
) -> list[int]:
    """The same, value by value."""
    kind, unions = int(state.kinds[place]), Unions(len(who))
    allowed = WITNESSES
    if kind not in WITNESSES_OF_WEAK:
        allowed = WITNESSES_OF_SLIP if kind & NEAR else WITNESSES_OF_WEAK
    values = {place}
    if place >= state.first_slip:
        values = {*state.parents[place - state.first_slip].tolist()}
    if not company:
        values |= {also for one in values if not state.alone[one] for also in state.company[one]}
    beside = {place, *values, *(slip for one in values for slip in state.kin[one])}
    for what in set().union(*(held[report] for report in who)) - beside:
        other = int(state.kinds[what])
        if state.silent[what] or state.common[what] or other not in allowed:
            continue
        if state.idle[other] and not other & NEAR:
            continue
        agreed = [at for at, report in enumerate(who) if what in held[report]]
        chance = len(who) / state.total * int(state.counts[what])
        if chance <= 0.1 or len(agreed) >= max(3.0, 5 * chance):
            for at in agreed[1:]:
                unions.join(agreed[0], at)
    return unions.labels()


def test_bridges_are_weighed_all_at_once_as_one_by_one() -> None:
    state, kernels = planted_field()
    bodies = Bodies(state, kernels)
    spans = _carried(bodies)
    positive = 0
    for index, found in enumerate(spans.odds(bodies).tolist()):
        one, other = spans.ends(index)
        alone = odds(bodies, one, other, Span(spans.places[index], int(spans.own[index])))
        assert found == alone or max(found, alone) <= 0
        positive += found > 0
    assert 100 < positive < len(spans)


def test_what_two_bodies_agree_in() -> None:
    state, kernels = planted_field()
    bodies = Bodies(state, kernels)
    spans, is_name = _carried(bodies), NAMES[state.kinds]
    for index in range(len(spans)):
        kinds = {int(state.kinds[place]) & ~NEAR for place in spans.places[index]}
        own = {FAMILY[kind] for kind in kinds if kind in FAMILY}
        names = [
            {what for at in bodies.members(body) for what in state.held[at] if is_name[what]}
            for body in spans.ends(index)
        ]
        naming = [bodies.profile(body).named[Family.NAME] > 0 for body in spans.ends(index)]
        if all(naming) and names[0] & names[1]:
            own.add(Family.NAME)
        assert int(spans.own[index]) == sum(1 << family for family in own)


def test_a_report_and_the_others_of_a_body_compared() -> None:
    state, kernels = planted_field()
    mates = Mates(state, kernels)
    reports = np.flatnonzero(mates.sizes[kernels] > 1)
    both, same = mates.compared(Few.alone(reports), kernels[reports])
    elsewhere = mates.compared(Few.alone(reports), np.roll(kernels[reports], 5))
    assert same.any()
    for found, bodies in (
        ((both, same), kernels[reports]),
        (elsewhere, np.roll(kernels[reports], 5)),
    ):
        for at, report in enumerate(reports.tolist()):
            others = [who for who in mates.members[int(bodies[at])][:48] if who != report]
            assert (int(found[0][at]), int(found[1][at])) == _compared(state, report, others)


def _compared(state: Field, report: int, others: list[int]) -> tuple[int, int]:
    """The same with sets."""
    theirs = {what for who in others for what in state.held[who]}
    shared = {int(state.kinds[w]) for w in theirs & {*state.held[report]} if not state.silent[w]}
    same = {FAMILY[kind] for kind in shared if kind in FAMILY}
    mine, naming = state.masks[[report]], state.masks[others]
    both = {f for f in Family if named(mine, f).any() and named(naming, f).any()}
    if Family.NAME not in same and Kind.NAME_PART in shared:
        both.discard(Family.NAME)
    return sum(1 << f for f in both), sum(1 << f for f in both & same)

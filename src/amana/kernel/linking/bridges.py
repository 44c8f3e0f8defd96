# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joining kernels: what links two of them is added up, what they contradict each other in is
taken off, and whatever has grown is weighed once more as a whole."""

from __future__ import annotations

from typing import Final

import numpy as np

from amana.kernel.linking.bodies import Bodies
from amana.kernel.linking.field import Field
from amana.kernel.linking.growing import Growing
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.ragged import Ints, counted, each_with_each, ranked
from amana.kernel.linking.spans import Spans
from amana.kernel.linking.unions import rejoined

MOST_AT_ONCE: Final = 40
"""Kernels of one value that are compared each with each; further ones with the largest only."""
MOST_BODIES: Final = 12
FEWEST_LENT: Final = 4
LEAST_TRUST: Final = -3.0


def bridge(state: Field, home: Ints) -> Ints:
    """For each report the report that stands for its cluster."""
    bodies = Bodies(state, home)
    _mute_lent(bodies)
    return rejoined(home, [*Growing(bodies, _carried(bodies)).joined()])


def _mute_lent(bodies: Bodies) -> None:
    """Mute what two bodies share that contradict each other in more than all that they share
    weighs: an account lent to several, a phone of a shop. Those who name nothing else of the
    bodies stay by themselves."""
    state = bodies.state
    asked = np.flatnonzero(state.judged & ~state.silent & (state.holders.sizes > 1))
    place, body, _ = _held_by(bodies, asked[state.trust(asked) > 0])
    large = bodies.sizes[body] > 1
    place, body = place[large], body[large]
    order = np.lexsort((state.numbers[body], -bodies.sizes[body], place))
    place, body = place[order], body[order]
    few = ranked(place)[0] < MOST_BODIES
    place, body = place[few], body[few]
    at, to = each_with_each(ranked(place)[1])
    spans = Spans.of(bodies, place[at], body[at], body[to])
    _, lent = spans.places.take(np.flatnonzero(spans.odds(bodies) < 0))
    lent = lent[state.holders.size_of(lent) >= FEWEST_LENT]
    state.quiet |= dict.fromkeys(lent.tolist(), Muted.LENT)
    state.silent[lent] = True


def _carried(bodies: Bodies) -> Spans:
    """Pairs of kernels with the values that link them."""
    state = bodies.state
    places = np.flatnonzero(state.judged & ~state.silent)
    places = places[state.trust(places) > LEAST_TRUST]
    slips = np.arange(state.first_slip, len(state.kinds))
    place, body, count = _held_by(bodies, np.append(places, slips))
    order = np.lexsort((state.numbers[body], -count, place))
    place, body = place[order], body[order]
    before, behind = ranked(place)
    behind[(before > 0) & (before + behind >= MOST_AT_ONCE)] = 0
    at, to = each_with_each(behind)
    return Spans.of(bodies, place[at], body[at], body[to])


def _held_by(bodies: Bodies, places: Ints) -> tuple[Ints, Ints, Ints]:
    """Each of these values with each body that holds it, and how many of that do."""
    which, who = bodies.state.holders.take(places)
    keys, count = counted(which * len(bodies.home) + bodies.home[who])
    which, body = np.divmod(keys, max(1, len(bodies.home)))
    return places[which], body, count

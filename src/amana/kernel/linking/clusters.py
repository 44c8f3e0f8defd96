# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which reports mean one person.

Three steps, none of which depends on the order of the reports:

1. *Judge* every shared value: does it belong to one person, or is it a bank's hotline, a platform's
   mailbox, a reporter's own number? Those who share it and agree on something else speak for it;
   those who differ in everything else they say speak against. What is shared by strangers is muted.
2. *Kernels*: reports that agree on two independent things.
3. *Bridges*: kernels joined by the sum of what links them, less what they contradict each other in.
   A thin bridge between two bodies must hold against all that both sides say.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from amana.kernel.linking.agreeing import Holders, Witnesses
from amana.kernel.linking.bridges import bridge
from amana.kernel.linking.field import Decisions, Field
from amana.kernel.linking.ground import Ground
from amana.kernel.linking.judging import judge, judge_again
from amana.kernel.linking.learning import idle, learn
from amana.kernel.linking.likely import attach
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.ragged import Ints
from amana.kernel.linking.unions import connected

__all__ = ["Decisions", "Outcome", "cluster", "kernels_of"]


@dataclass(slots=True)
class Outcome:
    """`labels`: for each report the place of the report that stands for its cluster. `muted`: token
    to reason. `likely`: places of the reports that a weak tie brought where they stand."""

    labels: list[int]
    muted: dict[int, Muted] = field(default_factory=dict)
    likely: Collection[int] = frozenset()


def cluster(
    ground: Ground, decisions: Decisions | None = None, *, proposals: bool = False
) -> Outcome:
    """Say which reports belong together. Equal sets give equal clusters in whatever order.

    With `proposals` also those that only a handle, a text or a slip links, where such links have
    proven right in this very ground: what a person is asked to confirm."""
    state = Field(ground, decisions or Decisions())
    state.idle = idle(state)
    judge(state)
    state.add_near()
    state.scales = learn(state, proposals=proposals)
    kernels = kernels_of(state)
    judge_again(state, kernels)
    muted = len(state.quiet)
    firm = labels = bridge(state, kernels)
    if proposals:
        labels = attach(state, firm)
    elif (firm != kernels).any() or len(state.quiet) > muted:
        # Once more: what has grown together may hold a second witness for who stood alone.
        firm = labels = bridge(state, firm)
    return Outcome(
        labels.tolist(),
        {ground.tokens[place]: why for place, why in state.quiet.items()},
        frozenset(np.flatnonzero(labels != firm).tolist()),
    )


def kernels_of(state: Field) -> Ints:
    """For each report the first of those that agree with it on two independent things."""
    witnesses = Witnesses(state)
    asked = (state.judged | (np.arange(len(state.kinds)) >= state.first_slip)) & ~state.silent
    asked &= ~state.idle[state.kinds] & (state.holders.sizes > 1)
    found = [np.zeros((2, 0), dtype=np.int64)]
    for them in Holders.of(state, np.flatnonzero(asked)):
        one, other = witnesses.agreed(them)
        found.append(np.stack([them.who[one], them.who[other]]))
    return connected(len(state.masks), *np.concatenate(found, axis=1))

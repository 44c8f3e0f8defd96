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

from amana.kernel.linking.bridges import bridge
from amana.kernel.linking.field import Decisions, Field
from amana.kernel.linking.ground import Ground
from amana.kernel.linking.judging import judge, judge_again
from amana.kernel.linking.kinds import NEAR, carries
from amana.kernel.linking.learning import idle, learn
from amana.kernel.linking.likely import attach
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.unions import Unions

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
    told = decisions or Decisions()
    state = Field(ground, told)
    kernels = Unions(len(ground.numbers))
    order = sorted(
        (place for place in range(len(ground.tokens)) if carries(state.kinds[place])),
        key=lambda place: (-state.counts[place], ground.tokens[place]),
    )
    state.idle = idle(state, order)
    for place in order:
        judge(state, place)
    state.add_near()
    state.scales = learn(state, proposals=proposals)
    for place in [*order, *state.parents]:
        if place not in state.quiet and state.kinds[place] & ~NEAR not in state.idle:
            kernels_of(state, place, kernels)
    judge_again(state, kernels.labels())
    labels = bridge(state, kernels)
    if not proposals:
        # Once more: what has grown together may hold a second witness for who stood alone.
        kernels.join_all(labels)
        labels = bridge(state, kernels)
    likely: set[int] = set()
    if proposals:
        found = attach(state, labels)
        likely = {at for at, label in enumerate(found) if label != labels[at]}
        labels = found
    muted = {ground.tokens[place]: why for place, why in state.quiet.items()}
    return Outcome(labels, muted, likely)


def kernels_of(state: Field, place: int, kernels: Unions) -> None:
    members = state.holders[place]
    if len(members) < 2:
        return
    unions = state.split(place, members)
    for at, first in enumerate(unions.labels()):
        if first != at:
            kernels.join(members[first], members[at])

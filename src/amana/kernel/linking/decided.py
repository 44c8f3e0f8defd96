# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people decided, laid over what was found. Nothing is written into the finding itself, so
that a decision taken back leaves it exactly as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from amana.kernel.linking.clusters import Decisions, Outcome, cluster
from amana.kernel.linking.ground import Ground
from amana.kernel.linking.links import Edges
from amana.kernel.linking.unions import Unions

MOST_EDGES: Final = 2_000


def settle(ground: Ground, decisions: Decisions) -> Outcome:
    """The clusters as they stand with all decisions of people."""
    outcome = cluster(ground, decisions)
    where = {number: at for at, number in enumerate(ground.numbers)}
    together = _places(decisions.together, where)
    apart = _places(decisions.apart, where)
    unions = Unions(len(ground.numbers))
    unions.join_all(outcome.labels)
    for one, other in together:
        unions.join(one, other)
    broken = {unions.find(one) for one, other in apart if unions.find(one) == unions.find(other)}
    labels = unions.labels()
    for label in broken:
        members = [at for at, found in enumerate(labels) if found == label]
        labels = _parted(ground, outcome, labels, members, together, apart)
    return Outcome(labels, outcome.muted)


def _places(pairs: Collection[tuple[int, int]], where: dict[int, int]) -> list[tuple[int, int]]:
    known = [(where[a], where[b]) for a, b in pairs if a in where and b in where]
    return sorted((min(pair), max(pair)) for pair in known)


def _parted(
    ground: Ground,
    outcome: Outcome,
    labels: list[int],
    members: list[int],
    together: Iterable[tuple[int, int]],
    apart: list[tuple[int, int]],
) -> list[int]:
    """A cluster put together anew, the heaviest edges first and the confirmed ones before all; a
    join that would bring two together who were set apart is left out."""
    inside = set(members)
    confirmed = [pair for pair in together if pair[0] in inside and pair[1] in inside]
    unions = Unions(len(labels))
    for one, other in [*confirmed, *_edges(ground, outcome, members)]:
        if not _forbidden(unions, one, other, apart):
            unions.join(one, other)
    return [unions.find(at) if at in inside else label for at, label in enumerate(labels)]


def _edges(ground: Ground, outcome: Outcome, members: list[int]) -> list[tuple[int, int]]:
    """Firm edges within a cluster, the heaviest first."""
    edges, where = Edges(ground, outcome), {ground.numbers[at]: at for at in members}
    links = {
        link
        for at in members
        for link in edges.of(at, limit=MOST_EDGES)
        if link.one in where and link.other in where and link.weight > 0
    }
    ordered = sorted(links, key=lambda link: (-link.weight, link.one, link.other))
    return [(where[link.one], where[link.other]) for link in ordered]


def _forbidden(unions: Unions, one: int, other: int, apart: list[tuple[int, int]]) -> bool:
    a, b = unions.find(one), unions.find(other)
    return a != b and any(
        {unions.find(left), unions.find(right)} == {a, b} for left, right in apart
    )

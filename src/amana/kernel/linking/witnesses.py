# SPDX-License-Identifier: AGPL-3.0-or-later
"""What little ties a report or two to a body of others: a name, a handle, a value with a slip, a
text. Each such tie is of a sort: what it is, and how many hold it, here and elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from amana.kernel.linking.field import Field
from amana.kernel.linking.ground import named
from amana.kernel.linking.kinds import FAMILY, NEAR, Family, Kind

MOST_HOLDERS: Final = 64
WEAK: Final = frozenset({Kind.HANDLE, Kind.NICK, Kind.TEXT})
Sort = tuple[int, int, int, int, int]
"""Kind, how large the body is, how many in it hold that, how many elsewhere do (all roughly), and
what else tells such ties apart."""


@dataclass(frozen=True, slots=True)
class Home:
    """For each report the label of its body, and how many stand in each."""

    labels: Sequence[int]
    sizes: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties some reports to the body of a label."""

    body: int
    kind: int
    sort: Sort

    def better_than(self, other: Tie) -> bool:
        _, _, here, elsewhere, more = self.sort
        _, _, there, further, less = other.sort
        return (here, -elsewhere, more) > (there, -further, less)

    @property
    def family(self) -> int | None:
        return FAMILY.get(self.kind & ~NEAR)


def ties(state: Field, home: Home, mine: Collection[int]) -> dict[int, list[Tie]]:
    """For each body of others, in which `mine` are not counted, what ties these reports to it: of
    each kind what most of that body hold, since one slip has many neighbours."""
    found: dict[tuple[int, int], Tie] = {}
    for tie in _all(state, home, mine):
        known = found.get((tie.body, tie.kind))
        if known is None or tie.better_than(known):
            found[tie.body, tie.kind] = tie
    by_body: dict[int, list[Tie]] = {}
    for tie in found.values():
        by_body.setdefault(tie.body, []).append(tie)
    return by_body


def _all(state: Field, home: Home, mine: Collection[int]) -> Iterator[Tie]:
    for at in mine:
        keys = []
        for what in state.held[at]:
            kind = state.kinds[what]
            if what in state.quiet:
                continue
            if kind == Kind.NAME:
                keys.append(what)
            elif kind in WEAK:
                yield from _sorted(home, kind, _others(state.holders[what], mine), mine, 0)
            elif kind & NEAR:
                yield from _of_slip(state, home, what, at, mine)
        if keys:
            yield from _of_name(state, home, at, keys, mine)


def _others(holders: Collection[int], mine: Collection[int]) -> list[int]:
    if len(holders) > MOST_HOLDERS:
        return []
    return [who for who in holders if who not in mine]


def _of_slip(state: Field, home: Home, what: int, at: int, mine: Collection[int]) -> Iterator[Tie]:
    one, other = state.parents[what]
    own, theirs = (one, other) if one in state.held[at] else (other, one)
    same = {home.labels[who] for who in state.holders[own] if who not in mine}
    others = [w for w in _others(state.holders[theirs], mine) if home.labels[w] not in same]
    crowd = min(len(state.kin[own]), 4) // 2
    yield from _sorted(home, state.kinds[what], others, mine, crowd)


def _of_name(
    state: Field, home: Home, at: int, keys: list[int], mine: Collection[int]
) -> Iterator[Tie]:
    """The whole name, as this report gives it, if another has all of it; else its rarest part."""
    wanted = named(state.masks[at], Family.NAME)
    long = 2 if wanted > 1 else 0
    keys.sort(key=lambda what: len(state.holders[what]))
    others = _others(state.holders[keys[0]], mine)
    if len(keys) == wanted and others:
        whole = set(others).intersection(*(state.holders[what] for what in keys[1:]))
        if whole:
            yield from _sorted(home, Kind.NAME, whole, mine, 1 + long)
            return
    yield from _sorted(home, Kind.NAME, others, mine, long)


def _sorted(
    home: Home, kind: int, others: Collection[int], mine: Collection[int], more: int
) -> Iterator[Tie]:
    bodies = Counter(home.labels[who] for who in others)
    for body, count in bodies.items():
        size = home.sizes[body] - sum(home.labels[at] == body for at in mine)
        sort = (kind, _some(size), _some(count), _some(len(others) - count), more)
        yield Tie(body, kind, sort)


def _some(count: int) -> int:
    """0, 1, 2, 3 or 4, 5 or more."""
    return count if count < 3 else 3 if count < 5 else 4

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is drawn around a report: those who share a value with it or stand one slip from it, and of
the bodies they stand in those that it may have to do with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from amana.kernel.linking.ground import parse
from amana.kernel.linking.kinds import AT_FIRST, NEAR, WEIGHT, Kind
from amana.triage.links.statements import Lying

HOLDERS: Final = 256
NEIGHBOURS: Final = 400
OF_A_CROWD: Final = 128
"""Holders of one value that are drawn; further ones only if they share something else too."""
AT_A_SLIP: Final = 32
SOME: Final = 8
"""Where more reports than the first stand one slip from a value, only some of them are drawn, and
those that share something else: it says enough of a crowd that it is one."""
NAMES: Final = frozenset({Kind.NAME, Kind.NAME_PART})
ALIKE: Final = frozenset({Kind.TEXT, *NAMES})
"""Kinds of which all that two reports share is one thing: bands of a text, parts of a name."""
ENOUGH: Final = frozenset(kind for kind, weight in WEIGHT.items() if weight + AT_FIRST > 0)
"""Kinds of which one value may join two reports by itself."""

Row = tuple[int, int, int]
"""Kind and token of a row of a set, and the token of the value that it belongs to."""


def rows_of(packed: bytes) -> list[Row]:
    """The rows of a set that may lead to others; spellings know whose they are."""
    found, value = [], 0
    for kind, token in parse(packed).tolist():
        if not kind & NEAR:
            value = token
        if kind != Kind.PREFIX:
            found.append((kind, token, value))
    return found


def nearest(mine: Sequence[Row], holders: Mapping[int, Sequence[int]]) -> list[int]:
    """Who shares a value comes before who is only one slip away; names lead to nobody. Of crowds
    only some, and those with whom it shares a second thing."""
    exact: dict[int, set[int]] = {}
    near: dict[int, set[int]] = {}
    for kind, token, value in mine:
        if kind not in NAMES:
            (near if kind & NEAR else exact).setdefault(value, set()).update(holders.get(token, ()))
    times = Counter(number for found in exact.values() for number in found)
    sharing = set(times)
    for value, found in near.items():
        found.difference_update(exact.get(value, ()))
        times.update(found)
    led = [*_some(exact, times, OF_A_CROWD, OF_A_CROWD), *_some(near, times, AT_A_SLIP, SOME)]
    led.sort(key=lambda number: (number not in sharing, -times[number], number))
    return list(dict.fromkeys(led))[:NEIGHBOURS]


def _some(
    led: Mapping[int, set[int]], times: Mapping[int, int], crowd: int, some: int
) -> Iterator[int]:
    for found in led.values():
        if len(found) <= crowd:
            yield from found
        else:
            yield from sorted(found)[:some]
            yield from (number for number in found if times[number] > 1)


def bearing(
    mine: Sequence[Row], rows: Mapping[int, Lying], row: Lying, silent: Collection[int]
) -> set[int]:
    """The clusters of those around that a report may join: it shares with them what may be enough
    by itself, or two things. A single slip, a text or a handle alone join nobody."""
    what: dict[int, int] = {}
    enough: set[int] = set()
    for kind, token, value in reversed(mine):
        if value not in silent:
            what[token] = -int(Kind.NAME if kind in NAMES else kind) if kind in ALIKE else value
            if kind in ENOUGH:
                enough.add(token)
    shared: dict[int, set[int]] = {}
    sure: set[int] = set()
    for other in rows.values():
        if other.number == row.number:
            continue
        common = what.keys() & parse(other.packed)["token"].tolist()
        shared.setdefault(other.cluster, set()).update(what[token] for token in common)
        if not enough.isdisjoint(common):
            sure.add(other.cluster)
    return sure | {cluster for cluster, things in shared.items() if len(things) > 1}

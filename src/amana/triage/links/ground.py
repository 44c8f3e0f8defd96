# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of all token sets that bears on one report: those it shares a token with, and the
clusters they stand in."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from amana.config.node import blind_index
from amana.kernel.identifiers import tolerant
from amana.kernel.linking.clusters import Decisions
from amana.kernel.linking.ground import Ground, lay, parse
from amana.kernel.linking.kinds import NEAR, Kind
from amana.kernel.linking.tokens import value_token
from amana.kernel.sealing.blind import BlindIndex
from amana.packs.shared import shared_values
from amana.triage.links.models import (
    LinkDecision,
    LinkSet,
    LinkToken,
    SharedToken,
    TokenDecision,
)

HOLDERS: Final = 256
NEIGHBOURS: Final = 400
MATES: Final = 600
CHUNK: Final = 100
COUNT_HOLDS: Final = 60.0


@dataclass(slots=True)
class Around:
    """The ground around a report: `rows` by number, without what lies far away."""

    ground: Ground
    rows: dict[int, LinkSet]
    decisions: Decisions


def around(row: LinkSet, units: Collection[UUID] = ()) -> Around:
    """What bears on one report: bounded in number, however many reports there are. With `units` as
    these see it, with what they muted for themselves."""
    mine = parse(bytes(row.packed)).tolist()
    stored = {
        shared.token: shared
        for shared in SharedToken.objects.filter(token__in=_tokens(mine, near=False))
    }
    silent = {token for token, shared in stored.items() if shared.muted} | known_tokens()
    said = said_of(_tokens(mine, near=False), units)
    silent = {token for token in silent if said.get(token, True)}
    silent |= {token for token, muted in said.items() if muted}
    wanted = [token for kind, token in mine if _leads(kind) and token not in silent]
    holders = holders_of(wanted)
    rows = {row.number: row}
    _add(rows, _nearest(mine, holders))
    _add_mates(rows, row)
    counts = {token: len(found) for token, found in holders.items()}
    counts |= {token: shared.holders + 1 for token, shared in stored.items()}
    return _laid(rows, counts, units)


def of_reports(rows: Iterable[LinkSet]) -> Around:
    """The ground of these reports alone, as a cluster's page needs it."""
    found = {row.number: row for row in rows}
    return _laid(found, {}, ())


def _laid(rows: dict[int, LinkSet], counts: dict[int, int], units: Collection[UUID]) -> Around:
    sets = {number: bytes(row.packed) for number, row in rows.items()}
    ground = lay(sets, counts=counts, total=_total())
    return Around(ground, rows, decisions_about(ground, rows, units))


def _leads(kind: int) -> bool:
    """Names and beginnings lead nowhere by themselves; how common a name is, is asked."""
    return kind != Kind.PREFIX


def _tokens(rows: Sequence[Sequence[int]], *, near: bool) -> list[int]:
    return [token for kind, token in rows if near or not kind & NEAR]


def holders_of(tokens: Collection[int], *, most: int = HOLDERS) -> dict[int, list[int]]:
    """For each token the numbers of at most `most` reports that hold it. One look into the index
    each, in a few statements."""
    found: dict[int, list[int]] = {}
    table = connection.ops.quote_name(LinkToken._meta.db_table)
    one = f"SELECT * FROM (SELECT token, number FROM {table} WHERE token = %s ORDER BY number LIMIT {int(most)}) AS t"  # noqa: S608, E501
    ordered = sorted(set(tokens))
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), CHUNK):
            chunk = ordered[start : start + CHUNK]
            cursor.execute(" UNION ALL ".join([one] * len(chunk)), chunk)
            for token, number in cursor.fetchall():
                found.setdefault(token, []).append(number)
    return found


def _nearest(mine: Sequence[Sequence[int]], holders: dict[int, list[int]]) -> list[int]:
    """Who shares a value comes before who is only one slip away; names lead to nobody."""
    exact: dict[int, None] = {}
    near: dict[int, None] = {}
    for kind, token in mine:
        if kind in {Kind.NAME, Kind.NAME_PART, Kind.PREFIX}:
            continue
        for number in holders.get(token, ()):
            (near if kind & NEAR else exact)[number] = None
    return [*exact, *(number for number in near if number not in exact)][:NEIGHBOURS]


def _add(rows: dict[int, LinkSet], numbers: Sequence[int]) -> None:
    wanted = [number for number in numbers if number not in rows]
    for found in LinkSet.objects.filter(number__in=wanted):
        rows[found.number] = found


def _add_mates(rows: dict[int, LinkSet], row: LinkSet) -> None:
    """Whole clusters: what is decided about one of them bears on all."""
    clusters = {found.cluster for found in rows.values()}
    decided = LinkDecision.objects.filter(
        Q(one=row.report_id) | Q(other=row.report_id), undone_at__isnull=True
    ).values_list("one__link_set__cluster", "other__link_set__cluster")
    clusters |= {number for pair in decided for number in pair if number is not None}
    for found in LinkSet.objects.filter(cluster__in=clusters)[: MATES + len(rows)]:
        rows.setdefault(found.number, found)


def muted_by_officers(tokens: Collection[int]) -> set[int]:
    """Those whose newest decision for the whole agency mutes them."""
    return {token for token, muted in said_of(tokens).items() if muted}


def said_of(tokens: Collection[int], units: Collection[UUID] = ()) -> dict[int, bool]:
    """What officers said last of each token: muted or not. What was said for one of `units` goes
    before what was said for the whole agency."""
    return _last_said(TokenDecision.objects.filter(token__in=list(tokens)), units)


def _last_said(rows: QuerySet[TokenDecision], units: Collection[UUID]) -> dict[int, bool]:
    asked = rows.filter(Q(unit_id__isnull=True) | Q(unit_id__in=list(units)))
    said: dict[bool, dict[int, bool]] = {False: {}, True: {}}
    lines = asked.order_by("at", "id").values_list("token", "muted", "unit_id")
    for token, muted, unit_id in lines:
        said[unit_id is not None][token] = muted
    return said[False] | said[True]


def decisions_about(
    ground: Ground, rows: Mapping[int, LinkSet] | None = None, units: Collection[UUID] = ()
) -> Decisions:
    """All that people and rules have decided about the reports and tokens that lie here; without
    `rows` everything that was ever decided for the agency is read."""
    officers: dict[int, bool] = {}
    known = known_tokens()
    if rows is None:
        officers = _last_said(TokenDecision.objects.all(), ())
    else:
        for start in range(0, len(ground.tokens), 500):
            officers |= said_of(ground.tokens[start : start + 500], units)
    live = LinkDecision.objects.filter(undone_at__isnull=True)
    if rows is not None:
        here = [row.report_id for row in rows.values()]
        live = live.filter(one__in=here, other__in=here)
    said = live.values_list("said", "one__link_set__number", "other__link_set__number")
    pairs: dict[str, list[tuple[int, int]]] = {"together": [], "apart": []}
    for what, one, other in said:
        if one is not None and other is not None:
            pairs[what].append((one, other))
    return Decisions(
        together=pairs["together"],
        apart=pairs["apart"],
        muted={token for token, muted in officers.items() if muted},
        unmuted={token for token, muted in officers.items() if not muted},
        known=known,
    )


@lru_cache(maxsize=4)
def _known(index: BlindIndex) -> frozenset[int]:
    return frozenset(
        value_token(index, tolerant(kind, value), version=version)
        for kind, value in shared_values()
        for version in index.versions
    )


def known_tokens() -> frozenset[int]:
    """Tokens of what the packs list as nobody's own."""
    return _known(blind_index())


_counted: tuple[float, int] = (-COUNT_HOLDS, 0)


def _total() -> int:
    """How many reports there are, to the minute: chance is reckoned against it."""
    global _counted  # noqa: PLW0603
    if time.monotonic() - _counted[0] > COUNT_HOLDS:
        _counted = (time.monotonic(), LinkSet.objects.count())
    return _counted[1]

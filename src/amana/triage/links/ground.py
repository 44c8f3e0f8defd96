# SPDX-License-Identifier: AGPL-3.0-or-later
"""The part of all token sets that bears on one report: those it shares a token with, and the
clusters they stand in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from amana.config.node import blind_index
from amana.kernel.identifiers import tolerant
from amana.kernel.linking.clusters import Decisions, Outcome
from amana.kernel.linking.decided import settle
from amana.kernel.linking.ground import Ground, lay
from amana.kernel.linking.kinds import NEAR
from amana.kernel.linking.muted import Muted
from amana.kernel.linking.tokens import meant, value_token
from amana.kernel.sealing.blind import BlindIndex
from amana.packs.shared import shared_values
from amana.triage.links import statements
from amana.triage.links.drawing import HOLDERS, NAMES, Row, bearing, nearest, rows_of
from amana.triage.links.models import LinkDecision, LinkSet, TokenDecision
from amana.triage.links.statements import Lying

MATES: Final = 600
OF_A_BODY: Final = 64
"""Reports of one body that are drawn around a new one."""
OFTEN: Final = 64
"""From so many holders on, how many there are is kept, so that nobody has to count them, and what
was found out about a value is heard, so that nobody has to look at them all."""
COUNT_HOLDS: Final = 60.0


class Kept(NamedTuple):
    """What is stored of a value that many share, or that was muted."""

    kind: int
    holders: int
    muted: str


@dataclass(slots=True)
class Around:
    """The ground around a report: `rows` by number, without what lies far away. `kept`: what is
    stored of its own values; `heard`: why values are muted most of whose holders lie elsewhere;
    `new`: the report is not in the index yet; `partly`: clusters of which only some lie here."""

    ground: Ground
    rows: dict[int, Lying]
    decisions: Decisions
    kept: dict[int, Kept] = field(default_factory=dict)
    heard: dict[int, Muted] = field(default_factory=dict)
    new: bool = False
    partly: set[int] = field(default_factory=set)
    _outcome: Outcome | None = None

    def settled(self) -> Outcome:
        """The clusters of this ground with all decisions of people."""
        if self._outcome is None and len(self.rows) == 1:
            self._outcome = Outcome([0])
        if self._outcome is None:
            self._outcome = settle(self.ground, self.decisions)
            for token, why in self._outcome.muted.items():
                if why == Muted.KNOWN and token in self.heard:
                    self._outcome.muted[token] = self.heard[token]
        return self._outcome

    def clusters_with(self, number: int) -> set[int]:
        """The clusters, as they are stored, of the reports that stand with this one."""
        numbers, labels = self.ground.numbers, self.settled().labels
        mine = labels[numbers.index(number)]
        return {
            self.rows[other].cluster
            for other, label in zip(numbers, labels, strict=True)
            if label == mine and other != number
        }


def around(row: Lying, units: Collection[UUID] = ()) -> Around:
    """What bears on one report: bounded in number, however many reports there are. With `units` as
    these see it, with what they muted for themselves."""
    mine = rows_of(row.packed)
    kept = kept_of({value for _, _, value in mine})
    silent, heard = _silent(mine, kept, units)
    holders = holders_of(_asked(mine, kept, silent))
    new = _is_new(row, holders, mine)
    rows = {row.number: row}
    for found in statements.lying([n for n in nearest(mine, holders) if n != row.number]):
        rows[found.number] = found
    counts = {token: len({*found, row.number}) for token, found in holders.items()}
    counts |= {token: stored.holders + new for token, stored in kept.items()}
    of_hers = {token for _, token, _ in mine}

    def lay_out() -> Around:
        near_by = _laid(rows, counts, units)
        near_by.kept, near_by.heard, near_by.new = kept, heard, new
        _hear(near_by, of_hers)
        return near_by

    decided = statements.clusters_decided_with(row.report_id)
    if not new or decided:
        _add_mates(rows, {found.cluster for found in rows.values()} | decided, MATES)
        return lay_out()
    return _around_new(row, rows, bearing(mine, rows, row, silent), lay_out)


def _around_new(
    row: Lying, rows: dict[int, Lying], drawn: set[int], lay_out: Callable[[], Around]
) -> Around:
    """A report that has just come moves nobody of a body that it does not join. Of bodies that it
    may join some are drawn, and of one that it joins against expectation too."""
    partly = _add_mates(rows, drawn, OF_A_BODY)
    near_by = lay_out()
    further = near_by.clusters_with(row.number) - drawn
    if further:
        before = len(rows)
        partly |= _add_mates(rows, further, OF_A_BODY)
        drawn |= further
        if len(rows) > before:
            near_by = lay_out()
    near_by.partly = partly | {found.cluster for found in rows.values()} - drawn - {row.cluster}
    return near_by


def _add_mates(rows: dict[int, Lying], clusters: set[int], each: int) -> set[int]:
    """Add what belongs to these clusters, `each` of each; which of them may have more."""
    found = statements.mates(clusters, but=list(rows), each=each, most=MATES)
    for row in found:
        rows[row.number] = row
    if len(found) >= MATES:
        return clusters
    times = Counter(row.cluster for row in found)
    return {cluster for cluster, count in times.items() if count >= each}


def of_reports(rows: Iterable[LinkSet]) -> Around:
    """The ground of these reports alone, as a cluster's page needs it."""
    found = {row.number: Lying.of(row) for row in rows}
    return _laid(found, {}, ())


def kept_of(tokens: Collection[int]) -> dict[int, Kept]:
    """What is stored of these tokens."""
    return {row[0]: Kept._make(row[1:]) for row in statements.shared(tokens)}


def _silent(
    mine: Sequence[Row], kept: Mapping[int, Kept], units: Collection[UUID]
) -> tuple[set[int], dict[int, Muted]]:
    """Values of a report that lead to nobody, and why those of them that a rule muted: what was
    found of all their holders stands, and none of them is asked. It is found anew whenever there
    are twice as many, and each time while there are few of a value that may be misspelt."""
    values = {token for _, token, value in mine if token == value}
    said = said_of(values, units)
    spelt = {value for kind, _, value in mine if kind & NEAR}
    heard = {
        token: Muted(stored.muted)
        for token, stored in kept.items()
        if stored.muted
        and said.get(token, True)
        and stored.holders & (stored.holders + 1)
        and (stored.holders >= OFTEN or token not in spelt)
    }
    silent = {token for token in values & known_tokens() if said.get(token, True)}
    silent |= {token for token, muted in said.items() if muted}
    return silent.union(heard), heard


def _laid(rows: dict[int, Lying], counts: dict[int, int], units: Collection[UUID]) -> Around:
    sets = {number: row.packed for number, row in rows.items()}
    ground = lay(sets, counts=counts, total=_total())
    return Around(ground, rows, decisions_about(ground, rows, units))


def _hear(near_by: Around, mine: Collection[int]) -> None:
    """Let the ground know what is stored of values that very many hold, most of whom lie
    elsewhere."""
    ground = near_by.ground
    others = {
        token: (holders, muted)
        for token, _, holders, muted in statements.shared(
            [token for token in ground.tokens if token not in mine], fewest=OFTEN
        )
    }
    for place, token in enumerate(ground.tokens):
        if token in others:
            holders, muted = others[token]
            ground.counts[place] = max(ground.counts[place], holders)
            if muted:
                near_by.heard[token] = Muted(muted)
    known = {*near_by.decisions.known, *near_by.heard}
    near_by.decisions = replace(near_by.decisions, known=known)


def _asked(mine: Sequence[Row], kept: Mapping[int, Kept], silent: Collection[int]) -> set[int]:
    """The tokens whose holders are looked for: also for how common a name is, until it is kept."""
    return {
        token
        for kind, token, value in mine
        if value not in silent and not (kind in NAMES and token in kept)
    }


def _is_new(row: Lying, holders: Mapping[int, Sequence[int]], mine: Sequence[Row]) -> bool:
    """Whether the tokens of a report are not in the index yet. Mostly that shows in what was found
    anyway."""
    for _, token, _ in mine:
        found = holders.get(token)
        if found is not None and len(found) < HOLDERS:
            return row.number not in found
    return not any(statements.holds(token, row.number) for _, token, _ in mine[:1])


def holders_of(tokens: Collection[int], *, most: int = HOLDERS) -> dict[int, list[int]]:
    """For each token the numbers of at most `most` reports that hold it."""
    found: dict[int, list[int]] = {}
    for token, number in statements.holders(tokens, most):
        found.setdefault(token, []).append(number)
    return found


def muted_by_officers(tokens: Collection[int]) -> set[int]:
    """Those whose newest decision for the whole agency mutes them."""
    return {token for token, muted in said_of(tokens).items() if muted}


def said_of(tokens: Collection[int], units: Collection[UUID] = ()) -> dict[int, bool]:
    """What officers said last of each token: muted or not. What was said for one of `units` goes
    before what was said for the whole agency."""
    return _last_said(statements.said(tokens, units))


def _last_said(lines: Iterable[Sequence[Any]]) -> dict[int, bool]:
    said: dict[bool, dict[int, bool]] = {False: {}, True: {}}
    for token, muted, unit_id in lines:
        said[unit_id is not None][token] = bool(muted)
    return said[False] | said[True]


def decisions_about(
    ground: Ground, rows: Mapping[int, Lying] | None = None, units: Collection[UUID] = ()
) -> Decisions:
    """All that people and rules have decided about the reports and tokens that lie here; without
    `rows` everything that was ever decided for the agency is read."""
    if rows is None:
        officers, said = _last_said(_everything_said()), _all_pairs()
    else:
        officers = said_of(ground.tokens, units)
        here = [row.report_id for row in rows.values()]
        said = statements.decided(here) if len(here) > 1 else []
    pairs: dict[str, list[tuple[int, int]]] = {"together": [], "apart": []}
    for what, one, other in said:
        if one is not None and other is not None:
            pairs[what].append((one, other))
    return Decisions(
        together=pairs["together"],
        apart=pairs["apart"],
        muted={token for token, muted in officers.items() if muted},
        unmuted={token for token, muted in officers.items() if not muted},
        known=known_tokens(),
    )


def _everything_said() -> Iterable[Sequence[Any]]:
    rows = TokenDecision.objects.filter(unit_id__isnull=True).order_by("at", "id")
    return rows.values_list("token", "muted", "unit_id")


def _all_pairs() -> Iterable[Sequence[Any]]:
    live = LinkDecision.objects.filter(undone_at__isnull=True)
    return live.values_list("said", "one__link_set__number", "other__link_set__number")


@lru_cache(maxsize=4)
def _known(index: BlindIndex) -> frozenset[int]:
    return frozenset(
        value_token(index, found, version=version)
        for kind, value in shared_values()
        for found in meant([tolerant(kind, value)])
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

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The statements by which a report finds those around it, written once (decision 0017).

A list of values goes in as one: an array on PostgreSQL, JSON on SQLite, so that the text of a
statement is the same however many there are and each engine plans it once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection

from amana.config.bulk import insert
from amana.config.statements import Row, Statement
from amana.triage.links.models import LinkSet, LinkToken

CHUNK: Final = 100
NUMBERS: Final = "is one of these numbers"
KEYS: Final = "is one of these keys"


class Lying(NamedTuple):
    """A report as it lies in a ground: its row of `LinkSet` without what no link asks for."""

    number: int
    report_id: UUID
    agency_id: UUID
    cluster: int
    packed: bytes
    waits: bool

    @classmethod
    def of(cls, row: LinkSet) -> Lying:
        waits = row.linked_at is None
        packed = bytes(row.packed)
        return cls(row.number, row.report_id, row.agency_id, row.cluster, packed, waits)


_LYING: Final = "number, report_id, agency_id, cluster, packed, linked_at IS NULL"


def one_at_a_time(report_id: UUID) -> None:
    """Wait until no other worker links a report of this agency. SQLite lets nobody else write."""
    if _postgres():
        _run(
            "SELECT 1 FROM agencies_agency WHERE id = "
            "(SELECT agency_id FROM triage_linkset WHERE report_id = %s) FOR NO KEY UPDATE",
            report_id,
        )


def waiting(report_id: UUID) -> Lying | None:
    """A report that still waits to be linked."""
    sql = f"SELECT {_LYING} FROM triage_linkset WHERE report_id = %s AND linked_at IS NULL"  # noqa: S608
    return next(iter(_lying(_run(sql, report_id))), None)


def lying(numbers: Collection[int]) -> list[Lying]:
    """Reports by their numbers."""
    sql = f"SELECT {_LYING} FROM triage_linkset WHERE number {NUMBERS}"  # noqa: S608
    return _lying(_run(sql, numbers)) if numbers else []


def mates(clusters: Collection[int], *, but: Collection[int], each: int, most: int) -> list[Lying]:
    """Further reports of these clusters: `each` of each, the first by number, at most so many."""
    if not clusters:
        return []
    if _postgres():
        sql = (
            "SELECT found.* FROM unnest(%s::bigint[]) AS asked (cluster) CROSS JOIN LATERAL "  # noqa: S608
            f"(SELECT {_LYING} FROM triage_linkset WHERE cluster = asked.cluster "
            f"AND NOT (number {NUMBERS}) ORDER BY number LIMIT %s) AS found LIMIT %s"
        )
        return _lying(_run(sql, clusters, but, each, most))
    known = _as_text(but)
    one = (
        f"SELECT * FROM (SELECT {_LYING} FROM triage_linkset WHERE cluster = %s "  # noqa: S608
        f"AND NOT (number {NUMBERS}) ORDER BY number LIMIT {int(each)})"
    )
    found: list[Row] = []
    for chunk in _chunks(clusters):
        values = [value for cluster in chunk for value in (cluster, known)]
        found += _written(" UNION ALL ".join([one] * len(chunk)), False).run(values)
    return _lying(found[:most])


def holders(tokens: Collection[int], most: int) -> list[Row]:
    """Token and number of at most `most` reports that hold each of these tokens, the first by
    number. One look into the index for each."""
    if not tokens:
        return []
    if _postgres():
        sql = (
            "SELECT asked.token, found.number FROM unnest(%s::bigint[]) AS asked (token) "
            "CROSS JOIN LATERAL (SELECT number FROM triage_linktoken "
            "WHERE token = asked.token ORDER BY number LIMIT %s) AS found"
        )
        return _run(sql, tokens, most)
    one = (
        "SELECT * FROM (SELECT token, number FROM triage_linktoken "  # noqa: S608
        f"WHERE token = %s ORDER BY number LIMIT {int(most)})"
    )
    found: list[Row] = []
    for chunk in _chunks(tokens):
        found += Statement(" UNION ALL ".join([one] * len(chunk))).run(chunk)
    return found


def enter(number: int, kinds: Mapping[int, int]) -> None:
    """Enter a report into the index under these tokens, each with its kind."""
    if _postgres():
        _run(
            "INSERT INTO triage_linktoken (token, number, kind) SELECT said.token, %s, said.kind "
            "FROM unnest(%s::bigint[], %s::smallint[]) AS said (token, kind) ORDER BY said.token",
            number,
            kinds.keys(),
            kinds.values(),
        )
    else:
        rows = sorted(kinds.items())
        insert(LinkToken(token=token, number=number, kind=kind) for token, kind in rows)


def holds(token: int, number: int) -> bool:
    """Whether a report stands in the index under this token."""
    sql = "SELECT 1 FROM triage_linktoken WHERE token = %s AND number = %s"
    return bool(_run(sql, token, number))


def shared(tokens: Collection[int], *, fewest: int = 0) -> list[Row]:
    """Token, kind, holders and why it is muted, of tokens that were found worth keeping."""
    sql = (
        "SELECT token, kind, holders, muted FROM triage_sharedtoken "  # noqa: S608
        f"WHERE token {NUMBERS} AND holders >= %s"
    )
    return _run(sql, tokens, fewest) if tokens else []


def said(tokens: Collection[int], units: Collection[UUID]) -> list[Row]:
    """Token, muted, and the unit for which it was said, of what was said of these tokens for the
    agency or for one of `units`; the oldest first."""
    sql = (
        "SELECT token, muted, unit_id FROM triage_tokendecision "  # noqa: S608
        f"WHERE token {NUMBERS} AND (unit_id IS NULL OR unit_id {KEYS}) ORDER BY at, id"
    )
    return _run(sql, tokens, units) if tokens else []


def clusters_decided_with(report_id: UUID) -> set[int]:
    """The clusters that an officer tied this report to, or from."""
    sql = (
        "SELECT a.cluster, b.cluster FROM triage_linkdecision d "
        "JOIN triage_linkset a ON a.report_id = d.one_id "
        "JOIN triage_linkset b ON b.report_id = d.other_id "
        "WHERE d.undone_at IS NULL AND (d.one_id = %s OR d.other_id = %s)"
    )
    return {cluster for row in _run(sql, report_id, report_id) for cluster in row}


def decided(report_ids: Collection[UUID]) -> list[Row]:
    """What stands said of pairs of these reports: what, and the numbers of both."""
    sql = (
        "SELECT d.said, a.number, b.number FROM triage_linkdecision d "  # noqa: S608
        "JOIN triage_linkset a ON a.report_id = d.one_id "
        "JOIN triage_linkset b ON b.report_id = d.other_id "
        f"WHERE d.undone_at IS NULL AND d.one_id {KEYS} AND d.other_id {KEYS}"
    )
    return _run(sql, report_ids, report_ids) if report_ids else []


def name_clusters(names: Sequence[int], numbers: Sequence[int]) -> None:
    """Give each of these reports the name of its cluster. PostgreSQL takes them in one statement;
    one for each would take it as long as everything else together."""
    with connection.cursor() as cursor:
        if _postgres():
            cursor.execute(
                "UPDATE triage_linkset SET cluster = said.name FROM "
                "unnest(%s::bigint[], %s::bigint[]) AS said (name, number) "
                "WHERE triage_linkset.number = said.number",
                [list(names), list(numbers)],
            )
        else:
            cursor.executemany(
                "UPDATE triage_linkset SET cluster = %s WHERE number = %s",
                list(zip(names, numbers, strict=True)),
            )


def _chunks(values: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _postgres() -> bool:
    return connection.vendor == "postgresql"


def _run(sql: str, *values: object) -> list[Row]:
    """Run a statement; lists, and keys on SQLite, as the engine takes them."""
    postgres = _postgres()
    return _written(sql, postgres).run([_as_list(v) if postgres else _as_text(v) for v in values])


def _as_list(value: object) -> object:
    return list(value) if isinstance(value, Collection) else value


def _as_text(value: object) -> object:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, Collection):
        return json.dumps([_as_text(one) for one in value])
    return value


@lru_cache(maxsize=64)
def _written(sql: str, postgres: bool) -> Statement:
    """`NUMBERS` and `KEYS` in the engine's own words."""
    numbers = keys = "IN (SELECT value FROM json_each(%s))"
    if postgres:
        numbers, keys = "= ANY(%s::bigint[])", "= ANY(%s::uuid[])"
    return Statement(sql.replace(NUMBERS, numbers).replace(KEYS, keys))


def _lying(rows: Iterable[Row]) -> list[Lying]:
    if _postgres():
        return [Lying._make(row) for row in rows]
    return [
        Lying(number, UUID(report), UUID(agency), cluster, bytes(packed), bool(waits))
        for number, report, agency, cluster, packed, waits in rows
    ]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Token sets as reports give them, under a key of the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amana.kernel.identifiers import tolerant
from amana.kernel.linking.clusters import Decisions, Outcome
from amana.kernel.linking.decided import settle
from amana.kernel.linking.ground import lay
from amana.kernel.linking.tokens import Said, packed, value_token
from amana.kernel.sealing.blind import BlindIndex

INDEX = BlindIndex({1: bytes(range(32))}, 1)
Row = tuple[str, str]


def said(*rows: Row, name: str = "", words: Sequence[str] = ()) -> bytes:
    """The token set of a report that names these."""
    return packed(
        INDEX,
        Said(
            identifiers=[tolerant(kind, value, "JO") for kind, value in rows],
            names=[name] if name else [],
            words=INDEX.tokens("word", "", words),
        ),
    )


def token(kind: str, value: str) -> int:
    return value_token(INDEX, tolerant(kind, value, "JO"))


def together(sets: Mapping[int, bytes], decisions: Decisions | None = None) -> set[frozenset[int]]:
    """The clusters by report number."""
    ground = lay(sets)
    return by_number(ground.numbers, settle(ground, decisions or Decisions()))


def by_number(numbers: Sequence[int], outcome: Outcome) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for number, label in zip(numbers, outcome.labels, strict=True):
        found.setdefault(label, set()).add(number)
    return {frozenset(group) for group in found.values()}

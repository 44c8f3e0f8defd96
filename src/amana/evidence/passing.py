# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who came to hold the keys of a report's files, who lost them, and who answers for them: a record
on the chain of every item, in the transaction of the act. Rooms above give and take the keys.

What units hold from the moment of filing stands in the report's own leaf, not here: custody of a
file begins with its coming in, and filing waits for nothing that can be said without it. A notice
to a prosecution gives it the part of the notice alone, so no file changes hands with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from amana.evidence.custody import Fact, Handling, Kind, record_custodies
from amana.evidence.models import EvidenceItem
from amana.journal.events import Actor
from amana.reports.models import Report


def given(
    *, report: Report, kinds: Collection[str], to: str, ground: str, actor: Actor, unit_id: UUID
) -> None:
    """The unit with the code `to` holds the keys of these parts from now on, and so of every file
    whose key hangs on them. Inside the caller's transaction."""
    _record(report, kinds, Handling(Kind.GRANT, actor, ground, unit_id=unit_id), {"unit": to})


def taken(*, report: Report, kinds: Collection[str], of: str, actor: Actor, unit_id: UUID) -> None:
    """The unit with the code `of` holds them no more."""
    _record(report, kinds, Handling(Kind.REVOKE, actor, unit_id=unit_id), {"unit": of})


def handed_over(
    *, report: Report, of: str, to: str, rule: str, actor: Actor, unit_id: UUID
) -> None:
    """Another unit answers for the files. Who holds keys is said apart: a unit that stays as
    co-owner keeps them, and the duty unit always does."""
    act = Handling(Kind.TRANSFER, actor, rule, unit_id=unit_id)
    _record(report, None, act, {"from": of, "to": to})


def _record(
    report: Report, kinds: Collection[str] | None, act: Handling, facts: Mapping[str, Fact]
) -> None:
    items = EvidenceItem.objects.filter(report=report, shredded_at=None)
    if kinds is not None:
        items = items.filter(part__in=list(kinds))
    chosen = list(items.order_by("id"))
    if chosen:
        record_custodies(items=chosen, act=replace(act, facts=facts))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series: the seventh report with this wallet in nine days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from amana.config.clock import now
from amana.kernel.linking.ground import values_in
from amana.kernel.linking.kinds import Kind
from amana.kernel.linking.links import WORDS
from amana.reports.models import Report
from amana.triage.links.ground import holders_of, known_tokens, muted_by_officers
from amana.triage.links.models import LinkSet, SharedToken

FEWEST: Final = 3
WITHIN: Final = timedelta(days=30)
LOOKED_AT: Final = timedelta(minutes=30)
AT_ONCE: Final = 200
SERIAL: Final = frozenset(
    {Kind.PHONE, Kind.EMAIL, Kind.HANDLE, Kind.IBAN, Kind.WALLET, Kind.URL, Kind.FILE}
)


@dataclass(frozen=True, slots=True)
class Series:
    """This is report number `number` with the same value of this kind within `days` days."""

    kind: str
    token: int
    number: int
    days: int


def series_of(report: Report) -> Series | None:
    """The longest series that ends with this report; None for fewer than three in thirty days.

    Whoever may see the report may know how many there are; which ones, only who may see those.
    Terrorism is counted by its own unit alone (M-074)."""
    row = LinkSet.objects.filter(report=report).first()
    if row is None:
        return None
    kinds = {token: kind for kind, token in values_in(bytes(row.packed)) if kind in SERIAL}
    muted = SharedToken.objects.filter(token__in=kinds).exclude(muted="")
    silent = {*muted.values_list("token", flat=True), *muted_by_officers(kinds), *known_tokens()}
    holders = holders_of([token for token in kinds if token not in silent])
    when = _received(report, {number for found in holders.values() for number in found})
    found = []
    for token, numbers in holders.items():
        moments = sorted(when[number] for number in numbers if number in when)
        if len(moments) >= FEWEST:
            days = max(1, (report.received_at - moments[0]).days)
            found.append(Series(WORDS[kinds[token]], token, len(moments), days))
    return max(found, key=lambda s: (s.number, -s.days, s.token), default=None)


def _received(report: Report, numbers: set[int]) -> dict[int, datetime]:
    rows = LinkSet.objects.filter(
        number__in=numbers,
        report__received_at__gt=report.received_at - WITHIN,
        report__received_at__lte=report.received_at,
    )
    if report.assessment.specialised != "terrorism":
        rows = rows.exclude(report__assessment__specialised="terrorism")
    return dict(rows.values_list("number", "report__received_at"))


def lately_joined() -> Iterator[Report]:
    """Reports that were linked with earlier ones within the last half hour, the newest first."""
    rows = LinkSet.objects.filter(linked_at__gt=now() - LOOKED_AT).exclude(cluster=F("number"))
    ids = list(rows.order_by("-linked_at").values_list("report_id", flat=True)[:AT_ONCE])
    yield from Report.objects.filter(pk__in=ids).select_related("assessment")

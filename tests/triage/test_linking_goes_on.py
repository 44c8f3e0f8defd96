# SPDX-License-Identifier: AGPL-3.0-or-later
"""One report that cannot be linked keeps no other waiting, and somebody hears of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import OperationalError
from structlog.testing import capture_logs

from amana.agencies.models import Agency
from amana.cli.doctor import links as doctor
from amana.cli.doctor.lines import Level
from amana.config.clock import now
from amana.kernel.sealing.blind import BlindIndex
from amana.reports.models import Report
from amana.triage.links import ground, linking, search, selectors, sets
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet
from amana.triage.links.rebuild import rebuild
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
PHONE = ("phone", "+962791234567")
SECRET = "she wrote this"


@pytest.fixture(autouse=True)
def nobody_put_off() -> Iterator[None]:
    linking._put_off.clear()
    yield
    linking._put_off.clear()


def breaking(monkeypatch: pytest.MonkeyPatch, *broken: Report, error: Exception) -> list[UUID]:
    """Have linking raise at these reports; what was tried is in the list."""
    tried: list[UUID] = []
    whole = linking._link_one

    def link(report_id: UUID) -> int:
        tried.append(report_id)
        if report_id in {report.pk for report in broken}:
            raise error
        return whole(report_id)

    monkeypatch.setattr(linking, "_link_one", link)
    return tried


def waiting() -> set[UUID]:
    return set(LinkSet.objects.filter(linked_at__isnull=True).values_list("pk", flat=True))


def three(agency: Agency) -> list[Report]:
    return [naming(agency, PHONE) for _ in range(3)]


def test_the_others_are_linked_and_the_log_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = three(make.node())
    breaking(monkeypatch, first, error=ValueError(SECRET))
    with capture_logs() as logs:
        assert link_new() == 2
    assert waiting() == {first.pk}
    (line,) = logs
    assert (line["event"], line["report"]) == ("report not linked", str(first.pk))
    assert SECRET not in str({key: value for key, value in line.items() if key != "exc_info"})
    rows = LinkSet.objects.filter(pk__in=[second.pk, third.pk])
    assert len(set(rows.values_list("cluster", flat=True))) == 1


def test_it_is_tried_again_later_and_not_in_every_round(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = three(make.node())
    tried = breaking(monkeypatch, first, error=ValueError(SECRET))
    link_new()
    tried.clear()
    assert link_new() == 0
    assert tried == []
    later = time.monotonic() + linking.AGAIN_AFTER
    monkeypatch.setattr("amana.triage.links.linking.time.monotonic", lambda: later)
    link_new()
    assert tried == [first.pk]


def test_many_broken_ones_do_not_fill_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = three(make.node())
    breaking(monkeypatch, first, second, error=ValueError(SECRET))
    assert link_new(limit=2) == 0
    assert link_new(limit=2) == 1
    assert waiting() == {first.pk, second.pk}
    assert third.pk not in waiting()


def test_a_database_that_is_away_is_no_fault_of_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = three(make.node())
    breaking(monkeypatch, first, error=OperationalError("the server closed the connection"))
    with pytest.raises(OperationalError):
        link_new()
    assert linking._put_off == {}


def test_a_broken_token_set_is_linked_as_far_as_it_reads() -> None:
    first, second, third = three(make.node())
    LinkSet.objects.filter(report=first).update(packed=b"\xff" * 13)
    assert link_new() == 3
    assert waiting() == set()
    assert LinkSet.objects.get(report=third).cluster == LinkSet.objects.get(report=second).cluster


def test_the_doctor_tells_of_reports_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = three(make.node())
    assert doctor.linked().level is Level.GREEN, "they came this minute"
    breaking(monkeypatch, first, error=ValueError(SECRET))
    link_new()
    Report.objects.filter(pk=first.pk).update(received_at=now() - linking.LONG - timedelta(hours=1))
    line = doctor.linked()
    assert line.level is Level.AMBER
    assert line.text.startswith("1 reports wait")


def test_the_doctor_tells_of_tokens_under_an_older_key(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    naming(agency, PHONE)
    assert doctor.tokens().level is Level.GREEN
    assert selectors.under_older_keys() == 0
    newer = BlindIndex({1: bytes(32), 2: bytes(32)}, 2)
    monkeypatch.setattr(selectors, "blind_index", lambda: newer)
    assert doctor.tokens().text.startswith("1 reports")


def test_reports_of_two_keys_are_found_alike_not_linked_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What decision 0024 says of a key that was changed: told, not hidden."""
    agency = make.node()
    staff = make.staff(agency, "jo/ccu/aqaba")
    keys = {1: bytes(32), 2: bytes(range(32))}
    current = [BlindIndex({1: keys[1]}, 1)]
    for place in (sets, search, ground, selectors):
        monkeypatch.setattr(place, "blind_index", lambda: current[-1])
    rows = [naming(agency, PHONE)]
    link_new()
    current.append(BlindIndex(keys, 2))
    rows += [naming(agency, PHONE) for _ in range(2)]
    assert clusters(*rows) == [{0}, {1, 2}]
    found = search.by_identifier(staff=staff, kind=PHONE[0], value=PHONE[1])
    assert {row.pk for row in found} == {row.pk for row in rows}
    rebuild()
    assert clusters(*rows) == [{0}, {1, 2}]
    line = doctor.tokens()
    assert (line.level, selectors.under_older_keys()) == (Level.AMBER, 1)
    assert line.text == "1 reports keep tokens of an older key: see decision 0024"
    LinkSet.objects.filter(report=rows[0]).delete()
    assert doctor.tokens().level is Level.GREEN

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is drawn around a report: bounded, in a fixed number of statements, and what was found
about a value that very many hold is heard instead of being found again."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.agencies.models import Agency
from amana.kernel.linking.ground import values_in
from amana.reports.models import Report
from amana.triage.links import drawing, ground
from amana.triage.links.ground import around
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet, SharedToken
from amana.triage.links.rebuild import rebuild
from amana.triage.links.statements import Lying
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
HOTLINE, PHONE = ("phone", "+962790111222"), ("phone", "+962791234567")


def stranger(agency: Agency, at: int, *also: tuple[str, str]) -> Report:
    """Somebody who names a man of her own, and what else is said."""
    letter = "abcdefghijklmnopqrstuvwxyz"[at]
    own = ("email", letter * 7 + "@mail.example"), ("handle", "instagram:" + letter * 9)
    return naming(agency, *own, *also)


def hotline(agency: Agency, count: int) -> int:
    """The token of a number that so many strangers named, muted by rule."""
    rows = [stranger(agency, at, HOTLINE) for at in range(count)]
    assert clusters(*rows) == [{at} for at in range(count)]
    return SharedToken.objects.get(muted="spread").token


def drawn(report: Report) -> set[UUID]:
    near_by = around(Lying.of(LinkSet.objects.get(report=report)))
    return {row.report_id for row in near_by.rows.values()} - {report.pk}


def test_of_a_muted_value_that_many_hold_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "OFTEN", 8)
    agency = make.node()
    token = hotline(agency, 9)
    new = stranger(agency, 10, HOTLINE)
    assert drawn(new) == set()
    link_new()
    assert SharedToken.objects.get(token=token).muted == "spread"


def test_how_many_hold_a_muted_value_goes_on_being_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "OFTEN", 8)
    agency = make.node()
    token = hotline(agency, 9)
    for at in range(3):
        stranger(agency, 10 + at, HOTLINE)
    link_new()
    assert SharedToken.objects.get(token=token).holders == 12
    LinkSet.objects.update(linked_at=None)
    link_new()
    assert SharedToken.objects.get(token=token).holders == 12, "looked at again it is no other"


def test_a_heard_value_is_no_second_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two share a handle and the hotline; nobody else who holds the hotline lies around them."""
    monkeypatch.setattr(ground, "OFTEN", 8)
    agency = make.node()
    token = hotline(agency, 9)
    handle = ("handle", "instagram:lion_of_sea")
    one, two = naming(agency, handle, HOTLINE), naming(agency, handle, HOTLINE)
    assert clusters(one, two) == [{0}, {1}]
    assert SharedToken.objects.get(token=token).muted == "spread"
    rebuild()
    assert clusters(one, two) == [{0}, {1}]


def test_what_was_found_is_found_anew_when_twice_as_many_hold_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ground, "OFTEN", 8)
    agency = make.node()
    token = hotline(agency, 9)
    SharedToken.objects.filter(token=token).update(holders=14)
    before = stranger(agency, 10, HOTLINE)
    assert drawn(before) == set()
    link_new()
    assert SharedToken.objects.get(token=token).holders == 15
    assert len(drawn(stranger(agency, 11, HOTLINE))) == 10


def test_of_a_crowd_that_is_one_slip_away_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "AT_A_SLIP", 4)
    monkeypatch.setattr(drawing, "SOME", 2)
    agency = make.node()
    near = ("phone", "+962791234568")
    crowd = [naming(agency, near) for _ in range(6)]
    email = ("email", "noor.casting@mail.example")
    both = naming(agency, near, email)
    link_new()
    # Of six who are a slip away and nothing else, two; the one with a second thing in any case.
    monkeypatch.setattr(ground, "MATES", 0)
    found = drawn(naming(agency, PHONE, email))
    assert both.pk in found
    assert len(found & {row.pk for row in crowd}) <= 2


def test_of_a_value_that_very_many_hold_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "OF_A_CROWD", 3)
    monkeypatch.setattr(ground, "MATES", 0)
    agency = make.node()
    for _ in range(5):
        naming(agency, PHONE)
    link_new()
    assert len(drawn(naming(agency, PHONE))) == 3


def test_a_report_is_linked_in_as_many_statements_among_many_as_among_few() -> None:
    agency = make.node()
    counted = []
    for _ in range(3):
        for _ in range(8):
            naming(agency, PHONE, ("email", "noor.casting@mail.example"))
        link_new()
        naming(agency, PHONE)
        with CaptureQueriesContext(connection) as seen:
            assert link_new() == 1
        counted.append(len(seen.captured_queries))
    assert len(set(counted)) == 1, counted
    assert counted[0] <= 22


def test_the_index_knows_a_report_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one whose only value very many hold, so that it is not among those that are read."""
    monkeypatch.setattr(ground, "HOLDERS", 2)
    agency = make.node()
    rows = [naming(agency, PHONE) for _ in range(4)]
    link_new()
    for row in rows:
        lying = Lying.of(LinkSet.objects.get(report=row))
        assert not around(lying).new
        assert list(values_in(lying.packed))
    LinkSet.objects.update(linked_at=None)
    assert link_new() == 4

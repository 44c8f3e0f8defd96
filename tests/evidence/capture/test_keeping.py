# SPDX-License-Identifier: AGPL-3.0-or-later
"""A captured page becomes evidence of a report: who may, what is sealed, what the log says."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.config.env import Env
from amana.evidence import opening
from amana.evidence.capture import jail, keeping, packing
from amana.evidence.capture.archive import WARC
from amana.evidence.capture.fence import Fenced, Why
from amana.evidence.capture.jail import CaptureFailed, NoBrowser
from amana.evidence.capture.keeping import (
    NotCaptured,
    capture_for_report,
    capture_for_reporter,
    note_capture,
)
from amana.evidence.custody import Kind, custody_of
from amana.evidence.models import Copy, EvidenceItem, Source
from amana.journal.events import NODE
from amana.journal.models import Event
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.referral import services
from amana.reports.errors import NotFound, PurposeMissing, Refused, ReportClosed, VaultClosed
from amana.reports.models import Refusal, Report
from amana.reports.opening import open_private
from tests.desk.steps import desk, of, ok
from tests.evidence.capture.builders import raw
from tests.support import builders as make

pytestmark = pytest.mark.db
URL = "https://example.org/page"


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "run", lambda *_args, **_more: raw(URL))


@pytest.mark.usefixtures("browser")
def test_an_officer_captures_a_page_and_every_file_has_its_leaf_before_it_is_packed() -> None:
    agency = make.node()
    report, who = make.report(agency), make.staff(agency, "jo/ccu/aqaba")
    items = capture_for_report(staff=who, report=report, url=URL, purpose="It may be gone soon.")
    private = open_private(staff=who, report=report, kind="answers")
    names = {row.id: row.meta.name for row in opening.files(staff=who, report=report)}
    assert {names[item.id] for item in items} == set(packing.TYPES)
    assert {item.source for item in items} == {Source.BROWSER}
    packed = next(item for item in items if names[item.id] == packing.WACZ)
    assert (packed.copy, names[packed.parent_id]) == (Copy.WORKING, WARC)  # type: ignore[index]
    for item in items:
        custody = custody_of(EvidenceItem.objects.get(pk=item.pk), private)
        assert custody.problems == ()
        first = custody.records[0]
        assert first.kind is (Kind.DERIVE if item == packed else Kind.CAPTURE)
        assert "chromium/156.0" in first.tool
    order = [tag for tag in make.tags(report) if tag.startswith("evidence:")]
    assert order[: len(items) - 1] == ["evidence:item:capture"] * (len(items) - 1)


@pytest.mark.usefixtures("browser")
def test_neither_the_log_nor_any_column_says_which_page_it_was() -> None:
    agency = make.node()
    report, who = make.report(agency), make.staff(agency, "jo/ccu/aqaba")
    capture_for_report(staff=who, report=report, url=URL, purpose="It may be gone soon.")
    bodies = b"".join(bytes(e.body or b"") for e in Event.objects.filter(subject_id=report.id))
    assert b"example.org" not in bodies
    for item in EvidenceItem.objects.filter(report=report):
        assert b"page." not in bytes(item.sealed_meta)


@pytest.mark.usefixtures("browser")
def test_the_person_has_a_page_captured_without_any_secret_of_hers() -> None:
    report = make.report(make.node())
    items = capture_for_reporter(report=report, url=URL)
    assert len(items) == keeping.FILES
    event = Event.objects.filter(subject_id=report.id, tag="evidence:item:capture").first()
    assert event is not None
    assert json.loads(bytes(event.body or b""))["actor"]["role"] == "reporter"


@pytest.mark.usefixtures("browser")
def test_who_may_not_add_to_the_report_captures_nothing_into_it() -> None:
    agency = make.node()
    report = make.report(agency)
    make.staff(agency, "jo/ccu/aqaba")
    elsewhere = make.staff(agency, "jo/ccu/karak")
    with pytest.raises(NotFound):
        capture_for_report(staff=elsewhere, report=report, url=URL, purpose="x")
    liaison = make.staff(agency, "jo/ccu/aqaba", Role.LIAISON)
    with pytest.raises(NotAllowed):
        capture_for_report(staff=liaison, report=report, url=URL, purpose="x")
    assert not EvidenceItem.objects.exists()


@pytest.mark.usefixtures("browser")
def test_nobody_captures_in_an_officers_name_while_her_vault_is_closed() -> None:
    agency = make.node()
    report, who = make.report(agency), make.staff(agency, "jo/ccu/aqaba")
    with pytest.raises(VaultClosed):
        capture_for_report(
            staff=replace(who, vault=None), report=report, url=URL, purpose="It may be gone."
        )
    assert not EvidenceItem.objects.exists()


@pytest.mark.usefixtures("browser")
def test_a_purpose_is_asked_for_and_a_closed_report_takes_nothing() -> None:
    agency = make.node()
    report, who = make.report(agency), make.staff(agency, "jo/ccu/aqaba")
    with pytest.raises(PurposeMissing):
        capture_for_report(staff=who, report=report, url=URL, purpose=" ")
    Report.objects.filter(pk=report.pk).update(closed_at=now(), stage="closed", disposition="x")
    with pytest.raises(ReportClosed):
        capture_for_reporter(report=make.fresh(report), url=URL)
    assert not EvidenceItem.objects.exists()


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Fenced(Why.NOT_PUBLIC), "not public"),
        (Fenced(Why.SCHEME), "http or https"),
        (NoBrowser("no Chromium"), "no browser"),
        (CaptureFailed("net::ERR_ABORTED"), "did not open"),
    ],
)
def test_what_fails_is_said_and_nothing_is_kept(
    problem: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise problem

    monkeypatch.setattr(jail, "run", fail)
    report = make.report(make.node())
    with pytest.raises(NotCaptured) as refused:
        capture_for_reporter(report=report, url=URL)
    assert words in str(refused.value.text)
    assert not EvidenceItem.objects.exists()
    with pytest.raises(NotCaptured):
        capture_for_reporter(report=report, url=URL)  # the place was given back


@pytest.mark.usefixtures("browser")
def test_only_one_browser_runs_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    busy = threading.BoundedSemaphore(1)
    monkeypatch.setattr(busy, "acquire", lambda timeout=0: False)
    monkeypatch.setattr(keeping, "_one_at_a_time", busy)
    with pytest.raises(NotCaptured) as refused:
        keeping.capture(URL, collector="x")
    assert "Try again in a minute" in str(refused.value.text)


@pytest.mark.usefixtures("browser")
def test_a_full_report_takes_no_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_OF_A_REPORT", keeping.FILES - 1)
    with pytest.raises(NotCaptured):
        capture_for_reporter(report=make.report(make.node()), url=URL)


def test_a_capture_for_no_report_leaves_the_commitment_of_its_record_alone() -> None:
    agency = make.node()
    note_capture(agency_id=agency.id, actor=NODE, commitment=b"\x01" * 32)
    event = Event.objects.get(tag="evidence:page:capture")
    assert json.loads(bytes(event.body or b""))["facts"] == {"record": "01" * 32}


@pytest.mark.parametrize("changed", [{"host": "0.0.0.0"}, {"trusted_proxies": 1}])
def test_a_laboratory_is_refused_on_a_node_that_others_reach(
    changed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = Env(capture_laboratory="127.0.0.1:8001", **changed)  # type: ignore[arg-type]
    monkeypatch.setattr(keeping, "env", lambda: said)
    with pytest.raises(ImproperlyConfigured):
        keeping.fence()


def test_without_a_laboratory_the_fence_has_no_hole() -> None:
    assert keeping.fence().laboratory == frozenset()


def child() -> Report:
    return make.report(Agency.objects.get(), category="C1", offences=["C1"], minor="yes")


@pytest.mark.usefixtures("browser")
def test_only_the_unit_for_children_captures_into_the_report_of_a_child() -> None:
    """What such a page shows nobody else should meet, or bring into the house."""
    agency = make.node()
    report = child()
    on_duty = make.staff(agency, "jo/ccu/duty")
    with pytest.raises(Refused) as said:
        capture_for_report(staff=on_duty, report=report, url=URL, purpose="It may be gone soon.")
    assert said.value.missing == "child_unit"
    assert list(Refusal.objects.values_list("action", "missing")) == [("capture", "child_unit")]
    assert not EvidenceItem.objects.exists()
    theirs = make.staff(agency, "jo/fjp/tech", Role.CHILD_UNIT)
    capture_for_report(staff=theirs, report=report, url=URL, purpose="It may be gone soon.")
    assert EvidenceItem.objects.filter(report=report).count() == keeping.FILES


@pytest.mark.usefixtures("browser")
def test_a_co_owner_of_a_childs_report_captures_nothing_either() -> None:
    agency = make.node()
    report = child()
    theirs = make.staff(agency, "jo/fjp/tech", Role.CHILD_UNIT, Role.SUPERVISOR)
    other = make.staff(agency, "jo/ccu/aqaba")
    make.diagnosed(theirs, report, offences=["C1"])
    services.add_co_owner(
        staff=theirs, report=make.fresh(report), unit=make.unit("jo/ccu/aqaba"), reason="his home"
    )
    with pytest.raises(Refused):
        capture_for_report(
            staff=make.again(other), report=make.fresh(report), url=URL, purpose="It may be gone."
        )


@pytest.mark.usefixtures("browser")
def test_where_a_country_has_no_unit_for_children_whoever_works_the_report_captures() -> None:
    agency = make.node()
    report = child()
    Unit.objects.filter(specialised="children").update(specialised="")
    on_duty = make.staff(agency, "jo/ccu/duty")
    capture_for_report(staff=on_duty, report=report, url=URL, purpose="It may be gone soon.")
    assert EvidenceItem.objects.exists()


def test_the_page_says_so_before_an_address_is_typed() -> None:
    agency = make.node()
    report = child()
    who = desk(agency, "jo/ccu/duty")
    page = ok(who.get(of(report, "capture/")))
    assert "by the unit for children only" in page
    assert 'name="url"' not in page
    theirs = desk(agency, "jo/fjp/tech", Role.CHILD_UNIT)
    assert "by the unit for children only" not in ok(theirs.get(of(report, "capture/")))

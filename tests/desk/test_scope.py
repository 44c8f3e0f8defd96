# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every route of the desk × every role × own, joint, other branch's, reviewed and foreign objects
(peers T-13, T-25): what one may not see does not exist, on every page and by every method."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from amana.agencies.models import Agency, Unit, UnitKind
from amana.casework.models import Suspect
from amana.desk import context
from amana.desk.context import Way, ways
from amana.evidence.blobs import blobs
from amana.evidence.intake import FileIntake
from amana.evidence.models import HandIn, Hold, Shred
from amana.evidence.services import add_to_report
from amana.journal.events import REPORTER
from amana.kernel.ids import uuid7
from amana.people.models import Role
from amana.people.policies import Action, Staff
from amana.portal import errors
from amana.referral.models import ProsecutorNotice
from amana.reports.models import Report
from amana.reports.policies import units_by_action, visible_to
from amana.triage.links.models import LinkDecision
from amana.triage.models import RiskDenial
from tests.desk.steps import Desk, desk, text
from tests.support import builders as make

pytestmark = pytest.mark.db

# What each page of a report asks. A route without a line here fails the test below.
NEEDS: dict[str, Action] = {
    "report": Action.READ_NOTICE,
    "identity": Action.READ_IDENTITY,
    "annex": Action.OPEN_ANNEX,
    "message": Action.MESSAGE_REPORTER,
    "note": Action.INTERNAL_NOTE,
    "new-code": Action.REISSUE_CODE,
    "take": Action.DIAGNOSE,
    "capture": Action.DIAGNOSE,
    "links": Action.READ_REPORT,
    "link-pair": Action.DIAGNOSE,
    "link-value": Action.DIAGNOSE,
    "link-undo": Action.DIAGNOSE,
    "offender": Action.READ_REPORT,
    "diagnosis": Action.DIAGNOSE,
    "category": Action.DIAGNOSE,
    "risk": Action.DIAGNOSE,
    "risk-undo": Action.DIAGNOSE,
    "lend": Action.LEND_TEXT,
    "refer": Action.REFER,
    "override": Action.OVERRIDE_ROUTE,
    "joint": Action.REFER,
    "end-joint": Action.REFER,
    "cross-border": Action.REFER,
    "review": Action.RELEASE_SPEECH,
    "notice": Action.NOTIFY_PROSECUTOR,
    "notice-file": Action.READ_NOTICE,
    "instructions": Action.RECORD_INSTRUCTION,
    "suspects": Action.ADD_SUSPECT,
    "suspect-present": Action.ADVANCE_SUSPECT,
    "suspect-search": Action.ADVANCE_SUSPECT,
    "suspect-withdraw": Action.ADVANCE_SUSPECT,
    "add-files": Action.DIAGNOSE,
    "file": Action.READ_REPORT,
    "look": Action.READ_REPORT,
    "picture": Action.READ_REPORT,
    "thumbnail": Action.READ_REPORT,
    "picture-text": Action.HANDLE_EVIDENCE,
    "export": Action.EXPORT_EVIDENCE,
    "custody": Action.READ_REPORT,
    "hold": Action.HANDLE_EVIDENCE,
    "lift": Action.LIFT_HOLD,
    "ask-shred": Action.ASK_SHRED,
    "shred": Action.SHRED,
    "tool-import": Action.HANDLE_EVIDENCE,
    "hand-in": Action.HANDLE_EVIDENCE,
    "hand-in-paper": Action.READ_REPORT,
    "hand-in-back": Action.HANDLE_EVIDENCE,
    "close": Action.CLOSE,
    "reopen": Action.CLOSE,
}
CHILDREN = (
    "denial", "item_id", "suspect_id", "notice_id", "hold_id", "shred_id", "hand_in_id", "decision"
)  # fmt: skip
ONLY_POST = {
    "message",
    "note",
    "end-joint",
    "notice-file",
    "suspect-present",
    "suspect-search",
    "suspect-withdraw",
    "add-files",
    "hand-in-back",
    "link-undo",
    "risk-undo",
}
# Allowed, and yet there may be nothing: no task, no key to the bytes, no unit named.
MAY_BE_EMPTY = {
    "link-undo",
    "risk",
    "risk-undo",
    "cross-border",
    "notice-file",
    "picture",
    "thumbnail",
    "picture-text",
    "end-joint",
    "hand-in-paper",
    "link-pair",
    "link-value",
    "lend",
}
READING = {"report", "identity", "file", "picture", "thumbnail", "notice-file", "message", "review"}


def routes() -> Iterator[tuple[str, str]]:
    """Name and pattern of every route below one report, from the resolver itself."""
    (found,) = [
        resolver
        for resolver in _below(get_resolver())
        if "reports/<slug:locator>/" in str(resolver.pattern)
    ]
    for pattern in found.url_patterns:
        assert isinstance(pattern, URLPattern)
        yield str(pattern.name), str(pattern.pattern)


def _below(resolver: URLResolver) -> Iterator[URLResolver]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield pattern
            yield from _below(pattern)


def with_children(report: Report) -> dict[str, UUID]:
    """A file, a suspect and a notice of this report."""
    taken = FileIntake(blobs(), name="a.png", declared_type="image/png", limit=1000)
    taken.write(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    (item,) = add_to_report(report=report, taken=[taken.finish()], actor=REPORTER)
    suspect = Suspect.objects.create(
        agency_id=report.agency_id,
        report=report,
        sealed_identity=b"x",
        identified_at=report.received_at,
        identified_by=uuid7(),
    )
    notice = ProsecutorNotice.objects.create(
        agency_id=report.agency_id,
        report=report,
        office=Unit.objects.filter(kind=UnitKind.PROSECUTION)[0],
        at=report.received_at,
        officer_id=uuid7(),
        digest=b"0" * 32,
        sealed_jws=b"x",
    )
    hold = Hold.objects.create(
        agency_id=report.agency_id, report=report, sealed_reason=b"x", officer_id=uuid7(),
        since=report.received_at,
    )  # fmt: skip
    shred = Shred.objects.create(
        agency_id=report.agency_id, report=report, item=item, basis="court_order", article="1",
        asked_by=uuid7(), asked_at=report.received_at,
    )  # fmt: skip
    device = HandIn.objects.create(
        agency_id=report.agency_id, report=report, at=report.received_at, officer_id=uuid7(),
        sealed=b"x",
    )  # fmt: skip
    decision = LinkDecision.objects.create(
        agency_id=report.agency_id,
        said=LinkDecision.Said.APART,
        one=report,
        other=make.report(report.agency, victim_region="JO-KA"),
        at=report.received_at,
        officer_id=uuid7(),
        sealed_reason=b"x",
    )
    denial = RiskDenial.objects.create(
        agency_id=report.agency_id, report=report, risk="deadline", at=report.received_at,
        officer_id=uuid7(), sealed_reason=b"x",
    )  # fmt: skip
    return {
        "denial": denial.pk,
        "item_id": item.pk,
        "suspect_id": suspect.pk,
        "notice_id": notice.pk,
        "hold_id": hold.pk,
        "shred_id": shred.pk,
        "hand_in_id": device.pk,
        "decision": decision.pk,
    }


def path_of(pattern: str, report: Report, children: dict[str, UUID]) -> str:
    filled = re.sub(r"<uuid:(\w+)>", lambda found: str(children[found[1]]), pattern)
    named = {
        "<slug:form>": "pdf",
        "value/<slug:act>": "value/mute",
        "<slug:act>": "confirm",
        "<slug:other>": "11111111",
        "<slug:token>": "7",
        "<slug:risk>": "threat_to_life",
    }
    for name, value in named.items():
        filled = filled.replace(name, value)
    return f"/desk/reports/{report.locator}/{filled}"


def everybody(agency: Agency) -> list[tuple[str, Desk]]:
    """One of every role in Aqaba; agency roles stand in the centre."""
    return [(str(role), desk(agency, "jo/ccu/aqaba", role)) for role in Role]


def test_t13_every_page_of_a_report_names_what_it_needs() -> None:
    assert {name for name, _ in routes()} == set(NEEDS)


def may_answer(name: str, method: str, *, expected: bool) -> set[int]:
    """The answers that fit: a page or a refusal where it is allowed, else nothing at all."""
    if not expected:
        return {404, 405} if method == "post" else {302} if name in ONLY_POST else {404}
    if method == "get" and name in ONLY_POST:
        return {302}
    fits = {200, 302, 422} if method == "get" else {200, 302, 405, 422}
    return fits | {404} if name in MAY_BE_EMPTY else fits


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ways at the side and the page that says "not here" are drawn once for each officer, and
    not for each of thousands of answers whose status alone is looked at: they were two thirds of
    the test."""
    sides: dict[UUID, list[Way]] = {}
    pages: dict[tuple[object, str], str] = {}
    page = errors._page

    def side(path: str, staff: Staff) -> list[Way]:
        if staff.officer_id not in sides:
            sides[staff.officer_id] = ways(path, staff)
        return sides[staff.officer_id]

    def trouble(request: HttpRequest, language: str, title: str, text: str) -> str:
        if (request.user.pk, title) not in pages:
            pages[request.user.pk, title] = page(request, language, title, text)
        return pages[request.user.pk, title]

    monkeypatch.setattr(context, "ways", side)
    monkeypatch.setattr(errors, "_page", trouble)


@pytest.mark.usefixtures("drawn_once")
def test_t13_every_role_on_every_route_of_every_kind_of_report() -> None:
    """404 exactly where the policy says no, by GET and by POST; never a 403 and never a 500."""
    agency = make.node()
    reports = {
        "own": make.report(agency),
        "other": make.report(agency, victim_region="JO-IR"),
        "review": make.report(agency, category="D1", offences=["D1"], groups=["hate"]),
        "terror": make.report(agency, category="T1", offences=["T1"]),
        "child": make.report(agency, category="C2", offences=["C2"], minor="yes"),
    }
    children = {name: with_children(report) for name, report in reports.items()}
    wrong = []
    for role, who in everybody(agency):
        for kind, report in reports.items():
            may = units_by_action(who.staff, report)
            for name, pattern in routes():
                if kind not in ("own", "other") and name not in READING:
                    continue
                path = path_of(pattern, report, children[kind])
                for method in ("get", "post"):
                    status = getattr(who.client, method)(path).status_code
                    if status not in may_answer(name, method, expected=NEEDS[name] in may):
                        wrong.append((role, kind, name, method, status))
    assert wrong == []


def test_a_report_out_of_scope_answers_like_one_that_does_not_exist() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba")
    other = make.report(agency, victim_region="JO-IR")
    unknown = "00000000"
    for _name, pattern in routes():
        children = {name: uuid4() for name in CHILDREN}
        real = who.get(path_of(pattern, other, children))
        fake = who.get(path_of(pattern, Report(locator=unknown), children))
        assert real.status_code == fake.status_code
        assert neutral(real.content) == neutral(fake.content)


def neutral(body: bytes) -> bytes:
    """A page without what differs at every request."""
    return re.sub(rb'(csrfmiddlewaretoken" value=")[^"]*|(/desk/reports/)\d+', b"", body)


def test_t25_a_child_is_never_found_through_another_report() -> None:
    """A file, suspect or notice of one report under the address of another: not there."""
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    mine, second = make.report(agency), make.report(agency)
    children = with_children(second)
    for name, pattern in routes():
        if "<uuid:" not in pattern:
            continue
        answers = [who.get(path_of(pattern, mine, children))] if name not in ONLY_POST else []
        answers.append(who.post(path_of(pattern, mine, children), purpose="to see"))
        for answer in answers:
            gone = answer.status_code in (404, 405) or (
                name == "look" and answer.status_code == 302
            )
            assert gone, (name, answer.status_code)


def test_lists_counts_and_deadlines_say_nothing_of_what_one_may_not_see() -> None:
    agency = make.node()
    other = make.report(agency, victim_region="JO-IR", threat_to_life="yes")
    hidden = make.report(agency, category="D1", offences=["D1"], groups=["hate"])
    for _role, who in everybody(agency):
        seen = set(visible_to(who.staff).values_list("locator", flat=True))
        for report in (other, hidden):
            if report.locator in seen:
                continue
            for path in (
                "inbox/to-read/",
                "inbox/open/",
                "inbox/urgent/",
                "deadlines/",
                "journal/",
            ):
                page = text(who.get(f"/desk/{path}", q=report.locator))
                shown = page.replace(f'value="{report.locator}"', "")
                assert report.locator not in shown


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        ("/desk/journal/", {Role.AUDITOR}),
        ("/desk/health/", {Role.ADMINISTRATOR}),
        ("/desk/people/", {Role.ADMINISTRATOR}),
        (
            "/desk/intake/",
            {
                Role.INTAKE_OFFICER,
                Role.INVESTIGATOR,
                Role.SUPERVISOR,
                Role.CHILD_UNIT,
                Role.LIAISON,
            },
        ),
        ("/desk/inbox/silent-30/", {Role.SUPERVISOR}),
        (
            "/desk/inbox/to-read/",
            set(Role) - {Role.AUDITOR, Role.ADMINISTRATOR, Role.CUSTODIAN},
        ),
        ("/desk/deadlines/", set(Role) - {Role.AUDITOR, Role.ADMINISTRATOR, Role.CUSTODIAN}),
    ],
)
def test_pages_of_the_house_exist_for_those_roles_alone(path: str, roles: set[Role]) -> None:
    agency = make.node()
    for role, who in everybody(agency):
        expected = 200 if Role(role) in roles else 404
        assert who.get(path).status_code == expected, (role, path)


def test_a_stranger_is_sent_to_the_door_from_every_page() -> None:
    agency = make.node()
    report = make.report(agency)
    children = with_children(report)
    paths = [path_of(pattern, report, children) for _, pattern in routes()]
    for path in [*paths, "/desk/", "/desk/inbox/to-read/", "/desk/intake/form/", "/desk/journal/"]:
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/desk/sign-in/")


def test_m006_a_joint_case_is_seen_by_both_units_and_no_third() -> None:
    agency = make.node()
    aqaba = desk(agency, "jo/ccu/aqaba")
    family = desk(agency, "jo/fjp/tech", Role.CHILD_UNIT)
    third = desk(agency, "jo/ccu/karak")
    report = make.report(agency)
    assert family.get(f"/desk/reports/{report.locator}/").status_code == 404
    answer = aqaba.post(
        f"/desk/reports/{report.locator}/joint/", unit="jo/fjp/tech", reason="A child is in it"
    )
    assert answer.status_code == 302
    page = text(family.get(f"/desk/reports/{report.locator}/"))
    assert make.NARRATIVE in page
    assert third.get(f"/desk/reports/{report.locator}/").status_code == 404
    aqaba.post(f"/desk/reports/{report.locator}/joint/end/", unit="jo/fjp/tech")
    assert family.get(f"/desk/reports/{report.locator}/").status_code == 404

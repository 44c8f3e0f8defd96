# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report ends by one way of the country's list, on a person's decision, and she reads why."""

from __future__ import annotations

import pytest

from amana.casework import selectors, services
from amana.casework.models import Closing, Deadline, DeadlineKind
from amana.packs import load_pack
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral import services as referral
from amana.reports.errors import AlreadyDone, Refused, ReportClosed
from amana.reports.models import Message, MessageKind, Refusal, Report, Stage
from amana.reports.services import mailbox
from tests.support import builders as make

pytestmark = pytest.mark.db


def missing(report: Report) -> list[str]:
    return list(
        Refusal.objects.filter(report=report, action="close").values_list("missing", flat=True)
    )


def refused_close(who: Staff, report: Report, disposition: str, **more: str) -> str:
    with pytest.raises(Refused) as said:
        services.close(staff=who, report=report, disposition=disposition, **more)
    fresh = make.fresh(report)
    assert fresh.closed_at is None
    assert not Closing.objects.filter(report=report).exists()
    return said.value.missing


def test_m009_closing_without_a_disposition_of_the_list_is_refused_and_counted() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    for code in ("", "anything", "insufficient,duplicate"):
        assert refused_close(chief, report, code) == "disposition"
    assert missing(report) == ["disposition"] * 3


@pytest.mark.parametrize("pack", ["jo", "ma"])
def test_m018_a_suspect_abroad_is_no_way_to_end_a_report(pack: str) -> None:
    for disposition in load_pack(pack).dispositions:
        assert "abroad" not in disposition.code
        assert "foreign" not in disposition.code


def test_m018_asking_for_suspect_abroad_is_refused() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency, suspect_location="abroad", suspect_country="DE")
    assert refused_close(chief, report, "suspect_abroad") == "disposition"


def test_m018_not_taking_a_matter_up_needs_a_supervisor_and_is_told_to_the_person() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.notified(make.again(officer), make.report(agency))
    assert refused_close(make.again(officer), report, "not_an_offence") == "supervisor"
    row = services.close(staff=chief, report=report, disposition="not_an_offence")
    assert row.supervisor_id == chief.officer_id
    note = Message.objects.get(report=report, kind=MessageKind.AUTOMATIC)
    assert (note.code, note.facts) == ("closed", {"disposition": "not_an_offence"})


def test_what_was_never_referred_is_closed_by_a_supervisor_only() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    assert refused_close(officer, report, "settled_takedown") == "supervisor"
    assert missing(report) == ["supervisor"]
    services.close(staff=chief, report=report, disposition="settled_takedown")
    assert make.fresh(report).stage == Stage.CLOSED


def test_what_was_referred_may_be_closed_by_who_worked_it() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.notified(officer, make.report(agency))
    row = services.close(
        staff=officer, report=report, disposition="settled_takedown", message="It is gone."
    )
    assert row.supervisor_id is None
    kinds = Message.objects.filter(report=report).values_list("kind", flat=True)
    assert sorted(kinds) == [MessageKind.AUTOMATIC, MessageKind.TO_REPORTER]


def test_a_closing_names_what_it_must() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report, other = make.report(agency), make.report(agency)
    elsewhere = make.report(agency, victim_region="JO-IR")
    for reference in ("", "00000000", report.locator, elsewhere.locator):
        assert refused_close(chief, report, "duplicate", reference=reference) == "reference"
    row = services.close(
        staff=chief, report=report, disposition="duplicate", reference=other.locator
    )
    assert row.other_report == other
    third = make.report(agency)
    assert refused_close(chief, third, "charged_court") == "reference"
    done = services.close(
        staff=chief, report=third, disposition="charged_court", reference="Article 15"
    )
    assert selectors.closing_reference(staff=chief, row=done) == "Article 15"
    assert b"Article" not in bytes(done.sealed_reference or b"")


def test_what_the_reason_promises_to_tell_must_be_told() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    assert refused_close(chief, report, "insufficient") == "message"
    services.close(
        staff=chief, report=report, disposition="insufficient", message="The address is missing."
    )
    assert make.fresh(report).disposition == "insufficient"


def test_m056_what_lies_abroad_is_dealt_with_before_closing() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    by_answers = make.report(agency, suspect_location="abroad", suspect_country="DE")
    by_finding = make.diagnosed(chief, make.report(agency), jurisdiction="foreign")
    for report in (by_answers, by_finding):
        assert refused_close(chief, report, "no_suspect_found") == "cross_border"
        referral.finish_cross_border(staff=chief, report=report, result="Asked; no answer.")
        services.close(staff=chief, report=report, disposition="no_suspect_found")
        assert missing(report) == ["cross_border"]


def test_a_report_is_closed_once_and_nothing_more_is_done_with_it() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    services.close(staff=chief, report=report, disposition="settled_takedown")
    with pytest.raises(ReportClosed):
        services.close(staff=chief, report=report, disposition="settled_takedown")
    with pytest.raises(ReportClosed):
        services.identify_suspect(staff=chief, report=report, identity="Nour")
    with pytest.raises(ReportClosed):
        referral.record_diagnosis(staff=chief, report=report, finding=make.finding())
    assert Closing.objects.filter(report=report).count() == 1
    open_promises = Deadline.objects.filter(
        report=report, kind=DeadlineKind.NEXT_NEWS, met_at__isnull=True
    )
    assert not open_promises.exists()


def test_a_closed_report_opens_again_with_a_reason_and_a_new_date() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    with pytest.raises(AlreadyDone):
        services.reopen(staff=chief, report=report, reason="It came back.")
    services.close(staff=chief, report=report, disposition="settled_takedown")
    with pytest.raises(Refused):
        services.reopen(staff=chief, report=report, reason=" ")
    services.reopen(staff=chief, report=report, reason="It came back.")
    report = make.fresh(report)
    assert (report.stage, report.disposition, report.closed_at) == (Stage.IN_PROGRESS, "", None)
    assert selectors.status_of(report).next_news_by is not None
    services.close(staff=chief, report=report, disposition="settled_takedown")
    assert Closing.objects.filter(report=report).count() == 2
    assert Closing.objects.filter(report=report, reopened_at__isnull=True).count() == 1


def test_only_she_withdraws_and_a_person_closes_it() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    assert refused_close(chief, report, "withdrawn") == "withdrawal"
    services.withdraw(report=report)
    report = make.fresh(report)
    assert (report.stage, report.closed_at) == (Stage.WITHDRAWN, None)
    with pytest.raises(AlreadyDone):
        services.withdraw(report=report)
    services.close(staff=chief, report=report, disposition="withdrawn")
    with pytest.raises(ReportClosed):
        services.withdraw(report=report)


def test_she_comes_back_and_work_goes_on_where_it_stood() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency))
    with pytest.raises(AlreadyDone):
        services.come_back(report=report)
    services.withdraw(report=report)
    assert selectors.status_of(make.fresh(report)).stage == "withdrawn"
    assert selectors.status_of(make.fresh(report)).next_news_by is None
    services.come_back(report=report)
    report = make.fresh(report)
    assert report.stage == Stage.DIAGNOSED
    assert selectors.status_of(report).next_news_by is not None


def test_m130_withdrawing_does_not_lead_around_legal_review() -> None:
    agency = make.node()
    both = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER, Role.INVESTIGATOR)
    report = make.report(agency, offences=["D1"], category="D1")
    services.withdraw(report=report)
    report = make.fresh(report)
    assert report.stage == Stage.LEGAL_REVIEW
    assert selectors.status_of(report).stage == "withdrawn"
    with pytest.raises(Refused):
        services.identify_suspect(staff=both, report=report, identity="Nour")


def test_withdrawing_takes_back_consent_for_a_notice() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency))
    services.withdraw(report=report)
    with pytest.raises(Refused) as said:
        referral.notify_prosecutor(staff=officer, report=report, office=make.unit("jo/pp/aqaba"))
    assert said.value.missing == "consent"


def test_who_may_not_close_is_told_so() -> None:
    agency = make.node()
    intake = make.staff(agency, "jo/ccu/aqaba", Role.INTAKE_OFFICER)
    with pytest.raises(NotAllowed):
        services.close(staff=intake, report=make.report(agency), disposition="settled_takedown")


def test_a_message_that_is_too_long_closes_nothing() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    with pytest.raises(mailbox.MessageTooLong):
        services.close(
            staff=chief, report=report, disposition="settled_takedown", message="x" * 8001
        )
    assert make.fresh(report).closed_at is None

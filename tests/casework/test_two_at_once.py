# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two people at one report in the same moment: whoever is second is told so and changes nothing,
whatever the two were doing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from amana.agencies.models import Agency
from amana.casework import selectors, services
from amana.casework.models import Assignment, Closing, Deadline, DeadlineKind, Suspect
from amana.config.clock import now
from amana.journal.models import Event
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral import services as referral
from amana.referral.models import ProsecutorNotice
from amana.referral.selectors import owner_of
from amana.reports.errors import AlreadyDone, ChangedMeanwhile, NotFound, Refused, ReportClosed
from amana.reports.events import Tag as ReportTag
from amana.reports.models import Report, Stage
from amana.reports.services.consents import change_consents
from tests.support import builders as make
from tests.support.meanwhile import meanwhile

pytestmark = pytest.mark.db

Act = Callable[[Staff, Report, UUID], object]


def _instruct(who: Staff, report: Report, _suspect: UUID) -> object:
    return referral.record_instruction(
        staff=who,
        report=report,
        office=make.unit("jo/pp/aqaba"),
        action="before_justice",
        authority="Public prosecutor",
        legal_basis="Article 20",
        given_on=now().date(),
        text="Go on.",
    )


ACTS: dict[str, Act] = {
    "message": lambda who, report, _: services.send_message(staff=who, report=report, text="News."),
    "note": lambda who, report, _: services.write_note(staff=who, report=report, text="A note."),
    "take": lambda who, report, _: services.take(staff=who, report=report),
    "diagnose": lambda who, report, _: referral.record_diagnosis(
        staff=who, report=report, finding=make.finding(elements="absent")
    ),
    "category": lambda who, report, _: referral.change_category(
        staff=who, report=report, category="X3"
    ),
    "refer": lambda who, report, _: referral.refer(
        staff=who, report=report, to_unit=make.unit("jo/ccu/karak"), reason="He is there."
    ),
    "override": lambda who, report, _: referral.override_route(
        staff=who, report=report, to_unit=make.unit("jo/ccu/karak"), reason="He is there."
    ),
    "joint case": lambda who, report, _: referral.add_co_owner(
        staff=who, report=report, unit=make.unit("jo/ccu/karak"), reason="She moves between."
    ),
    "end of it": lambda who, report, _: referral.end_co_owner(
        staff=who, report=report, unit=make.unit("jo/ccu/zarqa")
    ),
    "abroad": lambda who, report, _: referral.finish_cross_border(
        staff=who, report=report, result="Berlin was asked."
    ),
    "notice": lambda who, report, _: referral.notify_prosecutor(
        staff=who, report=report, office=make.unit("jo/pp/irbid")
    ),
    "instruction": _instruct,
    "suspect": lambda who, report, _: services.identify_suspect(
        staff=who, report=report, identity="A man called Nour."
    ),
    "justice": lambda who, report, suspect: services.present_before_justice(
        staff=who, report=report, suspect_id=suspect
    ),
    "search": lambda who, report, suspect: services.issue_search_notice(
        staff=who,
        report=report,
        suspect_id=suspect,
        authority="Court",
        expires_on=now().date() + timedelta(days=30),
    ),
    "close": lambda who, report, _: services.close(
        staff=who, report=report, disposition="duplicate", reference=_twin(report)
    ),
}  # fmt: skip


def _twin(report: Report) -> str:
    return Report.objects.exclude(pk=report.pk).values_list("locator", flat=True)[0]


def _send_away(who: Staff, report: Report) -> None:
    referral.override_route(
        staff=who, report=report, to_unit=make.unit("jo/ccu/irbid"), reason="She lives there."
    )


def _close(who: Staff, report: Report) -> None:
    services.close(staff=who, report=report, disposition="duplicate", reference=_twin(report))


QUICKER: dict[str, Callable[[Staff, Report], object]] = {
    "closed": _close,
    "sent away": _send_away,
    "withdrawn": lambda _who, report: services.withdraw(report=report),
    "consents": lambda _who, report: change_consents(report=report, given=()),
}


def picture(report: Report) -> tuple[object, ...]:
    """The report's row and the leaves about it: every act that changes anything has one."""
    leaves = Event.objects.filter(subject_id=report.pk).exclude(tag=ReportTag.READ)
    return (*Report.objects.values_list().get(pk=report.pk), leaves.count())


def ready(agency: Agency) -> tuple[Staff, Report, UUID]:
    """A joint case with everything that each of the acts needs, and the supervisor on it."""
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    make.report(agency)
    report = make.report(agency)
    make.instructed(who, report, "before_justice", "search_notice")
    make.diagnosed(who, report, jurisdiction="mixed")
    referral.add_co_owner(
        staff=who, report=report, unit=make.unit("jo/ccu/zarqa"), reason="She works there."
    )
    suspect = services.identify_suspect(staff=who, report=report, identity="A man called Nour.")
    return who, make.fresh(report), suspect.id


def outcome(act: Act, quicker: Callable[[], object], who: Staff, report: Report, on: UUID) -> str:
    """What became of the second act, when somebody was quicker; undone afterwards."""
    between: list[object] = []

    def be_quicker() -> None:
        quicker()
        between.append(picture(report))

    mark = transaction.savepoint()
    try:
        with meanwhile(be_quicker):
            act(who, make.fresh(report), on)
        return "done"
    except (ChangedMeanwhile, ReportClosed, NotFound):
        return "told" if between == [picture(report)] else "told, and yet something was written"
    finally:
        transaction.savepoint_rollback(mark)


@pytest.mark.parametrize("quicker", QUICKER)
def test_the_second_of_two_acts_changes_nothing_and_is_told(quicker: str) -> None:
    agency = make.node()
    who, report, suspect = ready(agency)
    colleague = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    who = make.again(who)

    def first() -> object:
        return QUICKER[quicker](make.again(colleague), make.fresh(report))

    found = {name: outcome(act, first, who, report, suspect) for name, act in ACTS.items()}
    assert found == dict.fromkeys(ACTS, "told")


def test_without_anybody_else_each_of_these_acts_is_done() -> None:
    """What makes the test above able to fail: nothing but the colleague stands in the way."""
    who, report, suspect = ready(make.node())
    found = {name: outcome(act, lambda: None, who, report, suspect) for name, act in ACTS.items()}
    assert found == dict.fromkeys(ACTS, "done")


def test_what_was_closed_while_a_colleague_wrote_is_owed_no_news() -> None:
    agency = make.node()
    who, report, _ = ready(agency)
    with (
        meanwhile(lambda: _close(who, make.fresh(report))),
        pytest.raises(ChangedMeanwhile),
    ):
        services.send_message(staff=who, report=make.fresh(report), text="Soon more.")
    open_dates = Deadline.objects.filter(
        report=report, kind=DeadlineKind.NEXT_NEWS, met_at__isnull=True
    )
    assert not open_dates.exists()
    assert selectors.status_of(make.fresh(report)).next_step == "none"


def test_a_diagnosis_never_opens_what_a_colleague_has_closed() -> None:
    agency = make.node()
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    make.report(agency)
    report = make.report(agency)
    with (
        meanwhile(lambda: _close(who, make.fresh(report))),
        pytest.raises(ReportClosed),
    ):
        make.diagnosed(who, make.fresh(report))
    assert make.fresh(report).stage == Stage.CLOSED


def test_she_comes_back_while_her_withdrawal_is_filed_away() -> None:
    agency = make.node()
    who, report, _ = ready(agency)
    services.withdraw(report=report)
    with (
        meanwhile(lambda: services.come_back(report=make.fresh(report))),
        pytest.raises(ChangedMeanwhile),
    ):
        services.close(staff=who, report=make.fresh(report), disposition="withdrawn")
    row = make.fresh(report)
    assert (row.closed_at, row.withdrawn_at, row.stage) == (None, None, Stage.IN_PROGRESS)
    assert not Closing.objects.exists()


def test_she_comes_back_while_her_closed_report_is_opened_again() -> None:
    """Opening again writes what it changes and nothing else: her word is not taken back."""
    agency = make.node()
    who, report, _ = ready(agency)
    services.withdraw(report=report)
    services.close(staff=who, report=make.fresh(report), disposition="withdrawn")
    with (
        meanwhile(lambda: services.come_back(report=make.fresh(report))),
        pytest.raises(ChangedMeanwhile),
    ):
        services.reopen(staff=who, report=make.fresh(report), reason="She wrote again.")
    assert make.fresh(report).withdrawn_at is None
    services.reopen(staff=who, report=make.fresh(report), reason="She wrote again.")
    assert make.fresh(report).stage == Stage.IN_PROGRESS


def test_m005_an_office_that_was_replaced_meanwhile_instructs_nothing() -> None:
    agency = make.node()
    who, report, suspect = ready(agency)

    def replace() -> None:
        referral.notify_prosecutor(
            staff=who, report=make.fresh(report), office=make.unit("jo/pp/irbid")
        )

    with (
        meanwhile(replace),
        pytest.raises(Refused),
    ):
        _instruct(who, make.fresh(report), suspect)
    assert ProsecutorNotice.objects.filter(report=report).count() == 2
    assert report.instructions.count() == 2


def test_two_officers_refer_at_once_and_the_first_one_decides() -> None:
    agency = make.node()
    who, report, _ = ready(agency)
    other = make.staff(agency, "jo/ccu/aqaba")
    with (
        meanwhile(lambda: ACTS["refer"](make.again(other), make.fresh(report), report.pk)),
        pytest.raises(NotFound),
    ):
        _send_away(make.again(who), make.fresh(report))
    assert owner_of(make.fresh(report)).code == "jo/ccu/karak"


def test_two_officers_take_at_once_and_one_has_it() -> None:
    agency = make.node()
    who, report, _ = ready(agency)
    other = make.staff(agency, "jo/ccu/aqaba")
    with meanwhile(lambda: services.take(staff=make.again(other), report=make.fresh(report))):
        services.take(staff=make.again(who), report=make.fresh(report))
    live = Assignment.objects.get(report=report, until=None)
    assert live.officer_id == who.officer_id
    assert Assignment.objects.filter(report=report).count() == 2


def test_m004_a_suspect_presented_twice_at_once_is_presented_once() -> None:
    who, report, suspect = ready(make.node())
    present = ACTS["justice"]
    with (
        meanwhile(lambda: present(who, make.fresh(report), suspect)),
        pytest.raises(AlreadyDone),
    ):
        present(who, make.fresh(report), suspect)
    assert Suspect.objects.exclude(presented_at=None).count() == 1

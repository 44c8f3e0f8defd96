# SPDX-License-Identifier: AGPL-3.0-or-later
"""Diagnosis, referral, override, joint cases and legal review, as officers do them."""

from __future__ import annotations

import pytest

from amana.casework import services as casework
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Action, Staff
from amana.referral import selectors, services
from amana.referral.events import Tag
from amana.referral.models import Access, AccessRole, CrossBorderTask, Refusal, Route
from amana.referral.policies import allowed, visible_to
from amana.reports import opening
from amana.reports.errors import (
    AlreadyDone,
    NoKey,
    NotFound,
    Refused,
    ReportError,
    Unusable,
    VaultClosed,
)
from amana.reports.events import Tag as ReportTag
from amana.reports.models import CategoryChange, PartGrant, PartKind, Report, Stage
from amana.triage import selectors as triage
from amana.triage.models import LegalReview, LinkSet, WordTokens
from tests.support import builders as make

pytestmark = pytest.mark.db


def reads(who: Staff, report: Report) -> bool:
    """Whether she really opens it, with her keys of now."""
    try:
        said = opening.open_part(staff=make.again(who), report=report, kind=PartKind.ANSWERS)
    except ReportError:
        return False
    return said["narrative"] == make.NARRATIVE


def holders(report: Report) -> set[str]:
    grants = PartGrant.objects.filter(part__report=report, unit_key__isnull=False)
    return set(grants.values_list("unit_key__unit__code", flat=True))


def refused(report: Report) -> list[tuple[str, str]]:
    return list(Refusal.objects.filter(report=report).values_list("action", "missing"))


def test_m070_a_referral_without_a_diagnosis_is_refused_and_counted() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    with pytest.raises(Refused) as said:
        services.refer(
            staff=officer, report=report, to_unit=make.unit("jo/ccu/irbid"), reason="lives there"
        )
    assert said.value.missing == "diagnosis"
    assert "diagnosis" in str(said.value)
    assert refused(report) == [("refer", "diagnosis")]
    assert make.tags(report).count(ReportTag.REFUSE) == 1
    assert selectors.owner_of(report).code == "jo/ccu/aqaba"
    make.diagnosed(officer, report)
    services.refer(
        staff=officer, report=report, to_unit=make.unit("jo/ccu/irbid"), reason="lives there"
    )
    assert refused(report) == [("refer", "diagnosis")]


def test_a_referral_moves_sight_and_keys_to_the_new_unit() -> None:
    agency = make.node()
    here, there = make.staff(agency, "jo/ccu/aqaba"), make.staff(agency, "jo/ccu/irbid")
    third = make.staff(agency, "jo/ccu/karak")
    report = make.report(agency, **make.NAMED)
    assert (reads(here, report), reads(there, report)) == (True, False)
    make.diagnosed(here, report)
    services.refer(
        staff=here, report=report, to_unit=make.unit("jo/ccu/irbid"), reason="she lives there"
    )
    report = make.fresh(report)
    assert (reads(here, report), reads(there, report), reads(third, report)) == (
        False,
        True,
        False,
    )
    assert holders(report) == {"jo/ccu/irbid", "jo/ccu/duty"}
    assert report.stage == Stage.REFERRED
    person = opening.open_part(
        staff=there, report=report, kind=PartKind.IDENTITY, purpose="to call her"
    )
    assert person["person"] == {"name": "Salma"}
    route = selectors.routes(report)[-1]
    assert (route.rule, route.by_rule, route.unit.code) == ("referral", False, "jo/ccu/irbid")
    assert selectors.route_reason(staff=there, row=route.row) == "she lives there"
    assert Tag.SEND in make.tags(report)


def test_a_referral_needs_an_open_vault_and_changes_nothing_without_it() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    make.diagnosed(officer, report)
    closed = Staff(officer.officer_id, officer.pseudonym, officer.agency_id, officer.roles)
    with pytest.raises(VaultClosed):
        services.refer(
            staff=closed, report=report, to_unit=make.unit("jo/ccu/irbid"), reason="lives there"
        )
    assert selectors.owner_of(report).code == "jo/ccu/aqaba"
    assert holders(report) == {"jo/ccu/aqaba", "jo/ccu/duty"}


def test_a_report_is_not_referred_to_its_own_unit_a_prosecutor_or_another_agency() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency))
    with pytest.raises(AlreadyDone):
        services.refer(
            staff=officer, report=report, to_unit=make.unit("jo/ccu/aqaba"), reason="again"
        )
    with pytest.raises(Unusable):
        services.refer(
            staff=officer, report=report, to_unit=make.unit("jo/pp/aqaba"), reason="to court"
        )
    assert Route.objects.filter(report=report).count() == 1


def test_m003_an_override_without_a_reason_is_refused_and_counted() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    with pytest.raises(Refused):
        services.override_route(
            staff=chief, report=report, to_unit=make.unit("jo/ccu"), reason="  "
        )
    assert refused(report) == [("override_route", "reason")]
    services.override_route(
        staff=chief, report=report, to_unit=make.unit("jo/ccu"), reason="He lives next door."
    )
    assert selectors.owner_of(report).code == "jo/ccu"
    assert make.fresh(report).stage == Stage.RECEIVED
    assert Tag.OVERRIDE in make.tags(report)


def test_m003_an_investigator_does_not_override_a_rule() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    with pytest.raises(NotAllowed):
        services.override_route(
            staff=officer,
            report=make.report(agency),
            to_unit=make.unit("jo/ccu"),
            reason="because",
        )


def test_m006_two_units_work_a_joint_case_and_a_third_sees_nothing() -> None:
    agency = make.node()
    cyber, child = make.staff(agency, "jo/ccu/aqaba"), make.staff(agency, "jo/fjp/tech")
    third = make.staff(agency, "jo/ccu/karak")
    report = make.report(agency)
    services.add_co_owner(
        staff=cyber, report=report, unit=make.unit("jo/fjp/tech"), reason="Her son is named."
    )
    assert (reads(cyber, report), reads(child, report), reads(third, report)) == (
        True,
        True,
        False,
    )
    assert allowed(child, Action.ADD_SUSPECT, report)
    assert not allowed(child, Action.CLOSE, report)
    assert make.tags(report).count(ReportTag.READ) == 2
    with pytest.raises(AlreadyDone):
        services.add_co_owner(
            staff=cyber, report=report, unit=make.unit("jo/fjp/tech"), reason="Again."
        )
    services.end_co_owner(staff=cyber, report=report, unit=make.unit("jo/fjp/tech"))
    assert (reads(cyber, report), reads(child, report)) == (True, False)
    assert "jo/fjp/tech" not in holders(report)


def test_m006_the_sender_stays_when_she_asks_to() -> None:
    agency = make.node()
    here, there = make.staff(agency, "jo/ccu/aqaba"), make.staff(agency, "jo/ccu/irbid")
    report = make.diagnosed(here, make.report(agency))
    services.refer(
        staff=here,
        report=report,
        to_unit=make.unit("jo/ccu/irbid"),
        reason="She moved.",
        keep_as_co_owner=True,
    )
    assert reads(here, report)
    assert reads(there, report)
    roles = dict(Access.objects.filter(report=report, until=None).values_list("unit__code", "role"))
    assert roles == {"jo/ccu/aqaba": AccessRole.CO_OWNER, "jo/ccu/irbid": AccessRole.OWNER}


def test_m061_a_dropped_offence_needs_a_reason() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, offences=["X1", "H1"])
    with pytest.raises(Refused):
        services.record_diagnosis(
            staff=officer, report=report, finding=make.finding(dropped={"H1": " "})
        )
    assert refused(report) == [("drop_offence", "reason")]
    assert triage.latest_diagnosis(report) is None
    row = services.record_diagnosis(
        staff=officer, report=report, finding=make.finding(dropped={"H1": "Not said by him."})
    )
    assert (row.offences, row.dropped_offences) == (["X1"], ["H1"])
    report = make.fresh(report)
    assert (report.offences, report.stage) == (["X1"], Stage.DIAGNOSED)
    words = triage.diagnosis_words(staff=officer, row=row)
    assert words.dropped == {"H1": "Not said by him."}
    assert words.note == "The number is known from another report."


@pytest.mark.parametrize(
    "wrong",
    [
        {"online": "perhaps"},
        {"identifiers": "many"},
        {"jurisdiction": "mars"},
        {"elements": ""},
        {"platform": "carrier pigeon"},
        {"offences": []},
        {"offences": ["Z9"]},
        {"offences": ["H1"]},
        {"note": "x" * 8001},
    ],
)
def test_m070_a_diagnosis_takes_only_coded_findings(wrong: dict[str, object]) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    with pytest.raises(Unusable) as said:
        services.record_diagnosis(staff=officer, report=report, finding=make.finding(**wrong))
    assert said.value.field == next(iter(wrong))
    assert make.fresh(report).stage == Stage.RECEIVED


def test_m056_a_finding_abroad_opens_a_task() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    assert selectors.cross_border_task(report) is None
    make.diagnosed(officer, report, jurisdiction="mixed")
    task = selectors.cross_border_task(report)
    assert task is not None
    assert task.state == CrossBorderTask.State.OPEN
    with pytest.raises(Refused):
        services.finish_cross_border(staff=officer, report=report, result="")
    services.finish_cross_border(staff=officer, report=report, result="Asked the other desk.")
    task.refresh_from_db()
    assert task.state == CrossBorderTask.State.DONE
    assert selectors.cross_border_result(staff=officer, task=task) == "Asked the other desk."
    with pytest.raises(AlreadyDone):
        services.finish_cross_border(staff=officer, report=report, result="Twice.")


def test_r7_a_new_category_keeps_the_old_one_and_raises_urgency_only() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, offences=["F1"], category="F1", narrative="The parcel never came.")
    assert report.assessment.urgency == "normal"
    services.change_category(staff=officer, report=report, category="H1")
    report = make.fresh(report)
    assert (report.category, report.first_category) == ("H1", "F1")
    assert report.offences == ["H1", "F1"]
    before = report.assessment.rank
    services.change_category(staff=officer, report=report, category="F1")
    report = make.fresh(report)
    assert report.assessment.rank == before
    history = CategoryChange.objects.filter(report=report).order_by("at")
    assert [(row.before, row.after) for row in history] == [("F1", "H1"), ("H1", "F1")]
    with pytest.raises(AlreadyDone):
        services.change_category(staff=officer, report=report, category="F1")
    with pytest.raises(Unusable):
        services.change_category(staff=officer, report=report, category="Z9")


def test_m130_legal_review_releases_to_the_unit_of_the_rule_and_only_then_makes_links() -> None:
    agency = make.node()
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    branch = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, offences=["D1"], category="D1")
    assert report.stage == Stage.LEGAL_REVIEW
    assert not LinkSet.objects.filter(report=report).exists()
    with pytest.raises(Refused):
        services.review_legally(staff=reviewer, report=report, release=True, reason="")
    services.review_legally(
        staff=reviewer, report=report, release=True, reason="Names a private person."
    )
    report = make.fresh(report)
    assert report.stage == Stage.RECEIVED
    assert (reads(branch, report), reads(reviewer, report)) == (True, False)
    assert LinkSet.objects.filter(report=report).count() == 1
    assert WordTokens.objects.filter(report=report).exists()
    assert holders(report) == {"jo/ccu/aqaba", "jo/ccu/duty"}
    assert selectors.routes(report)[-1].rule == "residence"
    (row,) = triage.legal_reviews(report)
    assert triage.review_words(staff=branch, row=row) == "Names a private person."


def test_m130_what_legal_review_keeps_stays_without_links() -> None:
    agency = make.node()
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    report = make.report(agency, offences=["V2"], category="V2")
    services.review_legally(
        staff=reviewer, report=report, release=False, reason="An opinion, and no more."
    )
    assert make.fresh(report).stage == Stage.LEGAL_REVIEW
    assert LegalReview.objects.get(report=report).decision == "keep"
    assert not LinkSet.objects.filter(report=report).exists()
    assert not WordTokens.objects.filter(report=report).exists()


def test_m130_what_turns_out_to_be_words_goes_to_review_and_out_of_the_index() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    report = make.report(agency)
    assert LinkSet.objects.filter(report=report).exists()
    services.change_category(staff=officer, report=report, category="D1")
    report = make.fresh(report)
    assert report.stage == Stage.LEGAL_REVIEW
    assert (reads(officer, report), reads(reviewer, report)) == (False, True)
    assert not LinkSet.objects.filter(report=report).exists()
    services.review_legally(staff=reviewer, report=report, release=True, reason="Not an opinion.")
    assert (reads(officer, report), reads(reviewer, report)) == (True, False)


def test_m074_what_turns_out_to_be_terrorism_leaves_the_branch_at_once() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    special = make.staff(agency, "jo/ccu/terrorism")
    report = make.report(agency)
    services.change_category(staff=officer, report=report, category="T2")
    report = make.fresh(report)
    assert report.assessment.specialised == "terrorism"
    assert (reads(officer, report), reads(special, report)) == (False, True)
    make.diagnosed(special, report, offences=["T2", "X1"])
    with pytest.raises(Refused) as said:
        services.refer(
            staff=special, report=report, to_unit=make.unit("jo/ccu/aqaba"), reason="back"
        )
    assert said.value.missing == "specialised_unit"
    assert reads(special, report)


def test_m074_praise_of_terrorism_passes_legal_review_and_then_its_own_unit() -> None:
    agency = make.node()
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    special = make.staff(agency, "jo/ccu/terrorism")
    report = make.report(agency, offences=["T1"], category="T1")
    assert (reads(reviewer, report), reads(special, report)) == (True, False)
    services.review_legally(staff=reviewer, report=report, release=True, reason="A call to act.")
    assert (reads(reviewer, report), reads(special, report)) == (False, True)


def test_a_stranger_learns_nothing_from_any_act() -> None:
    agency = make.node()
    stranger = make.staff(agency, "jo/ccu/karak", Role.SUPERVISOR)
    report = make.report(agency)
    with pytest.raises(NotFound):
        services.record_diagnosis(staff=stranger, report=report, finding=make.finding())
    with pytest.raises(NotFound):
        services.refer(staff=stranger, report=report, to_unit=make.unit("jo/ccu"), reason="mine")
    with pytest.raises(NotFound):
        services.change_category(staff=stranger, report=report, category="H1")
    assert refused(report) == []


def test_after_she_left_her_colleague_rewraps_and_she_opens_nothing() -> None:
    agency = make.node()
    from amana.people import selectors as people
    from amana.people.services import end_placement
    from amana.reports.services import parts

    leaver, stays = make.staff(agency, "jo/ccu/aqaba"), make.staff(agency, "jo/ccu/aqaba")
    third = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    assert reads(leaver, report)
    chief = make.staff(agency, "jo/ccu", Role.ADMINISTRATOR)
    placement = people.active_placements().get(officer_id=leaver.officer_id)
    end_placement(staff=chief, placement_id=placement.pk)
    assert not reads(leaver, report)
    stays = make.again(stays)
    aqaba = make.unit("jo/ccu/aqaba")
    old = PartGrant.objects.get(part__report=report, unit_key__unit=aqaba).unit_key_id
    assert old != people.current_key(aqaba.id).id
    assert parts.rewrap_old_grants(staff=stays) == 1
    new = PartGrant.objects.get(part__report=report, unit_key__unit=aqaba).unit_key_id
    assert new == people.current_key(aqaba.id).id
    assert reads(stays, report)
    assert reads(third, report)
    assert not reads(leaver, report)
    assert parts.rewrap_old_grants(staff=make.again(stays)) == 0


def test_the_duty_unit_rewraps_what_nobody_else_can_open() -> None:
    agency = make.node()
    from amana.people import selectors as people
    from amana.people.services import end_placement
    from amana.reports.services import parts

    first, second = make.staff(agency, "jo/ccu/aqaba"), make.staff(agency, "jo/ccu/aqaba")
    duty = make.staff(agency, "jo/ccu/duty")
    report = make.report(agency)
    chief = make.staff(agency, "jo/ccu", Role.ADMINISTRATOR)
    for who in (first, second):
        placement = people.active_placements().get(officer_id=who.officer_id)
        end_placement(staff=chief, placement_id=placement.pk)
    newcomer = make.staff(agency, "jo/ccu/aqaba")
    with pytest.raises(NoKey):
        opening.open_part(staff=newcomer, report=report, kind=PartKind.ANSWERS)
    assert parts.rewrap_old_grants(staff=duty) == 1
    assert reads(newcomer, report)


def urgent_with_duty() -> tuple[Staff, Staff, Report]:
    """An owner, somebody of the duty unit, and a report that both see."""
    agency = make.node()
    owner, duty = make.staff(agency, "jo/ccu/aqaba"), make.staff(agency, "jo/ccu/duty")
    return owner, duty, make.report(agency, threat_to_life="yes")


def test_duty_ends_when_the_owner_has_diagnosed() -> None:
    owner, duty, report = urgent_with_duty()
    assert report in visible_to(duty)
    make.diagnosed(owner, report)
    assert report not in visible_to(duty)
    with pytest.raises(NotFound):
        opening.open_part(staff=duty, report=report, kind=PartKind.ANSWERS)
    ends = make.tags(report).count(ReportTag.ACCESS_END)
    make.diagnosed(owner, report)
    assert make.tags(report).count(ReportTag.ACCESS_END) == ends, "once"


def test_duty_protects_and_hands_over_and_does_nothing_besides() -> None:
    _, duty, report = urgent_with_duty()
    assert opening.open_part(staff=duty, report=report, kind=PartKind.ANSWERS)
    casework.send_message(staff=duty, report=report, text="We are here.")
    make.diagnosed(duty, report)
    assert report in visible_to(duty), "its own finding does not end its duty"
    with pytest.raises(NotAllowed):
        services.add_co_owner(
            staff=duty, report=report, unit=make.unit("jo/ccu/karak"), reason="Both."
        )
    with pytest.raises(NotAllowed):
        casework.close(staff=duty, report=report, disposition="no_offence")
    with pytest.raises(Unusable):
        services.refer(
            staff=duty, report=report, to_unit=make.unit("jo/ccu/duty"), reason="We keep it."
        )
    with pytest.raises(Unusable):
        services.refer(
            staff=duty,
            report=report,
            to_unit=make.unit("jo/ccu/irbid"),
            reason="Both.",
            keep_as_co_owner=True,
        )
    assert selectors.owner_of(report).code == "jo/ccu/aqaba"
    services.refer(
        staff=duty, report=report, to_unit=make.unit("jo/ccu/irbid"), reason="Nobody looks."
    )
    assert selectors.owner_of(report).code == "jo/ccu/irbid"
    assert report not in visible_to(duty), "handed over"


def test_the_owner_may_hand_a_report_to_the_duty_unit() -> None:
    owner, duty, report = urgent_with_duty()
    make.diagnosed(owner, report)
    services.refer(staff=owner, report=report, to_unit=make.unit("jo/ccu/duty"), reason="Tonight.")
    assert report in visible_to(duty)
    services.refer(staff=duty, report=report, to_unit=make.unit("jo/ccu/aqaba"), reason="Morning.")


@pytest.mark.parametrize(
    ("category", "gone"), [("D1", {"jo/legal/review"}), ("T2", {"jo/ccu/terrorism"})]
)
def test_a_joint_case_ends_with_its_keys_when_it_becomes_words_or_terrorism(
    category: str, gone: set[str]
) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    second = make.staff(agency, "jo/ccu/karak")
    report = make.diagnosed(officer, make.report(agency))
    services.add_co_owner(
        staff=officer, report=report, unit=make.unit("jo/ccu/karak"), reason="Both."
    )
    assert reads(second, report)
    services.change_category(staff=second, report=report, category=category)
    assert holders(report) == gone | {"jo/ccu/duty"}, "no key is left behind either"
    assert not Access.objects.filter(report=report, role=AccessRole.CO_OWNER, until=None).exists()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every act on a report by everybody who may not do it: nothing changes, nothing is said of what
one may not see, and a closed vault does nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from amana.casework import services
from amana.casework.models import Alert, Assignment, Closing, Suspect
from amana.config.clock import now
from amana.journal.models import Event
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral import services as referral
from amana.referral.models import Instruction, ProsecutorNotice, Route
from amana.reports.errors import NotFound, VaultClosed
from amana.reports.models import Message, Refusal, Report
from tests.support import builders as make

pytestmark = pytest.mark.db
Act = Callable[[Staff, Report], object]
CASEWORK: dict[str, Act] = {
    "message": lambda who, it: services.send_message(staff=who, report=it, text="News."),
    "note": lambda who, it: services.write_note(staff=who, report=it, text="A note."),
    "take": lambda who, it: services.take(staff=who, report=it),
    "close": lambda who, it: services.close(
        staff=who, report=it, disposition="settled_takedown", message="It is gone."
    ),
    "reopen": lambda who, it: services.reopen(staff=who, report=it, reason="It is back."),
    "suspect": lambda who, it: services.identify_suspect(staff=who, report=it, identity="Nour"),
    "present": lambda who, it: services.present_before_justice(
        staff=who, report=it, suspect_id=uuid4()
    ),
    "seek": lambda who, it: services.issue_search_notice(
        staff=who,
        report=it,
        suspect_id=uuid4(),
        authority="Public prosecutor",
        expires_on=(now() + timedelta(days=9)).date(),
    ),
    "withdraw notice": lambda who, it: services.withdraw_search_notice(
        staff=who, report=it, suspect_id=uuid4()
    ),
}
REFERRAL: dict[str, Act] = {
    "diagnose": lambda who, it: referral.record_diagnosis(
        staff=who, report=it, finding=make.finding()
    ),
    "category": lambda who, it: referral.change_category(staff=who, report=it, category="A1"),
    "refer": lambda who, it: referral.refer(
        staff=who, report=it, to_unit=make.unit("jo/ccu/irbid"), reason="She moved."
    ),
    "override": lambda who, it: referral.override_route(
        staff=who, report=it, to_unit=make.unit("jo/ccu/irbid"), reason="She moved."
    ),
    "joint": lambda who, it: referral.add_co_owner(
        staff=who, report=it, unit=make.unit("jo/ccu/karak"), reason="Two places."
    ),
    "end joint": lambda who, it: referral.end_co_owner(
        staff=who, report=it, unit=make.unit("jo/ccu/karak")
    ),
    "abroad": lambda who, it: referral.finish_cross_border(staff=who, report=it, result="Asked."),
    "review": lambda who, it: referral.review_legally(
        staff=who, report=it, release=True, reason="No opinion."
    ),
    "notify": lambda who, it: referral.notify_prosecutor(
        staff=who, report=it, office=make.unit("jo/pp/aqaba")
    ),
    "instruct": lambda who, it: referral.record_instruction(
        staff=who,
        report=it,
        office=make.unit("jo/pp/aqaba"),
        action="search_notice",
        authority="Public prosecutor",
        legal_basis="Article 20",
        given_on=now().date(),
        text="Go on.",
    ),
}
EVERY: dict[str, Act] = {**CASEWORK, **REFERRAL}
OUTSIDE = [
    ("jo/ccu/irbid", Role.SUPERVISOR),
    ("jo/ccu/irbid", Role.INVESTIGATOR),
    ("jo/ccu/duty", Role.SUPERVISOR),
    ("jo/legal/review", Role.LEGAL_REVIEWER),
    ("jo/pp/aqaba", Role.PROSECUTOR),
    ("jo/ccu/aqaba", Role.AUDITOR),
    ("jo/ccu/aqaba", Role.ADMINISTRATOR),
    ("jo/ccu/aqaba", Role.CUSTODIAN),
]
ROWS = (Message, Assignment, Closing, Suspect, Route, ProsecutorNotice, Instruction, Refusal, Event)


def stock(report: Report) -> tuple[object, ...]:
    """Everything that an act on this report could have changed."""
    fresh = make.fresh(report)
    grounds = sorted(fresh.accesses.values_list("unit__code", "role", "until"))
    return (
        *(model._default_manager.count() for model in ROWS),
        fresh.stage,
        fresh.category,
        fresh.closed_at,
        fresh.last_news_at,
        str(grounds),
    )


@pytest.mark.parametrize(("unit", "role"), OUTSIDE)
def test_for_those_outside_the_report_does_not_exist(unit: str, role: Role) -> None:
    agency = make.node()
    report = make.report(agency)
    who = make.staff(agency, unit, role)
    before = stock(report)
    for name, act in EVERY.items():
        with pytest.raises(NotFound):
            act(who, make.fresh(report))
        assert stock(report) == before, name


MAY_NOT: dict[Role, set[str]] = {
    Role.INTAKE_OFFICER: {"close", "reopen", "suspect", "present", "seek", "withdraw notice"}
    | {"override", "review", "notify", "instruct"},
    Role.LIAISON: {"message", "take", "close", "reopen", "suspect", "present", "seek"}
    | {"withdraw notice", "diagnose", "category", "override", "review", "notify", "instruct"},
    Role.INVESTIGATOR: {"override", "review"},
    Role.SUPERVISOR: {"review"},
    Role.CHILD_UNIT: {"override", "review"},
}


@pytest.mark.parametrize("role", MAY_NOT)
def test_a_colleague_who_sees_it_is_told_what_she_may_not_do(role: Role) -> None:
    agency = make.node()
    report = make.report(agency)
    who = make.staff(agency, "jo/ccu/aqaba", role)
    before = stock(report)
    for name in sorted(MAY_NOT[role]):
        with pytest.raises(NotAllowed):
            EVERY[name](who, make.fresh(report))
        assert stock(report) == before, name


@pytest.mark.parametrize("name", sorted(EVERY))
def test_with_a_closed_vault_nothing_is_done(name: str) -> None:
    agency = make.node()
    report = make.report(agency)
    who = make.staff(agency, "jo/ccu/aqaba", *(role for role in Role if role != Role.PROSECUTOR))
    before = stock(report)
    with pytest.raises((VaultClosed, NotAllowed)):
        EVERY[name](replace(who, vault=None), make.fresh(report))
    assert stock(report) == before


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"review"}))
def test_access_that_was_ended_a_moment_ago_is_none(name: str) -> None:
    """A page that still stands in her browser does nothing any more."""
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    referral.override_route(
        staff=chief, report=report, to_unit=make.unit("jo/ccu/irbid"), reason="She moved."
    )
    before = stock(report)
    with pytest.raises(NotFound):
        EVERY[name](chief, make.fresh(report))
    assert stock(report) == before


def test_she_sees_the_alerts_of_her_units_and_of_no_other() -> None:
    agency = make.node()
    make.report(agency, threat_to_life="yes", ongoing="yes")
    elsewhere = make.staff(agency, "jo/ccu/irbid")
    hers = make.staff(agency, "jo/ccu/aqaba")
    waiting = Alert.objects.filter(unit=make.unit("jo/ccu/aqaba"))
    assert waiting.exists()
    assert services.see_alerts(staff=elsewhere) == 0
    assert services.see_alerts(staff=hers) == waiting.count()
    assert services.see_alerts(staff=hers) == 0
    assert Alert.objects.filter(unit__is_duty=True, seen_at=None).exists()

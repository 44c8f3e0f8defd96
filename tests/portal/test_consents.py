# SPDX-License-Identifier: AGPL-3.0-or-later
"""Changing her mind about what is passed on, purpose by purpose (M-058)."""

from __future__ import annotations

import json

import pytest

from amana.casework.services import close
from amana.config.clock import now
from amana.journal.models import Event
from amana.people.models import Role
from amana.referral.services import notify_prosecutor
from amana.reports.errors import Refused, ReportClosed
from amana.reports.models import Report
from amana.reports.services.consents import change_consents
from tests.portal.test_box import SHORT, enter
from tests.portal.visitor import Visitor
from tests.support import builders as make

pytestmark = pytest.mark.db
SAID = {**SHORT, "police": "yes"}
PAGE = "/box/consents/"


def opened() -> Visitor:
    make.node()
    return enter(Visitor().file(SAID).code)


def the_report() -> Report:
    return Report.objects.get()


def changes() -> list[dict[str, object]]:
    rows = Event.objects.filter(tag="consent:consent:change").order_by("id")
    return [json.loads(bytes(row.body or b"{}"))["facts"] for row in rows]


def test_m058_she_takes_one_consent_back_and_gives_another() -> None:
    visitor = opened().get(PAGE)
    assert 'value="police" checked' in visitor.html
    assert 'value="research" checked' not in visitor.html
    assert "cannot be called back" in visitor.text
    visitor.send({"given": ["research"]}, PAGE)
    assert visitor.url == "/box/"
    assert the_report().consents == ["research"]
    assert "What may be passed on was changed" in visitor.text
    assert changes() == [{"given": "research", "taken_back": "police"}]


def test_nothing_ticked_is_an_answer_and_the_same_again_writes_nothing() -> None:
    visitor = opened()
    visitor.get(PAGE).send({}, PAGE)
    assert the_report().consents == []
    visitor.get(PAGE).send({}, PAGE)
    assert len(changes()) == 1


def test_unknown_purposes_are_passed_over() -> None:
    opened().get(PAGE).send({"given": ["police", "everything", ""]}, PAGE)
    assert the_report().consents == ["police"]
    assert changes() == []


def test_without_consent_no_notice_leaves_the_agency() -> None:
    """The officer meets the change in the act itself, not in a message she may miss."""
    agency = make.node()
    report = make.report(agency)
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    make.diagnosed(who, report)
    change_consents(report=report, given=[])
    with pytest.raises(Refused) as refusal:
        notify_prosecutor(
            staff=who,
            report=make.fresh(report),
            office=make.unit("jo/pp/aqaba"),
            statement="Please.",
        )
    assert refusal.value.missing == "consent"


def test_a_closed_report_keeps_what_was_agreed_when_it_ended() -> None:
    agency = make.node()
    report = make.report(agency)
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    Report.objects.filter(pk=report.pk).update(withdrawn_at=now())
    close(staff=who, report=make.fresh(report), disposition="withdrawn")
    with pytest.raises(ReportClosed):
        change_consents(report=report, given=[])
    assert make.fresh(report).consents == ["police"]


def test_nobody_changes_anything_without_the_pin_or_after_the_visit() -> None:
    make.node()
    visitor = enter(Visitor().file(SAID, pin="4821").code)
    visitor.send({"given": []}, PAGE)
    assert visitor.page.status_code == 403
    assert the_report().consents == ["police"]


@pytest.mark.parametrize("language", ["ar", "fr", "ur"])
def test_the_page_asks_in_her_language_with_the_words_of_the_questionnaire(language: str) -> None:
    make.node()
    visitor = enter(Visitor(language).file(SAID).code, language).get(PAGE)
    assert visitor.page.status_code == 200
    assert "May we give this" not in visitor.text
    assert visitor.html.count('name="given"') == 5

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of the alleged perpetrator behind several reports, and the alert of a series."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine

from amana.casework.series import raise_series
from amana.config.clock import now
from amana.desk.links.offender import LATEST
from amana.desk.selectors import lanes
from amana.journal.models import Event
from amana.people.models import Role
from amana.triage.links.linking import link_new
from tests.desk.links.steps import AQABA, IBAN, IRBID, PHONE, code, text, two_linked
from tests.desk.steps import desk, of, ok, refused, went_on
from tests.support import builders as make
from tests.triage.links import naming

pytestmark = pytest.mark.db


def test_m100_the_page_of_the_alleged_perpetrator_speaks_in_codes_until_asked() -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    page = text(who.get(of(one, "offender/")))
    assert "2 reports that you may see." in page
    assert code(two) in page
    assert "9123 4567" not in page
    assert "claims, not findings" in page
    reads = Event.objects.filter(subject_id=two.pk, tag="report:report:read").count()
    refused(who.post(of(one, "offender/"), purpose=""))
    page = text(who.post(of(one, "offender/"), purpose="To compare accounts."))
    assert "+962 7 9123 4567" in page
    assert Event.objects.filter(subject_id=two.pk, tag="report:report:read").count() == reads + 1, (
        "the other person can see that hers was opened"
    )


def test_for_what_the_values_were_opened_stands_with_each_report() -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    ok(who.post(of(one, "offender/"), purpose="To compare accounts."))
    for report in (one, two):
        read = Event.objects.filter(subject_id=report.pk, tag="report:report:read").latest("id")
        assert json.loads(bytes(read.body or b""))["purpose"] == "To compare accounts."


def test_each_report_in_its_order_leads_to_its_page_and_old_ones_are_folded_away() -> None:
    agency = make.node()
    reports = [naming(agency, PHONE, IBAN) for _ in range(LATEST + 3)]
    link_new()
    page = ok(desk(agency, AQABA).get(of(reports[0], "offender/")))
    for report in reports:
        assert page.count(f'href="{of(report)}"') == 1
    folded = page.partition("<details><summary>Earlier")[2].partition("</details>")[0]
    assert folded.count("<li") == 3
    assert f'href="{of(reports[0])}"' in folded


def test_what_is_muted_is_nothing_that_he_uses() -> None:
    agency = make.node()
    one, _two = two_linked(agency)
    who = desk(agency, AQABA)
    assert "What is muted is left out" not in text(who.get(of(one, "offender/")))
    tokens = re.findall(r"links/value/mute/(-?\d+)/", ok(who.get(of(one, "links/"))))
    went_on(who.post(of(one, f"links/value/mute/{tokens[0]}/"), reason="A hotline."))
    page = text(who.post(of(one, "offender/"), purpose="To compare."))
    shown = [value for value in ("9123 4567", "JO94 CBJO") if value in page]
    assert len(shown) == 1
    assert "What is muted is left out: it means nobody." in page


def test_a_report_that_stands_alone_has_such_a_page_and_nothing_in_it_is_wrong() -> None:
    agency = make.node()
    report = make.report(agency, identifiers=None, narrative=None)
    link_new()
    page = text(desk(agency, AQABA).get(of(report, "offender/")))
    assert "1 report that you may see." in page
    assert "nothing by which he or she could be found" in page
    assert f"{report.received_at:%d/%m/%Y} –" not in page


def test_one_goes_back_from_a_decision_to_the_links() -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    for path in (f"links/split/{two.locator}/", "offender/"):
        page = ok(who.get(of(one, path)))
        assert f'<a class="back" href="{of(one, "links/")}">Back to the links</a>' in page
    assert f'href="{of(one, "links/")}">Do nothing' in ok(
        who.get(of(one, f"links/split/{two.locator}/"))
    )


# --- series


def test_m075_the_page_of_a_report_says_that_it_is_one_of_a_series() -> None:
    agency = make.node()
    moment = now()
    reports = []
    for days in (8, 5, 0):
        with time_machine.travel(moment - timedelta(days=days), tick=True):
            reports.append(naming(agency, IBAN))
    link_new()
    who = desk(agency, AQABA)
    page = text(who.get(of(reports[2])))
    assert "within 8 days this is report number 3 that names the same thing (Bank account)" in page
    assert "A series:" not in text(who.get(of(reports[1]))), "two are no series"


def test_a_series_of_one_day_is_said_in_the_singular_in_every_language() -> None:
    agency = make.node()
    report = [naming(agency, IBAN) for _ in range(3)][-1]
    link_new()
    who = desk(agency, AQABA)
    for language, said in (
        ("en", "within 1 day this is report number 3"),
        ("ar", "خلال يوم واحد هذا هو البلاغ رقم 3"),
        ("fr", "en 1 jour, c’est le signalement numéro 3"),
        ("ur", "1 دن میں یہ رپورٹ نمبر 3"),
    ):
        who.officer.language = language
        who.officer.save()
        assert said in text(who.get(of(report))), language


def test_a_series_is_said_of_no_report_under_legal_review() -> None:
    agency = make.node()
    for _ in range(3):
        naming(agency, IBAN)
    speech = naming(agency, IBAN, category="D1", offences=["D1"], groups=["hate"])
    link_new()
    reviewer = desk(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    assert "A series:" not in text(reviewer.get(of(speech)))


def test_the_alert_names_the_reports_that_continue_a_series_and_no_others() -> None:
    agency = make.node()
    reports = [naming(agency, IBAN) for _ in range(3)]
    alone = naming(agency, PHONE)
    link_new()
    assert raise_series() > 0
    who, elsewhere = desk(agency, AQABA), desk(agency, IRBID)
    page = ok(who.get("/desk/inbox/mine/"))
    named = [report for report in reports if f'<a href="{of(report)}"><bdi class="nowrap"' in page]
    assert reports[-1] in named
    assert len(named) == lanes.unseen_alerts(who.staff).series
    assert code(alone) not in page
    assert "series" not in ok(elsewhere.get("/desk/inbox/mine/"))
    went_on(who.post("/desk/alerts/seen/"))
    assert code(reports[-1]) not in ok(who.get("/desk/inbox/mine/"))


@pytest.mark.parametrize("language", ["ar", "ur"])
def test_codes_keep_the_order_of_their_groups_from_right_to_left(language: str) -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    who.officer.language = language
    who.officer.save()
    page = text(who.get(of(one, "offender/")))
    for report in (one, two):
        assert f"\u2066{code(report)}\u2069" in page


def test_the_page_names_no_victim() -> None:
    agency = make.node()
    one = naming(agency, PHONE, IBAN, **make.NAMED)
    naming(agency, PHONE, IBAN)
    link_new()
    who = desk(agency, AQABA)
    assert "Salma" not in text(who.post(of(one, "offender/"), purpose="To compare."))

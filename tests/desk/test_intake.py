# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report taken at a desk for another territory, and the person's own receipt (M-016, M-040)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from amana.agencies.models import Agency
from amana.kernel.sealing.receipts import ReceiptCode, groups, parse_code
from amana.people.models import Role
from amana.reports.models import Draft, Receipt, Report
from amana.reports.services import mailbox
from tests.desk.steps import Desk, desk, of, ok, refused, text, went_on
from tests.support import builders as make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.db

SAID: dict[str, object] = {
    "danger_now": "no",
    "role": "victim",
    "groups": ["blackmail"],
    "offences": ["X1"],
    "minor": "no",
    "ongoing": "yes",
    "victim_country": "JO",
    "victim_region": "JO-IR",
    "suspect_location": "unknown",
    "narrative": "She told it at the desk.",
    "identity": "anonymous",
    "police": "yes",
}


def begun(who: Desk, origin: str = "walk_in") -> Desk:
    went_on(who.post("/desk/intake/", origin=origin, language="ar"), "/desk/intake/form/")
    return who


def taken(who: Desk) -> Response:
    """The form, saved until no question follows any more, then filed."""
    begun(who)
    for _ in range(6):
        page = ok(who.send("/desk/intake/form/", {**SAID, "save": "1"}))
        if "follows from these answers" not in page and "follow from these answers" not in page:
            break
    return who.send("/desk/intake/form/", {**SAID, "file": "1"})


def code_on(page: str) -> ReceiptCode:
    found = re.search(r'<p class="code".*?</p>', page, re.DOTALL)
    assert found, "the page shows a code"
    return parse_code(re.sub(r"<[^>]*>", "", found[0]))


def at_home() -> Client:
    """The person's own browser."""
    return Client(headers={"accept-language": "en"})


def drawn(
    code: ReceiptCode, *, pin: str = "", client: Client | None = None, ticket: str = ""
) -> str:
    client = client or at_home()
    page = client.get("/draw/").content.decode()
    found = re.search(r'name="ticket" value="([0-9a-f]{32})"', page)
    assert found
    fields = {"code": "".join(_digits(code)), "pin": pin, "ticket": ticket or found[1]}
    return text(client.post("/draw/", fields))


def _digits(code: ReceiptCode) -> list[str]:
    return groups(code)


def the_report(agency: Agency) -> Report:
    return Report.objects.get(agency=agency)


def test_m016_a_branch_takes_a_report_for_anothers_territory() -> None:
    agency = make.node()
    aqaba, irbid = desk(agency, "jo/ccu/aqaba"), desk(agency, "jo/ccu/irbid")
    page = ok(taken(aqaba))
    report = the_report(agency)
    assert report.origin == "walk_in"
    assert "Irbid" in page
    assert aqaba.get(of(report)).status_code == 404, "it went to the competent branch"
    shown = ok(irbid.get(of(report)))
    assert "She told it at the desk." in shown
    assert "In person at a desk" in shown
    assert "report:report:intake" in make.tags(report)


def test_nothing_opens_before_the_person_has_drawn_her_own_receipt() -> None:
    agency = make.node()
    code = code_on(ok(taken(desk(agency, "jo/ccu/aqaba"))))
    assert mailbox.open_receipt(agency=agency, code=code, pin=None) is None
    own = code_on(drawn(code))
    assert own.locator == code.locator
    assert own != code
    opened = mailbox.open_receipt(agency=agency, code=own, pin=None)
    assert opened is not None
    assert mailbox.part_private(opened.report, opened.private, "answers")
    assert mailbox.open_receipt(agency=agency, code=code, pin=None) is None
    assert "draws nothing" in drawn(code)
    assert "report:receipt:draw" in make.tags(opened.report)


def test_a_pin_of_her_own_guards_the_drawn_receipt() -> None:
    agency = make.node()
    code = code_on(ok(taken(desk(agency, "jo/ccu/aqaba"))))
    own = code_on(drawn(code, pin="٤٤٧١"))
    closed = mailbox.open_receipt(agency=agency, code=own, pin=None)
    assert closed is not None
    assert closed.stage_only
    opened = mailbox.open_receipt(agency=agency, code=own, pin="4471")
    assert opened is not None
    assert mailbox.part_private(opened.report, opened.private, "answers")


def test_the_form_sent_twice_shows_the_same_receipt_and_another_form_shows_none() -> None:
    agency = make.node()
    code = code_on(ok(taken(desk(agency, "jo/ccu/aqaba"))))
    client, ticket = at_home(), "ab" * 16
    first = code_on(drawn(code, client=client, ticket=ticket))
    assert code_on(drawn(code, client=client, ticket=ticket)) == first
    assert "draws nothing" in drawn(code, client=client)


@pytest.mark.parametrize("typed", ["", "1234", "9" * 36, "x" * 400, "<script>"])
def test_what_is_no_code_draws_nothing_and_stays_typed(typed: str) -> None:
    make.node()
    page = at_home().post("/draw/", {"code": typed, "ticket": "cd" * 16})
    assert page.status_code == 422
    assert "draws nothing" in text(page)
    assert "<script>" not in page.content.decode()


def test_a_receipt_that_nobody_prepared_at_a_desk_draws_nothing() -> None:
    agency = make.node()
    filed = make.filed(agency)
    before = Receipt.objects.get(report=filed.report).verifier
    assert "draws nothing" in drawn(filed.code)
    assert Receipt.objects.get(report=filed.report).verifier == before


def test_the_form_sent_twice_files_one_report_with_one_code() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba")
    first = code_on(ok(taken(who)))
    again = who.send("/desk/intake/form/", {**SAID, "file": "1"})
    assert code_on(ok(again)) == first
    assert Report.objects.filter(agency=agency).count() == 1


def test_what_cannot_be_read_is_said_and_nothing_typed_is_lost() -> None:
    agency = make.node()
    who = begun(desk(agency, "jo/ccu/aqaba"))
    for _ in range(3):
        who.send("/desk/intake/form/", {**SAID, "save": "1"})
    wrong = {**SAID, "identifiers-0-type": "phone", "identifiers-0-value": "not a number"}
    page = refused(who.send("/desk/intake/form/", {**wrong, "file": "1"}))
    assert "not a number" in page
    assert "She told it at the desk." in page
    assert not Report.objects.filter(agency=agency).exists()


def test_a_dropped_intake_leaves_nothing() -> None:
    agency = make.node()
    who = begun(desk(agency, "jo/ccu/aqaba"))
    who.send("/desk/intake/form/", {**SAID, "save": "1"})
    went_on(who.post("/desk/intake/drop/"), "/desk/intake/")
    assert not Draft.objects.exists()
    went_on(who.get("/desk/intake/form/"), "/desk/intake/")


def test_the_door_sets_the_origin_and_a_liaison_officer_has_one_door() -> None:
    agency = make.node()
    liaison = desk(agency, "jo/ccu", Role.LIAISON)
    page = ok(liaison.get("/desk/intake/"))
    assert "From a partner" in page
    assert "In person at a desk" not in page
    assert liaison.post("/desk/intake/", origin="walk_in", language="ar").status_code == 422
    assert liaison.post("/desk/intake/", origin="patrol", language="ar").status_code == 422


def test_the_key_of_the_draft_is_in_the_cookie_and_not_in_the_session() -> None:
    agency = make.node()
    who = begun(desk(agency, "jo/ccu/aqaba"))
    token = who.client.cookies["i"].value
    assert token
    assert token not in str(dict(who.client.session))
    assert who.client.cookies["i"]["path"] == "/desk/intake"
    assert who.client.cookies["i"]["httponly"]


def test_a_question_that_nobody_answered_stays_open_and_raises_no_danger() -> None:
    agency = make.node()
    page = ok(taken(desk(agency, "jo/ccu/aqaba")))
    assert "Now hand over" in page
    risks = {risk["rule"] for risk in make.fresh(the_report(agency)).assessment.risks}
    assert "self-harm-unsure" not in risks


def test_an_answer_that_was_taken_away_is_gone() -> None:
    agency = make.node()
    who = begun(desk(agency, "jo/ccu/aqaba"))
    for _ in range(3):
        who.send("/desk/intake/form/", {**SAID, "save": "1"})
    page = ok(who.send("/desk/intake/form/", {**SAID, "narrative": "", "save": "1"}))
    assert "She told it at the desk." not in page


# Money, dates and safe contact, as the officer types them

FULL: dict[str, object] = {
    **SAID,
    "groups": ["money"],
    "offences": ["F1"],
    "money_paid": "yes",
    "payments-0-amount": "4200.50",
    "payments-0-currency": "JOD",
    "payments-0-means": "bank",
    "payments-0-on": "2026-01-15",
    "safe_contact-channel": "phone",
    "safe_contact-value": "+962790000000",
    "safe_contact-hours_from": "16:00",
    "safe_contact-hours_to": "18:00",
    "safe_contact-days": ["sun", "mon"],
}


def asked_for(who: Desk, said: dict[str, object]) -> str:
    """The form after it was saved as often as new questions follow."""
    page = ""
    for _ in range(6):
        answer = who.send("/desk/intake/form/", {**said, "save": "1"})
        page = text(answer)
    return page


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_money_stands_in_the_form_as_it_was_typed() -> None:
    agency = make.node()
    page = asked_for(begun(desk(agency, "jo/ccu/aqaba")), FULL)
    assert value_of(page, "payments-0-amount") in {"4200.50", "4200.500"}
    assert re.search(r"<option selected>JOD</option>|<option[^>]*selected[^>]*>JOD", page)


def test_an_amount_that_is_none_is_said_and_stays_typed() -> None:
    agency = make.node()
    who = begun(desk(agency, "jo/ccu/aqaba"))
    asked_for(who, FULL)
    wrong = {**FULL, "payments-0-amount": "four thousand"}
    page = refused(who.send("/desk/intake/form/", {**wrong, "file": "1"}))
    assert value_of(page, "payments-0-amount") == "four thousand"
    assert not Report.objects.filter(agency=agency).exists()


@pytest.mark.parametrize(("name", "wrong"), [("hours_from", "25:99"), ("hours_to", "noon")])
def test_hours_that_are_none_are_said_and_the_days_stay_ticked(name: str, wrong: str) -> None:
    agency = make.node()
    who = begun(desk(agency, "jo/ccu/aqaba"))
    asked_for(who, FULL)
    typed = {**FULL, f"safe_contact-{name}": wrong}
    page = refused(who.send("/desk/intake/form/", {**typed, "file": "1"}))
    assert value_of(page, f"safe_contact-{name}") == wrong
    assert re.search(r'name="safe_contact-days" value="sun" checked', page)
    assert not Report.objects.filter(agency=agency).exists()


# Windows, drafts that are gone, and leaving


def test_a_draft_that_ran_out_sends_to_the_beginning_and_says_so() -> None:
    agency = make.node()
    who = begun(desk(agency, "jo/ccu/aqaba"))
    Draft.objects.all().delete()
    went_on(who.send("/desk/intake/form/", {**SAID, "save": "1"}), "/desk/intake/")
    assert "no report being taken here" in ok(who.get("/desk/intake/"))


def test_after_handing_over_the_browser_forgets_the_code() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba")
    code_on(ok(taken(who)))
    went_on(who.post("/desk/intake/leave/"), "/desk/intake/")
    went_on(who.get("/desk/intake/form/"), "/desk/intake/")
    assert Report.objects.filter(agency=agency).count() == 1


def test_what_was_filed_is_not_deleted_by_dropping_it() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba")
    code_on(ok(taken(who)))
    went_on(who.post("/desk/intake/drop/"), "/desk/intake/")
    assert Report.objects.filter(agency=agency).count() == 1
    assert "Nothing was filed" not in ok(who.get("/desk/intake/"))


def test_who_takes_no_reports_has_no_such_pages() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba", Role.LEGAL_REVIEWER)
    assert who.get("/desk/intake/").status_code == 404
    assert who.get("/desk/intake/form/").status_code == 404
    for path in ("form", "drop", "leave"):
        assert who.post(f"/desk/intake/{path}/").status_code == 404

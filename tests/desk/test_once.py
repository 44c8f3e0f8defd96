# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms sent twice, loaded again or gone back to: said once, and never a blank page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from amana.casework import services
from amana.casework.models import Deadline, DeadlineKind
from amana.people.models import Role
from amana.reports.errors import AlreadyDone
from amana.reports.models import KeptAnswer, Message, MessageKind, Report
from tests.desk.steps import Desk, desk, of, ok, refused, went_on
from tests.support import builders as make
from tests.support.meanwhile import meanwhile

pytestmark = pytest.mark.db
Act = Callable[..., object]
AQABA = "jo/ccu/aqaba"
WORDS = "We have read it. You will hear from us on Sunday."


def key_of(page: str, form: str) -> str:
    """The random value of a form on a page."""
    found = re.search(rf'name="{form}-once" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(who: Desk, report: Report, form: str, text: str, once: str) -> None:
    went_on(
        who.send(of(report, f"{form}/"), {f"{form}-text": text, f"{form}-once": once}), of(report)
    )


def lines(report: Report) -> int:
    return Message.objects.filter(report=report).exclude(kind=MessageKind.FROM_REPORTER).count()


@pytest.mark.parametrize("form", ["message", "note"])
def test_the_same_words_from_one_page_are_said_once_and_both_clicks_succeed(form: str) -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    once = key_of(ok(who.get(of(report))), form)
    for _ in range(3):
        send(who, report, form, WORDS, once)
    assert lines(report) == 1
    assert "We have read it." in ok(who.get(of(report)))


@pytest.mark.parametrize("form", ["message", "note"])
def test_other_words_from_the_same_page_are_another_message(form: str) -> None:
    """She goes back in her browser, and writes something else into the same form."""
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    once = key_of(ok(who.get(of(report))), form)
    send(who, report, form, WORDS, once)
    send(who, report, form, "One more thing: please keep the phone.", once)
    assert lines(report) == 2


@pytest.mark.parametrize("form", ["message", "note"])
def test_the_same_words_from_another_page_are_meant_again(form: str) -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    for _ in range(2):
        send(who, report, form, WORDS, key_of(ok(who.get(of(report))), form))
    assert lines(report) == 2


def test_without_a_key_nothing_is_guessed() -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    for _ in range(2):
        send(who, report, "message", WORDS, "")
    assert lines(report) == 2


def test_a_key_of_one_report_or_form_or_officer_says_nothing_of_another() -> None:
    agency = make.node()
    one, two = make.report(agency), make.report(agency)
    who, colleague = desk(agency, AQABA), desk(agency, AQABA)
    once = key_of(ok(who.get(of(one))), "message")
    send(who, one, "message", WORDS, once)
    send(who, one, "note", WORDS, once)
    send(who, two, "message", WORDS, once)
    send(colleague, one, "message", WORDS, once)
    assert (lines(one), lines(two)) == (3, 1)


def test_a_second_click_makes_no_second_promise() -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    once = key_of(ok(who.get(of(report))), "message")
    for _ in range(2):
        send(who, report, "message", WORDS, once)
    promises = Deadline.objects.filter(report=report, kind=DeadlineKind.NEXT_NEWS)
    assert promises.filter(met_at=None).count() == 1
    assert promises.exclude(met_at=None).count() == 1


def test_a_refused_form_keeps_its_key_and_can_be_sent_after_all() -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    once = key_of(ok(who.get(of(report))), "message")
    page = refused(who.send(of(report, "message/"), {"message-text": " ", "message-once": once}))
    assert key_of(page, "message") == once
    send(who, report, "message", WORDS, once)
    assert lines(report) == 1


def test_of_two_clicks_at_the_same_moment_one_is_said() -> None:
    agency = make.node()
    report, who = make.report(agency), make.staff(agency, AQABA)
    for act in (services.send_message, services.write_note):
        once = f"{act.__name__:k>43}"

        def click(act: Act = act, once: str = once) -> None:
            act(staff=who, report=report, text=WORDS, once=once)

        with meanwhile(click), pytest.raises(AlreadyDone):
            click()
    assert lines(report) == 2, "one message and one note"


def test_what_failed_is_not_taken_for_said(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    report, who = make.report(agency), make.staff(agency, AQABA)

    def fail(*_: object, **_more: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("amana.casework.services.messages.keep_promise", fail)
        with pytest.raises(ZeroDivisionError):
            services.send_message(staff=who, report=report, text=WORDS, once="k" * 43)
    services.send_message(staff=who, report=report, text=WORDS, once="k" * 43)
    with pytest.raises(AlreadyDone):
        services.send_message(staff=who, report=report, text=WORDS, once="k" * 43)


def test_no_word_of_it_stands_beside_the_key() -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    send(who, report, "message", WORDS, key_of(ok(who.get(of(report))), "message"))
    (row,) = KeptAnswer.objects.all()
    kept = b"".join(bytes(part) for part in (row.key_hash, row.request_hash, row.wrapped))
    assert b"read it" not in kept


@pytest.mark.parametrize("once", ["x" * 129, "x" * 5000])
def test_a_key_that_no_page_of_ours_makes_is_refused(once: str) -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    refused(who.send(of(report, "message/"), {"message-text": WORDS, "message-once": once}))
    assert lines(report) == 0


# --- addresses that only take a form


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("message/", ""),
        ("note/", ""),
        ("files/", ""),
        ("joint/end/", "joint/"),
        ("links/undo/00000000-0000-7000-8000-000000000000/", "links/"),
        ("risks/00000000-0000-7000-8000-000000000000/undo/", ""),
        ("suspects/00000000-0000-7000-8000-000000000000/present/", "suspects/"),
        ("suspects/00000000-0000-7000-8000-000000000000/search/", "suspects/"),
        ("suspects/00000000-0000-7000-8000-000000000000/withdraw/", "suspects/"),
        ("custody/devices/00000000-0000-7000-8000-000000000000/back/", "custody/devices/"),
        ("notice/00000000-0000-7000-8000-000000000000/pdf/", "notice/"),
    ],
)
def test_a_refused_form_loaded_again_leads_to_its_page(path: str, page: str) -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA, Role.SUPERVISOR, Role.INVESTIGATOR)
    went_on(who.get(of(report, path)), of(report, page))
    assert who.get(of(report, page)).status_code in {200, 404}


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("alerts/seen/", ""),
        ("intake/drop/", "intake/"),
        ("intake/leave/", "intake/"),
        ("vault/close/", "vault/"),
        ("factors/passkey/", "factors/"),
        ("second-factor/passkey/", "second-factor/"),
    ],
)
def test_so_do_the_forms_of_the_house(path: str, page: str) -> None:
    agency = make.node()
    who = desk(agency, AQABA)
    went_on(who.get(f"/desk/{path}"), f"/desk/{page}")


def test_coming_by_get_does_nothing() -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    before = list(make.tags(report))
    for path in ("message/", "note/"):
        who.get(of(report, path), **{"message-text": WORDS, "note-text": WORDS})
    assert lines(report) == 0
    assert list(make.tags(report)) == before


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_other_method_is_taken(method: str) -> None:
    agency = make.node()
    report, who = make.report(agency), desk(agency, AQABA)
    assert getattr(who.client, method)(of(report, "message/")).status_code == 405


def test_a_report_of_another_unit_is_not_there_by_this_way_either() -> None:
    agency = make.node()
    report, who = make.report(agency, victim_region="JO-IR"), desk(agency, AQABA)
    answer = who.get(of(report, "message/"))
    assert who.get(answer.headers["Location"]).status_code == 404
    unknown = who.get("/desk/reports/00000000/message/")
    assert unknown.status_code == answer.status_code

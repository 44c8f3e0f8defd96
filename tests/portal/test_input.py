# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bad input is expected input: a clear word, what was typed still there, nothing stored."""

from __future__ import annotations

import pytest
from django.test import Client

from amana.limits import rules
from amana.reports.models import Draft
from tests.portal.test_walk import answers_of
from tests.portal.visitor import Visitor
from tests.support.builders import node

pytestmark = pytest.mark.db
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("field", "sent", "words"),
    [
        ("role", {"role": "queen"}, "not one of those offered"),
        ("groups", {"groups": ["money", "<b>x</b>"]}, "not one of those offered"),
        ("narrative", {"narrative": "a" * 20_001}, "20000 characters"),
        ("deadline-day", {"deadline-day": "45", "deadline-year": "2026"}, "cannot read this date"),
        ("deadline-day", {"deadline-year": "tomorrow"}, "cannot read this date"),
        ("victim_region", {"victim_region": "MA-AGD"}, "do not find this place"),
        ("victim_country", {"victim_country": "XX"}, "do not find this country"),
        ("payments-0-amount", {"payments-0-amount": "much"}, "still missing"),
        (
            "identifiers-0-value",
            {"identifiers-0-type": "email", "identifiers-0-value": "nobody"},
            "It has an @ in it",
        ),
        ("safe_contact-value", {"safe_contact-channel": "phone"}, "Write the number or address"),
        (
            "safe_contact-value",
            {"safe_contact-channel": "mailbox", "safe_contact-hours_from": "27"},
            "cannot read this",
        ),
        ("person-phone", {"person-phone": "hello"}, "look like a phone number"),
        ("police", {"police": "perhaps"}, "not one of those offered"),
    ],
)
def test_what_cannot_be_taken_is_said_and_shown_again(
    field: str, sent: dict[str, str | list[str]], words: str
) -> None:
    node()
    told = {
        "groups": ["blackmail", "money"],
        "pace": "full",
        "deadline_known": "yes",
        "victim_country": "JO",
        "money_paid": "yes",
        "identity": "named",
    }
    visitor = Visitor().begin().to_question(field, told)
    before, here = answers_of(visitor), visitor.url
    visitor.send(sent)
    assert visitor.page.status_code == 422, visitor.text
    assert visitor.url == here
    assert words in visitor.text, visitor.text
    assert 'role="alert"' in visitor.html
    assert answers_of(visitor) == before
    anchors = {link[1:] for link in visitor.links if link.startswith("#")} - {"main"}
    assert anchors <= set(visitor.ids), "each error leads to its field"
    for value in sent.values():
        if isinstance(value, str) and len(value) < 30 and value not in {"queen", "XX", "perhaps"}:
            assert value in visitor.html or "MA-AGD" in value
    assert "<b>x</b>" not in visitor.html


def test_an_over_long_story_is_shown_again_whole() -> None:
    node()
    visitor = Visitor().begin().to_question("narrative", {"groups": "other"})
    story = "ق" * 20_001
    visitor.send({"narrative": story})
    assert story in visitor.html


def test_a_body_that_is_not_utf8_is_refused_and_nothing_is_stored() -> None:
    node()
    visitor = Visitor().begin().to_question("narrative", {"groups": "other"})
    before = answers_of(visitor)
    answer = visitor.client.post(visitor.url, b"narrative=%ff%fe", content_type=FORM)
    assert answer.status_code == 400
    assert answers_of(visitor) == before


def test_broken_letters_in_a_multipart_form_are_refused() -> None:
    node()
    visitor = Visitor().begin().to_question("files")
    boundary = "b0undary"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="_add"\r\n\r\n'.encode()
        + b"\xff\xfe\r\n"
        + f"--{boundary}--\r\n".encode()
    )
    before = answers_of(visitor)
    answer = visitor.client.post(
        visitor.url,
        body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"x-csrftoken": visitor.client.cookies["c"].value},
    )
    assert answer.status_code == 400
    assert answers_of(visitor) == before


def test_a_form_without_its_token_changes_nothing() -> None:
    node()
    visitor = Visitor().begin()
    answer = visitor.client.post(visitor.url, {"danger_now": "no"})
    assert answer.status_code == 403
    assert "danger_now" not in answers_of(visitor)


def test_a_text_body_of_another_kind_answers_nothing() -> None:
    node()
    visitor = Visitor().begin()
    answer = visitor.client.post(visitor.url, b'{"danger_now":"no"}', content_type="text/plain")
    assert answer.status_code == 403


@pytest.mark.parametrize("number", ["0", "danger", "1" * 400, "%00", "0000000000"])
def test_an_address_nobody_gave_out_leads_to_the_open_question(number: str) -> None:
    node()
    visitor = Visitor().begin()
    mine = visitor.url
    assert visitor.get(f"/q/{number}/").url == mine


@pytest.mark.parametrize("token", ["", "x", "y" * 43, "é" * 20, "z" * 5000])
def test_a_cookie_nobody_gave_out_is_an_ended_visit(token: str) -> None:
    node()
    client = Client()
    client.cookies["s"] = token
    assert client.get("/check/").status_code == 403
    assert client.get("/box/").status_code == 403


def test_too_many_beginnings_are_asked_to_wait_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    node()
    monkeypatch.setattr("amana.portal.home.allow", lambda *_said: False)
    visitor = Visitor().get("/start/").send({})
    assert visitor.page.status_code == 429
    assert visitor.page["Retry-After"]
    assert "wait" in visitor.text
    assert not Draft.objects.exists()


def test_a_class_of_thirty_behind_one_address_may_file() -> None:
    """The default limits let thirty people file within ten minutes, with second tries."""
    assert rules.FILING.capacity >= 60
    assert rules.DRAFT.capacity >= 60


@pytest.mark.parametrize("url", ["/check/", "/box/write/", "/box/pin/", "/box/leave/", "/start/"])
def test_methods_that_are_not_offered_are_refused(url: str) -> None:
    node()
    assert Client().put(url).status_code in {403, 405}


def test_nothing_that_was_typed_reaches_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    node()
    visitor = Visitor().begin().to_question("narrative", {"groups": "other"})
    visitor.send({"narrative": "CANARY" * 5000})
    visitor.client.post(visitor.url, b"narrative=CANARY%ff", content_type=FORM)
    visitor.client.post(visitor.url, {"narrative": "CANARY"})
    visitor.get("/code/").send({"code": "CANARY"})
    said = capfd.readouterr()
    assert "CANARY" not in said.out + said.err

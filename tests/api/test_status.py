# SPDX-License-Identifier: AGPL-3.0-or-later
"""`POST /api/v1/status`: the code opens, and nothing else tells anything."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from amana.agencies.models import Agency
from amana.config.node import signing_key
from amana.journal.events import Actor
from amana.journal.models import Event
from amana.journal.sequencer import publish_hour
from amana.kernel.ledger import commit, open_note, verify_proof_file
from amana.kernel.sealing.errors import Busy
from amana.kernel.sealing.receipts import damm, format_code
from amana.limits.models import Bucket
from amana.limits.rules import WRONG_PIN
from amana.reports.services import mailbox
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]

PATH = "/api/v1/status"


@pytest.fixture
def agency() -> Agency:
    return builders.node()


def ask(receipt: object, **more: object) -> HttpResponseBase:
    body = json.dumps({"receipt": receipt, **more})
    return Client().post(PATH, data=body, content_type="application/json")


def told(response: HttpResponseBase) -> Any:
    assert isinstance(response, HttpResponse)
    return json.loads(response.content)


def wrong(code: str) -> str:
    """The same locator with another secret that is well-formed."""
    digits = "".join(c for c in code if c.isdigit())
    body = digits[:-2] + str((int(digits[-2]) + 1) % 10)
    return body + str(damm(body))


def test_the_contract_is_kept(agency: Agency) -> None:
    said = told(ask(format_code(builders.filed(agency).code)))
    assert set(said) == {
        "stage",
        "last_action_at",
        "next_step",
        "next_news_by",
        "messages",
        "proof",
    }
    assert (said["stage"], said["messages"]) == ("received", [])


def test_u20_she_reads_what_the_unit_wrote(agency: Agency) -> None:
    filed = builders.filed(agency)
    mailbox.answer(report=filed.report, text="نعمل على الأمر", actor=Actor("investigator", "x"))
    (message,) = told(ask(format_code(filed.code)))["messages"]
    assert message["text"] == "نعمل على الأمر"
    assert message["from"] == "unit"
    assert message["unread"] is True
    (message,) = told(ask(format_code(filed.code)))["messages"]
    assert message["unread"] is False


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"])
def test_digits_of_her_own_script_are_understood(agency: Agency, digits: str) -> None:
    code = format_code(builders.filed(agency).code)
    typed = code.translate({ord(str(i)): digit for i, digit in enumerate(digits)})
    assert ask(typed).status_code == 200


def test_every_code_that_opens_nothing_is_answered_alike(agency: Agency) -> None:
    code = format_code(builders.filed(agency).code)
    pinned = format_code(builders.filed(agency, pin="2468").code)
    answers = [
        ask(wrong(code)),
        ask("1" * 36),
        ask(""),
        ask(None),
        ask({"a": 1}),
        ask(pinned, pin="0000"),
        Client().post(PATH, data="{", content_type="application/json"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({str(told(answer)) for answer in answers}) == 1


def test_a_pin_that_was_not_given_shows_the_stage_only(agency: Agency) -> None:
    filed = builders.filed(agency, pin="2468")
    mailbox.answer(report=filed.report, text="private", actor=Actor("investigator", "x"))
    without = told(ask(format_code(filed.code)))
    assert (without["stage"], without["messages"], without["proof"]) == ("received", [], None)
    inside = told(ask(format_code(filed.code), pin="2468"))
    assert inside["messages"][0]["text"] == "private"


def test_only_wrong_codes_are_counted(agency: Agency) -> None:
    code = format_code(builders.filed(agency).code)
    ask(code)
    assert not Bucket.objects.filter(scope="wrong-code").exists()
    ask(wrong(code))
    assert Bucket.objects.filter(scope="wrong-code").exists()


def test_a_right_code_writes_no_leaf(agency: Agency) -> None:
    filed = builders.filed(agency)
    before = Event.objects.count()
    ask(format_code(filed.code))
    assert Event.objects.count() == before


def test_too_many_wrong_codes_from_one_source_wait(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = format_code(builders.filed(agency).code)
    answers = {ask(wrong(code)).status_code for _ in range(70)}
    assert answers == {404, 429}


def test_t06_the_promise_is_signed_and_names_her_leaf(agency: Agency) -> None:
    proof = told(ask(format_code(builders.filed(agency).code)))["proof"]
    assert proof["kind"] == "promise"
    note = open_note(proof["text"], [signing_key().vkey])
    commitment = commit(base64.b64decode(proof["salt"]), base64.b64decode(proof["entry"]))
    assert base64.b64encode(commitment).decode() in note.text


def test_after_the_hour_the_proof_is_one_of_inclusion(agency: Agency) -> None:
    filed = builders.filed(agency)
    public = publish_hour()
    assert public is not None
    proof = told(ask(format_code(filed.code)))["proof"]
    assert proof["kind"] == "inclusion"
    commitment = commit(base64.b64decode(proof["salt"]), base64.b64decode(proof["entry"]))
    checkpoint = verify_proof_file(proof["text"], commitment, [signing_key().vkey])
    assert checkpoint.size == public.checkpoint_id
    assert checkpoint.size % 64 == 0


def test_reading_the_stage_without_the_pin_reads_no_message(agency: Agency) -> None:
    filed = builders.filed(agency, pin="4711")
    mailbox.answer(report=filed.report, text="we are on it", actor=Actor("investigator", "x"))
    before = Event.objects.count()
    said = told(ask(format_code(filed.code)))
    assert (said["stage"], said["messages"]) == ("received", [])
    assert Event.objects.count() == before
    (message,) = told(ask(format_code(filed.code), pin="4711"))["messages"]
    assert message["unread"] is True


def test_pins_are_counted_by_report_whoever_tries_them(agency: Agency) -> None:
    filed = builders.filed(agency, pin="4711")
    code = format_code(filed.code)
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(
            PATH,
            data=json.dumps({"receipt": code, "pin": f"{n:04d}"}),
            content_type="application/json",
        )
        for n in range(WRONG_PIN.capacity + 2)
    ]
    assert [a.status_code for a in answers] == [404] * WRONG_PIN.capacity + [429] * 2
    assert ask(code, pin="4711").status_code == 429
    assert ask(code).status_code == 200, "the stage stays open to whoever holds the code"


def test_a_right_pin_writes_nothing(agency: Agency) -> None:
    filed = builders.filed(agency, pin="4711")
    before = (Event.objects.count(), Bucket.objects.count())
    assert told(ask(format_code(filed.code), pin="4711"))["proof"] is not None
    assert (Event.objects.count(), Bucket.objects.count()) == before


@pytest.mark.parametrize("pin", ["", "0000", "1" * 2000, "\ud800", 4711, None, ["4711"]])
def test_a_pin_that_is_none_opens_nothing_and_breaks_nothing(agency: Agency, pin: object) -> None:
    code = format_code(builders.filed(agency, pin="4711").code)
    response = ask(code, pin=pin)
    assert response.status_code in (200, 404)
    if response.status_code == 200:
        assert told(response)["messages"] == []
        assert told(response)["proof"] is None


def test_a_node_that_is_busy_says_so(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    code = format_code(builders.filed(agency, pin="4711").code)

    def busy(*_args: object, **_kwargs: object) -> None:
        raise Busy

    monkeypatch.setattr("amana.kernel.sealing.receipts.stretch", busy)
    response = ask(code, pin="4711")
    assert response.status_code == 503
    assert not Bucket.objects.exists(), "a right PIN is never counted as a wrong one"

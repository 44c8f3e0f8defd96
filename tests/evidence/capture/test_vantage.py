# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two vantages: a partner captures the same page, both log it, and neither trusts on its word."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
import time_machine

from amana.config.clock import now
from amana.config.env import Env
from amana.evidence.capture import jail, packing, vantage
from amana.evidence.capture.jail import CaptureFailed, Raw
from amana.evidence.capture.vantage import ASK, NoVantage, answer, ask, differences
from amana.journal import enrolling
from amana.journal.calls import Answer
from amana.journal.models import Event
from amana.kernel.ledger.commitments import opens
from amana.kernel.ledger.notes import SigningKey, open_note, sign_note
from amana.limits.rules import PARTNER_CAPTURE
from tests.evidence.capture.builders import raw
from tests.support import builders as make
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db
URL = "https://example.org/page"
HERE = SigningKey.generate("amana/here")
THERE = SigningKey.generate("amana/there")


@pytest.fixture(autouse=True)
def two_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """This node asks as `here` and answers as `there`; each has enrolled the other's log."""
    make.node()
    for key in (HERE, THERE):
        enrolling.enrol(vkey=key.vkey.format())
    monkeypatch.setattr(vantage, "env", lambda: Env(capture_for="amana/here"))
    monkeypatch.setattr(vantage, "current_key", lambda: THERE)
    monkeypatch.setattr(vantage, "_addressee", lambda _prefix: "amana/there")
    monkeypatch.setattr(jail, "run", lambda *_args, **_more: raw(URL))


def asking(
    url: str = URL, *, key: SigningKey = HERE, asked: UUID | None = None, to: str = "amana/there"
) -> bytes:
    number = (asked or uuid4()).hex
    at = int(now().timestamp())
    return sign_note(f"{ASK}\nid {number}\nat {at}\nto {to}\nurl {url}\n", key).encode()


def own() -> packing.Captured:
    return packing.files_of(raw(URL), asked=URL, collector="investigator x")


def partner(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str] = lambda text: text
) -> None:
    """The other end of the line, which may change what it says."""
    keys = iter([HERE, *[THERE] * 5])
    monkeypatch.setattr(vantage, "current_key", lambda: next(keys))

    def post(url: str, body: bytes, **_more: object) -> Answer:
        assert url == "https://there.example/log/capture"
        reply = answer(body)
        return Answer(reply.status, "text/plain", change(reply.body).encode())

    monkeypatch.setattr(vantage, "post", post)


def test_the_partner_answers_with_its_signed_record_and_logs_it() -> None:
    asked = uuid4()
    reply = answer(asking(asked=asked))
    assert reply.status is HTTPStatus.OK
    text = open_note(reply.body, [THERE.vkey]).text
    said = dict(line.split(" ", 1) for line in text.splitlines()[1:])
    stored = base64.b64decode(said["record"])
    assert json.loads(stored)["final_url"] == URL
    assert json.loads(stored)["collector"] == "node amana/there, asked by amana/here"
    event = Event.objects.get(tag="evidence:page:capture", subject_id=asked)
    assert json.loads(bytes(event.body or b""))["facts"] == {"record": said["leaf"]}
    assert opens(bytes.fromhex(said["leaf"]), salt=bytes.fromhex(said["salt"]), stored=stored)
    assert "example.org" not in bytes(event.body or b"").decode()


def test_two_captures_that_agree_differ_in_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    partner(monkeypatch)
    found = ask("https://there.example/log/", URL, own())
    assert (found.partner, found.differs) == ("amana/there", ())
    assert json.loads(found.as_json())["answer"].startswith("amana.capture.answer/v1\n")


def test_what_the_partner_saw_otherwise_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    partner(monkeypatch)
    mine = own()
    other = raw(URL)
    other.facts["status"], other.views["page.txt"] = 451, b"Not available in your country."
    monkeypatch.setattr(jail, "run", lambda *_args, **_more: other)
    found = ask("https://there.example/log", URL, mine)
    assert set(found.differs) == {"status", "page.txt"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("salt ", "salt 0", 1),
        lambda text: text.replace("\u2014 amana/there", "\u2014 amana/evil"),
        lambda _text: "",
        lambda _text: "hello\n",
        lambda text: text.replace("url https://example.org/page", "url https://example.org/pagf"),
        lambda text: text.replace("answer/v1", "ask/v1"),
    ],
)
def test_an_answer_that_was_changed_on_the_way_is_refused(
    change: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    partner(monkeypatch, change)
    with pytest.raises(NoVantage):
        ask("https://there.example/log", URL, own())


def test_an_answer_to_another_question_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A partner's true answer of yesterday, played again."""
    old = answer(asking()).body
    monkeypatch.setattr(vantage, "current_key", lambda: HERE)
    monkeypatch.setattr(
        vantage, "post", lambda *_args, **_more: Answer(200, "text/plain", old.encode())
    )
    with pytest.raises(NoVantage) as refused:
        ask("https://there.example/log", URL, own())
    assert "another question" in refused.value.detail


def test_a_partner_that_refuses_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vantage, "current_key", lambda: HERE)
    monkeypatch.setattr(
        vantage, "post", lambda *_args, **_more: Answer(403, "text/plain", b"not for you\n")
    )
    with pytest.raises(NoVantage) as refused:
        ask("https://there.example/log", URL, own())
    assert refused.value.detail == "the partner answered 403: not for you"


def test_only_partners_who_were_named_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cosigning a log is one thing, opening pages at its wish another: each is given by itself."""
    stranger = SigningKey.generate("amana/here")
    for body in (asking(key=THERE), asking(key=stranger)):
        assert answer(body).status in {HTTPStatus.FORBIDDEN, HTTPStatus.BAD_REQUEST}
    monkeypatch.setattr(vantage, "env", lambda: Env(capture_for=""))
    assert answer(asking()).status is HTTPStatus.FORBIDDEN
    assert not Event.objects.filter(tag="evidence:page:capture").exists()


def test_the_same_question_is_answered_once_and_an_old_one_never() -> None:
    body = asking(asked=uuid4())
    assert answer(body).status is HTTPStatus.OK
    assert answer(body).status is HTTPStatus.CONFLICT
    late = asking()
    for away in (timedelta(minutes=11), timedelta(minutes=-11)):
        with time_machine.travel(now() + away, tick=False):
            assert answer(late).status is HTTPStatus.FORBIDDEN


def test_of_two_equal_questions_at_once_one_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one comes while the browser still works on the first, when no leaf stands yet."""
    body = asking()
    second: list[HTTPStatus] = []

    def slow(*_args: object, **_more: object) -> Raw:
        second.append(answer(body).status)
        return raw(URL)

    monkeypatch.setattr(jail, "run", slow)
    assert answer(body).status is HTTPStatus.OK
    assert second == [HTTPStatus.CONFLICT]
    assert Event.objects.filter(tag="evidence:page:capture").count() == 1


def test_a_question_that_led_to_no_capture_is_asked_anew_under_another_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = uuid4()

    def gone(*_args: object, **_more: object) -> Raw:
        raise CaptureFailed("gone")

    with monkeypatch.context() as patched:
        patched.setattr(jail, "run", gone)
        assert answer(asking(asked=asked)).status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer(asking(asked=asked)).status is HTTPStatus.CONFLICT
    assert answer(asking()).status is HTTPStatus.OK


def test_a_question_for_another_node_is_not_answered_here() -> None:
    """A partner that passes our signed question on gets nothing from a third."""
    assert answer(asking(to="amana/third")).status is HTTPStatus.FORBIDDEN
    assert not Event.objects.filter(tag="evidence:page:capture").exists()


def test_only_a_partner_that_is_enrolled_at_its_address_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    with pytest.raises(NoVantage) as refused:
        ask("https://nobody.example/log", URL, own())
    assert "no partner is enrolled" in refused.value.detail


def test_a_partner_that_was_removed_is_served_no_more() -> None:
    enrolling.remove(name="amana/here")
    assert answer(asking()).status is HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"hello", b"x" * 9000, ASK.encode() + b"\n\n\xe2\x80\x94 amana/here AAAA\n"],
)
def test_what_cannot_be_read_is_a_bad_request_and_no_fault(body: bytes) -> None:
    assert answer(body).status in {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN}


@pytest.mark.parametrize("text", ["", "id x\n", "id 00\nat x\nurl y\n", "nonsense\n"])
def test_a_signed_text_without_its_lines_is_a_bad_request(text: str) -> None:
    body = sign_note(f"{ASK}\n{text}", HERE).encode()
    assert answer(body).status is HTTPStatus.BAD_REQUEST


def test_a_page_that_does_not_open_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise CaptureFailed("net::ERR_TIMED_OUT")

    monkeypatch.setattr(jail, "run", fail)
    reply = answer(asking())
    assert reply.status is HTTPStatus.UNPROCESSABLE_ENTITY
    assert "ERR_TIMED_OUT" in reply.body
    assert not Event.objects.filter(tag="evidence:page:capture").exists()


def test_an_inside_address_is_fenced_for_partners_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(vantage, "env", lambda: Env(capture_for="amana/here"))
    monkeypatch.setattr(vantage, "current_key", lambda: THERE)
    assert answer(asking("http://127.0.0.1/")).status is HTTPStatus.UNPROCESSABLE_ENTITY


def test_after_fifty_in_a_day_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vantage, "allow", lambda limit, _source: limit is not PARTNER_CAPTURE)
    assert answer(asking()).status is HTTPStatus.TOO_MANY_REQUESTS


def test_what_is_compared() -> None:
    one = {"final_url": "a", "status": 200, "title": "t", "digests": {"page.txt": "1"}}
    assert differences(one, dict(one)) == ()
    assert differences(one, one | {"certificate": {"sha256": "x"}}) == ("certificate",)
    assert differences(one, {}) == ("final_url", "status", "title", "page.txt")
    assert differences(one, one | {"digests": ["page.txt"]}) == ("page.txt",)


@pytest.mark.usefixtures("client")
def test_the_door_for_partners_is_open_to_programs(client: object) -> None:
    response = client.post(  # type: ignore[attr-defined]
        "/log/capture", asking(), content_type="text/plain"
    )
    assert response.status_code == 200
    assert client.get("/log/capture").status_code == 405  # type: ignore[attr-defined]

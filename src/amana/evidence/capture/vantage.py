# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two vantages: a partner's node captures the same page independently, and both log it.

A page may look otherwise from another country, and one capture alone proves what one machine says.
The asking node signs the address with the key of its log; the partner answers with its record,
signed likewise, and a leaf of its own that the opening in the answer proves. No bytes of the page
travel, and nothing of the report: a partner learns an address and who asks.

The texts are signed notes (c2sp.org/signed-note) whose first lines no checkpoint can have."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID, uuid4

from amana.agencies.selectors import current_agency
from amana.config.clock import now
from amana.config.env import env
from amana.config.node import verifier
from amana.evidence.capture.keeping import NotCaptured, capture, note_capture
from amana.evidence.capture.packing import RECORD, Captured
from amana.evidence.events import Tag
from amana.journal import enrolling
from amana.journal.calls import CallFailed, post
from amana.journal.events import Actor
from amana.journal.models import Event
from amana.journal.state import current_key
from amana.kernel.ledger.commitments import commit, new_salt, opens
from amana.kernel.ledger.errors import LedgerError
from amana.kernel.ledger.notes import Vkey, open_note, parse_signatures, sign_note
from amana.kernel.ledger.schemes import COSIGNATURES
from amana.limits.rules import PARTNER_CAPTURE, PARTNER_QUESTION, allow
from amana.limits.sources import keyed

ASK: Final = "amana.capture.ask/v1"
ANSWER: Final = "amana.capture.answer/v1"
FILE: Final = "vantage.json"
PATH: Final = "/capture"
MAX_ASK: Final = 8 * 1024
FRESH_SECONDS: Final = 600
MAX_ANSWER: Final = 1024 * 1024
PATIENCE: Final = 130.0
WANTED: Final[Mapping[str, frozenset[str]]] = {
    ASK: frozenset({"id", "at", "to", "url"}),
    ANSWER: frozenset({"id", "url", "salt", "leaf", "record"}),
}
COMPARED: Final = ("final_url", "status", "title")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a node answers to a request: an HTTP status and a text."""

    status: HTTPStatus
    body: str


@dataclass(frozen=True, slots=True)
class Vantage:
    """What a partner saw. `differs` names what it saw otherwise than this node did; `note` is the
    signed answer as it came, with record and opening inside."""

    partner: str
    differs: tuple[str, ...]
    note: str

    def as_json(self) -> bytes:
        """To be kept beside the own record."""
        said = {"partner": self.partner, "differs": list(self.differs), "answer": self.note}
        return json.dumps(said, ensure_ascii=False, indent=1).encode()


class NoVantage(NotCaptured):
    """The partner gave no answer that holds; the own capture stands by itself."""


def ask(prefix: str, url: str, own: Captured) -> Vantage:
    """Have the partner whose log is reached at `prefix` (…/log) capture the page too, and compare.

    Raises `NoVantage` when it refuses, does not answer, or its signature does not hold."""
    asked = uuid4()
    said = (
        f"{ASK}\nid {asked.hex}\nat {int(now().timestamp())}\n"
        f"to {_addressee(prefix)}\nurl {_one_line(url)}\n"
    )
    body = sign_note(said, current_key()).encode()
    try:
        answer = post(
            prefix.rstrip("/") + PATH, body, kind="text/plain", patience=PATIENCE, most=MAX_ANSWER
        )
        if answer.status != HTTPStatus.OK:
            told = answer.body.decode(errors="replace").strip()[:200]
            raise NoVantage("", f"the partner answered {answer.status}: {told}")
        return _checked(answer.body.decode(), asked, url, own)
    except (CallFailed, LedgerError, ValueError, RecursionError) as error:
        raise NoVantage("", f"the partner's answer does not hold: {error}") from error


def answer(body: bytes) -> Reply:
    """Capture for a partner, as asked by a signed note; never raises for what a stranger sends.

    200 the signed answer · 400 malformed · 403 not signed by a partner for whom this node
    captures, or stale · 409 asked before · 422 the page was not captured · 429 too often."""
    try:
        name, asked, url = _request(body)
    except _Refused as refusal:
        return refusal.reply
    except (LedgerError, ValueError) as error:
        return Reply(HTTPStatus.BAD_REQUEST, f"{error}\n")
    # Not under the key of the day: two that come around midnight are two as well.
    if not allow(PARTNER_QUESTION, sha256(asked.bytes).digest()):
        return Reply(HTTPStatus.CONFLICT, "this was asked before\n")
    if not allow(PARTNER_CAPTURE, keyed(b"vantage", name.encode())):
        return Reply(HTTPStatus.TOO_MANY_REQUESTS, "too many captures today\n")
    try:
        found = capture(url, collector=f"node {current_key().name}, asked by {name}")
    except NotCaptured as error:
        return Reply(HTTPStatus.UNPROCESSABLE_ENTITY, f"not captured: {error.detail}\n")
    salt, stored = new_salt(), found.files[RECORD]
    note_capture(
        agency_id=current_agency().id,
        actor=Actor("partner", name),
        commitment=commit(salt, stored),
        capture_id=asked,
    )
    return Reply(HTTPStatus.OK, _answer_text(asked, url, salt, stored))


def differences(own: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, ...]:
    """Which of the compared fields of two records are not the same: address in the end, status,
    title, certificate, text and main document."""
    named = [field for field in COMPARED if own.get(field) != theirs.get(field)]
    mine, other = own.get("certificate"), theirs.get("certificate")
    if _print(mine) != _print(other):
        named.append("certificate")
    ours, told = _digests(own), _digests(theirs)
    named += [name for name in ("page.txt",) if ours.get(name) != told.get(name)]
    return tuple(named)


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.reply = Reply(status, f"{reason}\n")


def _request(body: bytes) -> tuple[str, UUID, str]:
    """Who asks for which page under which number. Raises `_Refused`, or why it cannot be read."""
    if len(body) > MAX_ASK:
        raise ValueError("the request is too long")
    note = body.decode("utf-8")
    allowed = {name.strip() for name in env().capture_for.split(",") if name.strip()}
    signers = {signature.name for signature in parse_signatures(note)} & allowed
    keys = [key for name in sorted(signers) for key in enrolling.logs(name)]
    if not keys:
        raise _Refused(HTTPStatus.FORBIDDEN, "this node does not capture for you")
    opened = open_note(note, keys)
    said = _fields(opened.text, ASK)
    asked = UUID(hex=said["id"])
    if abs(int(said["at"]) - now().timestamp()) > FRESH_SECONDS:
        raise _Refused(HTTPStatus.FORBIDDEN, "the request is not of now")
    # Else a partner could pass the question on, and another node would take it for ours.
    if said["to"] not in {current_key().name, verifier().name}:
        raise _Refused(HTTPStatus.FORBIDDEN, "the request is for somebody else")
    if Event.objects.filter(tag=Tag.PAGE_CAPTURE, subject_id=asked).exists():
        raise _Refused(HTTPStatus.CONFLICT, "this was asked before")
    return opened.verified[0].name, asked, said["url"]


def _answer_text(asked: UUID, url: str, salt: bytes, stored: bytes) -> str:
    lines = [
        ANSWER,
        f"id {asked.hex}",
        f"url {url}",
        f"salt {salt.hex()}",
        f"leaf {commit(salt, stored).hex()}",
        f"record {base64.b64encode(stored).decode()}",
    ]
    return sign_note("\n".join(lines) + "\n", current_key())


def _checked(note: str, asked: UUID, url: str, own: Captured) -> Vantage:
    signers = [signature.name for signature in parse_signatures(note)]
    opened = open_note(note, _partners(signers))
    said = _fields(opened.text, ANSWER)
    if said["id"] != asked.hex or said["url"] != _one_line(url):
        raise ValueError("it answers another question")
    stored = _decoded(said["record"])
    salt, leaf = bytes.fromhex(said["salt"]), bytes.fromhex(said["leaf"])
    if not opens(leaf, salt=salt, stored=stored):
        raise ValueError("its leaf is not that of its record")
    theirs = json.loads(stored)
    if not isinstance(theirs, dict):
        raise ValueError("its record is none")
    mine = json.loads(own.files[RECORD])
    return Vantage(opened.verified[0].name, differences(mine, theirs), note)


def _partners(names: Collection[str]) -> list[Vkey]:
    return [key for name in names for key in enrolling.logs(name)]


def _addressee(prefix: str) -> str:
    """The name of the log behind an address, by the witness that is enrolled there. Raises
    `NoVantage`."""
    rows = enrolling.trusted().filter(kind__in=COSIGNATURES).exclude(url="")
    for row in rows:
        if row.url.rstrip("/") == prefix.rstrip("/"):
            return row.name.removesuffix("/witness")
    raise NoVantage("", f"no partner is enrolled at {prefix}: amana journal witness add VKEY --url")


def _fields(text: str, first: str) -> dict[str, str]:
    """The lines of a note, `name value` each. Raises `ValueError`."""
    head, *lines = text.rstrip("\n").split("\n")
    if head != first:
        raise ValueError(f"a note that begins with {first} is wanted")
    found = dict(line.split(" ", 1) for line in lines)
    if missing := WANTED[first] - found.keys():
        raise ValueError(f"it does not say {', '.join(sorted(missing))}")
    return found


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("its record is not base64") from error


def _print(certificate: object) -> object:
    return certificate.get("sha256") if isinstance(certificate, dict) else None


def _digests(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a partner sends may have any form."""
    found = record.get("digests")
    return found if isinstance(found, dict) else {}


def _one_line(url: str) -> str:
    """Line feeds would be further lines of the note; the fence refuses them anyway."""
    return url.strip().replace("\n", "%0A").replace("\r", "%0D")

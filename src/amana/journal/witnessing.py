# SPDX-License-Identifier: AGPL-3.0-or-later
"""This node as a witness of partners' logs (c2sp.org/tlog-witness, `add-checkpoint`).

What was cosigned last is checked and replaced in one transaction, one request for a log at a time;
otherwise a slower request could roll the state back. A copy lies outside of the database and of
every backup (`state/witnessed/`): a witness that was put back from an older copy must not help a
partner to two histories."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from django.db import connection, transaction

from amana.config.clock import now
from amana.config.node import cosigners
from amana.journal import enrolling, state
from amana.journal.events import Tag
from amana.journal.models import Witnessed
from amana.journal.sequencer import head
from amana.journal.vouching import vouch
from amana.kernel.ledger.checkpoint_text import Checkpoint
from amana.kernel.ledger.encoding import decode_base64, parse_decimal
from amana.kernel.ledger.errors import (
    CheckpointError,
    EmptyRootError,
    LedgerError,
    NoteError,
    ProofError,
)
from amana.kernel.ledger.notes import Note, open_note
from amana.kernel.ledger.proofs import verify_consistency
from amana.kernel.ledger.tree import EMPTY_ROOT

MAX_BODY: Final = 256 * 1024
MAX_PROOF: Final = 63
SIZE_TYPE: Final = "text/x.tlog.size"
PLAIN: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a witness answers: an HTTP status, a content type, a body."""

    status: HTTPStatus
    body: str
    kind: str = PLAIN


@dataclass(frozen=True, slots=True)
class Asked:
    """A parsed request: from which size, with which proof, to which checkpoint (a note)."""

    old: int
    proof: tuple[bytes, ...]
    note: str


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.reply = Reply(status, f"{reason}\n")


def parse_request(body: bytes) -> Asked:
    """Read `old <size>`, consistency lines, a blank line, the checkpoint. Raises `ValueError`."""
    if len(body) > MAX_BODY:
        raise ValueError("the request is too long")
    if b"\x00" in body:  # no text of these protocols holds it, and PostgreSQL takes none
        raise ValueError("the request is no text")
    text, blank, note = body.decode("utf-8").partition("\n\n")
    first, *lines = text.split("\n")
    if not blank or not first.startswith("old "):
        raise ValueError("a request reads old <size>, a proof, a blank line, a checkpoint")
    if len(lines) > MAX_PROOF:
        raise ValueError(f"a proof has at most {MAX_PROOF} lines")
    old = parse_decimal(first.removeprefix("old "))
    return Asked(old, tuple(decode_base64(line) for line in lines), note)


def add_checkpoint(body: bytes) -> Reply:
    """Answer a request to cosign, as the protocol says; never raises for what a stranger sends.

    200 cosignatures · 400 malformed, or old size beyond the new · 403 not signed by the log · 404
    unknown log · 409 another old size than cosigned last, with that size · 422 not a continuation
    · 503 this node signs nothing now."""
    try:
        asked = parse_request(body)
        return _answer(asked)
    except _Refused as refusal:
        return refusal.reply
    except ValueError as error:  # of what was parsed: every refusal below has its own status
        return Reply(HTTPStatus.BAD_REQUEST, f"{error}\n")


def last_witnessed(origin: str) -> Checkpoint | None:
    """What this node cosigned last of a log, by the database or by the copy outside of it,
    whichever is further."""
    row = Witnessed.objects.filter(origin=origin).first()
    stored = Checkpoint(origin, row.size, bytes(row.root)) if row is not None else None
    kept = state.witnessed(_place(origin))
    if kept is not None and (stored is None or kept.size > stored.size):
        return kept
    return stored


def _answer(asked: Asked) -> Reply:
    note, new = _signed(asked)
    if asked.old > new.size:
        raise _Refused(HTTPStatus.BAD_REQUEST, "the old size is larger than the checkpoint's")
    if state.held_back(head()) or not cosigners():
        raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, "this node signs nothing at present")
    with transaction.atomic():
        _one_at_a_time(new.origin)
        last = last_witnessed(new.origin)
        size = last.size if last is not None else 0
        if asked.old != size:
            return Reply(HTTPStatus.CONFLICT, f"{size}\n", SIZE_TYPE)
        _check_continues(asked, last, new)
        at = _keep(new, note)
        # Signed inside: nothing may fail between keeping the state and having the answer.
        lines = [each.cosign(note.text, at).format() for each in cosigners()]
    state.remember_witnessed(_place(new.origin), note.text)
    return Reply(HTTPStatus.OK, "".join(f"{line}\n" for line in lines))


def _signed(asked: Asked) -> tuple[Note, Checkpoint]:
    origin = asked.note.partition("\n")[0]
    vkeys = enrolling.logs(origin)
    if not vkeys:
        raise _Refused(HTTPStatus.NOT_FOUND, "this log is not known here")
    try:
        note = open_note(asked.note, vkeys)
    except NoteError as error:
        raise _Refused(HTTPStatus.FORBIDDEN, str(error)) from error
    try:
        new = Checkpoint.parse(note.text)
    except EmptyRootError as error:
        raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    if new.extensions:
        # Not every cosignature covers them, and nobody audits them.
        raise CheckpointError("a checkpoint with extension lines is not cosigned here")
    return note, new


def _check_continues(asked: Asked, last: Checkpoint | None, new: Checkpoint) -> None:
    try:
        if asked.old == 0:
            if asked.proof:
                raise ProofError("nothing is proven from size 0, so the proof is empty")
        else:
            root = last.root if last is not None else EMPTY_ROOT
            verify_consistency(asked.old, new.size, root, new.root, asked.proof)
    except ProofError as error:
        raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error


def _keep(new: Checkpoint, note: Note) -> int:
    """Write the state down; returns the time to sign for, which never goes back."""
    row = Witnessed.objects.filter(origin=new.origin).first()
    if row is None:
        row = Witnessed(origin=new.origin, size=-1, signed_at=0)
    at = max(int(now().timestamp()), row.signed_at)
    if row.size == new.size:  # the same once more is signed once more, and says nothing new
        return at
    lines = "".join(f"{each.format()}\n" for each in note.verified)
    row.size, row.root, row.note, row.signed_at = new.size, new.root, f"{note.text}\n{lines}", at
    row.save()
    vouch(row, Tag.WITNESS_COSIGN)
    return at


def _one_at_a_time(origin: str) -> None:
    """One request for a log at a time until the transaction ends; on SQLite the gate does it."""
    if connection.vendor == "postgresql":
        number = int.from_bytes(sha256(b"witness\x00" + origin.encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _place(origin: str) -> str:
    """The file name of a log: its name may hold anything."""
    return sha256(origin.encode()).hexdigest()[:32]


def problems() -> list[str]:
    """Rows of the database that do not say what the partner's log signed."""
    found = []
    for row in Witnessed.objects.order_by("origin"):
        try:
            signed = Checkpoint.parse(open_note(row.note, enrolling.logs_ever(row.origin)).text)
        except LedgerError as error:
            found.append(f"witnessed state of {row.origin}: {error}")
            continue
        if (signed.origin, signed.size, signed.root) != (row.origin, row.size, bytes(row.root)):
            found.append(f"witnessed state of {row.origin} is not what its log signed")
    return found

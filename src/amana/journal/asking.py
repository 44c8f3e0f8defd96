# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking partners to cosign this node's public checkpoints (c2sp.org/tlog-witness, client side).

Only what the whole world may see is sent: the hourly checkpoint and a proof that it continues the
one before. A witness that has seen more than this node ever published, or something else, holds
the log back until an operator has looked: the database was put back from an older copy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from django.db import transaction

from amana.journal import calls, cosigning, enrolling, origins, state
from amana.journal.events import NODE, Act, Tag
from amana.journal.models import Checkpoint, Cosignature, PublicCheckpoint
from amana.journal.proofs import latest_public
from amana.journal.sequencer import NO_AGENCY, head
from amana.journal.services import record
from amana.journal.store import DatabaseTiles
from amana.journal.witnessing import SIZE_TYPE
from amana.kernel.ledger.cosignatures import answered
from amana.kernel.ledger.encoding import encode_base64, parse_decimal
from amana.kernel.ledger.errors import LedgerError
from amana.kernel.ledger.notes import Vkey
from amana.kernel.ledger.schemes import COSIGNATURES
from amana.kernel.ledger.tiles import consistency_proof

TRIES: Final = 3
FIRST_PAUSE: Final = 60.0
LONGEST_PAUSE: Final = 1800.0
PATH: Final = "/add-checkpoint"
log = structlog.get_logger("amana.witnesses")


@dataclass(frozen=True, slots=True)
class Witness:
    """One partner to ask: where, and the keys that she may answer with."""

    url: str
    vkeys: tuple[Vkey, ...]


class _Failed(Exception):
    """No cosignature this time; the text says why."""


class _Disputed(Exception):
    """The witness holds another log under our name than the one that is here."""


@dataclass(slots=True)
class _Pause:
    until: float = 0.0
    length: float = FIRST_PAUSE


_pauses: dict[str, _Pause] = {}


def witnesses() -> list[Witness]:
    """The partners that can be asked, one for each address."""
    found: dict[str, list[Vkey]] = {}
    for row in enrolling.trusted().filter(kind__in=COSIGNATURES).exclude(url=""):
        found.setdefault(row.url, []).extend(enrolling.keys_of([row]))
    return [Witness(url, tuple(vkeys)) for url, vkeys in found.items()]


def ask_witnesses() -> int:
    """Ask each partner who has not cosigned the newest public checkpoint with every key; returns
    how many cosignatures came. Who fails is asked again later, after longer and longer pauses."""
    public = latest_public()
    if public is None or state.held_back(head()):
        return 0
    return sum(_ask_in_turn(each, public) for each in witnesses())


def _ask_in_turn(witness: Witness, public: PublicCheckpoint) -> int:
    pause = _pauses.setdefault(witness.url, _Pause())
    if time.monotonic() < pause.until or _has_all(witness, public.checkpoint):
        return 0
    try:
        came = ask(witness, public.checkpoint)
    except _Disputed as dispute:
        _hold_back(witness, str(dispute))
    except (_Failed, calls.CallFailed, LedgerError) as error:
        log.warning("no cosignature", witness=witness.url, reason=str(error))
    else:
        _pauses.pop(witness.url)
        return came
    pause.until = time.monotonic() + pause.length
    pause.length = min(pause.length * 2, LONGEST_PAUSE)
    return 0


def ask(witness: Witness, checkpoint: Checkpoint) -> int:
    """Ask one partner for one checkpoint; returns how many cosignatures were new.

    A 409 with a smaller size is no fault: she has forgotten, or somebody else asked meanwhile; the
    proof is made again from the size she names."""
    old = _last_cosigned(witness, checkpoint)
    for _ in range(TRIES):
        answer = calls.post(witness.url + PATH, _request(old, checkpoint), kind="text/plain")
        if answer.status == HTTPStatus.CONFLICT and answer.kind == SIZE_TYPE:
            old = _conflict(old, _size(answer.body), checkpoint)
            continue
        if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise _Disputed(f"it holds another history up to size {old}")
        if answer.status != HTTPStatus.OK:
            raise _Failed(f"it answered {answer.status}")
        return _keep(witness, checkpoint, answer.body)
    raise _Failed("it names another size each time")


def _conflict(asked: int, theirs: int, checkpoint: Checkpoint) -> int:
    """The size to go on from, when she has not cosigned last what we thought."""
    if theirs > checkpoint.size:
        origin = origins.origin_of(checkpoint.note)
        newer = Checkpoint.objects.filter(size=theirs).first()
        if newer is None or origins.origin_of(newer.note) != origin:
            raise _Disputed(f"it has cosigned size {theirs} and {checkpoint.size} is here")
        raise _Failed("it has cosigned a newer checkpoint already")
    if theirs == asked:
        raise _Failed("it contradicts itself")
    return theirs


def _request(old: int, checkpoint: Checkpoint) -> bytes:
    # The empty tree, and the very same one, are continued without a proof.
    needed = 0 < old < checkpoint.size
    proof = consistency_proof(DatabaseTiles(), old, checkpoint.size) if needed else []
    lines = [f"old {old}", *(encode_base64(each) for each in proof)]
    return ("\n".join(lines) + "\n\n" + checkpoint.note).encode()


def _keep(witness: Witness, checkpoint: Checkpoint, body: bytes) -> int:
    try:
        lines = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Failed("its answer is no text") from error
    text = cosigning.text_of(checkpoint)
    return cosigning.keep(checkpoint, answered(text, lines, witness.vkeys), witness.vkeys)


def _last_cosigned(witness: Witness, checkpoint: Checkpoint) -> int:
    """The size of the last checkpoint under this name that she cosigned, as far as we know."""
    ids = [vkey.key_id.hex() for vkey in witness.vkeys]
    rows = Cosignature.objects.filter(key_id__in=ids, checkpoint__size__lte=checkpoint.size)
    last = rows.select_related("checkpoint").order_by("-checkpoint_id").first()
    if last is None:
        return 0
    same = origins.origin_of(last.checkpoint.note) == origins.origin_of(checkpoint.note)
    return last.checkpoint.size if same else 0


def _has_all(witness: Witness, checkpoint: Checkpoint) -> bool:
    there = set(checkpoint.cosignatures.values_list("name", "key_id"))
    return all((vkey.name, vkey.key_id.hex()) in there for vkey in witness.vkeys)


def _hold_back(witness: Witness, reason: str) -> None:
    """Write down outside of the database what a witness holds against this log."""
    names = ", ".join(sorted({vkey.name for vkey in witness.vkeys}))
    log.error("a witness contradicts this log", witness=witness.url, reason=reason)
    if state.dispute(f"the witness {names} contradicts this log: {reason}"):
        with transaction.atomic():
            record(Act(Tag.LOG_DISPUTE, NODE, NO_AGENCY, purpose=names))


def _size(body: bytes) -> int:
    try:
        return parse_decimal(body.decode("ascii").removesuffix("\n"))
    except ValueError as error:
        raise _Failed("it names no size") from error


def forget_pauses(urls: Sequence[str] = ()) -> None:
    """Ask at once again; all of them when none is named."""
    for url in urls or list(_pauses):
        _pauses.pop(url, None)

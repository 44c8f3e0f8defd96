# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trusted time for the log: stamps over public checkpoints and exports (docs/decisions/0031).

The authorities and the roots that are trusted for them are settings. An authority that does not
answer is asked again at the next turn; the others' stamps are kept meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Final

import structlog
from cryptography.x509 import Certificate
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from amana.config.clock import now
from amana.config.env import env
from amana.journal import calls
from amana.journal.events import Tag
from amana.journal.models import Checkpoint, Stamp
from amana.journal.proofs import latest_public
from amana.journal.vouching import vouch
from amana.kernel.ledger.encoding import encode_base64
from amana.kernel.ledger.errors import StampError
from amana.kernel.ledger.stamps import (
    StampRequest,
    answers,
    ask_for,
    ask_for_digest,
    check_stamp,
    load_roots,
)
from amana.kernel.ledger.tree import leaf_hash, root_of

QUERY: Final = "application/timestamp-query"
RENEW_BEFORE: Final = timedelta(days=90)
RENEW_AT_ONCE: Final = 1000
RENEWAL: Final = "amana-stamp-renewal/v1"
log = structlog.get_logger("amana.stamps")


@dataclass(frozen=True, slots=True)
class StampState:
    """For the doctor: how many authorities, when the last stamp over a checkpoint was made, how
    many stamps end soon without a later one over them, and which authorities are behind."""

    authorities: int
    last_at: datetime | None
    ending: int
    silent: tuple[str, ...]


def authorities() -> list[str]:
    """The addresses in the setting, in their order."""
    return list(dict.fromkeys(env().tsa.split()))


def roots() -> list[Certificate]:
    """The certificates that may vouch for a stamp. Raises `StampError`."""
    path = env().tsa_roots
    if path is None:
        raise StampError("AMANA_TSA_ROOTS names no root certificates")
    try:
        return load_roots(path.read_bytes())
    except OSError as error:
        raise StampError(f"{path}: {error.strerror}") from error


def stamp(message: bytes) -> list[Stamp]:
    """Have `message` (an export's manifest, say) stamped by every authority that answers; keeps
    and returns the stamps. Empty when none is configured or none answers.

    Only the SHA-256 leaves the machine. Call it outside of a transaction: it goes over the
    network, ten seconds an authority at most."""
    return _stamp(message, authorities(), Stamp.Subject.EXPORT)


def obtain(digest: bytes) -> Stamp | None:
    """A stamp over a SHA-256 by the first authority that answers, proven and not yet kept; `None`
    when none answers. Touches no database, so any thread may ask. Raises `StampError`."""
    trusted, asked = roots(), authorities()
    rows = (_row(each, ask_for_digest(digest), trusted, Stamp.Subject.EXPORT) for each in asked)
    return next((row for row in rows if row is not None), None)


def keep(row: Stamp) -> bool:
    """Store a stamp with its leaf; False when another worker stored one meanwhile."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            vouch(row, Tag.STAMP_RECEIVE)
    except IntegrityError:
        return False
    return True


def stamp_public() -> int:
    """Have the newest public checkpoint stamped by every authority that has not yet done so;
    returns how many did."""
    public = latest_public()
    if public is None:
        return 0
    done = set(public.checkpoint.stamps.values_list("authority", flat=True))
    missing = [each for each in authorities() if each not in done]
    message = stamped_text(public.checkpoint)
    return len(_stamp(message, missing, Stamp.Subject.CHECKPOINT, public.checkpoint))


def renew() -> int:
    """Have stamps that end soon stamped again, a thousand at once; returns how many were.

    A stamp holds as long as its authority's certificate does. The new stamp is over a tree of the
    old tokens (the idea of RFC 4998, section 5), made while these still hold."""
    old = list(_ending().order_by("id")[:RENEW_AT_ONCE])
    if not old:
        return 0
    text, enough = renewal_text(old), now() + RENEW_BEFORE
    for authority in authorities():
        later = _row(authority, ask_for(text), roots(), Stamp.Subject.RENEWAL)
        if later is not None and later.expires_at > enough:
            return _renewed(old, later)
    return 0


def stamped_text(checkpoint: Checkpoint) -> bytes:
    """What is stamped of a checkpoint: its text, without the signatures below."""
    return (checkpoint.note.partition("\n\n")[0] + "\n").encode()


def renewal_text(stamps: Sequence[Stamp]) -> bytes:
    """What is stamped to renew these: the root of a tree of their tokens, in the order of id."""
    tree = root_of([leaf_hash(bytes(each.token)) for each in stamps])
    return f"{RENEWAL}\n{len(stamps)}\n{encode_base64(tree)}\n".encode()


def stamp_state() -> StampState:
    """How trusted time is doing."""
    of_checkpoints = Stamp.objects.filter(subject=Stamp.Subject.CHECKPOINT)
    late = now() - timedelta(hours=2)
    silent = [
        each
        for each in authorities()
        if not of_checkpoints.filter(authority=each, at__gte=late).exists()
    ]
    return StampState(
        authorities=len(authorities()),
        last_at=of_checkpoints.order_by("-at").values_list("at", flat=True).first(),
        ending=_ending().count(),
        silent=tuple(silent),
    )


def problems() -> Iterable[str]:
    """Stamps that are not of what they should be of; with roots, also whether they hold."""
    try:
        trusted = roots()
    except StampError:  # the doctor says so; without roots the stamps are compared, not proven
        trusted = []
    for row in Stamp.objects.select_related("checkpoint").order_by("id").iterator(chunk_size=500):
        digest = bytes(row.digest)
        if row.checkpoint is not None and digest != _digest(stamped_text(row.checkpoint)):
            yield f"stamp {row.pk} is of another checkpoint"
        if row.subject == Stamp.Subject.RENEWAL:
            renewed = list(row.renews.order_by("id"))
            if digest != _digest(renewal_text(renewed)):
                yield f"stamp {row.pk} renews other stamps than it says"
        if trusted and (wrong := _wrong(row, trusted)):
            yield f"stamp {row.pk}: {wrong}"


def _wrong(row: Stamp, trusted: Sequence[Certificate]) -> str:
    try:
        check_stamp(bytes(row.token), bytes(row.digest), trusted)
    except StampError as error:
        return str(error)
    return ""


def _stamp(
    message: bytes,
    asked: Sequence[str],
    subject: Stamp.Subject,
    checkpoint: Checkpoint | None = None,
) -> list[Stamp]:
    """Ask each of these authorities and keep what they answer."""
    if not asked:
        return []
    trusted = roots()
    rows = (_row(each, ask_for(message), trusted, subject, checkpoint) for each in asked)
    return [row for row in rows if row is not None and keep(row)]


def _row(
    authority: str,
    request: StampRequest,
    trusted: Sequence[Certificate],
    subject: Stamp.Subject,
    checkpoint: Checkpoint | None = None,
) -> Stamp | None:
    """The unsaved stamp of one authority; nothing, and a line in the log, when there is none."""
    try:
        answer = calls.post(authority, request.raw, kind=QUERY)
        if answer.status != HTTPStatus.OK:
            raise StampError(f"the authority answered {answer.status}")
        answers(request, answer.body)
        said = check_stamp(answer.body, request.digest, trusted)
    except (calls.CallFailed, StampError) as error:
        log.warning("no time stamp", authority=authority, reason=str(error))
        return None
    return Stamp(
        subject=subject,
        checkpoint=checkpoint,
        digest=request.digest,
        authority=authority,
        token=answer.body,
        at=said.at,
        expires_at=said.expires_at,
    )


def _renewed(old: Sequence[Stamp], later: Stamp) -> int:
    """Keep the later stamp with what it renews, unless another worker was first."""
    with transaction.atomic():
        rows = Stamp.objects.filter(pk__in=[each.pk for each in old], renewed_by__isnull=True)
        if len(rows.select_for_update()) < len(old) or not keep(later):
            return 0
        return rows.update(renewed_by=later)


def _ending() -> QuerySet[Stamp]:
    """Stamps that still hold, but not for long, and have no later one over them."""
    soon = now() + RENEW_BEFORE
    return Stamp.objects.filter(renewed_by__isnull=True, expires_at__gt=now(), expires_at__lte=soon)


def _digest(message: bytes) -> bytes:
    return sha256(message).digest()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Handing out evidence: a gated act. It names an officer, a purpose and a ground; each item's
custody says that it left, and in which bag, before a byte of it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

import structlog
from django.db import transaction

from amana.config.clock import now
from amana.evidence.custody import Handling, Kind, record_custody, tool
from amana.evidence.exports.contents import Contents, Made
from amana.evidence.exports.errors import LogStands
from amana.evidence.exports.gathering import Gathered, Wanted, gather, release
from amana.evidence.exports.packing import pack
from amana.evidence.exports.signing import sign_paper
from amana.evidence.exports.sinks import FolderSink, ZipSink
from amana.journal import quorum, selectors, stamps
from amana.journal.proofs import latest_public
from amana.journal.sequencer import sequence_all
from amana.journal.state import LogHeldBack
from amana.kernel.ledger.errors import PolicyError, StampError
from amana.people.policies import Action, Staff
from amana.reports.errors import PurposeMissing
from amana.reports.models import Report
from amana.reports.opening import MAX_PURPOSE
from amana.reports.policies import authorise

CODE: Final = "export"
log = structlog.get_logger("amana.exports")


def prepare(*, staff: Staff, report: Report, wanted: Wanted) -> Contents:
    """Everything of a bag but its bytes, after the act was written into the custody of each item.

    Raises `NotFound`, `NotAllowed`, `VaultClosed`, `PurposeMissing`, `NothingToExport`,
    `TooMuchToExport`, `CustodyBroken`, `LogStands`."""
    unit_id = authorise(staff, Action.EXPORT_EVIDENCE, report)
    purpose = wanted.purpose.strip()[:MAX_PURPOSE]
    if not purpose:
        raise PurposeMissing
    gathered = gather(staff=staff, report=report, wanted=wanted)
    gathered.custodies()
    bag = uuid4()
    actor = staff.actor(Action.EXPORT_EVIDENCE, unit_id)
    act = Handling(
        Kind.EXPORT, actor, purpose=CODE, said=purpose, facts={"bag": str(bag)}, unit_id=unit_id
    )
    _place_in_the_log()
    _record(gathered, act)
    _place_in_the_log()
    made = Made(
        bag=bag,
        at=now(),
        role=actor.role,
        pseudonym=actor.pseudonym,
        purpose=purpose,
        tool=tool(),
        agency=report.agency.names.get(wanted.language, report.agency.code),
        locator=report.locator,
        language=wanted.language,
    )
    keys = tuple(str(key) for key in selectors.vkeys())
    return Contents(
        made=made,
        released=release(gathered, wanted.fields),
        withheld=tuple(gathered.withheld),
        fields=tuple(wanted.fields.items()),
        log_keys=keys,
        policy=_policy(),
        stamps=_stamps_of_the_log(),
    )


def to_folder(
    contents: Contents, parent: Path, *, progress: Callable[[int], None] = lambda _done: None
) -> Path:
    """Write the bag as a folder in `parent` and return it. What was written of a bag that failed
    is removed. Raises `FileExistsError`, `OSError`, `NotWhatItWas`, a `SealingError`."""
    sink = FolderSink(parent, contents.name)
    done = 0
    try:
        for size in pack(contents, sink, sign=sign_paper, stamp=stamped):
            done += size
            progress(done)
        return sink.finish()
    except BaseException:
        sink.abandon()
        raise


def to_zip(contents: Contents) -> Iterator[bytes]:
    """The bag as a zip file, piece by piece; nothing of it touches the disk."""
    sink = ZipSink(contents.name, contents.made.at)
    for _size in pack(contents, sink, sign=sign_paper, stamp=stamped):
        if piece := sink.take():
            yield piece
    sink.finish()
    yield sink.take()


def stamped(message: bytes) -> Sequence[tuple[str, bytes]]:
    """Trusted time over the manifest; nothing where no authority is configured or answers."""
    try:
        rows = stamps.stamp(message)
    except StampError as error:
        log.warning("no time stamp on an export", reason=str(error))
        return []
    return [(f"manifest-{n}.tsr", bytes(row.token)) for n, row in enumerate(rows, start=1)]


@transaction.atomic
def _record(gathered: Gathered, act: Handling) -> None:
    for item in gathered.chosen:
        record_custody(item=item, act=act)


def _place_in_the_log() -> None:
    """What waits gets its place now: a proof made later could not go into the bag."""
    try:
        sequence_all()
    except LogHeldBack as error:
        raise LogStands from error


def _policy() -> str:
    """The witnesses this node names; whoever gets the bag chooses her own."""
    try:
        return quorum.policy_text()
    except PolicyError as error:
        log.warning("no policy in an export", reason=str(error))
        return ""


def _stamps_of_the_log() -> tuple[tuple[str, bytes], ...]:
    public = latest_public()
    rows = list(public.checkpoint.stamps.order_by("at")[:10]) if public is not None else []
    if public is None or not rows:
        return ()
    found = [(f"checkpoint-{n}.tsr", bytes(row.token)) for n, row in enumerate(rows, start=1)]
    return (("checkpoint.txt", stamps.stamped_text(public.checkpoint)), *found)

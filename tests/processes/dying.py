# SPDX-License-Identifier: AGPL-3.0-or-later
"""`python -m tests.processes.dying`: files on their way in, in processes that die at given points.

Each attempt is a process of its own, forked, and killed by the kernel (SIGKILL) or stopped by it
(no room left). What is left afterwards is said as JSON, a line for each attempt."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import django

if TYPE_CHECKING:
    from amana.evidence.blobs import BlobStore
    from amana.evidence.intake import Taken
    from amana.evidence.models import EvidenceItem
    from amana.reports.models import Report

CHUNK = 64 * 1024
CHUNKS = 24
ROOM = 4 * CHUNK
Act = Callable[["Report"], object]


def die(*_given: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, and then it dies."""

    def done(*given: Any, **named: Any) -> None:
        act(*given, **named)
        die()

    return done


def chunks(dies_at: int = -1) -> Iterator[bytes]:
    for number in range(CHUNKS):
        if number == dies_at:
            die()
        yield os.urandom(CHUNK)


def taken(dies_at: int = -1) -> Taken:
    from amana.evidence.ingest import take_in

    return take_in(chunks(dies_at), name="chat.png", declared_type="image/png")


def kept(report: Report, file: Taken) -> EvidenceItem:
    from amana.evidence.services import add_to_report
    from amana.journal.events import REPORTER

    (item,) = add_to_report(report=report, taken=[file], actor=REPORTER)
    return item


def acknowledged(report: Report) -> None:
    """As the sender hears of it: written where no database can take it back."""
    item = kept(report, taken())
    with Path(os.environ["AMANA_HOME"], "acknowledged").open("a") as file:
        file.write(f"{item.id}\n")
        file.flush()
        os.fsync(file.fileno())
    die()


def at(target: str, then: Callable[..., Any] = die) -> Act:
    """Dies where `target` is called."""

    def act(report: Report) -> None:
        with patch(target, then):
            kept(report, taken())

    return act


def before_the_commit(report: Report) -> None:
    file = taken()
    from django.db import connection

    with patch.object(connection, "_commit", die):
        kept(report, file)


def points() -> dict[str, Act]:
    """Where it dies, in the order of what happens to a file."""
    from amana.evidence import custody

    return {
        "first chunk": lambda report: kept(report, taken(0)),
        "in the middle": lambda report: kept(report, taken(CHUNKS // 2)),
        "last chunk": lambda report: kept(report, taken(CHUNKS - 1)),
        "before the flush": at("amana.evidence.blobs.Spool.close"),
        "before its address": at("amana.evidence.blobs.os.link"),
        "before the folder is flushed": at("amana.evidence.blobs._sync_folder"),
        "whole and nobody's": at("amana.evidence.services.add_to_report"),
        "within the transaction": at(
            "amana.evidence.services.record_custody", after(custody.record_custody)
        ),
        "before the commit": before_the_commit,
        "after the commit": lambda report: die(kept(report, taken())),
        "acknowledged": acknowledged,
    }


def no_room(report: Report) -> None:
    """The disk is full in the middle of the file, and the process lives on."""
    if not os.environ.get("SMALL_DISK"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        taken()
    except OSError as error:
        from amana.config.faults import fault_of

        print(json.dumps({"refused": str(fault_of(error)), "errno": error.errno}), flush=True)


def away(_report: Report) -> None:
    """Nobody answers at the address of the bucket."""
    from amana.config.faults import fault_of

    try:
        taken()
    except OSError as error:
        print(json.dumps({"refused": str(fault_of(error)), "errno": error.errno}), flush=True)


def clock(report: Report) -> None:
    """It jumps back by years between two records of custody and two public checkpoints."""
    import time_machine

    from amana.evidence.models import CustodyRecord
    from amana.evidence.rechecking import check
    from amana.journal.sequencer import publish_hour, sequence_all

    item = kept(report, taken())
    first = publish_hour()
    with time_machine.travel("2020-01-01T00:00:00+00:00"):
        same, again, second = check(item), publish_hour(), kept(report, taken())
        sequence_all()
    rows = CustodyRecord.objects.select_related("event").order_by("event__leaf_index")
    said = {
        "published": [first is not None, again is not None],
        "same": same,
        "chain": [[row.number, row.event.at.year] for row in rows.filter(item=item)],
        "second": [[row.number, row.event.at.year] for row in rows.filter(item=second)],
        "placed": None not in rows.values_list("event__leaf_index", flat=True),
    }
    print(json.dumps(said), flush=True)


def apart(act: Act, report: Report) -> int:
    """Do it in a process of its own; the signal that ended it, 0 for none."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            act(report)
            code = 0
        finally:
            os._exit(code)
    _child, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("an attempt failed otherwise than it should")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def left() -> dict[str, Any]:
    """What is there now, and what of it is half a file."""
    from amana.config.env import env
    from amana.evidence.blobs import blobs
    from amana.evidence.models import CustodyRecord, EvidenceItem, ItemKey
    from amana.journal.models import Event

    store = blobs()
    reached = sys.argv[1] != "away"
    items = list(EvidenceItem.objects.all())
    half = [str(item.id) for item in items if not _whole(item, store)]
    return {
        "items": sorted(str(item.id) for item in items),
        "half": half,
        "keys": ItemKey.objects.count(),
        "records": CustodyRecord.objects.count(),
        "leaves": Event.objects.filter(tag__startswith="evidence:").count(),
        "blobs": len(list(store.addresses())) if reached else 0,
        "incoming": len(list((env().blob_folder / "incoming").glob("*"))),
    }


def _whole(item: EvidenceItem, store: BlobStore) -> bool:
    try:
        with store.open(item.blob) as file:
            stored = file.read()
    except FileNotFoundError:
        return False
    return len(stored) == item.stored_size and hashlib.sha256(stored).hexdigest() == item.blob


def swept() -> int:
    """What the sweeper finds two days later."""
    from amana.evidence import sweeping

    later = time.time() + 2 * 86_400
    with patch("amana.evidence.sweeping.time.time", lambda: later):
        return sweeping.sweep()


def begin() -> Report:
    django.setup()
    from django.core.management import call_command

    from amana.config.env import env
    from amana.kernel.sealing.keyring import Keyring
    from tests.support import builders

    Keyring.ensure(env().key_folder)
    call_command("migrate", verbosity=0)
    return builders.report(builders.node())


def main() -> None:
    report = begin()
    modes: dict[str, dict[str, Act]] = {
        "points": points(),
        "full": {"full": no_room},
        "away": {"away": away},
        "clock": {"clock": clock},
        "back": {"acknowledged": acknowledged},
    }
    acts = modes[sys.argv[1]]
    for name, act in acts.items():
        said = {"at": name, "signal": apart(act, report), **left()}
        print(json.dumps(said), flush=True)
    from amana.journal.sequencer import sequence_all
    from amana.journal.verify import verify

    dropped = swept() if sys.argv[1] != "away" else 0
    sequence_all()
    verdict = verify()
    end = {"at": "the end", "dropped": dropped, "problems": verdict.problems, **left()}
    print(json.dumps(end), flush=True)


if __name__ == "__main__":
    main()

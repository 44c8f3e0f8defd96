# SPDX-License-Identifier: AGPL-3.0-or-later
"""One flush to the disk for several writers (group commit).

On SQLite every commit waits for the disk while all other writers wait for it. Threads that wait
together therefore let the first of them write for all: each work in a savepoint of its own, then
one commit. A work that fails takes back nothing but its own; whoever is told "done" is on the
disk. PostgreSQL groups commits by itself, and there each work is a transaction of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection, transaction


@dataclass(slots=True)
class _Waiting:
    work: Callable[[], None]
    done: threading.Event = field(default_factory=threading.Event)
    fault: BaseException | None = None
    leads: bool = False


_mutex = threading.Lock()
_queue: list[_Waiting] = []
_led = False

MOST_AT_ONCE = 16


def commit(work: Callable[[], None]) -> None:
    """Run `work` in a transaction and return once it is on the disk. Raises what it raised.

    `work` must only write through Django's connection: another thread may be the one to run it.
    Inside a transaction of the caller it is a part of that one."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            work()
        return
    mine = _Waiting(work)
    if not _enter(mine):
        mine.done.wait()
        if not mine.leads:
            _raise(mine)
            return
    try:
        _lead(mine)
    finally:
        _hand_over()
    _raise(mine)


def _enter(mine: _Waiting) -> bool:
    """Queue up; true for the thread that writes for all who are waiting now."""
    global _led  # noqa: PLW0603
    with _mutex:
        _queue.append(mine)
        if _led:
            return False
        _led = True
        return True


def _lead(mine: _Waiting) -> None:
    group: list[_Waiting] = []
    try:
        with transaction.atomic():
            # Who came while we waited for the gate comes along.
            group = _take(mine)
            if len(group) == 1:
                # Alone, its transaction is savepoint enough.
                mine.work()
            else:
                for waiting in group:
                    _run(waiting)
    except BaseException as fault:
        for waiting in group or [mine]:
            waiting.fault = waiting.fault or fault
        if not group:
            with _mutex:
                _queue.remove(mine)
        if not isinstance(fault, Exception):
            raise
    finally:
        for waiting in group:
            if waiting is not mine:
                waiting.done.set()


def _take(mine: _Waiting) -> list[_Waiting]:
    with _mutex:
        _queue.remove(mine)
        group = [mine, *_queue[: MOST_AT_ONCE - 1]]
        del _queue[: MOST_AT_ONCE - 1]
    return group


def _run(waiting: _Waiting) -> None:
    try:
        with transaction.atomic():
            waiting.work()
    except Exception as fault:  # noqa: BLE001  (it belongs to whoever asked for this work)
        waiting.fault = fault


def _hand_over() -> None:
    """The next in the queue leads; with an empty queue nobody does."""
    global _led  # noqa: PLW0603
    with _mutex:
        if not _queue:
            _led = False
            return
        following = _queue[0]
    following.leads = True
    following.done.set()


def _raise(mine: _Waiting) -> None:
    if mine.fault is not None:
        raise mine.fault

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process that `filing_cpu` measures: `python -m benchmarks.filing_cpu_run COUNT`.

Steps are timed on every second pass over the same number of reports, so that the clock's own cost
is not in the whole."""

from __future__ import annotations

import io
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial, wraps
from pathlib import Path
from typing import Any
from unittest import mock

WARM_UP = 60
PASSES = 5
STEPS = {
    "amana.api.reports.read_object": "parse",
    "amana.api.reports.read_api": "check",
    "amana.journey.reports.receive": "receive and seal",
    "amana.journey.filing.issue": "leaves and promise",
    "amana.triage.assess.judge": "rules",
    "amana.triage.assess.risks_in": "risks in words",
    "amana.triage.assess.tokenise": "tokens",
    "amana.journey.routing.route": "route and wrap",
    "amana.journey.promises.promise": "dates",
    "amana.journey.insert_alone": "insert",
    "amana.api.reports._answer": "answer",
}


class Clock:
    """CPU seconds by step; what runs inside a step and has a name of its own is taken off it."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def timed(self, step: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def run(*args: Any, **kwargs: Any) -> Any:
            began = time.process_time()
            self._inside.append(0.0)
            try:
                return call(*args, **kwargs)
            finally:
                whole = time.process_time() - began
                self.spent[step] += whole - self._inside.pop()
                if self._inside:
                    self._inside[-1] += whole

        return run


def request(app: Callable[..., Any], body: bytes) -> None:
    """One report through the WSGI door. Raises when it was not taken."""
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/reports",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
    }
    answer = app(environ, lambda status, _headers: said.append(status))
    taken = b"".join(answer)
    answer.close()
    if not said or not said[0].startswith("201"):
        raise RuntimeError(f"{said}: {taken[:300]!r}")


def main() -> None:
    from amana.cli.commands.setup import prepare
    from amana.config.wsgi import application
    from benchmarks.filing import body

    prepare(say=lambda _text: None)
    from amana.journal.sequencer import sequence_all

    count = int(sys.argv[1])
    for number in range(WARM_UP):
        request(application, body(-1 - number))
    sequence_all()
    whole: list[float] = []
    worker: list[float] = []
    server: list[float] = []
    clock = Clock()
    for turn in range(PASSES):
        bodies = [body(turn * 100_000 + number) for number in range(count // PASSES)]
        before = _server_seconds()
        whole.append(statistics.median(_each(application, bodies)))
        server.append((_server_seconds() - before) / len(bodies))
        worker.append(_of(sequence_all) / len(bodies))
        again = [body(turn * 100_000 + 50_000 + number) for number in range(count // PASSES)]
        with ExitStack() as stack:
            for name, step in STEPS.items():
                stack.enter_context(_wrapped(name, step, clock))
            clock.spent["rest"] += sum(_each(application, again))
        sequence_all()
    told = {"web": statistics.median(whole), "worker": statistics.median(worker)}
    clock.spent["rest"] -= sum(value for name, value in clock.spent.items() if name != "rest")
    if any(server):
        told["database"] = statistics.median(server)
    told |= {step: value / count for step, value in clock.spent.items()}
    told = {name: value * 1000 for name, value in told.items()}
    print(json.dumps(told | {"log a report": log_bytes(application, body) / 1000}))


def _wrapped(name: str, step: str, clock: Clock) -> Any:
    import importlib

    place, _, attribute = name.rpartition(".")
    try:
        holder: Any = importlib.import_module(place)
    except ModuleNotFoundError:
        above, _, inner = place.rpartition(".")
        holder = getattr(importlib.import_module(above), inner)
    return mock.patch.object(holder, attribute, clock.timed(step, getattr(holder, attribute)))


def _server_seconds() -> float:
    """CPU so far of the process of PostgreSQL that answers us, where it runs on this machine."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    schedule = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(schedule.read_text().split()[0]) / 1e9 if schedule.exists() else 0.0


def _of(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _each(application: Callable[..., Any], bodies: list[bytes]) -> list[float]:
    return [_of(partial(request, application, one)) for one in bodies]


def log_bytes(application: Callable[..., Any], body: Callable[[int], bytes]) -> float:
    """How much one report adds to the write-ahead log; thirty reports, one commit each, so that
    SQLite does not begin its log anew in between."""
    from django.db import connection

    reports = [body(9_000_000 + number) for number in range(30)]
    if connection.vendor == "postgresql":
        before = _wal_position()
        for one in reports:
            request(application, one)
        return (_wal_position() - before) / len(reports)
    log = Path(str(connection.settings_dict["NAME"]) + "-wal")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for one in reports:
        request(application, one)
    return log.stat().st_size / len(reports)


def _wal_position() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    main()

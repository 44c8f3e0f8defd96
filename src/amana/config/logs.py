# SPDX-License-Identifier: AGPL-3.0-or-later
"""Logs for the operator: what happened, never what anybody wrote.

There is no access log of the portal. Request data is dropped before it reaches a handler, because
a traceback or a URL is the usual way in which a code or a name ends up on disk.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO

import structlog

Event = MutableMapping[str, Any]

FORBIDDEN = frozenset(
    {"request", "body", "data", "answers", "narrative", "code", "receipt", "pin", "passphrase"}
)


def drop_what_people_wrote(_logger: Any, _method: str, event: Event) -> Event:
    """Remove every key that could carry a person's words or a secret."""
    for key in FORBIDDEN & event.keys():
        event.pop(key)
    return event


def name_the_fault_only(_logger: Any, _method: str, event: Event) -> Event:
    """Keep the type and the place of an exception; its message may quote what was typed."""
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()
    if isinstance(fault, BaseException):
        fault = (type(fault), fault, fault.__traceback__)
    if isinstance(fault, tuple) and fault[0] is not None:
        event["fault"] = fault[0].__name__
        places = []
        step = fault[2]
        while step is not None:
            code = step.tb_frame.f_code
            places.append(f"{code.co_filename.rpartition('/')[2]}:{step.tb_lineno}")
            step = step.tb_next
        event["at"] = " > ".join(places[-8:])
    return event


def from_the_library(_logger: Any, _method: str, event: Event) -> Event:
    """Django and others put request paths and values into their messages: keep the template."""
    record = event.pop("_record", None)
    event.pop("_from_structlog", None)
    if isinstance(record, logging.LogRecord):
        event["event"] = str(record.msg)
        event["logger"] = record.name
    return event


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is now: a supervisor, or a test, may have changed it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (Python's name)
        """A line that could not be made: Python's own way would print the values meant for it."""
        fault = sys.exc_info()[0]
        with suppress(Exception):  # without standard error there is nobody to tell
            said = {"event": str(record.msg), "logger": record.name, "level": "error"}
            if fault is not None:
                said["fault"] = fault.__name__
            self.stream.write(json.dumps(said, ensure_ascii=False) + self.terminator)


def configure(options: dict[str, str]) -> None:
    """Called by Django with LOGGING: one JSON line per event on standard error."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_what_people_wrote,
        name_the_fault_only,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            from_the_library,
            drop_what_people_wrote,
            name_the_fault_only,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = _ToStandardError()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(options["level"])
    # Names the path of every 404: on this site a path may be all that somebody needs to know.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    # Eighty lines a paper on which letters it was cut out of; nobody looks after a node with that.
    for name in ("fontTools", "pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )

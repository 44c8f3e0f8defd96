# SPDX-License-Identifier: AGPL-3.0-or-later
"""`GET /healthz`: can this process do its work? No detail that helps a stranger."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Final

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from amana import __version__
from amana.config.env import env

LEAST_FREE_BYTES: Final = 64 * 1024 * 1024
log = structlog.get_logger()


def database() -> bool:
    """The database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def storage() -> bool:
    """The home can be written and has room for a report."""
    home = env().home
    try:
        return os.access(home, os.W_OK) and shutil.disk_usage(home).free >= LEAST_FREE_BYTES
    except OSError:
        return False


CHECKS: dict[str, Callable[[], bool]] = {"database": database, "storage": storage}
"""Name to check. A room that has something to watch adds its own when its app is ready."""


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when every check holds, 503 when one does not."""
    results = {name: _holds(name, check) for name, check in CHECKS.items()}
    healthy = all(results.values())
    return JsonResponse(
        {
            "status": "ok" if healthy else "failing",
            "version": __version__,
            "checks": {name: "ok" if good else "failing" for name, good in results.items()},
        },
        status=200 if healthy else 503,
    )


def _holds(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        log.exception("health check broke", check=name)
        return False

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public page on the log: what was shown last, and who has confirmed it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amana.journal.quorum import shown_state
from amana.portal.said import clock


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """State of the newest public checkpoint, its cosigners, and its stamps."""
    shown = shown_state()
    now: dict[str, object] = {"size": None}
    if shown is not None:
        now = {
            "size": shown.size,
            "at": clock(shown.at),
            "origin": shown.origin,
            "root": shown.root,
            "partners": shown.partners,
            "wanted": shown.wanted,
            "reached": shown.reached,
            "times": shown.times,
        }
    return render(request, "portal/record.html", {"now": now})

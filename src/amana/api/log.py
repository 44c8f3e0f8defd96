# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the world may know of the log: one checkpoint an hour, and the keys to check it with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe

from amana.journal.proofs import latest_public
from amana.journal.selectors import vkeys

PLAIN = "text/plain; charset=utf-8"


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest published checkpoint (c2sp.org/tlog-checkpoint); 404 before the first hour."""
    public = latest_public()
    if public is None:
        return HttpResponseNotFound("no checkpoint has been published yet\n", content_type=PLAIN)
    return HttpResponse(public.checkpoint.note, content_type=PLAIN)


@require_safe
def vkey(_request: HttpRequest) -> HttpResponse:
    """The verifier keys of this log (c2sp.org/signed-note), the present one in the first line.

    Fetch them once and keep them: a key that comes together with what it signs proves nothing."""
    return HttpResponse("".join(f"{key.format()}\n" for key in vkeys()), content_type=PLAIN)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the world may know of the log: one checkpoint an hour, and the keys to check it with.

Beyond that only hashes, and only for auditors with a token (c2sp.org/tlog-tiles, without entries);
partners ask for cosignatures (c2sp.org/tlog-witness)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from amana.config.node import cosigner_vkeys
from amana.journal import cosigning, enrolling, reading, witnessing
from amana.journal.proofs import latest_public
from amana.journal.selectors import vkeys
from amana.kernel.ledger.encoding import encode_base64

PLAIN: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
BEARER: Final = "Bearer "


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest published checkpoint (c2sp.org/tlog-checkpoint) with all its cosignatures; 404
    before the first hour."""
    public = latest_public()
    if public is None:
        return HttpResponseNotFound("no checkpoint has been published yet\n", content_type=PLAIN)
    return HttpResponse(cosigning.whole_note(public.checkpoint), content_type=PLAIN)


@require_safe
def vkey(_request: HttpRequest) -> HttpResponse:
    """The verifier keys of this log (c2sp.org/signed-note), the present one in the first line, and
    those with which this node cosigns in the last two.

    Fetch them once and keep them: a key that comes together with what it signs proves nothing."""
    keys = [*vkeys(), *cosigner_vkeys()]
    return HttpResponse("".join(f"{key.format()}\n" for key in keys), content_type=PLAIN)


@csrf_exempt  # asked by programs; what they send is signed
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign a partner's checkpoint; the statuses are those of the protocol."""
    reply = witnessing.add_checkpoint(request.body)
    return HttpResponse(reply.body, status=reply.status, content_type=reply.kind)


@csrf_exempt  # asked by programs; what they send is signed
@require_POST
def capture(request: HttpRequest) -> HttpResponse:
    """Capture a public page for a partner (two vantages); the answer is a signed note."""
    from amana.evidence.capture import vantage

    reply = vantage.answer(request.body)
    return HttpResponse(reply.body, status=reply.status, content_type=PLAIN)


@require_safe
def tile(request: HttpRequest, level: str, path: str) -> HttpResponse:
    """Hashes of the tree up to the published size, for auditors; never entries."""
    if (refusal := _for_auditors(request)) is not None:
        return refusal
    found = reading.tile(level, path)
    if found is None:
        return HttpResponseNotFound("no such tile\n", content_type=PLAIN)
    return HttpResponse(found, content_type=BYTES)


@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """The proof that the tree of size `to` continues that of size `from`: a base64 line for each
    hash (RFC 6962 section 2.1.2). Both sizes at most the published one, `from` at least 1."""
    if (refusal := _for_auditors(request)) is not None:
        return refusal
    try:
        proof = reading.consistency(request.GET.get("from", ""), request.GET.get("to", ""))
    except reading.CannotProve as error:
        return HttpResponse(f"{error}\n", status=HTTPStatus.BAD_REQUEST, content_type=PLAIN)
    text = "".join(f"{encode_base64(each)}\n" for each in proof)
    return HttpResponse(text, content_type=PLAIN)


def _for_auditors(request: HttpRequest) -> HttpResponse | None:
    said = request.headers.get("Authorization", "")
    if said.startswith(BEARER) and enrolling.is_auditor(said.removeprefix(BEARER).strip()):
        return None
    refusal = HttpResponse("for auditors\n", status=HTTPStatus.UNAUTHORIZED, content_type=PLAIN)
    refusal["WWW-Authenticate"] = 'Bearer realm="log"'
    return refusal

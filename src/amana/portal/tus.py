# SPDX-License-Identifier: AGPL-3.0-or-later
"""Resumable upload: tus 1.0.0 core with creation, creation-with-upload, creation-defer-length,
checksum (sha256), expiration and termination (https://tus.io/protocols/resumable-upload).

An address names an upload and opens nothing. Who may is shown by the visit's cookie, by the receipt
in `Amana-Receipt` (with `Amana-Pin` where one is set), or by `Amana-Upload-Token`, which the answer
to the creation gives to programs. No form of another site can come here: every request needs the
header `Tus-Resumable`, browsers ask before they send such a header, and nobody answers them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from amana.agencies.selectors import standing_agency
from amana.config.bodies import PIECE_OF_FILE
from amana.evidence import limits
from amana.evidence.resumable import errors, resuming, services
from amana.evidence.resumable.owners import Owner
from amana.evidence.resumable.pieces import Incoming
from amana.evidence.resumable.services import OpenUpload, Said
from amana.kernel.sealing.errors import Busy
from amana.limits.rules import UPLOAD, allow
from amana.limits.sources import source_of
from amana.portal.visits import draft_of, mailbox_of
from amana.reports.services.presenting import TooManyTries, UnknownCode, present

VERSION: Final = "1.0.0"
EXTENSIONS: Final = (
    "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination"
)
LONGEST_METADATA: Final = 8192
NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")
WORDS: Final = {460: "Checksum Mismatch"}


class Refused(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, status: int, code: str, title: str, wait: int = 0) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.wait = status, code, title, wait


@csrf_exempt  # see above: the header that every request needs is a better proof than a token
def files(request: HttpRequest) -> HttpResponse:
    """`POST` begins an upload; `OPTIONS` says what is understood."""
    return _answer(request, {"POST": _begin})


@csrf_exempt
def file(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """`HEAD` how far it is, `PATCH` the next bytes, `DELETE` give it up."""
    acts: dict[str, Callable[[HttpRequest], HttpResponse]] = {
        "HEAD": lambda request: _state(request, _find(request, upload_id)),
        "PATCH": lambda request: _add(request, _find(request, upload_id)),
        "DELETE": lambda request: _end(_find(request, upload_id)),
    }
    return _answer(request, acts)


def _answer(
    request: HttpRequest, acts: dict[str, Callable[[HttpRequest], HttpResponse]]
) -> HttpResponse:
    method = request.headers.get("X-HTTP-Method-Override") or request.method or ""
    if method == "OPTIONS":
        return _options()
    if method not in acts:
        response = HttpResponse(status=405)
        response["Allow"] = ", ".join(["OPTIONS", *acts])
    elif request.headers.get("Tus-Resumable") != VERSION:
        response = HttpResponse(status=412)
        response["Tus-Version"] = VERSION
    else:
        response = _act(acts[method], request)
    response["Tus-Resumable"] = VERSION
    return response


def _act(act: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    try:
        return act(request)
    except Refused as refused:
        return _problem(refused)
    except errors.UploadError as error:
        return _problem(_said(error))
    except Busy:
        title = _("The system is busy. Please try again in a moment.")
        return _problem(Refused(503, "busy", title, 60))


def _options() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Resumable"] = response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Checksum-Algorithm"] = "sha256"
    response["Tus-Max-Size"] = str(limits.max_file())
    return response


def _begin(request: HttpRequest) -> HttpResponse:
    owner = _owner(request)
    if owner is None or (owner.draft is not None and owner.draft.report_id is not None):
        raise Refused(403, "ended", _("The visit has ended."))
    length, said = _length(request), _metadata(request)
    if length is None and request.headers.get("Upload-Defer-Length") != "1":
        raise errors.LengthMissing
    if not allow(UPLOAD, source_of(request)):
        title = _("Too many files came from your connection. Please wait ten minutes.")
        raise Refused(429, "too-many", title, 600)
    begun = services.begin(owner=owner, length=length, said=said)
    response = HttpResponse(status=201)
    response["Location"] = reverse("upload", args=[begun.upload.row.pk])
    if begun.token:
        response["Amana-Upload-Token"] = begun.token
    if length == 0 or request.content_type == PIECE_OF_FILE:
        at = services.add(
            opened=begun.upload, offset=0, incoming=_incoming(request), checksum=_checksum(request)
        )
        response["Upload-Offset"] = str(at)
    return _dated(response, begun.upload)


def _state(request: HttpRequest, opened: OpenUpload) -> HttpResponse:
    """How far it is. `Amana-Compare: 1` asks for the last piece too: where it begins, and its
    SHA-256, so that a file chosen again is the same one before anything is added to it."""
    response = HttpResponse(status=200)
    response["Upload-Offset"] = str(opened.row.offset)
    if opened.row.length is None:
        response["Upload-Defer-Length"] = "1"
    else:
        response["Upload-Length"] = str(opened.row.length)
    if opened.said.raw:
        response["Upload-Metadata"] = opened.said.raw
    if request.headers.get("Amana-Compare") == "1":
        piece = resuming.last_piece(opened)
        if piece is not None:
            start, digest = piece
            response["Amana-Last-Piece"] = f"{start} {base64.b64encode(digest).decode()}"
    return _dated(response, opened)


def _add(request: HttpRequest, opened: OpenUpload) -> HttpResponse:
    if request.content_type != PIECE_OF_FILE:
        raise Refused(415, "media-type", f"Content-Type: {PIECE_OF_FILE}")
    offset = _number(request, "Upload-Offset")
    if offset is None:
        raise Refused(400, "no-offset", "Upload-Offset")
    at = services.add(
        opened=opened,
        offset=offset,
        incoming=_incoming(request),
        length=_length(request),
        checksum=_checksum(request),
    )
    response = HttpResponse(status=204)
    response["Upload-Offset"] = str(at)
    return _dated(response, opened)


def _end(opened: OpenUpload) -> HttpResponse:
    services.end(opened=opened)
    return HttpResponse(status=204)


def _find(request: HttpRequest, upload_id: UUID) -> OpenUpload:
    token = request.headers.get("Amana-Upload-Token", "")
    owner = None if token else _owner(request)
    return services.find(upload_id=upload_id, owner=owner, token=token[:64])


def _owner(request: HttpRequest) -> Owner | None:
    """Whose upload it is: by the receipt in a header, or by the visit behind the cookie."""
    code = request.headers.get("Amana-Receipt")
    if code is not None:
        return _presented(request, code)
    draft = draft_of(request)
    if draft is not None:
        return Owner.of_draft(draft)
    found = mailbox_of(request)
    return Owner.of_receipt(found[0]) if found and not found[0].stage_only else None


def _presented(request: HttpRequest, code: str) -> Owner:
    if not code:  # what the server makes of a header that is not ASCII, such as the printed dot
        raise Refused(400, "receipt", "Amana-Receipt: [0-9 ]+")
    try:
        opened = present(
            agency=standing_agency(),
            code=code,
            pin=request.headers.get("Amana-Pin", ""),
            source=source_of(request),
        )
    except TooManyTries:
        raise Refused(429, "too-many", _("Too many wrong codes. Please wait."), 600) from None
    except UnknownCode:
        raise Refused(404, "unknown-code", _("This code opens nothing here.")) from None
    if opened.stage_only:
        raise Refused(403, "pin", _("This report has a PIN. Send it too."))
    return Owner.of_receipt(opened)


def _incoming(request: HttpRequest) -> Incoming:
    announced = str(request.META.get("CONTENT_LENGTH") or "")
    if not announced and "HTTP_TRANSFER_ENCODING" in request.META:
        raise Refused(411, "no-length", "Content-Length")
    return Incoming(request, int(announced or 0))


def _length(request: HttpRequest) -> int | None:
    return _number(request, "Upload-Length")


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.headers.get(name)
    if text is None:
        return None
    if not NUMBER.fullmatch(text):
        raise Refused(400, "not-a-number", name)
    return int(text)


def _checksum(request: HttpRequest) -> bytes | None:
    said = request.headers.get("Upload-Checksum")
    if said is None:
        return None
    algorithm, _space, digest = said.partition(" ")
    try:
        raw = base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if algorithm != "sha256" or len(raw) != 32:
        raise Refused(400, "checksum", "Upload-Checksum: sha256 <base64>")
    return raw


def _metadata(request: HttpRequest) -> Said:
    """`filename` and `filetype` of `Upload-Metadata`; the whole of it comes back in `HEAD`."""
    raw = request.headers.get("Upload-Metadata", "")
    if len(raw) > LONGEST_METADATA:
        raise Refused(400, "metadata", "Upload-Metadata")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in raw.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            text = base64.b64decode(value, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            raise Refused(400, "metadata", "Upload-Metadata") from None
        if key in found:
            raise Refused(400, "metadata", "Upload-Metadata")
        found[key] = text
    name = found.get("filename") or found.get("name") or ""
    return Said(name, found.get("filetype") or found.get("type") or "", raw)


def _dated(response: HttpResponse, opened: OpenUpload) -> HttpResponse:
    response["Upload-Expires"] = http_date(opened.row.expires_at.timestamp())
    return response


def _said(error: errors.UploadError) -> Refused:
    """The status of tus for what went wrong, in the words of the reader."""
    words = {
        errors.NoSuchUpload: (404, "unknown-upload", _("There is no such upload here.")),
        errors.Expired: (410, "expired", _("This upload has ended. Please begin again.")),
        errors.WrongOffset: (409, "offset", _("The upload stands at another place.")),
        errors.TooMuch: (
            413,
            "too-large",
            _("Too large: %(each)s MB a file, %(all)s MB together.") % limits.in_words(),
        ),
        errors.TooManyFiles: (
            413,
            "too-many-files",
            _("There is room for %(files)s files. You can add more later.") % limits.in_words(),
        ),
        errors.ChecksumMismatch: (460, "checksum", _("The bytes changed on the way.")),
        errors.LengthMissing: (400, "length", "Upload-Length"),
    }
    return Refused(*words[type(error)])


def _problem(refused: Refused) -> HttpResponse:
    body = {
        "type": f"urn:amana:problem:{refused.code}",
        "title": refused.title,
        "status": refused.status,
    }
    response = JsonResponse(
        body,
        status=refused.status,
        reason=WORDS.get(refused.status),
        content_type="application/problem+json",
    )
    if refused.wait:
        response["Retry-After"] = str(refused.wait)
    return response

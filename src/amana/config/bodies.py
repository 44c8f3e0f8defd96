# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies that cannot be taken, found before anything is done with them."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, QueryDict

from amana.config.env import env
from amana.config.faults import Fault

MEBIBYTE: Final = 1024 * 1024
AROUND_FILES: Final = 20 * MEBIBYTE
PIECE_OF_FILE: Final = "application/offset+octet-stream"
"""What a resumable upload sends (tus 1.0)."""

MOST_DIGITS: Final = 18
"""Of a length that somebody announces. Python refuses to read thousands of them."""

REPLACEMENT: Final = "\ufffd"


class BrokenText(BadRequest):
    """A form field that is not UTF-8. Never carries the text."""


def most_bytes(kind: str) -> int:
    """Largest body of a media type: the files of one sending and the form around them; one file;
    or a form that is kept in memory."""
    if kind == "multipart/form-data":
        return env().max_report_mb * MEBIBYTE + AROUND_FILES
    if kind == PIECE_OF_FILE:
        return env().max_file_mb * MEBIBYTE
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)


def check_body(request: HttpRequest) -> Fault | None:
    """Say why the body of `request` cannot be taken, or nothing.

    The announced length is checked before a byte is read. A plain form is checked for broken
    UTF-8, which Django would silently replace; a multipart form streams to the evidence room and
    its text fields go through `whole_text`. In the address no text of ours has a NUL, which
    PostgreSQL would not even look for."""
    if "%00" in str(request.META.get("QUERY_STRING", "")):
        return Fault.BAD_REQUEST
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return None
    kind = request.content_type
    announced = _announced(request)
    if announced is None:
        return Fault.BAD_REQUEST
    if announced > most_bytes(kind or ""):
        return Fault.TOO_LARGE
    if kind != "application/x-www-form-urlencoded":
        return None
    try:
        unquote_to_bytes(request.body.replace(b"+", b" ")).decode("utf-8")
    except RequestDataTooBig:
        return Fault.TOO_LARGE
    except UnicodeDecodeError:
        return Fault.BROKEN_TEXT
    return None


def whole_text(form: QueryDict) -> QueryDict:
    """`form` as it is, when every field arrived as whole UTF-8. Raises `BrokenText`."""
    for name, values in form.lists():
        if REPLACEMENT in name or any(REPLACEMENT in value for value in values):
            raise BrokenText
    return form


def _announced(request: HttpRequest) -> int | None:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    plain = length.isascii() and length.isdigit() and len(length) <= MOST_DIGITS
    return int(length) if plain else None

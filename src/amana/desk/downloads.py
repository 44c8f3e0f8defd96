# SPDX-License-Identifier: AGPL-3.0-or-later
"""What leaves the desk as a file: always saved, never shown by the browser as a page of ours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final, TypeVar

from django.http import HttpResponse, StreamingHttpResponse

R = TypeVar("R", HttpResponse, StreamingHttpResponse)
SANDBOX: Final = "default-src 'none'; sandbox"
CHUNK: Final = 256 * 1024
PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"GIF87a", "image/gif", "gif"),
    (b"GIF89a", "image/gif", "gif"),
)


def picture_type(first: bytes) -> tuple[str, str] | None:
    """Type and ending of a picture by its first bytes, never by what somebody called it; nothing
    for all else. Drawings that can hold a script are no pictures here."""
    for magic, kind, ending in PICTURES:
        if first.startswith(magic):
            return kind, ending
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "image/webp", "webp"
    return None


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """Bytes to save under a neutral name."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _closed(response)


def streamed(stream: io.BufferedReader, name: str) -> StreamingHttpResponse:
    """A file of a report to save: no type but bytes, a name that tells nothing."""
    response = StreamingHttpResponse(_chunks(stream), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _closed(response)


def packed(pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """A zip file that is sent while it is made."""
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _closed(response)


def picture(content: bytes, kind: str) -> HttpResponse:
    """A picture that we have drawn, for the page that asked for it. By itself it is in a
    sandbox."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = "inline"
    return _closed(response)


def _closed(response: R) -> R:
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    # Compressing would buffer nothing useful, and tells sizes apart.
    response["Content-Encoding"] = "identity"
    return response


def _chunks(stream: io.BufferedReader) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK):
            yield chunk

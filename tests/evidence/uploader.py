# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody who sends a file in pieces: over HTTP as tus 1.0 says it, or to the services."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client

from amana.agencies.models import Agency
from amana.config.env import env
from amana.evidence.models import EvidenceItem
from amana.evidence.resumable import services
from amana.evidence.resumable.owners import Owner
from amana.evidence.resumable.pieces import Incoming
from amana.evidence.resumable.services import OpenUpload, Said
from amana.kernel.sealing.receipts import format_code
from amana.reports import sessions
from amana.reports.services import drafts, mailbox
from tests.support import builders

PIECE = "application/offset+octet-stream"


def b64(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.b64encode(raw).decode()


def sha256(data: bytes) -> str:
    return f"sha256 {b64(hashlib.sha256(data).digest())}"


@dataclass
class Uploader:
    """A program or a browser with its headers; `receipt` is sent with every request."""

    client: Client
    headers: dict[str, str]

    @classmethod
    def with_receipt(cls, agency: Agency, pin: str | None = None) -> Uploader:
        filed = builders.filed(agency, pin=pin)
        said = {"Amana-Receipt": format_code(filed.code)} | ({"Amana-Pin": pin} if pin else {})
        return cls(Client(enforce_csrf_checks=True), said)

    @classmethod
    def with_draft(cls, agency: Agency) -> Uploader:
        client = Client(enforce_csrf_checks=True)
        client.cookies["s"] = drafts.start(agency=agency, language="ar")
        return cls(client, {})

    def ask(self, method: str, path: str, data: bytes = b"", **headers: str) -> Any:
        """One request; `Upload_Offset="0"` is the header `Upload-Offset: 0`."""
        said = {"Tus-Resumable": "1.0.0", **self.headers}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        said = {name: value for name, value in said.items() if value != "-"}
        kind = PIECE if data or method == "PATCH" else ""
        kind = said.pop("Content-Type", kind)
        extra = {"CONTENT_TYPE": kind} if kind else {}
        return self.client.generic(method, path, data, kind, headers=said, **extra)  # type: ignore[arg-type]

    def begin(self, length: int | None, name: str = "صورة.jpg", **headers: str) -> str:
        """The address of a new upload."""
        length_said = {"Upload_Defer_Length": "1"} if length is None else {}
        if length is not None:
            length_said["Upload_Length"] = str(length)
        said = f"filename {b64(name)},filetype {b64('image/jpeg')}"
        answer = self.ask("POST", "/files/", b"", Upload_Metadata=said, **length_said, **headers)
        assert answer.status_code == 201, answer.content
        return str(answer["Location"])

    def patch(self, where: str, offset: int, data: bytes, **headers: str) -> Any:
        return self.ask("PATCH", where, data, Upload_Offset=str(offset), **headers)

    def offset(self, where: str) -> int:
        return int(self.ask("HEAD", where)["Upload-Offset"])


def open_draft(agency: Agency) -> drafts.OpenDraft:
    """A draft as its browser has it open."""
    session = sessions.open_session(drafts.start(agency=agency, language="ar"))
    assert session is not None
    assert session.draft is not None
    return drafts.open_draft(session.draft, session.secret)


def open_receipt(agency: Agency) -> mailbox.OpenReceipt:
    """A filed report as its receipt opens it."""
    opened = mailbox.open_receipt(agency=agency, code=builders.filed(agency).code, pin=None)
    assert opened is not None
    return opened


def begun(owner: Owner, length: int | None, name: str = "chat.png") -> OpenUpload:
    """A new upload, straight from the service."""
    return services.begin(owner=owner, length=length, said=Said(name, "image/png")).upload


def again(upload: OpenUpload) -> OpenUpload:
    """The same upload as another request finds it."""
    return services.find(upload_id=upload.row.pk, owner=upload.owner)


def incoming(data: bytes) -> Incoming:
    return Incoming(io.BytesIO(data), len(data))


def staged() -> list[Path]:
    """Files of uploads that are not whole."""
    return [path for path in env().upload_folder.rglob("*") if path.is_file()]


def no_pieces() -> None:
    """Forget the pieces of tests before, whose rows are gone."""
    shutil.rmtree(env().upload_folder, ignore_errors=True)


def kept_of_report() -> EvidenceItem:
    """The one file that reports have."""
    return EvidenceItem.objects.exclude(report=None).get()

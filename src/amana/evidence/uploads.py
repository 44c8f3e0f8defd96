# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plain form upload without JavaScript: Django hands each chunk on, and it is sealed at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest

from amana.config.env import env
from amana.evidence import limits
from amana.evidence.blobs import BlobTooLarge, blobs
from amana.evidence.intake import FileIntake, Taken
from amana.evidence.models import EvidenceItem

if TYPE_CHECKING:
    Uploaded = UploadedFile[bytes]
else:
    Uploaded = UploadedFile


class SealedUpload(Uploaded):
    """What a form finds in `request.FILES`: the sealed file, and no bytes to read."""

    def __init__(self, taken: Taken) -> None:
        super().__init__(
            file=File(None, name="sealed"),
            name="sealed",
            content_type=taken.meta.declared_type,
            size=taken.meta.size,
        )
        self.taken = taken

    def close(self) -> None:
        """At the end of the request: what no report and no draft has kept (a form without its
        token, a view that failed) leaves no bytes behind for others to fill the disk with."""
        if not EvidenceItem.objects.filter(blob=self.taken.address).exists():
            blobs().delete(self.taken.address)


class SealingUploadHandler(FileUploadHandler):
    """Seals files while they arrive. `refused` names those that were too large or too many;
    nothing of those is kept, and the others are kept whole."""

    chunk_size = 256 * 1024

    def __init__(
        self, request: HttpRequest | None = None, *, already: int = 0, size: int = 0
    ) -> None:
        super().__init__(request)
        self.refused: list[str] = []
        self.taken: list[Taken] = []
        self._already, self._size = already, size
        self._intake: FileIntake | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._intake = None
        limits.leave_room(env().blob_folder)
        if self._already + len(self.taken) >= limits.max_files():
            self._refuse()
        else:
            self._intake = FileIntake(
                blobs(),
                name=self.file_name or "",
                declared_type=self.content_type or "",
                limit=min(limits.max_file(), max(0, limits.max_together() - self._size)),
            )
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self._intake is not None:
            try:
                self._intake.write(raw_data)
            except BlobTooLarge:
                self._intake.abandon()
                self._refuse()
        return None

    def file_complete(self, file_size: int) -> Uploaded | None:
        if self._intake is None:
            return None
        intake, self._intake = self._intake, None
        if file_size == 0:
            intake.abandon()
            return None
        taken = intake.finish()
        self.taken.append(taken)
        self._size += taken.meta.size
        return SealedUpload(taken)

    def upload_interrupted(self) -> None:
        if self._intake is not None:
            self._intake.abandon()
            self._intake = None
        for taken in self.taken:
            blobs().delete(taken.address)
        self.taken.clear()

    def _refuse(self) -> None:
        self.refused.append(self.file_name or "")
        self._intake = None

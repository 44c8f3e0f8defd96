# SPDX-License-Identifier: AGPL-3.0-or-later
"""For whom a file comes in. Only the holder of the secret opens the key of the pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from amana.evidence.models import Upload
from amana.kernel.sealing.boxes import derive, open_box, seal
from amana.kernel.sealing.tokens import unwrap_under, wrap_under
from amana.reports.models import Draft, Report
from amana.reports.services.drafts import OpenDraft
from amana.reports.services.mailbox import OpenReceipt

_INFO = b"amana/upload/owner/1"


@dataclass(frozen=True, slots=True)
class Owner:
    """A draft that is being written, or a filed report whose receipt was shown."""

    agency_id: UUID
    draft: Draft | None
    report: Report | None
    secret: bytes = field(repr=False)

    @classmethod
    def of_draft(cls, opened: OpenDraft) -> Owner:
        return cls(opened.row.agency_id, opened.row, None, opened.key)

    @classmethod
    def of_receipt(cls, opened: OpenReceipt) -> Owner:
        """Raises `ValueError` while a PIN is awaited: then nothing may be added."""
        if opened.stage_only:
            raise ValueError("the receipt is not open")
        return cls(opened.report.agency_id, None, opened.report, opened.private)

    def owns(self, row: Upload) -> bool:
        """Whether the upload was begun for the same draft or report."""
        return row.draft_id == (self.draft.pk if self.draft else None) and row.report_id == (
            self.report.pk if self.report else None
        )

    def close(self, upload_id: UUID, key: bytes) -> bytes:
        return seal(self._under(upload_id), key, context=key_context(upload_id))

    def open(self, upload_id: UUID, wrapped: bytes) -> bytes:
        """The key of the pieces. Raises `CannotOpen`."""
        return open_box(self._under(upload_id), wrapped, context=key_context(upload_id))

    def _under(self, upload_id: UUID) -> bytes:
        return derive(self.secret, salt=upload_id.bytes, info=_INFO)


def close_under_token(token: str, upload_id: UUID, key: bytes) -> bytes:
    return wrap_under(token, key, context=key_context(upload_id))


def open_under_token(token: str, row: Upload) -> bytes:
    """The key of the pieces. Raises `CannotOpen`."""
    return unwrap_under(token, bytes(row.token_wrapped or b""), context=key_context(row.id))


def key_context(upload_id: UUID) -> bytes:
    return f"amana/upload/{upload_id}/key".encode()


def meta_context(upload_id: UUID) -> bytes:
    return f"amana/upload/{upload_id}/meta".encode()


def piece_context(upload_id: UUID, start: int) -> bytes:
    return f"amana/upload/{upload_id}/from/{start}".encode()

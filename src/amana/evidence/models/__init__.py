# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from amana.evidence.models.acts import Basis, HandIn, Hold, Shred, ToolImport
from amana.evidence.models.items import Copy, CustodyRecord, EvidenceItem, ItemKey, Source
from amana.evidence.models.uploads import Upload, UploadPiece

__all__ = [
    "Basis",
    "Copy",
    "CustodyRecord",
    "EvidenceItem",
    "HandIn",
    "Hold",
    "ItemKey",
    "Shred",
    "Source",
    "ToolImport",
    "Upload",
    "UploadPiece",
]

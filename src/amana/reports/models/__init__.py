# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from amana.reports.models.access import Access, AccessRole, Refusal
from amana.reports.models.draft import Draft, KeptAnswer, PortalSession, SessionKind
from amana.reports.models.report import CategoryChange, Identity, Origin, Report, Stage
from amana.reports.models.sealed import (
    Message,
    MessageKind,
    PartGrant,
    PartKind,
    Receipt,
    SealedPart,
)

__all__ = [
    "Access",
    "AccessRole",
    "CategoryChange",
    "Draft",
    "Identity",
    "KeptAnswer",
    "Message",
    "MessageKind",
    "Origin",
    "PartGrant",
    "PartKind",
    "PortalSession",
    "Receipt",
    "Refusal",
    "Report",
    "SealedPart",
    "SessionKind",
    "Stage",
]

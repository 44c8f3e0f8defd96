# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each sealed thing is bound to: moved to another report, part or purpose it does not open."""

from __future__ import annotations

from uuid import UUID


def part(report_id: UUID, kind: str) -> bytes:
    return f"amana/report/{report_id}/part/{kind}".encode()


def grant(part_id: UUID) -> bytes:
    return f"amana/part/{part_id}/grant".encode()


def message(message_id: UUID) -> bytes:
    return f"amana/message/{message_id}".encode()


def note(report_id: UUID, purpose: str) -> bytes:
    """Words of an officer in the internal part: a reason, a diagnosis, an instruction."""
    return f"amana/report/{report_id}/note/{purpose}".encode()


def draft(draft_id: UUID) -> bytes:
    return f"amana/draft/{draft_id}".encode()


def session(token_hash: bytes) -> bytes:
    return b"amana/session/" + token_hash


IDEMPOTENCY = b"amana/idempotency"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was destroyed stays destroyed, whatever backup is put back.

Keys are destroyed here, and what was destroyed is written into a list that lies outside every
backup: random ids and a ground of law. After a restore the node destroys it again before anybody
can open it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction

from amana.config.clock import now
from amana.config.env import env
from amana.evidence.custody import Handling, Kind, record_custody
from amana.evidence.models import EvidenceItem, ItemKey
from amana.evidence.resumable.services import drop_all_of_report
from amana.journal.events import NODE
from amana.reports.models import Message, PartGrant, PortalSession, Report, SealedPart

FILE: Final = "shredded.list"
_ITEM, _REPORT = "item", "report"
_WRAPPED_BYTES: Final = 128


def destroy_items(ids: Collection[UUID], basis: str) -> None:
    """Overwrite and delete keys, empty what the keys opened. Inside the caller's transaction."""
    keys = ItemKey.objects.filter(item__in=ids)
    keys.update(wrapped=os.urandom(_WRAPPED_BYTES))
    keys.delete()
    EvidenceItem.objects.filter(pk__in=ids, shredded_at=None).update(
        sealed_meta=b"", shredded_at=now(), shred_basis=basis
    )


def destroy_parts(report: Report) -> None:
    """Overwrite and delete every key of a report's parts, and what was sealed to them: her words,
    her name, the messages, what officers wrote; files that were still coming in end with their
    tokens. What is left are codes. Inside the caller's transaction."""
    drop_all_of_report(report)
    grants = PartGrant.objects.filter(part__report=report)
    grants.update(wrapped=os.urandom(_WRAPPED_BYTES))
    grants.delete()
    parts = SealedPart.objects.filter(report=report)
    parts.update(sealed=os.urandom(_WRAPPED_BYTES))
    parts.delete()
    Message.objects.filter(report=report, sealed__isnull=False).delete()
    PortalSession.objects.filter(report=report).delete()


def remember(items: Collection[UUID], basis: str, *, report_id: UUID | None = None) -> None:
    """Write the list on before the transaction commits: a list that names too much destroys what
    was meant to be destroyed; one that names too little brings it back."""
    lines = [f"{_ITEM} {item} {basis}\n" for item in items]
    if report_id is not None:
        lines.append(f"{_REPORT} {report_id} {basis}\n")
    folder = env().state_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def destroy_again(*, alongside: Callable[[Report], None] = lambda _report: None) -> int:
    """Destroy what a backup brought back; returns how many items and reports. Each item gets a
    record: the node did it, since it had been destroyed before. `alongside` deletes, in the same
    transaction, what rooms above this one keep of a whole report."""
    done = 0
    for kind, key, basis in _listed():
        with transaction.atomic():
            done += _item_again(key, basis) if kind == _ITEM else _report_again(key, alongside)
    return done


def _item_again(item_id: UUID, basis: str) -> int:
    item = EvidenceItem.objects.filter(pk=item_id, key__isnull=False).first()
    if item is None:
        return 0
    if SealedPart.objects.filter(report=item.report, kind=item.part).exists():
        act = Handling(Kind.SHRED, NODE, purpose="restored", shown={"basis": basis})
        record_custody(item=item, act=act)
    destroy_items([item.id], basis)
    return 1


def _report_again(report_id: UUID, alongside: Callable[[Report], None]) -> int:
    report = Report.objects.filter(pk=report_id, parts__isnull=False).first()
    if report is None:
        return 0
    destroy_parts(report)
    alongside(report)
    return 1


def _listed() -> Iterator[tuple[str, UUID, str]]:
    try:
        with _path().open(encoding="ascii") as file:
            for line in file:
                kind, key, basis = line.split()
                yield kind, UUID(key), basis
    except FileNotFoundError:
        return


def _path() -> Path:
    return env().state_folder / FILE

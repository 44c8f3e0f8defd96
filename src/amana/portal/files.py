# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files by a plain form: sealed while they arrive, listed by name, taken out again at will."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from amana.config.views import SeeOther
from amana.evidence import services as evidence
from amana.evidence.blobs import blobs
from amana.evidence.intake import Taken
from amana.evidence.limits import in_words, max_files
from amana.evidence.safeview.kinds import shown_name
from amana.evidence.uploads import SealingUploadHandler
from amana.limits.rules import UPLOAD, allow
from amana.limits.sources import source_of
from amana.portal.errors import too_many
from amana.portal.walk import Walk
from amana.reports.questionnaire import Step
from amana.reports.services.drafts import DraftChanged, DraftGone


def handler(request: HttpRequest, walk: Walk) -> SealingUploadHandler:
    """Seals what arrives, within what the draft has room for."""
    kept = evidence.names_in_draft(walk.opened)
    return SealingUploadHandler(
        request, already=len(kept), size=sum(size for _id, _name, size in kept)
    )


def listed(walk: Walk) -> list[dict[str, str]]:
    """The files of the draft for the page: name, size in words, value of the remove button."""
    return [
        {"name": shown_name(name), "size": filesizeformat(size), "remove": item}
        for item, name, size in evidence.names_in_draft(walk.opened)
    ]


def take(
    request: HttpRequest,
    walk: Walk,
    step: Step,
    sealing: SealingUploadHandler,
    *,
    here: str,
    changing: bool,
) -> HttpResponse:
    """Keep what was sealed, or take one file out again. Refused files are named with a reason."""
    from amana.portal.questions import page

    if sealing.taken and not allow(UPLOAD, source_of(request), cost=len(sealing.taken)):
        forget(sealing.taken)
        return too_many(request)
    try:
        evidence.keep_with_draft(opened=walk.opened, taken=sealing.taken)
        _remove(walk, request.POST.get("_remove", ""))
        ids = [item for item, _name, _size in evidence.names_in_draft(walk.opened)]
        walk = walk.store({step.key: ids or None})
    except (DraftGone, DraftChanged):
        return SeeOther(here)
    if sealing.refused:
        reasons = refusals(sealing, len(ids))
        return page(request, walk, step, changing=changing, more_errors=reasons)
    stay = {"_remove", "_add"} & set(request.POST)
    return SeeOther(here if stay else walk.after(step.id, changing=changing))


def refusals(sealing: SealingUploadHandler, count: int) -> list[dict[str, str]]:
    """One line for each file that was not kept."""
    full = count >= max_files()
    words = (
        _("“%(name)s” was not kept: there is room for %(files)s files. You can add more later.")
        if full
        else _(
            "“%(name)s” was not kept: it is larger than %(each)s MB, or all together than "
            "%(all)s MB."
        )
    )
    return [
        {"href": "#files", "text": words % {"name": shown_name(name), **in_words()}}
        for name in sealing.refused
    ]


def forget(taken: list[Taken]) -> None:
    """Delete sealed bytes that will belong to nothing."""
    for file in taken:
        blobs().delete(file.address)


def _remove(walk: Walk, item: str) -> None:
    try:
        evidence.drop_from_draft(opened=walk.opened, item_id=str(UUID(item)))
    except ValueError:
        return

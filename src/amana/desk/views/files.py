# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of a report. Nothing is drawn by itself: each opening asks for a purpose and is a leaf."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amana.config.clock import now
from amana.desk import custody_words, words
from amana.desk.downloads import picture, picture_type, streamed
from amana.desk.forms.files import BLURRED, CLEAR, SAVE, OpenFileForm
from amana.desk.shell import Visit, act_page, attempt, desk_view, done, filled, report_view
from amana.desk.views.report import draw
from amana.evidence import opening, services
from amana.evidence.limits import MOST_OF_A_REPORT, max_files
from amana.evidence.models import EvidenceItem
from amana.evidence.opening import FileRow
from amana.evidence.uploads import SealingUploadHandler
from amana.people.policies import Action, Staff
from amana.reports.errors import NoKey, NoSuchPart
from amana.reports.policies import authorise, get_visible
from amana.reports.services.parts import vault_of

ASKED = "files"
LOOKS_FOR_SECONDS = 600
MOST_ASKED = 20


@require_http_methods(["GET", "POST"])
@report_view()
def file(visit: Visit, item_id: UUID) -> HttpResponseBase:
    """What is known of a file, and the form that opens it."""
    row = _row(visit, item_id)
    form = filled(visit.request, OpenFileForm)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["how"] == SAVE:
            return _saved(visit, form, item_id)
        _remember(visit.request, item_id, form)
        return HttpResponseRedirect(visit.url("look", item_id=item_id))
    said = {
        "title": _("File"),
        "lead": _("Who opens it, when and for what stands in the journal."),
        "button": _("Open"),
        "rows": _facts(row),
    }
    return act_page(visit, form, said, "category")


@require_safe
@report_view()
def look(visit: Visit, item_id: UUID) -> HttpResponse:
    """A picture, blurred unless it was asked for clearly."""
    asked = _asked(visit.request, item_id)
    if asked is None:
        return cast("HttpResponse", HttpResponseRedirect(visit.url("file", item_id=item_id)))
    row = _row(visit, item_id)
    said = {
        "title": _("File"),
        "rows": _facts(row),
        "clear": asked["how"] == CLEAR,
        "picture": visit.url("picture", item_id=item_id),
        "again": visit.url("file", item_id=item_id),
    }
    return act_page(visit, None, said, "look")


@require_safe
@report_view()
def shown(visit: Visit, item_id: UUID) -> HttpResponseBase:
    """The bytes of a picture, for the page that was asked for with a purpose minutes ago."""
    asked = _asked(visit.request, item_id)
    if asked is None:
        raise Http404
    opened = opening.open_file(
        staff=visit.staff, report=visit.report, item_id=item_id, purpose=asked["purpose"]
    )
    kind = picture_type(opened.stream.peek(16)[:16])
    if kind is None:
        opened.stream.close()
        raise Http404
    return picture(opened.stream, kind[0])


@csrf_exempt  # the handler must be set before the body is read; the inner view checks the token
@require_POST
@desk_view
def add_files(request: HttpRequest, staff: Staff, locator: str) -> HttpResponseBase:
    """Files that the person brought to the desk, sealed while they arrive. Who may not is told
    before a byte of them is read."""
    report = get_visible(staff, locator)
    authorise(staff, Action.DIAGNOSE, report)
    vault_of(staff)
    there = EvidenceItem.objects.filter(report=report).count()
    handler = SealingUploadHandler(request, already=max(0, there + max_files() - MOST_OF_A_REPORT))
    request.upload_handlers = [handler]
    request.sealing = handler  # type: ignore[attr-defined]
    return _add_files(request, locator=locator)


@csrf_protect
@report_view(Action.DIAGNOSE)
def _add_files(visit: Visit) -> HttpResponse:
    handler: SealingUploadHandler = visit.request.sealing  # type: ignore[attr-defined]
    if not visit.request.FILES or not handler.taken:
        return draw(visit, upload_error=_none_came(handler))
    actor = visit.staff.actor(Action.DIAGNOSE, visit.may[Action.DIAGNOSE])
    services.add_to_report(report=visit.report, taken=handler.taken, actor=actor)
    return done(visit, _said(handler))


def _none_came(handler: SealingUploadHandler) -> str:
    if handler.refused:
        return _("Too large, or too many. Nothing of it was kept.")
    return _("Choose a file first.")


def _said(handler: SealingUploadHandler) -> str:
    if handler.refused:
        return _("Sealed and kept. Left out, because too large: %(names)s") % {
            "names": ", ".join(handler.refused)
        }
    return _("Sealed and kept.")


def _row(visit: Visit, item_id: UUID) -> FileRow:
    try:
        rows = opening.files(staff=visit.staff, report=visit.report)
    except (NoKey, NoSuchPart):
        raise Http404 from None
    row = next((row for row in rows if row.id == item_id), None)
    if row is None:
        raise Http404
    return row


def _saved(visit: Visit, form: OpenFileForm, item_id: UUID) -> HttpResponseBase:
    found: list[opening.OpenFile] = []

    def act() -> None:
        found.append(
            opening.open_file(
                staff=visit.staff,
                report=visit.report,
                item_id=item_id,
                purpose=form.cleaned_data["purpose"],
            )
        )

    if not attempt(form, act):
        return act_page(visit, form, {"title": _("File"), "button": _("Open")}, "category")
    stream = found[0].stream
    kind = picture_type(stream.peek(16)[:16])
    return streamed(stream, f"file-{item_id.hex[-8:]}.{kind[1] if kind else 'bin'}")


def _remember(request: HttpRequest, item_id: UUID, form: OpenFileForm) -> None:
    """Keep for minutes that this file was asked for, each file by itself (two windows, T-24)."""
    kept = dict(sorted(_kept(request).items(), key=lambda pair: pair[1]["at"])[-MOST_ASKED:])
    kept[str(item_id)] = {
        "how": form.cleaned_data["how"],
        "purpose": form.cleaned_data["purpose"],
        "at": int(now().timestamp()),
    }
    request.session[ASKED] = kept


def _kept(request: HttpRequest) -> dict[str, dict[str, Any]]:
    found = request.session.get(ASKED)
    fresh = now().timestamp() - LOOKS_FOR_SECONDS
    rows = found.items() if isinstance(found, dict) else ()
    return {item: asked for item, asked in rows if asked["at"] > fresh}


def _asked(request: HttpRequest, item_id: UUID) -> dict[str, Any] | None:
    asked = _kept(request).get(str(item_id))
    return asked if asked is not None and asked["how"] in (BLURRED, CLEAR) else None


def _facts(row: FileRow) -> list[dict[str, object]]:
    return [
        {"label": _("Name it came with"), "value": row.meta.name},
        {"label": _("Size"), "value": _("%(count)s bytes") % {"count": row.meta.size}, "ltr": True},
        {"label": _("Received"), "value": words.moment(row.received_at), "ltr": True},
        {"label": _("Declared type"), "value": row.meta.declared_type, "ltr": True},
        {"label": _("Type by its bytes"), "value": row.meta.media_type, "ltr": True},
        *custody_words.flags(row.meta.flags),
        *custody_words.details(row.meta.details),
        {"label": "SHA-256", "value": row.meta.sha256, "ltr": True},
    ]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of a report. Blurred until somebody says for what she must see it; what is seen is drawn
anew in a jail, and the file as it came leaves only to be saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from amana.desk import file_words, words
from amana.desk.downloads import picture, picture_type, streamed
from amana.desk.files import facts
from amana.desk.forms.files import CLEAR, COPY, VIEWABLE, WORK, OpenFileForm
from amana.desk.shell import (
    Visit,
    act_page,
    attempt,
    desk_view,
    done,
    filled,
    posted_from,
    report_view,
)
from amana.desk.views.report import draw
from amana.evidence import looking, opening, scanning, services, verdicts
from amana.evidence.limits import MOST_OF_A_REPORT, max_files
from amana.evidence.models import Copy, EvidenceItem
from amana.evidence.ocr.keeping import PICTURES
from amana.evidence.opening import Damaged, FileRow
from amana.evidence.safeview.jail import NoSafeView, View
from amana.evidence.safeview.kinds import shown_name
from amana.evidence.uploads import SealingUploadHandler
from amana.kernel.sealing.errors import SealingError
from amana.people.policies import Action, Staff
from amana.reports.errors import NoKey, NoSuchPart
from amana.reports.policies import authorise, get_visible
from amana.reports.services.parts import vault_of

LAST_PAGE = 30
COPY_NAMES: dict[str, str] = {Copy.WORKING: "working-copy", Copy.CLEANED: "cleaned-copy"}
NOTHING_TO_SEE = (NoSafeView, NoKey, NoSuchPart, Damaged, SealingError)
Copying = Callable[..., EvidenceItem]


@require_http_methods(["GET", "POST"])
@report_view()
def file(visit: Visit, item_id: UUID) -> HttpResponseBase:
    """What is known of a file, a blurred picture of it, and the form that opens it."""
    row = row_of(visit, item_id)
    kind = _kind(visit, item_id)
    form = filled(
        visit.request,
        OpenFileForm,
        kind=kind,
        may_copy=Action.DIAGNOSE in visit.may,
        original=row.copy == Copy.EVIDENTIARY,
    )
    if form.is_bound and form.is_valid():
        answer = _opened(visit, form, row)
        if answer is not None:
            return answer
    said = {
        "title": _("File"),
        "lead": _("Who opens it, when and for what stands in the journal."),
        "button": _("Open"),
        "rows": facts(visit, row),
        "thumbnail": visit.url("thumbnail", item_id=item_id) if kind in VIEWABLE - {"text"} else "",
        "no_view": kind not in VIEWABLE,
        "text": _text_of(visit, row),
    }
    return act_page(visit, form, said, "file")


@require_safe
@report_view()
def look(visit: Visit, item_id: UUID) -> HttpResponse:
    """The file, drawn anew: pages or text."""
    if not looking.revealed(staff=visit.staff, report=visit.report, item_id=item_id):
        return cast("HttpResponse", HttpResponseRedirect(visit.url("file", item_id=item_id)))
    row = row_of(visit, item_id)
    view: View | None = None
    problem = ""
    try:
        view = looking.page(staff=visit.staff, report=visit.report, item_id=item_id)
    except NoSafeView as error:
        problem = words.said(file_words.NO_SAFE_VIEW, error.code)
    except (Damaged, SealingError):
        problem = str(Damaged.text)
    address = visit.url("picture", item_id=item_id)
    pages = range(1, view.pages + 1) if view is not None and view.kind != "text" else ()
    said = {
        "title": _("File"),
        "rows": facts(visit, row),
        "problem": problem,
        "text": view.text if view is not None else "",
        "cut": view is not None and view.cut,
        "pages": [{"number": n, "address": f"{address}?page={n}"} for n in pages],
        "again": visit.url("file", item_id=item_id),
    }
    return act_page(visit, None, said, "look")


@require_safe
@report_view()
def shown(visit: Visit, item_id: UUID) -> HttpResponse:
    """One page as a picture, for the officer who revealed the file minutes ago."""
    number = visit.request.GET.get("page", "1")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= LAST_PAGE):
        raise Http404
    try:
        view = looking.page(
            staff=visit.staff, report=visit.report, item_id=item_id, number=int(number)
        )
    except (looking.NotRevealed, *NOTHING_TO_SEE):
        raise Http404 from None
    if not view.images:
        raise Http404
    return picture(view.images[0], view.type)


@require_safe
@report_view()
def thumbnail(visit: Visit, item_id: UUID) -> HttpResponse:
    """A small blurred picture."""
    try:
        image = looking.blurred(staff=visit.staff, report=visit.report, item_id=item_id)
    except NOTHING_TO_SEE:
        raise Http404 from None
    return picture(image, "image/jpeg")


@csrf_exempt  # the handler must be set before the body is read; the inner view checks the token
@posted_from("desk:report", "locator")
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
            "names": ", ".join(shown_name(name) for name in handler.refused)
        }
    return _("Sealed and kept.")


def row_of(visit: Visit, item_id: UUID) -> FileRow:
    """One file of the list that she may see; an unknown address for any other."""
    try:
        rows = opening.files(staff=visit.staff, report=visit.report)
    except (NoKey, NoSuchPart):
        raise Http404 from None
    row = next((row for row in rows if row.id == item_id), None)
    if row is None:
        raise Http404
    return row


def _text_of(visit: Visit, row: FileRow) -> str:
    """The page that reads the text of a picture, for those who may work on the report."""
    readable = row.meta.media_type in PICTURES and Action.HANDLE_EVIDENCE in visit.may
    return visit.url("picture-text", item_id=row.id) if readable else ""


def _kind(visit: Visit, item_id: UUID) -> str:
    """What it is for the eye; nothing where its bytes do not open: then saving says why."""
    try:
        return looking.kind(staff=visit.staff, report=visit.report, item_id=item_id)
    except (Damaged, SealingError, OSError):
        return "none"


def _opened(visit: Visit, form: OpenFileForm, row: FileRow) -> HttpResponseBase | None:
    """Do what was chosen; nothing when it was refused and the form says why."""
    how, purpose = form.cleaned_data["how"], form.cleaned_data["purpose"]
    if how == CLEAR:
        return _revealed(visit, form, row.id, purpose)
    if how == COPY:
        said = _("A cleaned copy stands beside the original.")
        return _copied(visit, form, row, looking.clean_copy, said)
    if how == WORK:
        said = _("A working copy stands beside the evidentiary copy. Work on that one.")
        return _copied(visit, form, row, looking.working_copy, said)
    return _saved(visit, form, row, purpose) if _may_save(visit, form, row.id) else None


def _revealed(
    visit: Visit, form: OpenFileForm, item_id: UUID, purpose: str
) -> HttpResponseBase | None:
    def act() -> None:
        looking.reveal(staff=visit.staff, report=visit.report, item_id=item_id, purpose=purpose)

    if not attempt(form, act):
        return None
    return HttpResponseRedirect(visit.url("look", item_id=item_id))


def _copied(
    visit: Visit, form: OpenFileForm, row: FileRow, copying: Copying, said: str
) -> HttpResponseBase | None:
    purpose = form.cleaned_data["purpose"]

    def act() -> None:
        copying(staff=visit.staff, report=visit.report, item_id=row.id, purpose=purpose)

    try:
        made = attempt(form, act)
    except NoSafeView as error:
        form.add_error("how", words.said(file_words.NO_SAFE_VIEW, error.code))
        return None
    return done(visit, said) if made else None


def _may_save(visit: Visit, form: OpenFileForm, item_id: UUID) -> bool:
    """Where there is a virus scanner, it looks first. Its finding is a warning, and an officer
    decides: what somebody was sent to harm her is evidence too."""
    if not scanning.configured():
        return True
    try:
        found = verdicts.scan(staff=visit.staff, report=visit.report, item_id=item_id).found
        problem = _("The virus scanner found “%(name)s” in it.") % {"name": found} if found else ""
    except (Damaged, SealingError):
        return True  # saving says it
    except scanning.ScannerFailed:
        problem = _("The virus scanner does not answer. Tell the administrator.")
    if not problem or form.cleaned_data["despite"]:
        return True
    form.add_error(None, problem)
    form.ask_again(asked=True)
    return False


def _saved(visit: Visit, form: OpenFileForm, row: FileRow, purpose: str) -> HttpResponseBase | None:
    found: list[opening.OpenFile] = []

    def act() -> None:
        found.append(
            opening.open_file(
                staff=visit.staff,
                report=visit.report,
                item_id=row.id,
                purpose=purpose,
            )
        )

    if not attempt(form, act):
        return None
    stream = found[0].stream
    kind = picture_type(stream.peek(16)[:16])
    # On her own disk, too, it says which of them it is.
    called = COPY_NAMES.get(row.copy, "file")
    return streamed(stream, f"{called}-{row.id.hex[-8:]}.{kind[1] if kind else 'bin'}")

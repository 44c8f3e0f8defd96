# SPDX-License-Identifier: AGPL-3.0-or-later
"""No wrong door (M-016): any branch takes a report for any territory on somebody's behalf. The
draft is sealed like everybody's; its key is in a cookie of this page and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana import journey
from amana.agencies.models import Agency
from amana.desk import words
from amana.desk.forms.intake import DoorForm, Sheet, doors
from amana.desk.shell import answered, desk_view, filled, needs, page, posted_from
from amana.journal.events import Actor
from amana.journal.services import record
from amana.kernel.sealing.receipts import groups
from amana.people.policies import Action, Staff
from amana.reports import sessions
from amana.reports.services import drafts
from amana.reports.services.drafts import DraftChanged, DraftGone, OpenDraft
from amana.reports.services.handover import intake_act

COOKIE: Final = "i"
COOKIE_PATH: Final = "/desk/intake"
DOOR: Final = "intake_door"


@require_http_methods(["GET", "POST"])
@desk_view
def begin(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Which door, which language; then the questions."""
    needs(staff, Action.DESK_INTAKE)
    form = filled(request, DoorForm, {"language": words.language()}, staff=staff)
    if form.is_bound and form.is_valid():
        token = drafts.start(agency=_agency(staff), language=form.cleaned_data["language"])
        sessions.forget(request.COOKIES.get(COOKIE, ""))
        request.session[DOOR] = form.cleaned_data["origin"]
        return _remember(redirect("desk:intake-form"), token)
    context = {"form": form, "running": _opened(request) is not None}
    return page(request, "intake", context, status=answered(form))


@require_http_methods(["GET", "POST"])
@desk_view
def form(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All questions on one page. Saving shows what follows from the answers; filing ends it."""
    needs(staff, Action.DESK_INTAKE)
    opened = _opened(request)
    if opened is None:
        messages.warning(request, _("There is no report being taken here. Begin a new one."))
        return redirect("desk:intake")
    if opened.row.report_id is not None:
        return _filed(request, journey.filed_before(opened))
    sheet = Sheet(dict(opened.content.answers))
    new = sheet.take(dict(request.POST.lists())) if request.method == "POST" else []
    if request.method == "POST":
        try:
            opened = drafts.save(opened=opened, answers=sheet.told)
        except DraftChanged:
            messages.error(request, _("Another window wrote to this report. Look at both."))
            new = ["-"]
        except DraftGone:
            return redirect("desk:intake")
        if "file" in request.POST and not sheet.wrong and not new:
            return _file(request, staff, opened, sheet)
    return _draw(request, sheet, new)


@posted_from("desk:intake")
@desk_view
def drop(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Delete what was typed; nothing of it remains."""
    needs(staff, Action.DESK_INTAKE)
    opened = _opened(request)
    if opened is not None and opened.row.report_id is None:
        journey.drop_draft(opened)
        messages.success(request, _("Deleted. Nothing was filed."))
    return _leave(request, redirect("desk:intake"))


@posted_from("desk:intake")
@desk_view
def leave(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The code was handed over: this browser forgets it."""
    needs(staff, Action.DESK_INTAKE)
    return _leave(request, redirect("desk:intake"))


def _file(request: HttpRequest, staff: Staff, opened: OpenDraft, sheet: Sheet) -> HttpResponse:
    answers = sheet.answers
    checked = sheet.questions.validate_all(answers)
    if checked.errors:
        text = checked.errors[0].message(words.language())
        return _draw(request, sheet, [], [{"href": "#main", "text": text}])
    headline, _assumed = sheet.questions.headline(answers)
    content = replace(opened.content, answers={**answers, "category": headline})
    actor = staff.actor(Action.DESK_INTAKE)
    try:
        filed = journey.file_draft(
            replace(opened, content=content),
            agency=_agency(staff),
            origin=_door(request, staff),
            waiting=True,
            alongside=lambda filed: _note(filed, actor),
        )
    except DraftGone:
        return redirect("desk:intake")
    return _filed(request, filed)


def _note(filed: journey.Filed, actor: Actor) -> None:
    record(intake_act(report=filed.report, actor=actor))


def _door(request: HttpRequest, staff: Staff) -> str:
    """The door that was chosen at the start; one she may not use falls back to her first."""
    chosen, open_doors = request.session.get(DOOR, ""), doors(staff)
    return str(chosen if chosen in open_doors else open_doors[0])


def _filed(request: HttpRequest, filed: journey.Filed) -> HttpResponse:
    """What the officer hands over: a code that draws the person's own receipt, and no more."""
    context = {
        "groups": groups(filed.code),
        "unit": words.unit_name(filed.unit),
        "news": words.day(filed.next_news_by),
        "address": request.build_absolute_uri("/draw/"),
    }
    return page(request, "handed", context)


def _draw(
    request: HttpRequest,
    sheet: Sheet,
    new: Sequence[str],
    more: Sequence[Mapping[str, str]] = (),
) -> HttpResponse:
    errors = [*sheet.summary(), *more]
    context = {"fields": sheet.drawn(new), "errors": errors, "new": [n for n in new if n != "-"]}
    return page(request, "intake_form", context, status=422 if errors else 200)


def _opened(request: HttpRequest) -> OpenDraft | None:
    visit = sessions.open_session(request.COOKIES.get(COOKIE, ""))
    if visit is None or visit.draft is None:
        return None
    try:
        return drafts.open_draft(visit.draft, visit.secret)
    except DraftGone:
        return None


def _agency(staff: Staff) -> Agency:
    return Agency.objects.get(pk=staff.agency_id)


def _remember(response: HttpResponse, token: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        token,
        path=COOKIE_PATH,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _leave(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    sessions.forget(request.COOKIES.get(COOKIE, ""))
    request.session.pop(DOOR, None)
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Strict")
    return response

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened to each file, what holds it, and how it ends."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amana.casework import services as casework
from amana.desk import custody_words as said_words
from amana.desk import words
from amana.desk.custody import chains, names, open_holds, requests
from amana.desk.forms.custody import AskShredForm, DecideForm, HoldForm, LiftForm
from amana.desk.shell import Visit, act_page, carry_out, filled, report_view
from amana.evidence import holding, shredding
from amana.evidence.models import Hold, Shred
from amana.people.policies import Action
from amana.reports.errors import NoKey, NoSuchPart


@require_safe
@report_view()
def custody(visit: Visit) -> HttpResponse:
    """The chain of each file, oldest first, and whether it holds."""
    try:
        shown = chains(visit)
    except (NoKey, NoSuchPart):
        shown = []
    said = {
        "title": _("Custody of the files"),
        "lead": _(
            "Every act on a file, in the order of the log. Times are claims; the order holds."
        ),
        "chains": shown,
        "holds": open_holds(visit),
        "requests": requests(visit),
        "may_handle": Action.HANDLE_EVIDENCE in visit.may,
        "may_lift": Action.LIFT_HOLD in visit.may,
        "may_ask": Action.ASK_SHRED in visit.may,
        "may_shred": Action.SHRED in visit.may,
    }
    return act_page(visit, None, said, "custody")


@require_http_methods(["GET", "POST"])
@report_view(Action.HANDLE_EVIDENCE)
def hold(visit: Visit) -> HttpResponse:
    """Lay a legal hold."""
    form = filled(visit.request, HoldForm, files=names(visit))

    def act() -> str:
        holding.lay(staff=visit.staff, report=visit.report, **form.said())
        return _("The hold lies on it. Nothing of it can be destroyed.")

    said = {
        "title": _("Lay a legal hold"),
        "lead": _("While it lies, nothing of it is destroyed. A supervisor ends it."),
        "button": _("Lay the hold"),
    }
    return carry_out(visit, form, act, said, back="custody")


@require_http_methods(["GET", "POST"])
@report_view(Action.LIFT_HOLD)
def lift(visit: Visit, hold_id: UUID) -> HttpResponse:
    """End a legal hold."""
    if not Hold.objects.filter(pk=hold_id, report=visit.report).exists():
        raise Http404
    form = filled(visit.request, LiftForm)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        holding.lift(staff=visit.staff, report=visit.report, hold_id=hold_id, reason=reason)
        return _("The hold has ended.")

    said = {"title": _("End the hold"), "button": _("End the hold")}
    return carry_out(visit, form, act, said, back="custody")


@require_http_methods(["GET", "POST"])
@report_view(Action.ASK_SHRED)
def ask_shred(visit: Visit) -> HttpResponse:
    """Ask that something be destroyed; somebody else decides."""
    form = filled(visit.request, AskShredForm, files=names(visit))

    def act() -> str:
        shredding.ask(staff=visit.staff, report=visit.report, **form.said())
        return _("Asked. A supervisor who is somebody else decides.")

    said = {
        "title": _("Ask to destroy"),
        "lead": _(
            "The keys are destroyed, and nobody ever reads it again. "
            "What stays says who, when and on which ground."
        ),
        "button": _("Ask a second person"),
        "tone": "danger",
    }
    return carry_out(visit, form, act, said, back="custody")


@require_http_methods(["GET", "POST"])
@report_view(Action.SHRED)
def shred(visit: Visit, shred_id: UUID) -> HttpResponse:
    """The second person decides."""
    row = Shred.objects.filter(pk=shred_id, report=visit.report).first()
    if row is None:
        raise Http404
    form = filled(visit.request, DecideForm)

    def act() -> str:
        if form.cleaned_data["decision"] == "yes":
            casework.shred(staff=visit.staff, report=visit.report, shred_id=shred_id)
            return _("It is destroyed.")
        shredding.decline(staff=visit.staff, report=visit.report, shred_id=shred_id)
        return _("It stays.")

    said = {
        "title": _("Decide on destroying"),
        "lead": _("This cannot be undone. Whoever asked for it cannot decide it."),
        "button": _("Decide"),
        "tone": "danger",
        "rows": _asked(visit, row),
    }
    return carry_out(visit, form, act, said, back="custody", template="category")


def _asked(visit: Visit, row: Shred) -> list[dict[str, object]]:
    try:
        reason = shredding.reason_of(staff=visit.staff, row=row)
    except (NoKey, NoSuchPart):
        reason = ""
    what = dict(names(visit)).get(row.item_id, "") if row.item_id else _("All of this report")
    return [
        {"label": _("What"), "value": what},
        {"label": _("Ground of law"), "value": said_words.said(said_words.BASES, row.basis)},
        {"label": _("Article of law"), "value": row.article},
        {"label": _("Why"), "value": reason},
        {"label": _("Asked"), "value": words.moment(row.asked_at), "ltr": True},
    ]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a report, and the two parts that open only with a purpose."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from amana.desk import dossier, given
from amana.desk.forms.report import PurposeForm, WriteForm
from amana.desk.heading import heading
from amana.desk.shell import Visit, act_page, answered, attempt, filled, page, report_view
from amana.evidence.limits import in_words
from amana.kernel.sealing.receipts import ReceiptCode, groups
from amana.people.policies import Action
from amana.reports.models import PartKind
from amana.reports.services.handover import reissue

FILES_HINT = gettext_lazy(
    "Up to %(files)s files, %(each)s MB each. They are sealed while they arrive."
)


@require_safe
@report_view(Action.READ_NOTICE)
def report(visit: Visit) -> HttpResponse:
    """Opening this page is an act: it is noted who looked, in which role and when. A prosecution
    office reads its notices here."""
    if Action.READ_REPORT not in visit.may:
        return page(visit.request, "given", given.read(visit))
    return draw(visit)


def draw(
    visit: Visit,
    *,
    message: WriteForm | None = None,
    note: WriteForm | None = None,
    upload_error: str = "",
) -> HttpResponse:
    """The page, with whatever was typed into its forms and could not be taken."""
    refused = [form for form in (message, note) if form is not None]
    context = {
        **dossier.read(visit),
        "visit": visit,
        "message_form": message or WriteForm.fresh("message"),
        "note_form": note or WriteForm.fresh("note"),
        "refused": refused[0] if refused else None,
        "may_write": Action.MESSAGE_REPORTER in visit.may,
        "may_note": Action.INTERNAL_NOTE in visit.may,
        "may_identity": Action.READ_IDENTITY in visit.may,
        "may_annex": Action.OPEN_ANNEX in visit.may,
        "may_add_files": Action.DIAGNOSE in visit.may,
        "files_hint": FILES_HINT % in_words(),
        "upload_error": upload_error,
    }
    return page(visit.request, "report", context, status=422 if refused or upload_error else 200)


@require_http_methods(["GET", "POST"])
@report_view(Action.READ_IDENTITY)
def identity(visit: Visit) -> HttpResponse:
    """Who she is and how to reach her: only after saying for what."""
    words = {
        "title": _("Identity"),
        "lead": _(
            "The person trusted us with this and nobody else. Say why you need it; who opened it, "
            "when and for what stands in the journal, and the person can see it."
        ),
    }
    return _with_purpose(visit, PartKind.IDENTITY, words)


@require_http_methods(["GET", "POST"])
@report_view(Action.OPEN_ANNEX)
def annex(visit: Visit) -> HttpResponse:
    """The intimate annex: only after saying for what."""
    words = {
        "title": _("Intimate annex"),
        "lead": _(
            "These words are intimate. Read them only when the work needs it, and never copy them "
            "into a note. Who opened them, when and for what stands in the journal."
        ),
    }
    return _with_purpose(visit, PartKind.ANNEX, words)


@require_http_methods(["GET", "POST"])
@report_view(Action.REISSUE_CODE)
def code(visit: Visit) -> HttpResponse:
    """Another one-time code, when the paper was lost before the receipt was drawn."""
    form = filled(visit.request, PurposeForm)
    made: list[ReceiptCode] = []

    def act() -> None:
        purpose = form.cleaned_data["purpose"]
        made.append(reissue(staff=visit.staff, report=visit.report, purpose=purpose))

    if form.is_bound and attempt(form, act):
        address = visit.request.build_absolute_uri("/draw/")
        return page(visit.request, "new_code", {"groups": groups(made[0]), "address": address})
    said = {
        "title": _("Another one-time code"),
        "lead": _(
            "Only when the first paper was lost and the person has not drawn a receipt with it. "
            "The first code opens nothing any more. Make sure that it is really this person."
        ),
        "button": _("Make another code"),
    }
    return act_page(visit, form, said)


def _with_purpose(visit: Visit, kind: str, words: dict[str, str]) -> HttpResponse:
    form = filled(visit.request, PurposeForm)
    opened: list[dict[str, object]] = []

    def act() -> None:
        purpose = form.cleaned_data["purpose"]
        opened.extend(dossier.open_answers(visit, kind, purpose))

    done = form.is_bound and attempt(form, act)
    context = {
        "visit": visit,
        "head": heading(visit.report),
        "form": form,
        "opened": opened,
        "done": done,
        **words,
    }
    return page(visit.request, "sealed", context, status=200 if done else answered(form))

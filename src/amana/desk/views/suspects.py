# SPDX-License-Identifier: AGPL-3.0-or-later
"""Suspects of a report: identified, before justice, under a search notice; ongoing is computed."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from amana.casework import selectors, services
from amana.casework.selectors import SuspectRow
from amana.casework.selectors.suspects import ONGOING, PRESENTED, SOUGHT
from amana.desk import words
from amana.desk.forms.justice import RELATION_WORDS, ROLE_WORDS, SearchNoticeForm, SuspectForm
from amana.desk.shell import Visit, act_page, attempt, done, filled, posted_from, report_view
from amana.people.policies import Action
from amana.reports.errors import NoKey, NoSuchPart

STATES = {
    PRESENTED: gettext_lazy("Before justice"),
    SOUGHT: gettext_lazy("Search notice"),
    ONGOING: gettext_lazy("Ongoing"),
}


@require_http_methods(["GET", "POST"])
@report_view(Action.ADD_SUSPECT)
def suspects(visit: Visit) -> HttpResponse:
    """All suspects of this report, and the form for another one."""
    form = filled(visit.request, SuspectForm)

    def act() -> None:
        data = form.cleaned_data
        services.identify_suspect(
            staff=visit.staff,
            report=visit.report,
            identity=data["identity"],
            role=data["role"],
            relation=data["relation"],
        )

    if form.is_bound and attempt(form, act):
        return done(visit, _("The suspect is recorded."), "suspects")
    return _draw(visit, form)


@posted_from("desk:suspects", "locator")
@report_view(Action.ADVANCE_SUSPECT)
def present(visit: Visit, suspect_id: UUID) -> HttpResponse:
    """Before justice: needs an instruction."""
    form = forms.Form(visit.request.POST)

    def act() -> None:
        services.present_before_justice(
            staff=visit.staff, report=visit.report, suspect_id=suspect_id
        )

    if attempt(form, act):
        return done(visit, _("Recorded: before justice."), "suspects")
    return _draw(visit, SuspectForm(), refused=form)


@posted_from("desk:suspects", "locator")
@report_view(Action.ADVANCE_SUSPECT)
def search(visit: Visit, suspect_id: UUID) -> HttpResponse:
    """A search notice: needs an instruction, the authority and a last day."""
    form = SearchNoticeForm(visit.request.POST, prefix=str(suspect_id))

    def act() -> None:
        services.issue_search_notice(
            staff=visit.staff,
            report=visit.report,
            suspect_id=suspect_id,
            authority=form.cleaned_data["authority"],
            expires_on=form.cleaned_data["expires_on"],
        )

    if attempt(form, act):
        return done(visit, _("The search notice is recorded."), "suspects")
    return _draw(visit, SuspectForm(), refused=form, of=suspect_id)


@posted_from("desk:suspects", "locator")
@report_view(Action.ADVANCE_SUSPECT)
def withdraw(visit: Visit, suspect_id: UUID) -> HttpResponse:
    """Take a search notice back."""
    form = forms.Form(visit.request.POST)

    def act() -> None:
        services.withdraw_search_notice(
            staff=visit.staff, report=visit.report, suspect_id=suspect_id
        )

    if attempt(form, act):
        return done(visit, _("The search notice is withdrawn."), "suspects")
    return _draw(visit, SuspectForm(), refused=form)


def _draw(
    visit: Visit,
    form: SuspectForm,
    *,
    refused: forms.Form | None = None,
    of: UUID | None = None,
) -> HttpResponse:
    said = {
        "title": _("Suspects"),
        "lead": _(
            "Whoever is named here is alleged, nothing more. Software never names anybody; you do."
        ),
        "button": _("Record the suspect"),
        "refused": refused,
        "rows": [
            _row(visit, row, refused if row.id == of else None)
            for row in selectors.suspects(visit.report)
        ],
        "may_advance": Action.ADVANCE_SUSPECT in visit.may,
    }
    response = act_page(visit, form, said, "suspects")
    if refused is not None:
        response.status_code = 422
    return response


def _row(visit: Visit, found: SuspectRow, typed: forms.Form | None) -> dict[str, object]:
    row, until = found.row, found.row.search_notice_expires_on
    try:
        who = selectors.suspect_identity(staff=visit.staff, row=row)
    except (NoKey, NoSuchPart):
        who = ""
    last_day = until.strftime("%d/%m/%Y") if until else ""
    withdrawn = words.moment(row.search_notice_withdrawn_at)
    relation = words.said(RELATION_WORDS, row.relation)
    return {
        "id": row.pk,
        "who": who,
        "state": words.said(STATES, found.state),
        "expired": found.expired,
        "facts": [
            {"label": _("Part in it"), "value": words.said(ROLE_WORDS, row.role)},
            {"label": _("Relation to the person"), "value": relation},
            {"label": _("Identified"), "value": words.moment(row.identified_at), "ltr": True},
            {"label": _("Before justice"), "value": words.moment(row.presented_at), "ltr": True},
            {"label": _("Search notice by"), "value": row.search_notice_authority},
            {"label": _("Search notice until"), "value": last_day, "ltr": True},
            {"label": _("Withdrawn"), "value": withdrawn, "ltr": True},
        ],
        "can_present": found.state != PRESENTED,
        "can_search": found.state == ONGOING,
        "can_withdraw": found.state == SOUGHT,
        "search_form": typed or SearchNoticeForm(prefix=str(row.pk)),
    }

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Saying what a report is: the guided diagnosis and the category."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.desk import words
from amana.desk.forms.diagnosis import CategoryForm, DiagnosisForm
from amana.desk.shell import Visit, act_page, attempt, done, filled, report_view
from amana.people.policies import Action
from amana.referral import services
from amana.reports.errors import NoKey, NoSuchPart
from amana.triage import selectors as triage
from amana.triage.words import ELEMENTS, IDENTIFIERS, JURISDICTION, ONLINE


@require_http_methods(["GET", "POST"])
@report_view(Action.DIAGNOSE)
def diagnosis(visit: Visit) -> HttpResponse:
    """The finding that must precede a referral (M-070)."""
    form = filled(visit.request, DiagnosisForm, report=visit.report)

    def act() -> None:
        services.record_diagnosis(staff=visit.staff, report=visit.report, finding=form.finding())

    if form.is_bound and attempt(form, act):
        return done(visit, _("The diagnosis is recorded. The report can be referred now."))
    said = {
        "title": _("Diagnosis"),
        "lead": _("Answer with what you know now. You can record another one later."),
        "button": _("Record the diagnosis"),
        "help": glossary(),
        "earlier": _earlier(visit),
    }
    return act_page(visit, form, said, "diagnosis")


@require_http_methods(["GET", "POST"])
@report_view(Action.DIAGNOSE)
def category(visit: Visit) -> HttpResponse:
    """Another headline category."""
    form = filled(visit.request, CategoryForm, report=visit.report)

    def act() -> None:
        services.change_category(
            staff=visit.staff, report=visit.report, category=form.cleaned_data["category"]
        )

    if form.is_bound and attempt(form, act):
        return done(visit, _("The category is changed."))
    rows = [
        {
            "label": words.moment(change.at),
            "value": f"{words.category(change.before)} → {words.category(change.after)}",
        }
        for change in triage.category_history(visit.report)
    ]
    said = {
        "title": _("Category"),
        "lead": _("The kind by which this report is counted and routed."),
        "button": _("Change the category"),
        "rows": rows,
    }
    return act_page(visit, form, said, "category")


def glossary() -> list[dict[str, str]]:
    """What a desk without specialists may want to look up (M-035)."""
    return [
        {
            "term": _("Identifier"),
            "text": _(
                "Anything that leads to a person: a number, an account name, a link, an IBAN, "
                "a wallet. Copy it exactly; one wrong sign leads nowhere."
            ),
        },
        {
            "term": _("Still online"),
            "text": _("Only what you can see without logging in as the person. Do not search."),
        },
        {
            "term": _("Jurisdiction"),
            "text": _(
                "Which country's law reaches it. The victim living here is enough to begin; the "
                "suspect being elsewhere never ends it."
            ),
        },
        {
            "term": _("Elements of the offence"),
            "text": _(
                "The parts that an article of law names. In part is a good answer: it says what "
                "to look for next."
            ),
        },
        {
            "term": _("Preservation"),
            "text": _("Asking a provider to keep data. It is quick, and data is gone in days."),
        },
    ]


def _earlier(visit: Visit) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for row in triage.diagnoses(visit.report)[:10]:
        try:
            opened = triage.diagnosis_words(staff=visit.staff, row=row)
        except (NoKey, NoSuchPart):
            continue
        dropped = [f"{words.category(code)}: {why}" for code, why in opened.dropped.items()]
        found.append(
            {
                "at": words.moment(row.at),
                "facts": [
                    {"label": _("Online"), "value": words.said(ONLINE, row.online)},
                    {
                        "label": _("Identifiers"),
                        "value": words.said(IDENTIFIERS, row.identifiers),
                    },
                    {"label": _("Platform"), "value": words.facet("platform", row.platform)},
                    {
                        "label": _("Where it lies"),
                        "value": words.said(JURISDICTION, row.jurisdiction),
                    },
                    {"label": _("Elements"), "value": words.said(ELEMENTS, row.elements)},
                    {
                        "label": _("Offences"),
                        "value": "\n".join(words.category(code) for code in row.offences),
                    },
                    {"label": _("Dropped"), "value": "\n".join(dropped)},
                    {"label": _("What was found"), "value": opened.note},
                ],
            }
        )
    return found

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The alleged perpetrator behind several reports, as those reports show him: what he uses, how he
goes about it, whom he reaches and when. Victims stand here by their codes only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amana.desk import words
from amana.desk.forms.report import PurposeForm
from amana.desk.heading import heading
from amana.desk.links import said
from amana.desk.shell import Visit, attempt, filled, page, report_view
from amana.reports.errors import NoKey, NoSuchPart
from amana.reports.models import PartKind, Report
from amana.reports.opening import open_part
from amana.triage.links import selectors
from amana.triage.links.selectors import OffenderPage

MOST_OPENED: Final = 25
LATEST: Final = 12
"""So many reports stand in their order at once; what came before is folded away."""
Row = dict[str, object]


@require_http_methods(["GET", "POST"])
@report_view()
def offender(visit: Visit) -> HttpResponse:
    """In codes at once; the identifiers in clear after a purpose was given, since that opens the
    answers of every report here, and each person sees that hers was opened."""
    seen = selectors.offender_page(staff=visit.staff, report=visit.report)
    form = filled(visit.request, PurposeForm)
    values: dict[int, str] = {}

    def act() -> None:
        values.update(_opened(visit, seen.members, form.cleaned_data["purpose"]))

    opened = form.is_bound and attempt(form, act)
    steps = [_step(visit, report) for report in seen.members]
    context = {
        "visit": visit,
        "head": heading(visit.report),
        "form": form,
        "opened": opened,
        "some": len(seen.members) > MOST_OPENED,
        "most": MOST_OPENED,
        "count": len(seen.members),
        "when": (words.day(seen.when[0]), words.day(seen.when[1])),
        "identifiers": _identifiers(seen, values),
        "cuts": _cuts(seen),
        "timeline": steps[-LATEST:],
        "earlier": steps[:-LATEST],
        "silent": seen.silent,
        "ask": [words.unit_name(unit) for unit in seen.ask],
        "links": visit.url("links"),
    }
    return page(visit.request, "offender", context, status=422 if form.errors else 200)


def _step(visit: Visit, report: Report) -> Row:
    about = words.category(report.category), words.place(report.victim_country)
    here = report.pk == visit.report.pk
    return {
        "state": "now" if here else "done",
        "text": said.isolated(said.code_of(report)),
        "href": said.page_of(report),
        "note": " · ".join(part for part in about if part),
        "date": words.day(report.received_at),
        "iso": report.received_at.isoformat(timespec="seconds"),
    }


def _opened(visit: Visit, members: list[Report], purpose: str) -> dict[int, str]:
    """Token to value over the reports that open for her; those that do not stay closed. Each is
    opened for this purpose."""
    found: dict[int, str] = {}
    for report in members[:MOST_OPENED]:
        try:
            answers = open_part(
                staff=visit.staff, report=report, kind=PartKind.ANSWERS, purpose=purpose
            )
        except (NoKey, NoSuchPart):
            continue
        found |= selectors.values_of(report, answers)
    return found


def _identifiers(seen: OffenderPage, values: dict[int, str]) -> list[list[Row]]:
    return [
        [
            {"text": said.kind(kind)},
            {"text": values.get(token, "–"), "ltr": True, "wrap": True},
            {"text": number, "num": True, "label": _("Reports")},
        ]
        for kind, token, number in seen.identifiers
        if not values or token in values or number > 1
    ]


def _cuts(seen: OffenderPage) -> list[Row]:
    """Modus in numbers: what is said to happen, what is demanded, where, to people in which
    countries."""

    def line(label: str, counted: Counter[str], name: Callable[[str], str]) -> Row:
        told = [f"{name(code)} ({number})" for code, number in counted.most_common(8)]
        return {"label": label, "value": " · ".join(told)}

    return [
        line(_("What is told"), seen.categories, words.category),
        line(_("What is demanded"), seen.demands, lambda code: words.facet("demand", code)),
        line(_("Platforms"), seen.platforms, lambda code: words.facet("platform", code)),
        line(_("Where the persons live"), seen.countries, words.place),
    ]

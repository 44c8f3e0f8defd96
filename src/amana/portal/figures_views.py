# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public figures. They show what was published; nobody chooses a window of time here."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from amana.agencies.selectors import NoAgencyError, current_agency
from amana.figures import selectors
from amana.figures.models import Publication
from amana.figures.periods import BadPeriodError, parse
from amana.figures.showing import ON_PAGE, page_of
from amana.figures.spreadsheet import safe_cell

NOT_PUBLISHED: Final = {
    "type": "urn:amana:problem:not_published",
    "title": "These figures were not published.",
    "status": 404,
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The last published period, or `?period=` another; a page that says so when there is none."""
    agency = current_agency()
    publication = _asked(request)
    if publication is None:
        return render(request, "portal/figures_none.html", {})
    shown = page_of(publication, right_to_left=get_language_bidi())
    context = {"shown": shown, "periods": selectors.listed(agency.id)}
    return render(request, "portal/figures.html", context)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """`GET /figures.json`; 404 as a problem document (RFC 9457) for what was not published."""
    try:
        publication = _asked(request)
    except Http404:
        publication = None
    if publication is None:
        return JsonResponse(NOT_PUBLISHED, status=404, content_type="application/problem+json")
    answer = selectors.as_json(publication)
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """One table of a period, or all of them one below the other: `?period=2026-Q3&table=T1`."""
    publication = _asked(request)
    if publication is None:
        raise Http404
    tables = selectors.content(publication)["tables"]
    wanted = request.GET.get("table", "")
    if wanted and wanted not in tables:
        raise Http404
    sheet = StringIO()
    lines = csv.writer(sheet, lineterminator="\r\n")
    lines.writerow(["period", "revision", "table", "key", "count", "percent", "more"])
    for code in [wanted] if wanted else [code for code in ON_PAGE if code in tables]:
        for row in tables[code]:
            lines.writerow([safe_cell(cell) for cell in _cells(publication, code, row)])
    response = HttpResponse(sheet.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"figures-{publication.period}{f'-{wanted}' if wanted else ''}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cells(publication: Publication, code: str, row: dict[str, object]) -> list[object]:
    first = ("key", "count", "percent")
    rest = {key: value for key, value in row.items() if key not in {*first, "cells"}}
    inside = row.get("cells")
    rest |= inside if isinstance(inside, dict) else {}
    more = "; ".join(f"{key}={'' if value is None else value}" for key, value in rest.items())
    return [publication.period, publication.revision, code, *(row[key] for key in first), more]


def _asked(request: HttpRequest) -> Publication | None:
    """The publication that the address names; None when nothing was ever published.

    Raises 404 for a period or a revision that does not exist."""
    try:
        agency = current_agency()
    except NoAgencyError:
        raise Http404 from None
    period, revision = request.GET.get("period"), request.GET.get("revision")
    if period is None:
        return selectors.last(agency.id)
    if not _is_period(period) or (revision is not None and not _is_small_number(revision)):
        raise Http404
    found = selectors.published(agency.id, period, int(revision) if revision else None)
    if found is None:
        raise Http404
    return found


def _is_period(code: str) -> bool:
    """Asked before the database is: not every engine takes every text."""
    try:
        parse(code)
    except BadPeriodError:
        return False
    return True


def _is_small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4

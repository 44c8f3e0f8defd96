# SPDX-License-Identifier: AGPL-3.0-or-later
"""One question a page. An answer is sent, kept sealed, and the next page is fetched afresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from amana.config.bodies import whole_text
from amana.config.middleware import TALKING_CONTENT_SECURITY_POLICY
from amana.config.views import SeeOther
from amana.evidence.uploads import SealingUploadHandler
from amana.portal import countries, files
from amana.portal.fields import Asked, draw, summary_of
from amana.portal.visits import draft_of, ended
from amana.portal.walk import Walk
from amana.reports.questionnaire import Answers, Context, FieldError, Step
from amana.reports.questionnaire.errors import error
from amana.reports.questionnaire.types import Form
from amana.reports.services.drafts import DraftChanged, DraftGone

UNREADABLE: Final = 422
ADVICE: Final = {
    "device_safety": "device",
    "securing_steps": "keep",
    "safety_plan": "private-visit",
    "child_help": "first-steps",
}
"""What an information page may show, and the page of advice that says more."""


@csrf_exempt  # the token stands in a body that must not be read before the sealing is set up
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, number: str, *, changing: bool = False) -> HttpResponse:
    """Ask, or take an answer. `changing`: from the check page, and back to it."""
    opened = draft_of(request)
    if opened is None:
        request.upload_handlers = []
        return _carry(request, number)
    if opened.row.report_id is not None:
        return SeeOther(reverse("done"))
    walk = Walk(opened)
    step = walk.step_at(number)
    if step is None:
        return SeeOther(walk.resume())
    if request.method == "POST":
        sealing = files.handler(request, walk) if step.kind == "files" else None
        request.upload_handlers = [sealing] if sealing else []
        return _answer(request, walk, step, changing, sealing)
    return _ask(request, walk, step, changing)


@csrf_protect
def _carry(request: HttpRequest, number: str) -> HttpResponse:
    """The visit ended while somebody was writing: the page keeps what she typed, and her draft's
    code puts it where it belongs."""
    typed = whole_text(request.POST)
    carried = [
        (name, value)
        for name, values in typed.lists()
        for value in values
        if value and name != "csrfmiddlewaretoken"
    ]
    return ended(request, carried=carried, number=number)


@csrf_protect
def _ask(request: HttpRequest, walk: Walk, step: Step, changing: bool) -> HttpResponse:
    return page(request, walk, step, changing=changing)


@csrf_protect
def _answer(
    request: HttpRequest,
    walk: Walk,
    step: Step,
    changing: bool,
    sealing: SealingUploadHandler | None,
) -> HttpResponse:
    form: Form = dict(whole_text(request.POST).lists())
    here = walk.url(step.id, changing=changing)
    if sealing is not None:
        return files.take(request, walk, step, sealing, here=here, changing=changing)
    values, errors = read(step, form, walk)
    if errors:
        return page(request, walk, step, changing=changing, typed=form, errors=errors)
    try:
        walk = walk.store(values) if values else walk
    except DraftGone:
        return ended(request)
    except DraftChanged:
        note = _("Another window was saving at the same moment. Please send this again.")
        return page(request, walk, step, changing=changing, typed=form, note=note)
    return SeeOther(here if "_more" in form else walk.after(step.id, changing=changing))


def read(step: Step, form: Form, walk: Walk) -> tuple[Answers, Sequence[FieldError]]:
    """The answer in a form, checked against what was told before."""
    if step.kind == "country" and "_skip" not in form:
        form, wrong = _typed_country(step, form)
        if wrong:
            return {}, wrong
    parsed = step.parse(form, Context(answers=walk.answers))
    values = dict(parsed.values)
    if step.kind == "consents" and not values and step.key not in walk.told:
        values = {step.key: []}  # asked, and not agreed
    return values, parsed.errors


def _typed_country(step: Step, form: Form) -> tuple[Form, list[FieldError]]:
    """A country that was typed wins over the one in the list."""
    typed = (form.get(f"{step.key}-other") or [""])[-1].strip()
    if not typed:
        return form, []
    code = countries.named(typed)
    if not code:
        return form, [error(step.key, "unknown_country")]
    return {**form, step.key: [code]}, []


def page(
    request: HttpRequest,
    walk: Walk,
    step: Step,
    *,
    changing: bool = False,
    typed: Form | None = None,
    errors: Sequence[FieldError] = (),
    more_errors: Sequence[dict[str, str]] = (),
    note: str = "",
) -> HttpResponse:
    """The page of a step; with errors, what was typed stands in it as it was."""
    language = get_language() or "en"
    done, asked_in_all = walk.questions.progress(step.id, walk.answers)
    context: dict[str, object] = {
        "back": reverse("check") if changing else walk.back(step.id),
        "done": done,
        "asked": max(asked_in_all, 1),
        "note": note,
        "changing": changing,
    }
    if not step.asks:
        context["next"] = walk.after(step.id, changing=changing)
        return render(request, "portal/info.html", context | _info(walk, step, language))
    kept = files.listed(walk) if step.kind == "files" else ()
    asked = Asked(walk, step, language, typed, errors, kept)
    context["f"] = draw(asked)
    context["errors"] = [*summary_of(asked), *more_errors]
    context["skip"] = _skip_words(step)
    context["upload"] = step.kind == "files"
    status = UNREADABLE if context["errors"] else 200
    response = render(request, "portal/question.html", context, status=status)
    if step.kind == "files":
        response["Content-Security-Policy"] = TALKING_CONTENT_SECURITY_POLICY
    return response


def _info(walk: Walk, step: Step, language: str) -> dict[str, object]:
    return {
        "title": step.title(language, walk.voice),
        "why": step.why(language, walk.voice),
        "help": step.help(language, walk.voice),
        "items": [item.text(language) for item in step.shown_items(walk.answers)],
        "lines": bool({"emergency", "crisis_lines"} & set(step.shows)),
        "advice": [ADVICE[name] for name in step.shows if name in ADVICE],
    }


def _skip_words(step: Step) -> str:
    if step.kind in {"country", "region", "date"}:
        return _("I do not know")
    return _("Skip this question")

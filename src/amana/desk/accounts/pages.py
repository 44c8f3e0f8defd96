# SPDX-License-Identifier: AGPL-3.0-or-later
"""What these views share: going on, saying an error, drawing a page."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from amana.kernel.sealing.errors import Busy
from amana.people.errors import PeopleError, TooOften

HOME = "/desk/"
NEXT = "next"


def page(
    request: HttpRequest, name: str, context: Mapping[str, object] | None = None, status: int = 200
) -> HttpResponse:
    """Draw one of the pages of accounts; a form that was refused is answered with 422."""
    form = (context or {}).get("form")
    if status == 200 and isinstance(form, forms.Form) and form.errors:
        status = 422
    return render(request, f"desk/accounts/{name}.html", dict(context or {}), status=status)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is a form that was sent empty, and is told so."""
    return request.POST if request.method == "POST" else None


def go(name: str, **kwargs: object) -> HttpResponse:
    """On to another page (303 would be equal; browsers read 302 after a POST as GET)."""
    return HttpResponseRedirect(reverse(f"desk_accounts:{name}", kwargs=kwargs or None))


def refuse(form: forms.Form, error: Exception) -> int:
    """Say an error in the form; returns the status that fits."""
    if isinstance(error, Busy):
        form.add_error(None, gettext("The system is busy. Please try again in a moment."))
        return 503
    form.add_error(None, str(error))
    return 429 if isinstance(error, TooOften) else 422 if isinstance(error, PeopleError) else 400


def keep_wish(request: HttpRequest) -> str:
    """Where somebody wanted to go before she had to sign in; only pages of the desk count."""
    wish = request.POST.get(NEXT) or request.GET.get(NEXT, "")
    safe = url_has_allowed_host_and_scheme(wish, allowed_hosts=None)
    return wish if safe and wish.startswith(HOME) and len(wish) < 300 else ""


def onward(request: HttpRequest) -> HttpResponse:
    """To the page that was wanted at the start, once everything is open."""
    return HttpResponseRedirect(request.session.pop(NEXT, "") or HOME)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the views of the desk share: who may come in, the pack's time zone, forms and refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from amana.agencies.selectors import shown
from amana.desk.heading import heading
from amana.kernel.sealing.errors import SealingError
from amana.packs import Pack, load_pack
from amana.people.errors import NotAllowed, PeopleError
from amana.people.middleware import staff_of
from amana.people.policies import Action, Staff, may
from amana.reports.errors import NotFound, ReportError, Unusable, VaultClosed
from amana.reports.models import Report
from amana.reports.policies import get_visible, units_by_action, visible_to
from amana.reports.services.mailbox import MessageTooLong

NEXT: Final = "next"
VAULT: Final = "/desk/vault/"
View = Callable[..., HttpResponseBase]
F = TypeVar("F", bound=forms.Form)


@dataclass(frozen=True, slots=True)
class Visit:
    """One officer at one report. The report is named by the path and nowhere else, so that two
    windows on two reports never mix (T-24)."""

    request: HttpRequest
    staff: Staff
    report: Report
    may: Mapping[Action, UUID]

    @property
    def pack(self) -> Pack:
        return load_pack(self.report.agency.pack)

    def url(self, name: str = "report", **kwargs: object) -> str:
        """The address of a page of this report."""
        return reverse(f"desk:{name}", kwargs={"locator": self.report.locator, **kwargs})


def page(
    request: HttpRequest,
    name: str,
    context: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Draw one page of the desk. Call it inside `at_home`, so that times are the pack's."""
    return render(request, f"desk/pages/{name}.html", dict(context or {}), status=status)


def desk_view(view: View) -> View:
    """A page of the desk that concerns no single report; times are the pack's."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        with timezone.override(home_zone()):
            try:
                return view(request, staff_of(request), *args, **kwargs)
            except (NotFound, NotAllowed):
                raise Http404 from None
            except VaultClosed:
                return to_vault(request)

    return inner


def report_view(action: Action = Action.READ_REPORT) -> Callable[[View], View]:
    """A page of one report, for those who may do `action` with it. Everybody else gets the page
    of an unknown address: what one may not see does not exist (design, Authorisation)."""

    def wrap(view: View) -> View:
        @desk_view
        @wraps(view)
        def inner(
            request: HttpRequest, staff: Staff, locator: str, **kwargs: object
        ) -> HttpResponseBase:
            report = get_visible(staff, locator)
            visit = Visit(request, staff, report, units_by_action(staff, report))
            if action not in visit.may:
                raise Http404
            if staff.vault is None and request.method == "GET":
                raise VaultClosed
            return view(visit, **kwargs)

        return inner

    return wrap


def posted_from(name: str, *kept: str) -> Callable[[View], View]:
    """An address that only takes a form. Whoever comes by GET, by loading a refused form again or
    after changing the language, is sent to the page `name` where the form stands; `kept` are the
    parts of this address which that page has too. What may be seen, that page says."""

    def wrap(view: View) -> View:
        posted = require_POST(view)

        @wraps(view)
        def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.method in {"GET", "HEAD"}:
                return HttpResponseRedirect(reverse(name, kwargs={k: kwargs[k] for k in kept}))
            return posted(request, *args, **kwargs)

        return inner

    return wrap


def needs(staff: Staff, action: Action) -> None:
    """Raise 404 unless she may do this anywhere at all."""
    if not may(staff, action):
        raise Http404


def to_vault(request: HttpRequest) -> HttpResponse:
    """Open the vault first, then come back here."""
    if request.method == "GET":
        request.session[NEXT] = request.path
    return HttpResponseRedirect(VAULT)


def home_zone() -> ZoneInfo:
    """The time zone of the country pack."""
    pack = shown().pack
    return ZoneInfo(pack.header.timezone if pack else "UTC")


def filled(
    request: HttpRequest,
    form: Callable[..., F],
    initial: Mapping[str, object] | None = None,
    **more: object,
) -> F:
    """A form: bound when something was sent, else with these first values."""
    if request.method == "POST":
        return form(request.POST, **more)
    return form(initial=dict(initial or {}), **more)


def attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do the act; a refusal is said in the form, beside everything that was typed."""
    if not form.is_valid():
        return False
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except Unusable as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except (ReportError, PeopleError) as error:
        form.add_error(None, str(error))
    except MessageTooLong as error:
        form.add_error(None, _("At most %(count)s characters.") % {"count": error.limit})
    except SealingError:
        form.add_error(None, _("This could not be opened. Nothing was changed."))
    else:
        return True
    return False


def done(visit: Visit, said: str | Promise, name: str = "report") -> HttpResponse:
    """Say what was done and go on: to a page of the report, or to the inbox when the report has
    gone where she no longer sees it."""
    messages.success(visit.request, str(said))
    if visible_to(visit.staff).filter(pk=visit.report.pk).exists():
        return HttpResponseRedirect(visit.url(name))
    return HttpResponseRedirect(reverse("desk:home"))


def act_page(
    visit: Visit, form: forms.Form | None, said: Mapping[str, object], template: str = "act"
) -> HttpResponse:
    """The page of one act on a report, with what was typed into it."""
    context = {
        "visit": visit,
        "head": heading(visit.report),
        "form": form,
        **said,
    }
    return page(visit.request, template, context, status=answered(form) if form else 200)


def carry_out(
    visit: Visit,
    form: forms.Form,
    act: Callable[[], str | Promise],
    said: Mapping[str, object],
    *,
    back: str,
    template: str = "act",
) -> HttpResponse:
    """The whole of a form that does one thing: its page, its refusals, and after it the page `back`
    of the report, with what `act` answers, in words."""
    told: list[str | Promise] = []
    if form.is_bound and attempt(form, lambda: told.append(act())):
        return done(visit, told[0], back)
    return act_page(visit, form, said, template)


def answered(form: forms.Form) -> int:
    """200 for a fresh form, 422 for one that was refused."""
    return 422 if form.is_bound else 200

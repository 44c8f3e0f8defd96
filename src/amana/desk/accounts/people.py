# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who works here: accounts and placements for administrators, admission for members."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amana.agencies.models import Unit
from amana.desk.accounts import pages
from amana.desk.accounts.forms import AdmitForm, InviteForm, PlaceForm, unit_name
from amana.desk.shell import posted_from
from amana.people import selectors, services
from amana.people.errors import LoginTaken, PeopleError
from amana.people.middleware import staff_of
from amana.people.models import Officer, Role
from amana.people.policies import Action, Staff, may
from amana.people.vault import fingerprint

MOST_SHOWN = 200


@never_cache
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """All accounts, the units the node still holds a key to, and the form for a new account."""
    staff = _administrator(request)
    form, code, invited, status = InviteForm(pages.posted(request)), "", None, 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invited, code = services.invite(
                staff=staff,
                login=data["login"],
                name=data["name"],
                language=data["language"],
                gender=data["gender"],
            )
            form = InviteForm()
        except LoginTaken as error:
            form.add_error("login", str(error))
            status = 422
    search = request.GET.get("q", "")[:80]
    found = list(
        selectors.officers(staff.agency_id, search=search).prefetch_related("keys")[:MOST_SHOWN]
    )
    context = {
        "form": form,
        "code": code,
        "invited": invited,
        "officers": found,
        "full": len(found) == MOST_SHOWN,
        "search": search,
        "provisional": [_named(u) for u in selectors.provisional_units(staff.agency_id)],
    }
    return pages.page(request, "people", context, status)


@never_cache
@require_http_methods(["GET"])
def person(request: HttpRequest, officer_id: UUID) -> HttpResponse:
    """One account: where it is placed, what state it is in, what may be done."""
    staff = _administrator(request)
    return _person(request, staff, _officer(staff, officer_id), _place_form(request, staff))


@never_cache
@posted_from("desk_accounts:person", "officer_id")
def place(request: HttpRequest, officer_id: UUID) -> HttpResponse:
    """Give a role in a unit."""
    staff = _administrator(request)
    officer, form = _officer(staff, officer_id), _place_form(request, staff)
    if form.is_valid():
        try:
            services.place(
                staff=staff,
                officer=officer,
                unit=form.cleaned_data["unit"],
                role=Role(form.cleaned_data["role"]),
            )
        except PeopleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Placed. The key comes from a member of the unit."))
            return pages.go("person", officer_id=officer.pk)
    return _person(request, staff, officer, form, status=422)


@never_cache
@posted_from("desk_accounts:people")
def end(request: HttpRequest, placement_id: UUID) -> HttpResponse:
    """End a role; access ends in this moment."""
    staff = _administrator(request)
    placement = (
        selectors.active_placements().filter(pk=placement_id, agency_id=staff.agency_id).first()
    )
    if placement is None:
        raise Http404
    try:
        services.end_placement(staff=staff, placement_id=placement.pk)
        messages.success(request, _("The role has ended, and with it the access."))
    except PeopleError as error:
        messages.error(request, str(error))
    if placement.officer_id == staff.officer_id:
        return pages.go("vault")
    return pages.go("person", officer_id=placement.officer_id)


@never_cache
@posted_from("desk_accounts:person", "officer_id")
def reset(request: HttpRequest, officer_id: UUID) -> HttpResponse:
    """Begin anew for somebody who lost a password, a phone or a passphrase."""
    staff = _administrator(request)
    officer = _officer(staff, officer_id)
    try:
        code = services.reset_access(staff=staff, officer=officer)
    except PeopleError as error:  # the account was ended in another window
        messages.error(request, str(error))
        return pages.go("person", officer_id=officer.pk)
    form = PlaceForm(agency_id=staff.agency_id)
    return _person(request, staff, officer, form, code=code)


@never_cache
@posted_from("desk_accounts:person", "officer_id")
def disable(request: HttpRequest, officer_id: UUID) -> HttpResponse:
    """End an account for good."""
    staff = _administrator(request)
    officer = _officer(staff, officer_id)
    try:
        services.disable(staff=staff, officer=officer)
        messages.success(request, _("The account has ended."))
    except PeopleError as error:
        messages.error(request, str(error))
    return pages.go("people")


@never_cache
@require_http_methods(["GET", "POST"])
def admit(request: HttpRequest) -> HttpResponse:
    """Newcomers who wait for a member of their unit, with the digits to compare by voice."""
    staff = staff_of(request)
    if not may(staff, Action.ADMIT_MEMBER):
        raise Http404
    if staff.vault is None:
        request.session[pages.NEXT] = request.path
        return pages.go("vault")
    form = AdmitForm(pages.posted(request))
    if request.method == "POST":
        _admit(request, staff, form)
        return pages.go("admit")
    rows = [
        {
            "officer": newcomer.officer,
            "unit": newcomer.unit,
            "unit_name": unit_name(newcomer.unit, _language()),
            "digits": fingerprint(bytes(newcomer.officer_key.public)).split(),
        }
        for newcomer in selectors.waiting_newcomers(staff.vault.officer_key_id)
    ]
    return pages.page(request, "admit", {"newcomers": rows})


def _admit(request: HttpRequest, staff: Staff, form: AdmitForm) -> None:
    if not form.is_valid():
        raise Http404
    newcomer = get_object_or_404(
        Officer, pk=form.cleaned_data["officer"], agency_id=staff.agency_id
    )
    try:
        services.admit(staff=staff, newcomer=newcomer, unit_id=form.cleaned_data["unit"])
        messages.success(request, _("Admitted. From now on this person reads with you."))
    except PeopleError as error:
        messages.error(request, str(error))


def _person(
    request: HttpRequest,
    staff: Staff,
    officer: Officer,
    form: PlaceForm,
    *,
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = selectors.active_placements().filter(officer=officer).select_related("unit")
    context = {
        "officer": officer,
        "form": form,
        "code": code,
        "has_vault": selectors.active_key(officer.pk) is not None,
        "placements": [
            {
                "id": row.pk,
                "role": row.get_role_display(),
                "unit": _named(row.unit)["name"],
                "since": row.since,
            }
            for row in rows.order_by("unit__code", "role")
        ],
        "self": officer.pk == staff.officer_id,
    }
    return pages.page(request, "person", context, status)


def _administrator(request: HttpRequest) -> Staff:
    staff = staff_of(request)
    if not may(staff, Action.MANAGE_PEOPLE):
        raise Http404  # what one may not do is invisible, not forbidden
    return staff


def _officer(staff: Staff, officer_id: UUID) -> Officer:
    return get_object_or_404(Officer, pk=officer_id, agency_id=staff.agency_id)


def _place_form(request: HttpRequest, staff: Staff) -> PlaceForm:
    return PlaceForm(pages.posted(request), agency_id=staff.agency_id)


def _named(unit: Unit) -> dict[str, object]:
    return {"id": unit.pk, "name": unit_name(unit, _language())}


def _language() -> str:
    return get_language() or "en"

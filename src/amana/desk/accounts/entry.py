# SPDX-License-Identifier: AGPL-3.0-or-later
"""The doors: setting up, taking up an account, signing in and out. No secret stands in a URL."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amana.desk.accounts import pages
from amana.desk.accounts.forms import InvitationForm, SetupForm, SignInForm
from amana.desk.shell import posted_from
from amana.kernel.sealing.errors import Busy
from amana.limits.rules import INVITATION, allow, exhausted
from amana.limits.sources import source_of
from amana.people import factors, services, signin, vault
from amana.people.errors import BadInvitation, LoginTaken, TooOften
from amana.people.models import Officer


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The first administrator, with the code that the node printed."""
    form, status = SetupForm(pages.posted(request)), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _check_tries(request)
            officer = services.accept_first(
                code=data["code"],
                login=data["login"],
                name=data["name"],
                password=data["password"],
                language=(get_language() or "en")[:2],
            )
        except (BadInvitation, LoginTaken, TooOften, Busy) as error:
            status = _refused(request, form, error)
        else:
            signin.begin(request, officer)
            return pages.go("factors")
    return pages.page(request, "setup", {"form": form}, status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """A new officer, or one whose access was reset, with the code from the administrator."""
    form, status = InvitationForm(pages.posted(request)), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            _check_tries(request)
            officer = services.accept_invitation(code=data["code"], password=data["password"])
        except (BadInvitation, TooOften, Busy) as error:
            status = _refused(request, form, error)
        else:
            signin.begin(request, officer)
            return pages.go("factors")
    return pages.page(request, "invitation", {"form": form}, status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; the second factor comes next."""
    form, status = SignInForm(pages.posted(request)), 200
    wish = pages.keep_wish(request)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            officer = signin.try_password(request, name=data["login"], password=data["password"])
        except (TooOften, Busy) as error:
            officer, status = None, pages.refuse(form, error)
        else:
            if officer is None:
                form.add_error(None, _("The sign-in name or the password is not right."))
                status = 422
        if officer is not None:
            request.session[pages.NEXT] = wish
            return pages.go(_after_password(officer))
    return pages.page(request, "sign_in", {"form": form, "wish": wish}, status)


@never_cache
@posted_from("desk:home")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and close the vault; nothing of either is left."""
    token = request.COOKIES.get(vault.COOKIE, "")
    if token and isinstance(request.user, Officer):
        vault.close_vault(officer=request.user, token=token)
    signin.leave(request)
    response = pages.go("sign-in")
    vault.drop_cookie(response)
    return response


def _after_password(officer: Officer) -> str:
    return "second-factor" if factors.has_factor(officer.pk) else "factors"


def _check_tries(request: HttpRequest) -> None:
    if exhausted(INVITATION, source_of(request)):
        raise TooOften


def _refused(request: HttpRequest, form: SetupForm | InvitationForm, error: Exception) -> int:
    if isinstance(error, BadInvitation):
        allow(INVITATION, source_of(request))
    if isinstance(error, LoginTaken):
        form.add_error("login", str(error))
        return 422
    return pages.refuse(form, error)

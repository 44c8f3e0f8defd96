# SPDX-License-Identifier: AGPL-3.0-or-later
"""The officer's vault: made once, opened at each sign-in, closed at each sign-out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amana.desk.accounts import pages
from amana.desk.accounts.forms import ChangePassphraseForm, NewPassphraseForm, OpenVaultForm
from amana.desk.shell import posted_from
from amana.kernel.sealing.errors import Busy, WrongPassphrase
from amana.limits.rules import PASSPHRASE
from amana.people import selectors, services, throttle
from amana.people import vault as vaults
from amana.people.errors import AlreadyEnrolled, NoVault, TooOften
from amana.people.middleware import staff_of
from amana.people.models import Officer
from amana.people.vault import fingerprint


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def vault(request: HttpRequest) -> HttpResponse:
    """Make the vault the first time; afterwards open it."""
    officer = _officer(request)
    if wish := pages.keep_wish(request):
        request.session[pages.NEXT] = wish
    key = selectors.active_key(officer.pk)
    if key is None:
        return _make(request, officer)
    if staff_of(request).vault is not None:
        if request.session.get(pages.NEXT):
            return pages.onward(request)
        return pages.page(request, "vault", {"digits": fingerprint(bytes(key.public)).split()})
    form, status = OpenVaultForm(pages.posted(request)), 200
    if request.method == "POST" and form.is_valid():
        try:
            throttle.take(request, PASSPHRASE, officer.login)
            token = vaults.open_vault(officer=officer, passphrase=form.cleaned_data["passphrase"])
        except WrongPassphrase:
            form.add_error("passphrase", _("This passphrase is not right."))
            status = 422
        except (Busy, TooOften, NoVault) as error:
            status = pages.refuse(form, error)
        else:
            return _opened(request, officer, token)
    return pages.page(request, "vault_open", {"form": form}, status)


@never_cache
@posted_from("desk_accounts:vault")
def close(request: HttpRequest) -> HttpResponse:
    """Close the vault and stay signed in."""
    token = request.COOKIES.get(vaults.COOKIE, "")
    if token:
        vaults.close_vault(officer=_officer(request), token=token)
    response = pages.go("vault")
    vaults.drop_cookie(response)
    return response


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def passphrase(request: HttpRequest) -> HttpResponse:
    """Other words for the same vault; it is closed everywhere."""
    officer = _officer(request)
    form, status = ChangePassphraseForm(pages.posted(request), officer=officer), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            throttle.take(request, PASSPHRASE, officer.login)
            services.change_passphrase(officer=officer, old=data["old"], new=data["passphrase"])
        except WrongPassphrase:
            form.add_error("old", _("This passphrase is not right."))
            status = 422
        except (Busy, TooOften, NoVault) as error:
            status = pages.refuse(form, error)
        else:
            messages.success(request, _("The passphrase is changed. Open your vault with it now."))
            return pages.go("vault")
    return pages.page(request, "vault_passphrase", {"form": form}, status)


def _make(request: HttpRequest, officer: Officer) -> HttpResponse:
    form, status = NewPassphraseForm(pages.posted(request), officer=officer), 200
    try:
        if request.method == "POST" and form.is_valid():
            words = form.cleaned_data["passphrase"]
            services.enrol_officer_key(officer=officer, passphrase=words)
            token = vaults.open_vault(officer=officer, passphrase=words)
            return _opened(request, officer, token)
    except AlreadyEnrolled:
        return pages.go("vault")
    except Busy as error:
        status = pages.refuse(form, error)
    return pages.page(request, "vault_new", {"form": form}, status)


def _opened(request: HttpRequest, officer: Officer, token: str) -> HttpResponse:
    throttle.give_back(request, PASSPHRASE, officer.login)
    response = pages.onward(request)
    vaults.set_cookie(response, token)
    return response


def _officer(request: HttpRequest) -> Officer:
    officer = request.user
    if not isinstance(officer, Officer):
        raise PermissionError("the middleware lets only officers come here")
    return officer

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second factor: proving it, and enrolling it the first time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amana.desk.accounts import pages
from amana.desk.accounts.forms import CodeForm, ConfirmForm, FirstCodeForm, PasskeyForm
from amana.desk.shell import posted_from
from amana.kernel.sealing.errors import Busy
from amana.people import factors, signin, throttle
from amana.people.errors import TooOften
from amana.people.models import Officer

_SECRET = "totp"  # noqa: S105 - the name under which the sealed secret waits in the session


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """A code from the app, or a recovery code; or a passkey on the same page."""
    officer = signin.pending(request)
    if officer is None:
        return pages.go("sign-in")
    form = CodeForm(pages.posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if signin.try_code(request, officer, form.cleaned_data["code"]):
                return _arrived(request, officer)
        except TooOften as error:
            return _ask(request, officer, form, pages.refuse(form, error))
        form.add_error(
            "code", _("This code is not right, or it was used already. Wait for the next one.")
        )
        return _ask(request, officer, form, 422)
    return _ask(request, officer, form, 200)


@never_cache
@sensitive_post_parameters()
@posted_from("desk_accounts:second-factor")
def second_factor_passkey(request: HttpRequest) -> HttpResponse:
    """The browser's answer to the challenge of the page before."""
    officer = signin.pending(request)
    if officer is None:
        return pages.go("sign-in")
    answer = PasskeyForm(request.POST)
    try:
        if answer.is_valid() and signin.try_passkey(
            request, officer, answer.cleaned_data["credential"]
        ):
            return _arrived(request, officer)
    except TooOften as error:
        return _unanswered(request, officer, str(error), 429)
    return _unanswered(request, officer, _("The passkey was not right. Please try again."), 422)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: QR code, secret for typing, and the first code as the proof."""
    officer = _enrolling(request)
    if officer is None:
        return pages.go("sign-in")
    if _must_confirm(request):
        return pages.go("factors-confirm")
    sealed = request.session.get(_SECRET) or factors.new_totp()
    request.session[_SECRET] = sealed
    form, status = FirstCodeForm(pages.posted(request)), 200
    if request.method == "POST" and form.is_valid():
        if factors.enrol_totp(officer=officer, sealed=sealed, code=form.cleaned_data["code"]):
            del request.session[_SECRET]
            return _enrolled(request, officer, factors.TOTP_TYPE)
        form.add_error("code", _("This code is not right. Look at the app and type the newest."))
        status = 422
    return _show_enrolment(request, officer, sealed, form, status)


@never_cache
@posted_from("desk_accounts:factors")
def enrol_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser has made."""
    officer = _enrolling(request)
    if officer is None:
        return pages.go("sign-in")
    if _must_confirm(request):
        return pages.go("factors-confirm")
    answer = PasskeyForm(request.POST)
    if answer.is_valid() and factors.enrol_passkey(
        officer=officer, credential=answer.cleaned_data["credential"]
    ):
        return _enrolled(request, officer, factors.PASSKEY_TYPE)
    sealed = request.session.get(_SECRET) or factors.new_totp()
    request.session[_SECRET] = sealed
    problem: dict[str, object] = {
        "href": "#passkey-button",
        "text": _("The passkey did not answer. Try again."),
    }
    return _show_enrolment(request, officer, sealed, FirstCodeForm(), 422, [problem])


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The password once more, before somebody who is signed in changes her second step."""
    officer = request.user
    if not isinstance(officer, Officer) or not request.session.get(signin.FACTOR):
        return pages.go("sign-in")
    form, status = ConfirmForm(pages.posted(request)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if signin.confirm(request, officer, form.cleaned_data["password"]):
                    return pages.go("factors")
                form.add_error("password", _("This password is not right."))
            except (Busy, TooOften) as error:
                status = pages.refuse(form, error)
    return pages.page(request, "confirm", {"form": form}, status)


@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Shown until she says that she keeps them; then never again."""
    officer = request.user
    if not isinstance(officer, Officer) or not request.session.get(signin.FACTOR):
        return pages.go("sign-in")
    if request.method == "POST":
        factors.keep_recovery_codes(officer)
        return pages.go("vault")
    codes = factors.recovery_codes(officer)
    return pages.page(request, "recovery_codes", {"codes": codes}) if codes else pages.go("vault")


def _enrolling(request: HttpRequest) -> Officer | None:
    # Somebody who has a factor must prove it before she may add another one; a password alone
    # must not be enough to put a new phone in its place.
    if isinstance(request.user, Officer) and request.session.get(signin.FACTOR):
        return request.user
    officer = signin.pending(request)
    if officer is None or factors.has_factor(officer.pk):
        return None
    return officer


def _must_confirm(request: HttpRequest) -> bool:
    # The first factor follows the password at once; another one may be put in by whoever finds
    # the browser open.
    return isinstance(request.user, Officer) and not signin.confirmed(request)


def _enrolled(request: HttpRequest, officer: Officer, kind: str) -> HttpResponse:
    signin.finish(request, officer, kind)
    response = pages.go("recovery-codes")
    throttle.remember_device(request, response, officer.login)
    return response


def _arrived(request: HttpRequest, officer: Officer) -> HttpResponse:
    response = pages.go("vault")
    throttle.remember_device(request, response, officer.login)
    return response


def _show_enrolment(
    request: HttpRequest,
    officer: Officer,
    sealed: str,
    form: CodeForm,
    status: int,
    errors: list[dict[str, object]] | None = None,
) -> HttpResponse:
    secret, svg = factors.totp_to_show(officer, sealed)
    context = {
        "form": form,
        "errors": errors,
        "secret": secret,
        "qr": mark_safe(svg),  # noqa: S308 - drawn by segno from our own text
        "options": {"creation_options": factors.begin_passkey(officer)},
    }
    return pages.page(request, "factors", context, status)


def _ask(
    request: HttpRequest,
    officer: Officer,
    form: CodeForm,
    status: int,
    errors: list[dict[str, object]] | None = None,
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "errors": errors}
    if factors.PASSKEY_TYPE in factors.kinds(officer.pk):
        context["options"] = {"request_options": factors.begin_passkey_check(officer)}
    return pages.page(request, "second_factor", context, status)


def _unanswered(request: HttpRequest, officer: Officer, text: object, status: int) -> HttpResponse:
    problem = {"href": "#passkey-button", "text": text}
    return _ask(request, officer, CodeForm(), status, [problem])

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people type to come in and to let others in. Every field has a limit."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    validate_password,
)
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from amana.agencies.models import Unit
from amana.people.codes import western_digits
from amana.people.models import Gender, Officer, Role
from amana.people.services.accounts import normal_login
from amana.people.services.keys import MIN_PASSPHRASE

LONGEST_SECRET: Final = 256
_LTR: Final = {"dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}


def _secret(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST_SECRET, strip=False, widget=widget
    )


def _code(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={**_LTR, "autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, max_length=60, widget=widget)


class LoginField(forms.CharField):
    """A sign-in name, judged as it will be kept: one sign may stand for a whole line of them."""

    def to_python(self, value: Any) -> str:
        return normal_login(super().to_python(value) or "")


def _login() -> LoginField:
    return LoginField(
        label=_("Sign-in name"),
        help_text=_("Letters, digits, dot and hyphen. Colleagues see your name, not this."),
        max_length=40,
        validators=[RegexValidator(r"^[\w.@+-]+\Z", _("Use letters, digits, dot and hyphen."))],
        widget=forms.TextInput(attrs={**_LTR, "autocomplete": "username"}),
    )


def _name() -> forms.CharField:
    widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"})
    return forms.CharField(label=_("Name"), max_length=120, widget=widget)


class SignInForm(forms.Form):
    login = forms.CharField(
        label=_("Sign-in name"),
        max_length=200,
        widget=forms.TextInput(attrs={**_LTR, "autocomplete": "username"}),
    )
    password = _secret(_("Password"), "current-password")


class NewPasswordForm(forms.Form):
    """A password twice. Subclasses add what else is needed."""

    password = _secret(
        _("Password"),
        "new-password",
        _("At least 12 characters. Several words are easier to keep than signs."),
    )
    again = _secret(_("Password once more"), "new-password")

    def candidate(self) -> Officer | None:
        """Whose password it will be, as far as the form knows: it must not resemble the name."""
        return None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two are not the same."))
        elif password:
            try:
                validate_password(password, self.candidate())
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class SetupForm(NewPasswordForm):
    code = _code(_("One-time code"), _("It stands in the window in which the node was started."))
    login = _login()
    name = _name()
    field_order = ("code", "login", "name", "password", "again")

    def candidate(self) -> Officer:
        data = self.cleaned_data
        return Officer(login=data.get("login", ""), name=data.get("name", ""))


class InvitationForm(NewPasswordForm):
    code = _code(_("One-time code"), _("The administrator gave it to you."))
    field_order = ("code", "password", "again")


class CodeForm(forms.Form):
    """A TOTP code or a recovery code, in the digits of any script."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from the app on your phone, or one of your recovery codes."),
        max_length=40,
        widget=forms.TextInput(
            attrs={**_LTR, "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )

    def clean_code(self) -> str:
        typed = western_digits(self.cleaned_data["code"])
        return "".join(c for c in typed if c.isalnum())


class FirstCodeForm(CodeForm):
    """The code that proves that the app has the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The six digits that the app shows now.")


class ConfirmForm(forms.Form):
    """The password of somebody who is signed in."""

    password = _secret(_("Password"), "current-password")


class PasskeyForm(forms.Form):
    """What the browser answered, as JSON."""

    credential = forms.CharField(max_length=20_000)

    def clean_credential(self) -> dict[str, object]:
        try:
            answer = json.loads(self.cleaned_data["credential"])
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ValidationError(_("The passkey did not answer. Please try again."))
        return answer


class OpenVaultForm(forms.Form):
    passphrase = _secret(_("Passphrase of your vault"), "off")


class NewPassphraseForm(forms.Form):
    """The passphrase that opens the vault; other words than the password."""

    passphrase = _secret(
        _("Passphrase"),
        "off",
        _("At least 12 characters: four or five plain words. It is not your password."),
    )
    again = _secret(_("Passphrase once more"), "off")

    def __init__(self, *args: Any, officer: Officer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        passphrase, again = cleaned.get("passphrase"), cleaned.get("again")
        if not passphrase or not again:
            return cleaned
        if passphrase != again:
            self.add_error("again", _("The two are not the same."))
        elif len(passphrase) < MIN_PASSPHRASE:
            self.add_error("passphrase", _("Please use at least 12 characters."))
        elif self.officer.check_password(passphrase):
            self.add_error("passphrase", _("Choose other words than your password."))
        return cleaned


class ChangePassphraseForm(NewPassphraseForm):
    old = _secret(_("The passphrase until now"), "off")
    field_order = ("old", "passphrase", "again")


class InviteForm(forms.Form):
    login = _login()
    name = _name()
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    gender = forms.ChoiceField(
        label=_("Woman or man"),
        help_text=_("Only so that somebody can ask for a woman officer. May stay empty."),
        choices=Gender.choices,
        required=False,
    )


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit by its name in the reader's language."""

    def label_from_instance(self, obj: Unit) -> str:
        return unit_name(obj, get_language() or "en")


class PlaceForm(forms.Form):
    unit = UnitField(label=_("Unit"), queryset=Unit.objects.none())
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    def __init__(self, *args: Any, agency_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(agency_id=agency_id).order_by("code")
        self.fields["unit"] = UnitField(
            label=_("Unit"), queryset=units, empty_label=_("Choose a unit")
        )
        self.order_fields(["unit", "role"])


class AdmitForm(forms.Form):
    officer = forms.UUIDField()
    unit = forms.UUIDField()


def unit_name(unit: Unit, language: str) -> str:
    """The name of a unit in the reader's language, else in English, else its code."""
    return str(unit.names.get(language[:2]) or unit.names.get("en") or unit.code)

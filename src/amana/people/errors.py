# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people may be told when something about accounts and keys cannot be done."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class PeopleError(Exception):
    """Base; `text` is for the reader, in her language, and never holds a secret."""

    text: str | Promise = _("This could not be done.")

    def __str__(self) -> str:
        return str(self.text)


class NotAllowed(PeopleError):
    text = _("Your role does not allow this.")


class AlreadyPlaced(PeopleError):
    text = _("This person already has this role in this unit.")


class NotPlaced(PeopleError):
    text = _("This person has no such role any more.")


class AlreadyEnrolled(PeopleError):
    text = _("This account already has a vault. Open it with its passphrase.")


class NoVault(PeopleError):
    text = _("This account has no vault yet.")


class NotAMember(PeopleError):
    text = _("You do not hold the key of this unit.")


class NotWaiting(PeopleError):
    text = _("This person is not waiting to join this unit.")


class LoginTaken(PeopleError):
    text = _("This sign-in name is already taken. Choose another one.")


class BadInvitation(PeopleError):
    text = _("This code is not right, or it has been used, or it is too old. Ask for a new one.")


class LastAdministrator(PeopleError):
    text = _("This is the last administrator. Place another one first.")


class TooOften(PeopleError):
    text = _("There were too many tries. Please wait ten minutes and try again.")


class UnitWithoutKey(PeopleError):
    text = _("A unit has no key. The node must be started once more.")


class KeyNotGenuine(PeopleError):
    text = _("A stored key does not belong to its unit. Tell the people who run this system.")

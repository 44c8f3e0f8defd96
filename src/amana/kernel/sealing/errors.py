# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can go wrong here. Texts are fixed, so that no secret can slip into one."""

from __future__ import annotations


class SealingError(Exception):
    """Base of every error of this package; its text is safe to show and to log."""

    text = "This could not be sealed or opened."

    def __init__(self, text: str | None = None) -> None:
        super().__init__(text or self.text)


class CannotOpen(SealingError):
    """Wrong key, wrong context, or the bytes were changed: which of them is not told."""

    text = "This cannot be opened with this key."


class BadKey(SealingError):
    text = "The key does not have the right form."


class TooLarge(SealingError):
    text = "This is too large to be sealed in one piece."


class WrongPassphrase(CannotOpen):
    text = "The passphrase is not right."


class UnusablePassphrase(SealingError):
    text = "The passphrase is empty or too long."


class Busy(SealingError):
    """The stretching pool stayed full for the whole waiting time."""

    text = "The system is busy. Please try again in a moment."


class BadCode(SealingError):
    """A receipt code that cannot be one; never says what is wrong with it."""

    text = "This code is not right."


class KeyringError(SealingError):
    text = "The key folder cannot be used."


class KeyringMissing(KeyringError):
    text = "There is no key folder here."


class KeyringExists(KeyringError):
    text = "The key folder is not empty. Keys are never made over existing files."


class KeyringDamaged(KeyringError):
    text = "The key folder is damaged. Restore it from its backup."


class KeyringLocked(KeyringError):
    text = "The key folder is locked. Its passphrase is needed."


class UnsafePermissions(KeyringError):
    text = "The key folder can be read by other accounts."


class KeyMissing(KeyringError):
    text = "This key is not in the key folder."


class KeyExists(KeyringError):
    text = "Another key is already kept under this name."

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The doors: strict for machines, tolerant for people."""

from __future__ import annotations

import re
from dataclasses import replace

from amana.kernel.identifiers.chat_links import is_chat_link, phone_in
from amana.kernel.identifiers.handle import handle, handle_of_link
from amana.kernel.identifiers.iban import iban
from amana.kernel.identifiers.phone import phone
from amana.kernel.identifiers.text import refang, tidy
from amana.kernel.identifiers.types import KINDS, LONGEST, BadIdentifier, Identifier
from amana.kernel.identifiers.wallet import wallet
from amana.kernel.identifiers.web import email, ip, mailbox, url
from amana.kernel.language import fold

_WITHOUT_REGION = {
    "email": email,
    "url": url,
    "handle": handle,
    "iban": iban,
    "wallet": wallet,
    "ip": ip,
}
_LONGEST_FOLDED = 300


def normalise(kind: str, value: str, *, region: str | None = None) -> Identifier:
    """Return the one form in which two spellings of the same identifier meet.

    `region` (ISO 3166-1) only serves phones written without their country code. Idempotent on
    `value`. Raises BadIdentifier with a reason code, never with the value in it.
    """
    if kind not in KINDS:
        raise BadIdentifier("unknown_kind")
    if not value.strip():
        raise BadIdentifier("empty")
    if len(value) > LONGEST:
        raise BadIdentifier("too_long")
    if kind == "phone":
        return phone(value, region=region)
    return _WITHOUT_REGION[kind](value)


def tolerant(kind: str, value: str, region: str | None = None) -> Identifier:
    """Return `normalise`, or for what it refuses a folded form with ``valid=False``.

    A wrong digit must not stop a person from reporting, and two people may have been given the
    same wrong number. The reason stands in `note`. Never raises.
    """
    try:
        return normalise(kind, value, region=region)
    except BadIdentifier as error:
        shown = tidy(value[:LONGEST])
        return Identifier(
            kind=kind,
            value=_folded(kind, shown),
            display=shown,
            note=error.reason,
            valid=False,
        )


def related(identifier: Identifier) -> list[Identifier]:
    """Return what else an identifier says: the account of a profile link, the phone of a chat link,
    the mailbox of an address.

    So that the one who pastes a link and the one who types a name are found to mean the same.
    """
    if identifier.kind == "email" and identifier.valid:
        box = mailbox(identifier.value)
        return [replace(identifier, value=box)] if box != identifier.value else []
    if identifier.kind != "url" or not identifier.valid:
        return []
    if is_chat_link(identifier.value):
        try:
            return [phone_in(identifier.value)]
        except BadIdentifier:
            return []
    account = handle_of_link(identifier.value)
    return [account] if account else []


def _folded(kind: str, value: str) -> str:
    text = re.sub(r"\s+", " ", fold(refang(value))).strip()
    if kind in {"phone", "iban", "wallet", "ip"}:
        text = re.sub(r"[\s\-().]", "", text) if kind != "ip" else text.replace(" ", "")
    return text[:_LONGEST_FOLDED]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door of the finders: every identifier of a text, each taken once."""

from __future__ import annotations

from amana.kernel.identifiers.find_accounts import find_accounts
from amana.kernel.identifiers.find_handles import find_handles
from amana.kernel.identifiers.find_phones import find_phones
from amana.kernel.identifiers.find_web import find_web
from amana.kernel.identifiers.found import Found, Sheet
from amana.kernel.identifiers.view import view_of


def find_identifiers(text: str, *, country: str | None = None) -> list[Found]:
    """Return the identifiers of `text` in order of place; a value met again is not repeated.

    A chat link is a phone, a profile link an account, and neither is a link as well; the domain
    of a mail address or a link is not found apart. At most 200,000 characters are read. Never
    raises.
    """
    sheet = Sheet.of(view_of(text))
    find_web(sheet)
    find_accounts(sheet)
    find_handles(sheet)
    find_phones(sheet, country=country)
    found: dict[tuple[str, str], Found] = {}
    for one in sorted(sheet.found, key=lambda one: (one.start, one.end)):
        # One address may stand there with the capitals of its checksum and without.
        key = one.value.lower() if one.type == "eth" else one.value
        found.setdefault((one.type, key), one)
    return list(found.values())

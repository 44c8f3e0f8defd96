# SPDX-License-Identifier: AGPL-3.0-or-later
"""The result of normalising, and the error that names why not."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("phone", "email", "url", "handle", "iban", "wallet", "ip")
LONGEST = 2_000


class BadIdentifier(ValueError):  # the word its callers say
    """The value is not of its kind. `reason` is a code for the caller to put into words.

    The message never quotes the value: errors end in logs.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason, a lower-case code such as ``bad_checksum``."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier.

    `value` is what two reports are compared by; `display` is what an officer reads; `country` is
    ISO 3166-1 alpha-2 where the identifier itself says it; `note` holds codes such as ``tron`` or
    ``port:443``, separated by spaces; `valid` is False when only folding was possible.
    """

    kind: str
    value: str
    display: str
    country: str | None = None
    note: str = ""
    valid: bool = True

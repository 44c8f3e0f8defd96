# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links that open a chat with a number: they mean that phone, whoever made them."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from amana.kernel.identifiers.phone import phone
from amana.kernel.identifiers.types import Identifier

_CHAT_LINK = re.compile(
    r"https?://(?:(?:www\.)?wa\.me/(?:c/)?(?:\+|%2B)?\d|signal\.me/#p/(?:\+|%2B)?\d"
    r"|(?:(?:api|web|chat|www)\.)?whatsapp\.com/send|(?:t|telegram)\.me/\+?\d{8,15}(?:[/?]|$))",
    re.IGNORECASE,
)
_IN_PATH = re.compile(r"/(?:c/)?\+?([0-9]+)")
_PUNCTUATION = re.compile(r"[\s().+-]")
_NUMBER = re.compile(r"(?:00)?([0-9]{6,15})")


def is_chat_link(link: str) -> bool:
    """Whether a link in its one form opens a chat with a number."""
    return _CHAT_LINK.match(link) is not None


def phone_in(link: str) -> Identifier:
    """Return the phone that a chat link opens a chat with, and none that stands in its message.
    Raises BadIdentifier."""
    parts = urlsplit(link)
    if "whatsapp.com" in parts.netloc.lower():
        asked = {key.lower(): values for key, values in parse_qs(parts.query).items()}
        said = (asked.get("phone") or asked.get("number") or [""])[0]
    elif parts.netloc.lower() == "signal.me":
        said = unquote(parts.fragment).removeprefix("p/")
    else:
        match = _IN_PATH.match(unquote(parts.path))
        said = match[1] if match else ""
    number = _NUMBER.fullmatch(_PUNCTUATION.sub("", said))
    return phone(f"+{number[1]}" if number else "", region=None)

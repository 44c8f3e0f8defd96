# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links that open a chat with a number: they mean that phone, whoever made them."""

from __future__ import annotations

import re

from amana.kernel.identifiers.phone import phone
from amana.kernel.identifiers.types import Identifier

_CHAT_LINK = re.compile(
    r"https?://(?:(?:www\.)?wa\.me/(?:c/)?\+?\d|signal\.me/#p/\+?\d"
    r"|(?:(?:api|web|chat|www)\.)?whatsapp\.com/send|(?:t|telegram)\.me/\+?\d{8,15}(?:[/?]|$))",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:me/(?:c/|#p/)?|phone=|number=)(?:\+|%2B|%20)*(?:00)?(\d{6,15})", re.IGNORECASE
)


def is_chat_link(link: str) -> bool:
    """Whether a link in its one form opens a chat with a number."""
    return _CHAT_LINK.match(link) is not None


def phone_in(link: str) -> Identifier:
    """Return the phone that a chat link opens a chat with. Raises BadIdentifier."""
    number = _NUMBER.search(link)
    return phone(f"+{number[1]}" if number else "", region=None)

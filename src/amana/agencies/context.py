# SPDX-License-Identifier: AGPL-3.0-or-later
"""`node` in every template: who runs this, who can help now, where the exit leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.http import HttpRequest
from django.utils.translation import get_language

from amana.agencies.selectors import Shown, shown
from amana.packs import Contact

OWN_NAMES: Final = {"ar": "العربية", "fr": "Français", "en": "English", "ur": "اردو"}
EXIT_URL: Final = "https://www.wikipedia.org/"
"""Where the exit leads before a pack says better: a page that greets nobody by name."""

_SOONEST: Final = frozenset({"self_harm", "child"})


@dataclass(frozen=True, slots=True)
class Line:
    """A number or a site that helps, in the reader's language. `tel` is what a phone dials."""

    name: str
    number: str
    tel: str
    hours: str
    url: str
    site: str
    helps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A language by its own name."""

    code: str
    name: str


class Node:
    """Read when a template asks for it, and not before."""

    @cached_property
    def _shown(self) -> Shown:
        return shown()

    @cached_property
    def _language(self) -> str:
        return (get_language() or "en")[:2]

    @property
    def name(self) -> str:
        """The agency's name; empty before the first start."""
        names = self._shown.names
        return names.get(self._language) or names.get("en", "")

    @property
    def demonstration(self) -> bool:
        return self._shown.demonstration

    @property
    def emergency(self) -> Line | None:
        pack = self._shown.pack
        if pack is None or not pack.emergency.public:
            return None
        return _line(pack.emergency, self._language)

    @cached_property
    def crisis_lines(self) -> tuple[Line, ...]:
        """Lines the public may see (M-123); never one that nobody has called to confirm."""
        pack = self._shown.pack
        lines = pack.public_crisis_lines() if pack else ()
        return tuple(_line(line, self._language) for line in lines)

    @property
    def urgent_lines(self) -> tuple[Line, ...]:
        """The lines for somebody who thinks of dying, and for a child (U-07)."""
        return tuple(line for line in self.crisis_lines if _SOONEST & set(line.helps))

    @property
    def exit_url(self) -> str:
        pack = self._shown.pack
        return pack.header.exit.url if pack else EXIT_URL

    @property
    def languages(self) -> tuple[Choice, ...]:
        """The languages of this node in the pack's order."""
        pack = self._shown.pack
        codes = pack.header.languages if pack else tuple(OWN_NAMES)
        return tuple(Choice(code, OWN_NAMES[code]) for code in codes if code in OWN_NAMES)


def _line(contact: Contact, language: str) -> Line:
    url = contact.url or ""
    return Line(
        name=contact.names.in_(language),
        number=contact.shown_number,
        tel=contact.phone or "",
        hours=contact.hours.in_(language) if contact.hours and not contact.always_open else "",
        url=url,
        site=url.removeprefix("https://").strip("/"),
        helps=tuple(contact.helps),
    )


def node(_request: HttpRequest) -> dict[str, Node]:
    """Context processor."""
    return {"node": Node()}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the finders hand back, and the sheet on which they strike out what is taken."""

from __future__ import annotations

from dataclasses import dataclass, field

from amana.kernel.identifiers.view import View

TYPES = ("phone", "email", "url", "domain", "ip", "handle", "iban", "btc", "eth", "tron")
STRUCK = "\0"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a national number: the country that would make it so."""

    region: str
    value: str


@dataclass(frozen=True, slots=True)
class Found:
    """One identifier in a text.

    `type` is one of TYPES, or ``card`` with a value that is masked already. `start` and `end` are
    places in the original text. `region` is ISO 3166-1 where the identifier says it or a reading
    assumes it. `readings` holds every reading of a national number, the likeliest first, and is
    empty when there is no doubt. `note` holds codes such as ``port:443`` separated by spaces.
    """

    type: str
    value: str
    start: int
    end: int
    region: str | None = None
    note: str = ""
    readings: tuple[Reading, ...] = ()


@dataclass(slots=True)
class Sheet:
    """A view that loses what was taken, so that no finder reads it a second time."""

    view: View
    rest: str
    found: list[Found] = field(default_factory=list)

    @classmethod
    def of(cls, view: View) -> Sheet:
        return cls(view, view.text)

    def strike(self, start: int, end: int) -> None:
        """Take a stretch of the view away without a finding."""
        self.rest = self.rest[:start] + STRUCK * (end - start) + self.rest[end:]

    def take(
        self,
        kind: str,
        value: str,
        start: int,
        end: int,
        *,
        region: str | None = None,
        note: str = "",
        readings: tuple[Reading, ...] = (),
    ) -> None:
        """Note an identifier at a stretch of the view, and strike it out."""
        begin, stop = self.view.span(start, end)
        self.found.append(Found(kind, value, begin, stop, region, note, readings))
        self.strike(start, end)

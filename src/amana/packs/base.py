# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every part of a pack has in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(pattern=r"\S")]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
TerritoryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$", description="ISO 3166-2")]
UnitCode = Annotated[str, Field(pattern=r"^[a-z]{2}(/[a-z0-9]+(-[a-z0-9]+)*)+$")]
CategoryCode = Annotated[str, Field(pattern=r"^[A-Z][0-9]$")]
Urgency = Literal["U", "H", "N"]
Specialism = Literal["children", "terrorism"]

URGENCIES: Final[tuple[Urgency, ...]] = ("U", "H", "N")
"""Immediate lane, same day, normal; the most urgent first."""


class UnknownCodeError(LookupError):
    """A code that the pack or the taxonomy does not hold."""

    def __init__(self, kind: str, code: str) -> None:
        super().__init__(f"unknown {kind}: {code}")


class Frozen(BaseModel):
    """Read-only data; a key that is not known is an error, not a surprise later."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def model_copy(self, *, update: Mapping[str, object] | None = None, deep: bool = False) -> Self:
        """A checked copy with some fields replaced.

        Built anew: pydantic's own copy would carry over the indexes that were cached for the old
        values, and would not look at the new ones.
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **(update or {})})


class Fact(Frozen):
    """A fact of law or of contact: where it comes from, from when, and whether it was checked."""

    source: Text
    as_of: date
    verified: bool
    note: str = ""

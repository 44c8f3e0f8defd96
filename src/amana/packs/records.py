# SPDX-License-Identifier: AGPL-3.0-or-later
"""The records a country pack is made of: one class per kind of entry in its files."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from amana.packs.base import (
    CategoryCode,
    CountryCode,
    Fact,
    Frozen,
    LanguageTag,
    Slug,
    Specialism,
    TerritoryCode,
    Text,
    UnitCode,
    Urgency,
)
from amana.packs.words import Words

UnitKind = Literal[
    "centre", "branch", "specialised", "prosecution", "legal_review", "duty", "national_desk"
]
Stage = Literal["acknowledged", "diagnosed", "referred", "next_news"]
TerritoryKind = Literal["governorate", "region", "prefecture", "province"]
StatisticsClass = Literal[
    "taken_up",
    "withdrawn",
    "not_an_offence",
    "insufficient",
    "out_of_competence",
    "duplicate",
    "settled",
    "no_suspect",
    "prosecutor_no_action",
]

TERRITORIAL_KINDS: Final[tuple[UnitKind, ...]] = ("centre", "branch")
"""The kinds of unit that take reports for a territory."""

PROSECUTION_KINDS: Final[tuple[UnitKind, ...]] = ("prosecution",)


class Contact(Fact):
    """A way to reach somebody. `public` says whether the public may see it."""

    code: Slug
    names: Words
    phone: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{2,5})$")] | None = Field(
        None, description="E.164, or a short number that works inside the country only."
    )
    display: str = Field("", description="The phone number as people in the country write it.")
    url: Annotated[str, Field(pattern=r"^https://")] | None = None
    hours: Words | None = None
    always_open: bool = False
    languages: tuple[LanguageTag, ...] = ()
    audience: Literal["public", "authority"] = "public"
    helps: tuple[Literal["everyone", "child", "women", "self_harm", "family", "cyber"], ...] = (
        "everyone",
    )
    show_unverified: bool = Field(
        False,
        description="Only for the national emergency number: shown before it was confirmed, "
        "because a page without it would be worse. Needs a note.",
    )

    @property
    def public(self) -> bool:
        """True when the public may see it: confirmed, or the marked emergency number."""
        return self.audience == "public" and (self.verified or self.show_unverified)

    @property
    def shown_number(self) -> str:
        """The number as written in the country; always draw it left-to-right."""
        return self.display or self.phone or ""


class ExitSite(Frozen):
    """Where "exit this page" leads: a neutral site that greets nobody by name."""

    url: Annotated[str, Field(pattern=r"^https://")]
    names: Words


class Holidays(Frozen):
    """Public holidays: the calendar of the `holidays` package and days added by hand."""

    calendar: CountryCode
    extra: tuple[date, ...] = ()


class Header(Frozen):
    """`pack.yaml`."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Text
    country: CountryCode
    names: Words
    taxonomy: Text
    languages: tuple[LanguageTag, ...] = Field(min_length=1)
    default_language: LanguageTag
    timezone: Text
    weekend: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(
        description="ISO weekday numbers: Monday 1, Sunday 7."
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]
    holidays: Holidays
    exit: ExitSite
    emergency: Contact
    crisis_lines: tuple[Contact, ...] = ()
    contacts: tuple[Contact, ...] = ()


class Department(Frozen):
    """The part of the state that a unit's members belong to."""

    code: UnitCode
    names: Words


class Serves(Frozen):
    """A unit serves a territory; among several the lowest number is competent, 1 is the primary."""

    territory: TerritoryCode
    priority: Annotated[int, Field(ge=1, le=9)]


class Unit(Fact):
    """A place that receives reports, or an office that acts on them."""

    code: UnitCode
    kind: UnitKind
    parent: UnitCode | None = None
    department: UnitCode
    names: Words
    seat: TerritoryCode | None = None
    serves: tuple[Serves, ...] = ()
    specialised: Specialism | None = None
    categories: tuple[CategoryCode, ...] = Field(
        (), description="The part of the taxonomy the unit works with; empty means all of it."
    )
    duty: bool = False


class AgencyFile(Frozen):
    """`agency.yaml`."""

    code: UnitCode
    names: Words
    kind: Literal["police", "ngo", "ministry", "hotline"]
    departments: tuple[Department, ...] = Field(min_length=1)
    units: tuple[Unit, ...] = Field(min_length=1)


class Territory(Frozen):
    """A governorate, region, prefecture or province by its ISO 3166-2 code."""

    code: TerritoryCode
    kind: TerritoryKind
    parent: TerritoryCode | None = None
    names: Words


class TerritoriesFile(Frozen):
    """`territories.yaml`."""

    territories: tuple[Territory, ...] = Field(min_length=1)


class Partner(Fact):
    """A body that helps the person: never police, never gets intelligence."""

    code: UnitCode
    kind: Literal[
        "social", "shelter", "legal", "psychological", "child_protection", "platform", "hotline"
    ]
    names: Words
    territories: tuple[TerritoryCode, ...] = Field((), description="Empty means the whole country.")
    languages: tuple[LanguageTag, ...] = ()
    contacts: tuple[Contact, ...] = ()


class PartnersFile(Frozen):
    """`partners.yaml`."""

    partners: tuple[Partner, ...]


class Statute(Fact):
    """A law, with the days on which it was in force (`in_force_to` is its last day)."""

    code: Slug
    names: Words
    in_force_from: date | None = None
    in_force_to: date | None = None

    def in_force(self, on: date) -> bool:
        """True when the statute was in force on that day; an unknown end counts as open."""
        started = self.in_force_from is None or self.in_force_from <= on
        return started and (self.in_force_to is None or on <= self.in_force_to)


class LegalBasis(Fact):
    """An article that may apply to categories of reports."""

    code: Slug
    statute: Slug
    article: Text
    offence: Words
    categories: tuple[CategoryCode, ...] = Field(min_length=1)
    penalty: str = ""
    rights_gate: bool = Field(
        False, description="Bears on speech: officer, prosecutor and a second approver."
    )


class LawFile(Frozen):
    """`law.yaml`."""

    statutes: tuple[Statute, ...] = Field(min_length=1)
    legal_bases: tuple[LegalBasis, ...] = Field(min_length=1)


class Disposition(Frozen):
    """How a report may end, with the words the reporter reads (M-009, M-018)."""

    code: Slug
    label: Words
    reason: Words
    counts_as: StatisticsClass
    refusal: bool = Field(False, description="The matter was not taken up.")
    needs_supervisor: bool = False
    needs_reference: Literal["", "report", "handover", "legal_basis"] = Field(
        "", description="What must be named: the other report, the body that accepted, the law."
    )
    review_right: bool = Field(False, description="The reporter may ask for the decision again.")


class DispositionsFile(Frozen):
    """`dispositions.yaml`."""

    dispositions: tuple[Disposition, ...] = Field(min_length=1)


class Clock(Frozen):
    """Hours from receipt until a stage must be reached, by urgency."""

    U: Annotated[int, Field(ge=0)]
    H: Annotated[int, Field(ge=0)]
    N: Annotated[int, Field(ge=0)]


class Deadlines(Frozen):
    """`deadlines.yaml`. Clock hours, counted through nights and weekends."""

    acknowledged: Clock
    diagnosed: Clock
    referred: Clock
    next_news: Clock
    next_news_max_days: Annotated[int, Field(ge=1, le=30)]
    still_open_days: Annotated[int, Field(ge=1, le=30)]
    silent_days: tuple[Annotated[int, Field(ge=1)], ...] = Field(min_length=1)
    urgent_first_look_minutes: Annotated[int, Field(ge=1)]

    def hours(self, stage: Stage, urgency: Urgency) -> int:
        """Hours from receipt until `stage` is due."""
        clocks: dict[Stage, Clock] = {
            "acknowledged": self.acknowledged,
            "diagnosed": self.diagnosed,
            "referred": self.referred,
            "next_news": self.next_news,
        }
        clock = clocks[stage]
        return {"U": clock.U, "H": clock.H, "N": clock.N}[urgency]


class Action(Frozen):
    """An act on a case and what must be on record before it (M-004, M-097, M-128)."""

    code: Slug
    names: Words
    needs_instruction: bool = False
    needs_authority: bool = False
    needs_expiry: bool = False
    needs_second_person: bool = False
    legal_bases: tuple[Slug, ...] = ()


class InstructionsFile(Frozen):
    """`instructions.yaml`."""

    actions: tuple[Action, ...] = Field(min_length=1)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The taxonomy as typed data: categories, facets and the roll-up to E-Blagh's groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from amana.packs.base import (
    CategoryCode,
    Frozen,
    Slug,
    Specialism,
    Text,
    UnknownCodeError,
    Urgency,
)
from amana.packs.words import Words

GroupCode = Slug
RuleCode = Annotated[str, Field(pattern=r"^R[1-9](\.[A-Z][0-9])?$")]
FactToken = Annotated[
    str, Field(pattern=r"^[a-z0-9_]+(:[a-z0-9_]+)?$", description="A flag, or facet:value.")
]


class Group(Frozen):
    """A row of the published table. Terrorism stands outside its denominator (R1)."""

    code: GroupCode
    names: Words
    in_denominator: bool = True
    note: Words | None = None


class PublicGroup(Frozen):
    """A plain-words choice on the first screen (M-045, M-072), in the order of the file."""

    code: Slug
    label: Words
    hint: Words


class Case(Frozen):
    """One line of a roll-up rule: the group when any (or all) of these facts are known."""

    any: tuple[FactToken, ...] = ()
    all: tuple[FactToken, ...] = ()
    group: GroupCode

    def holds(self, facts: Collection[str]) -> bool:
        some = not self.any or any(fact in facts for fact in self.any)
        return some and all(fact in facts for fact in self.all)


class Rule(Frozen):
    """A roll-up rule: the first case that holds decides; the last one has no condition."""

    code: RuleCode
    why: Text
    cases: tuple[Case, ...] = Field(min_length=1)


class Eblagh(Frozen):
    """Where a category lands in E-Blagh's table: a group, or a rule that finds it."""

    group: GroupCode | None = None
    rule: RuleCode | None = None
    subgroup: Slug | None = Field(None, description="The named class inside `other` (M-073).")
    mapped_by_us: bool = False


class IccsCode(Frozen):
    """A code of the International Classification of Crime for Statistical Purposes."""

    code: Annotated[str, Field(pattern=r"^([0-9]{4,6}|[0-9]{2}xx)$")]
    verified: bool


class Ic3Name(Frozen):
    name: Text
    verified: bool


class UrgencyIf(Frozen):
    """A fact that raises the category's urgency."""

    fact: FactToken
    urgency: Urgency


class Category(Frozen):
    """One kind of report. `label` is for everybody, `slug` for staff and files only."""

    code: CategoryCode
    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    label: Words
    public_group: Slug
    also_in: tuple[Slug, ...] = Field((), description="Other first-screen groups that show it.")
    urgency: Urgency
    urgency_if: tuple[UrgencyIf, ...] = ()
    human_read: bool = Field(False, description="A person reads it before it gets any urgency.")
    clock: Literal["freeze", "removal"] | None = None
    safety_route: Literal["device_safety"] | None = None
    speech_gate: bool = False
    specialised: Specialism | None = None
    tfgbv: Literal["default", "ask", "gendered_only", "off"] = "off"
    eblagh: Eblagh
    native_group: Slug | None = Field(None, description="The row in our own table, if another.")
    iccs: tuple[IccsCode, ...] = ()
    rsit: tuple[Text, ...] = ()
    ic3: tuple[Ic3Name, ...] = ()


class Value(Frozen):
    """One answer of a facet."""

    code: Slug
    label: Words
    kind: Slug | None = Field(None, description="For a platform: its platform type.")


class Facet(Frozen):
    """A question kept apart from the category, with its closed list of answers."""

    code: Slug
    label: Words
    values: tuple[Value, ...] = Field(min_length=1)

    def value(self, code: str) -> Value:
        for value in self.values:
            if value.code == code:
                return value
        raise UnknownCodeError(self.code, code)

    def codes(self) -> tuple[str, ...]:
        return tuple(value.code for value in self.values)


class Taxonomy(Frozen):
    """`taxonomy/<version>.yaml`. Look-ups raise `UnknownCodeError` for a code it does not hold."""

    version: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]+$")]
    source: Text
    groups: tuple[Group, ...]
    native_groups: tuple[Group, ...]
    public_groups: tuple[PublicGroup, ...]
    facts: tuple[Slug, ...] = Field(description="Facts that are not a facet's value.")
    rules: tuple[Rule, ...]
    categories: tuple[Category, ...] = Field(min_length=1)
    facets: tuple[Facet, ...] = Field(min_length=1)

    @cached_property
    def _categories(self) -> Mapping[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def known_facts(self) -> frozenset[str]:
        """Every fact a rule may ask for: the bare ones and each `facet:value`."""
        of_facets = {f"{facet.code}:{code}" for facet in self.facets for code in facet.codes()}
        return frozenset(self.facts) | of_facets

    def codes(self) -> tuple[str, ...]:
        return tuple(self._categories)

    def category(self, code: str) -> Category:
        if code not in self._categories:
            raise UnknownCodeError("category", code)
        return self._categories[code]

    def facet(self, code: str) -> Facet:
        for facet in self.facets:
            if facet.code == code:
                return facet
        raise UnknownCodeError("facet", code)

    def group(self, code: str) -> Group:
        """A row of E-Blagh's table, or one of our own named rows (hacking)."""
        for group in (*self.groups, *self.native_groups):
            if group.code == code:
                return group
        raise UnknownCodeError("group", code)

    def rule(self, code: str) -> Rule:
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise UnknownCodeError("rule", code)

    def in_public_group(self, code: str) -> tuple[Category, ...]:
        """The categories a person sees after choosing a group on the first screen."""
        first = [c for c in self.categories if c.public_group == code]
        return (*first, *(c for c in self.categories if code in c.also_in))

    def rollup(self, code: str, facts: Collection[str] = ()) -> str:
        """The group of E-Blagh's table for a report with this headline category.

        `facts` are what is known of the report, as `facet:value` (`demand:money`) or one of
        `self.facts` (`threat`). A fact that the taxonomy does not know is refused: a misspelt one
        would quietly move a number in a published table.
        """
        unknown = sorted(set(facts) - self.known_facts)
        if unknown:
            raise UnknownCodeError("fact", ", ".join(unknown))
        target = self.category(code).eblagh
        if target.group is not None:
            return target.group
        rule = self.rule(target.rule or "")
        return next(case.group for case in rule.cases if case.holds(facts))

    def native_rollup(self, code: str, facts: Collection[str] = ()) -> str:
        """The row of our own table, where hacking has a row of its own (R4)."""
        return self.category(code).native_group or self.rollup(code, facts)

    def urgency(self, code: str, facts: Collection[str] = ()) -> Urgency:
        """The category's own urgency; a fact may raise it and never lowers it."""
        category = self.category(code)
        levels = [category.urgency, *(r.urgency for r in category.urgency_if if r.fact in facts)]
        return min(levels, key="UHN".index)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks of a taxonomy: its references, its rules, and what its public words may not say."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from amana.packs.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amana.packs.taxonomy_model import Category, Taxonomy
    from amana.packs.words import Words

FILE: Final = "taxonomy"
_WORDS_NOT_SHOWN: Final = re.compile(
    r"\bcrim|\bdélit|جريم|جرائم|جنائ|جرم|child porn", re.IGNORECASE
)
"""A page title must not tell somebody who looks over a shoulder what it is about (U-04)."""


def check_taxonomy(taxonomy: Taxonomy) -> list[Problem]:
    """Every problem of the taxonomy; an empty list means that it can be used."""
    return [
        *_repeated(taxonomy),
        *_rule_problems(taxonomy),
        *(problem for category in taxonomy.categories for problem in _category(category, taxonomy)),
        *_facet_problems(taxonomy),
        *_word_problems(taxonomy),
    ]


def _repeated(taxonomy: Taxonomy) -> Iterator[Problem]:
    lists = {
        "groups": [group.code for group in (*taxonomy.groups, *taxonomy.native_groups)],
        "public_groups": [group.code for group in taxonomy.public_groups],
        "rules": [rule.code for rule in taxonomy.rules],
        "categories": [category.code for category in taxonomy.categories],
        "slugs": [category.slug for category in taxonomy.categories],
        "facets": [facet.code for facet in taxonomy.facets],
    }
    lists |= {f"facets.{facet.code}": list(facet.codes()) for facet in taxonomy.facets}
    for where, codes in lists.items():
        for code, times in Counter(codes).items():
            if times > 1:
                yield Problem(FILE, where, f"{code} is given {times} times")


def _rule_problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    groups = {group.code for group in taxonomy.groups}
    for rule in taxonomy.rules:
        last = rule.cases[-1]
        if last.any or last.all:
            yield Problem(FILE, rule.code, "the last case must hold always")
        for case in rule.cases:
            if case.group not in groups:
                yield Problem(FILE, rule.code, f"unknown group {case.group}")
            for fact in sorted({*case.any, *case.all} - taxonomy.known_facts):
                yield Problem(FILE, rule.code, f"unknown fact {fact}")


def _category(category: Category, taxonomy: Taxonomy) -> Iterator[Problem]:
    target = category.eblagh
    if (target.group is None) == (target.rule is None):
        yield Problem(FILE, category.code, "needs either a group or a rule")
    known: list[tuple[str, str | None, set[str]]] = [
        ("group", target.group, {group.code for group in taxonomy.groups}),
        ("rule", target.rule, {rule.code for rule in taxonomy.rules}),
        ("native group", category.native_group, {g.code for g in taxonomy.native_groups}),
    ]
    public = {group.code for group in taxonomy.public_groups}
    known += [("public group", g, public) for g in (category.public_group, *category.also_in)]
    for kind, code, codes in known:
        if code is not None and code not in codes:
            yield Problem(FILE, category.code, f"unknown {kind} {code}")
    for raised in category.urgency_if:
        if raised.fact not in taxonomy.known_facts:
            yield Problem(FILE, category.code, f"unknown fact {raised.fact}")


def _facet_problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    facets = {facet.code: facet for facet in taxonomy.facets}
    kinds = set(facets["platform_type"].codes()) if "platform_type" in facets else set()
    for facet in taxonomy.facets:
        for value in facet.values:
            if value.kind is not None and value.kind not in kinds:
                yield Problem(FILE, f"{facet.code}.{value.code}", f"unknown type {value.kind}")


def _word_problems(taxonomy: Taxonomy) -> Iterator[Problem]:
    for where, words in _public_words(taxonomy):
        for lang, text in words.items():
            if _WORDS_NOT_SHOWN.search(text):
                yield Problem(FILE, where, f"the {lang} words name an offence: {text}")


def _public_words(taxonomy: Taxonomy) -> Iterator[tuple[str, Words]]:
    for group in taxonomy.public_groups:
        yield group.code, group.label
        yield group.code, group.hint
    for category in taxonomy.categories:
        yield category.code, category.label
    for facet in taxonomy.facets:
        yield facet.code, facet.label
        for value in facet.values:
            yield f"{facet.code}.{value.code}", value.label

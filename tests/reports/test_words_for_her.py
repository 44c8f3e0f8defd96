# SPDX-License-Identifier: AGPL-3.0-or-later
"""What she reads of a stage and of a note of the node: each code has words in each language, and
a code of a newer node still says something."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

import amana
from amana.reports.models import Stage
from amana.reports.wording import STAGES, automatic_text

CODES = ("still_open", "closed", "reopened", "referred", "diagnosed", "destroyed", "consents")
LANGUAGES = ("en", "ar", "fr", "ur")


def sent() -> set[str]:
    """The codes that the rooms send, read from their calls of `note_automatically`."""
    found = set()
    for file in Path(amana.__file__).parent.rglob("*.py"):
        if "note_automatically" not in (text := file.read_text("utf-8")):
            continue
        calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
        for call in calls:
            if getattr(call.func, "attr", getattr(call.func, "id", "")) == "note_automatically":
                found |= {
                    word.value.value
                    for word in call.keywords
                    if word.arg == "code" and isinstance(word.value, ast.Constant)
                }
    return {str(code) for code in found}


def test_every_note_that_is_sent_has_words_of_its_own() -> None:
    assert {"closed", "reopened", "consents"} <= sent() <= set(CODES)
    with override("en"):
        said = {code: automatic_text(code, {}) for code in CODES}
        unknown = automatic_text("of a newer node", {})
    assert len(set(said.values())) == len(CODES)
    assert unknown not in said.values()


@pytest.mark.parametrize("code", [*CODES, "of a newer node", ""])
def test_a_note_follows_the_language_of_its_reader(code: str) -> None:
    said = []
    for language in LANGUAGES:
        with override(language):
            said.append(automatic_text(code, {}))
    assert len(set(said)) == len(LANGUAGES)
    assert all(text.strip() for text in said)


@pytest.mark.parametrize(("facts", "own"), [({"reason": "Why."}, True), ({"reason": ""}, False)])
def test_why_it_was_closed_is_said_in_the_words_that_were_kept(
    facts: dict[str, str], own: bool
) -> None:
    for language in LANGUAGES:
        with override(language):
            assert (automatic_text("closed", facts) == "Why.") is own
            assert automatic_text("closed", facts)


def test_facts_of_another_note_are_shown_in_none() -> None:
    facts = {"reason": "CANARY", "unit": "CANARY", "code": "CANARY"}
    for code in {*CODES} - {"closed"}:
        assert "CANARY" not in automatic_text(code, facts)


@pytest.mark.parametrize("stage", Stage)
def test_each_stage_has_words_in_each_language(stage: Stage) -> None:
    said = []
    for language in LANGUAGES:
        with override(language):
            said.append(str(STAGES[stage]))
    assert len(set(said)) == len(LANGUAGES)
    assert stage not in said, "a code is no word"

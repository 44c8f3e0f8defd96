# SPDX-License-Identifier: AGPL-3.0-or-later
"""What she reads of a stage and of a note of the node: each code has words in each language, and
a code of a newer node still says something."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

import amana
from amana.casework.services import close
from amana.config.clock import now
from amana.packs import load_pack
from amana.people.models import Role
from amana.reports import opening
from amana.reports.models import Report, Stage
from amana.reports.services import mailbox
from amana.reports.wording import STAGES, automatic_text
from tests.support import builders as make

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


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_m009_why_it_was_closed_is_said_in_the_words_of_the_countrys_list(language: str) -> None:
    pack = load_pack(make.node().pack)
    said = set()
    with override(language):
        for ending in pack.dispositions:
            text = automatic_text("closed", {"disposition": ending.code})
            assert text.endswith(ending.reason.in_(language))
            said.add(text)
    assert len(said) == len(pack.dispositions)


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize("facts", [{}, {"disposition": ""}, {"disposition": "of another list"}])
def test_an_ending_that_the_list_has_no_more_still_says_that_it_is_closed(
    facts: dict[str, str],
) -> None:
    make.node()
    with override("en"):
        assert automatic_text("closed", facts) == "Your report was closed."


@pytest.mark.db
@pytest.mark.django_db
def test_m009_she_and_her_unit_read_why_and_the_officers_own_words_beside_it() -> None:
    agency = make.node()
    filed = make.filed(agency)
    who = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    Report.objects.filter(pk=filed.report.pk).update(withdrawn_at=now())
    report = make.fresh(filed.report)
    close(staff=who, report=report, disposition="withdrawn", message="Thank you.")
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    with override("en"):
        for lines in (
            mailbox.lines_for_reporter(opened),
            opening.lines(staff=who, report=make.fresh(report)),
        ):
            read = " ".join(line.text or automatic_text(line.code, line.facts) for line in lines)
            assert "You asked us to stop, and we have stopped." in read
            assert "Thank you." in read


def test_facts_of_another_note_are_shown_in_none() -> None:
    facts = {"reason": "CANARY", "unit": "CANARY", "code": "CANARY"}
    for code in CODES:
        assert "CANARY" not in automatic_text(code, facts)


@pytest.mark.parametrize("stage", Stage)
def test_each_stage_has_words_in_each_language(stage: Stage) -> None:
    said = []
    for language in LANGUAGES:
        with override(language):
            said.append(str(STAGES[stage]))
    assert len(set(said)) == len(LANGUAGES)
    assert stage not in said, "a code is no word"

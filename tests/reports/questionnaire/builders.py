# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builders for the tests of the questions: forms, answers, walks."""

from __future__ import annotations

from datetime import date

from amana.reports.questionnaire import Answers, Context, Json, Questionnaire, Step, questionnaire

TODAY = date(2026, 11, 22)

CONTRACT: dict[str, object] = {
    "language": "ar",
    "category": "X1",
    "narrative": "…",
    "reporter": {"role": "victim", "identity": "anonymous"},
    "victim": {"country": "JO", "region": "JO-AQ", "minor": False},
    "suspect": {"country": "DE"},
    "answers": {"ongoing": True, "deadline": "2026-12-01"},
    "identifiers": [{"type": "phone", "value": "+962…"}],
    "consents": ["police"],
}


def q() -> Questionnaire:
    """Return the current questionnaire."""
    return questionnaire()


def context(**answers: Json) -> Context:
    """Return a context on a fixed day."""
    return Context(answers=answers, today=TODAY)


def fill(step_id: str, form: dict[str, str | list[str]], **answers: Json) -> dict[str, Json]:
    """Return the values a form gives; fails when there are errors."""
    parsed = q().step(step_id).parse(_lists(form), context(**answers))
    assert not parsed.errors, parsed.errors
    return dict(parsed.values)


def refusals(step_id: str, form: dict[str, str | list[str]], **answers: Json) -> dict[str, str]:
    """Return the errors of a form as {field: code}; nothing may be stored then."""
    parsed = q().step(step_id).parse(_lists(form), context(**answers))
    assert not parsed.errors or parsed.values == {}
    return {error.field: error.code for error in parsed.errors}


def _lists(form: dict[str, str | list[str]]) -> dict[str, list[str]]:
    return {name: [value] if isinstance(value, str) else value for name, value in form.items()}


def ids(answers: Answers) -> list[str]:
    """Return the ids of the visible steps."""
    return [step.id for step in q().visible(answers)]


def a_form(step: Step, answers: Answers, pick: int) -> dict[str, list[str]]:
    """Return form data that answers `step` in the way number `pick`; 0 skips."""
    if pick == 0 or not step.asks:
        return {"_skip": ["1"]}
    key = step.key
    offered = [option.code for option in step.offered(answers)]
    if offered:
        chosen = offered[pick % len(offered)]
        if step.kind == "choices":
            return {key: [chosen, offered[(pick * 7) % len(offered)]]}
        return {key: [chosen]}
    by_kind: dict[str, dict[str, list[str]]] = {
        "date": {key: ["2026-11-20"]},
        "country": {key: [["JO", "MA", "DE"][pick % 3]]},
        "identifiers": {f"{key}-0-type": ["phone"], f"{key}-0-value": ["+962 7 9000 0000"]},
        "money": {f"{key}-0-amount": ["250"], f"{key}-0-currency": ["JOD"]},
        "contact": {f"{key}-channel": ["mailbox"]},
        "identity": {f"{key}-name": ["A name"]},
        "consents": {step.purpose: [["yes", "no"][pick % 2]]},
        "files": {key: ["file_1"]},
        "lines": {key: ["https://example.org/1"]},
    }
    if step.kind == "region":
        regions = q().places.region_codes(step.country_for(answers) or "")
        return {key: [regions[pick % len(regions)]]}
    return by_kind.get(step.kind, {key: ["some words"]})


def walk(picks: list[int]) -> tuple[list[str], Answers]:
    """Go from the first page to the end, answering by `picks`; return the pages and answers."""
    answers: Answers = {}
    pages: list[str] = []
    here: str | None = q().first(answers)
    while here is not None:
        pages.append(here)
        assert len(pages) <= len(q().steps), "the walk does not end"
        step = q().step(here)
        pick = picks[len(pages) % len(picks)]
        parsed = step.parse(a_form(step, answers, pick), Context(answers=answers, today=TODAY))
        assert not parsed.errors, (here, parsed.errors)
        answers = q().prune({**answers, **parsed.values})
        here = q().next(here, answers)
    return pages, answers

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The risks of a report as its page shows them: what raised each, the words that say so, and what
a person said against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from amana.desk import words
from amana.desk.shell import Visit
from amana.people.policies import Action
from amana.reports.questionnaire import Questionnaire, questionnaire
from amana.triage import denying
from amana.triage.assessing import Risk, TextAssessment
from amana.triage.models import RiskDenial
from amana.triage.rules import HINTED, IN_HER_WORDS

Row = dict[str, object]
READ: Final = frozenset({IN_HER_WORDS, HINTED})


def read(visit: Visit, found: TextAssessment | None) -> list[Row]:
    """One entry for each risk, in the order in which they were raised, what was denied last.
    `found` is what her words say today, none where they are not hers to read."""
    stored: dict[str, list[dict[str, str]]] = {}
    for risk in visit.report.assessment.risks:
        stored.setdefault(risk["risk"], []).append(risk)
    today = {risk.code: risk for risk in found.risks} if found else {}
    for code in today:
        stored.setdefault(code, [])
    denied = denying.standing(visit.report)
    asked = questionnaire(visit.report.questionnaire_version)
    entries: list[Row] = [
        {
            "risk": words.said(words.RISKS, code),
            "why": _why(asked, code, rows, today.get(code), read_today=found is not None),
            "said": today[code].reasons if code in today else (),
            "denied": _denial(visit, denied[code]) if code in denied else None,
            "deny": _deny(visit, code) if rows and code not in denied else "",
        }
        for code, rows in stored.items()
    ]
    return sorted(entries, key=lambda entry: entry["denied"] is not None)


def _why(
    asked: Questionnaire,
    code: str,
    rows: Sequence[dict[str, str]],
    today: Risk | None,
    *,
    read_today: bool,
) -> list[Row]:
    """What raised it: an answer, a rule over her words, or a hint; and where her words read
    otherwise today, that."""
    if not rows and today is not None:
        late = _("Found when this page was opened; nothing was ordered by it.")
        return [_by_words(HINTED if today.hinted else IN_HER_WORDS, today, late)]
    found = []
    for row in rows:
        if row["rule"] not in READ:
            found.append(_by_answer(asked, row))
        elif today is not None:
            found.append(_by_words(HINTED if today.hinted else IN_HER_WORDS, today))
        else:
            gone = _("Read again today, the words no longer say so.") if read_today else ""
            found.append(_by_words(row["rule"], None, gone))
    return found


def _by_answer(asked: Questionnaire, row: dict[str, str]) -> Row:
    def title(key: str) -> str:
        step = asked.by_key.get(key)
        return step.title(words.language(), "other") if step is not None else key

    return {
        "origin": _("From an answer"),
        "sentence": words.said(words.RULES, row["rule"]),
        "id": row["rule"],
        "because": [title(key) for key in row["because"].split(",") if key],
    }


def _by_words(rule: str, today: Risk | None, note: str = "") -> Row:
    hint = rule == HINTED
    return {
        "origin": _("A hint, no rule") if hint else _("By a rule for words"),
        "hint": hint,
        "sentence": words.said(words.RULES, rule),
        "id": "" if hint else " · ".join([rule, *(today.rules if today else ())]),
        "because": (),
        "note": note,
    }


def _denial(visit: Visit, row: RiskDenial) -> Row:
    return {
        "at": words.moment(row.at),
        "reason": denying.denial_reason(staff=visit.staff, row=row),
        "undo": visit.url("risk-undo", denial=row.pk) if _may(visit) else "",
    }


def _deny(visit: Visit, code: str) -> str:
    return visit.url("risk", risk=code) if _may(visit) else ""


def _may(visit: Visit) -> bool:
    return Action.DIAGNOSE in visit.may and visit.report.closed_at is None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers made readable: for the check-answers page and for the officer's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from .engine import Questionnaire
from .model import Step
from .money import show_amount
from .types import UNKNOWN, items_of

Line = tuple[str, str, list[str]]
Show = Callable[[Questionnaire, object, str], list[str]]

LRI: Final = "\u2066"
FSI: Final = "\u2068"
PDI: Final = "\u2069"
_MARKS: Final = dict.fromkeys(
    map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
_LEFT_TO_RIGHT: Final = frozenset({"phone", "email"})


def summary(
    questionnaire: Questionnaire,
    answers: Mapping[str, object],
    language: str,
    *,
    voice: str | None = None,
) -> list[Line]:
    """Return (step id, question, answer lines) for each question that was put and answered.

    A skipped question has one line saying so. `voice="other"` reads as an officer would.
    """
    voice = voice or questionnaire.voice(answers)
    return [
        (step.id, step.title(language, voice), _show(questionnaire, step, answers, language, voice))
        for step in questionnaire.steps
        if step.asks and step.key in answers and _speaks(questionnaire, step, answers)
    ]


def _speaks(q: Questionnaire, step: Step, answers: Mapping[str, object]) -> bool:
    """Say whether this step tells the answer: several may share a key (consents, narrative)."""
    if step.key == "category" and len(items_of(answers.get("offences"))) == 1:
        return False
    sharing = [other for other in q.steps if other.key == step.key]
    if len(sharing) == 1:
        return True
    shown = [other for other in sharing if q.is_visible(other, answers)]
    return step in shown or (not shown and step is sharing[0])


def _show(
    q: Questionnaire, step: Step, answers: Mapping[str, object], language: str, voice: str
) -> list[str]:
    value = answers[step.key]
    if step.kind == "consents":
        return [
            q.label("consent.yes" if step.purpose in items_of(value) else "consent.no", language)
        ]
    if value is None or value in ([], {}):
        return [q.label("skipped", language)]
    if value == UNKNOWN and step.option(UNKNOWN) is None:
        return [q.label(UNKNOWN, language)]
    if step.options:
        return [_option(step, code, language, voice) for code in items_of(value)]
    if step.kind in _WHOLE:
        return _WHOLE[step.kind](q, value, language)
    return [str(item) for item in items_of(value)]


def _option(step: Step, code: object, language: str, voice: str) -> str:
    option = step.option(str(code))
    return option.label(language, voice) if option else str(code)


def _code(value: object) -> str:
    """A phone, link, account, amount or date as a left-to-right island (UAX #9, LRI): after an
    Arabic word its parts would change places, and a number that is read wrongly is another one."""
    return _island(LRI, value)


def _word(value: object) -> str:
    """A word of the person's own, in the direction of its first letter (UAX #9, FSI)."""
    return _island(FSI, value)


def _island(opening: str, value: object) -> str:
    # Her own marks go: one that is left open would turn around what stands after it.
    text = str(value if value is not None else "").translate(_MARKS)
    return f"{opening}{text}{PDI}" if text else ""


def _identifier(q: Questionnaire, row: Mapping[str, object], language: str) -> str:
    kind = q.label(f"identifiers.{row.get('type')}", language)
    text = f"{kind}: {_code(row.get('value'))}"
    return f"{text} · {_word(row['note'])}" if row.get("note") else text


def _payment(q: Questionnaire, row: Mapping[str, object], language: str) -> str:
    amount, currency = row.get("amount_minor"), str(row.get("currency") or "")
    shown = show_amount(amount, currency) if isinstance(amount, int) and currency else ""
    means = q.label(f"payments.{row['means']}", language) if row.get("means") else ""
    parts = (_code(shown), means, _code(row.get("account")), _code(row.get("on")))
    return " · ".join(part for part in parts if part)


def _rows(show: Callable[[Questionnaire, Mapping[str, object], str], str]) -> Show:
    def run(q: Questionnaire, value: object, language: str) -> list[str]:
        return [show(q, row, language) for row in items_of(value) if isinstance(row, Mapping)]

    return run


def _person(q: Questionnaire, value: object, language: str) -> list[str]:
    found = value if isinstance(value, Mapping) else {}
    names = [name for name in ("name", "phone", "email", "address") if found.get(name)]
    return [f"{q.label(f'person.{name}', language)}: {_said(name, found[name])}" for name in names]


def _said(name: str, value: object) -> str:
    return _code(value) if name in _LEFT_TO_RIGHT else _word(value)


def _contact(q: Questionnaire, value: object, language: str) -> list[str]:
    rules = value if isinstance(value, Mapping) else {}
    channel = str(rules.get("channel") or "none")
    lines = [q.label(f"contact.{channel}", language)]
    if channel == "none":
        return lines
    if rules.get("value"):
        lines.append(_code(rules["value"]))
    if rules.get("hours_from") or rules.get("hours_to"):
        hours = f"{rules.get('hours_from') or '00:00'} – {rules.get('hours_to') or '24:00'}"
        lines.append(_code(hours))
    if days := items_of(rules.get("days")):
        lines.append(" · ".join(q.label(f"day.{day}", language) for day in days))
    if channel == "phone":
        said = "yes" if rules.get("voicemail") else "no"
        lines.append(q.label(f"contact.voicemail_{said}", language))
    if rules.get("code_word"):
        lines.append(f"{q.label('contact.code_word', language)}: {_word(rules['code_word'])}")
    return lines


_WHOLE: dict[str, Show] = {
    "country": lambda q, value, language: [q.places.country_name(str(value), language)],
    "region": lambda q, value, language: [q.places.region_name(str(value), language)],
    "date": lambda q, value, language: [_code(str(value).replace("T", " "))],
    "lines": lambda q, value, language: [_code(item) for item in items_of(value)],
    "files": lambda q, value, language: [
        q.label("files.count", language).replace("{count}", str(len(items_of(value))))
    ],
    "identifiers": _rows(_identifier),
    "money": _rows(_payment),
    "identity": _person,
    "contact": _contact,
}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The questionnaire as an officer fills it in with somebody: all questions on one page, those that
follow from an answer appear when the page is saved. The rules are those of the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from amana.agencies.selectors import shown
from amana.desk import words
from amana.people.models import Role
from amana.people.policies import ALLOWED, Action, Staff
from amana.reports.intake import current_questionnaire
from amana.reports.models import Origin
from amana.reports.questionnaire import (
    CHANNELS,
    CURRENCIES,
    DAYS,
    IDENTIFIER_TYPES,
    MEANS,
    Answers,
    Context,
    FieldError,
    Questionnaire,
    Step,
    minor_digits,
)
from amana.reports.questionnaire.forms import READERS
from amana.reports.questionnaire.types import Form, items_of

Drawn = dict[str, object]
DOORS: Final = (Origin.WALK_IN, Origin.HELPLINE, Origin.COMPLAINT, Origin.PARTNER_REFERRAL)
_INDEX: Final = re.compile(r"\[(\d+)\]")
EMPTY_ROWS: Final = 2


def doors(staff: Staff) -> list[Origin]:
    """The doors through which she may take a report: a liaison officer only what partners send."""
    held = {role for roles in staff.roles.values() for role in roles}
    at_the_desk = held & (ALLOWED[Action.DESK_INTAKE] - {Role.LIAISON})
    return list(DOORS) if at_the_desk else [Origin.PARTNER_REFERRAL]


class DoorForm(forms.Form):
    """How the report comes in, and in which language the person will read the answers."""

    origin = forms.ChoiceField(label=_("How does it come in?"), widget=forms.RadioSelect)
    language = forms.ChoiceField(
        label=_("Language of the person"),
        help_text=_("In this language the person reads everything later."),
        choices=settings.LANGUAGES,
    )

    def __init__(self, *args: object, staff: Staff, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        origin = self.fields["origin"]
        if isinstance(origin, forms.ChoiceField):
            origin.choices = [(door, words.said(words.ORIGINS, door)) for door in doors(staff)]


@dataclass(slots=True)
class Sheet:
    """One draft on the officer's page: what was told, and what is wrong with what was typed."""

    told: Answers
    typed: Form | None = None
    wrong: dict[str, Sequence[FieldError]] = field(default_factory=dict)

    @property
    def questions(self) -> Questionnaire:
        return current_questionnaire()

    @property
    def answers(self) -> Answers:
        """Those that count now; what stands under hidden questions is kept aside."""
        return self.questions.derive(self.questions.prune(self.told))

    def steps(self) -> list[Step]:
        """The questions that are put now. Files are added to the report itself."""
        visible = self.questions.visible(self.answers)
        return [step for step in visible if step.asks and step.kind != "files"]

    def take(self, typed: Form) -> list[str]:
        """Read the page; what cannot be taken stays typed. Returns the questions that are new."""
        before = [step.id for step in self.steps()]
        self.typed = typed
        for step in self.steps():
            if not READERS[step.kind](step, typed):
                self._leave_open(step)
                continue
            parsed = step.parse(typed, Context(answers=self.told))
            if parsed.errors:
                self.wrong[step.id] = parsed.errors
            else:
                self.told.update(parsed.values)
        return [step.id for step in self.steps() if step.id not in before]

    def _leave_open(self, step: Step) -> None:
        """A question that nobody answered stays open: "I do not know" is an answer, and for some
        dangers it counts as one."""
        if step.kind != "consents":
            self.told.pop(step.key, None)

    def drawn(self, new: Sequence[str] = ()) -> list[Drawn]:
        """What the template draws, in order."""
        return [_draw(self, step) | {"new": step.id in new} for step in self.steps()]

    def summary(self) -> list[dict[str, str]]:
        """Every error, each leading to its field."""
        found = []
        for step_id, errors in self.wrong.items():
            step = self.questions.step(step_id)
            for wrong in errors:
                text = f"{step.title(words.language(), 'other')} {wrong.message(words.language())}"
                found.append({"href": f"#{_anchor(step, wrong.field)}", "text": text})
        return found


def _draw(sheet: Sheet, step: Step) -> Drawn:
    errors = sheet.wrong.get(step.id, ())
    lang = words.language()
    drawn: Drawn = {
        "kind": step.kind,
        "name": step.purpose if step.kind == "consents" else step.key,
        "title": step.title(lang, "other"),
        "hint": step.why(lang, "other"),
        "error": " ".join(dict.fromkeys(wrong.message(lang) for wrong in errors)),
    }
    asked = _Asked(sheet, step, use_typed=bool(errors))
    drawn.update(_DRAW[step.kind](asked))
    return drawn


def _anchor(step: Step, place: str) -> str:
    if step.kind == "consents":
        return step.purpose
    if step.kind == "date":
        return f"{step.key}-day"
    if step.kind not in ("identifiers", "money"):
        place = _INDEX.sub("", place)
    return _INDEX.sub(r"-\1", place).replace(".", "-")


@dataclass(frozen=True, slots=True)
class _Asked:
    sheet: Sheet
    step: Step
    use_typed: bool

    @property
    def stored(self) -> object:
        return self.sheet.told.get(self.step.key)

    def typed(self, name: str) -> str:
        values = (self.sheet.typed or {}).get(name) or [""]
        return values[-1]

    def label(self, name: str) -> str:
        return self.sheet.questions.label(name, words.language())

    def labels(self, prefix: str, names: Sequence[str]) -> dict[str, str]:
        return {name: self.label(f"{prefix}.{name}") for name in names}

    def listed(self, prefix: str, codes: Sequence[str]) -> list[dict[str, str]]:
        return [{"code": code, "label": self.label(f"{prefix}.{code}")} for code in codes]


def _choice(asked: _Asked) -> Drawn:
    offered = asked.step.offered(asked.sheet.answers)
    lang = words.language()
    options = [
        {"code": o.code, "label": o.label(lang, "other"), "hint": o.hint(lang)} for o in offered
    ]
    many = asked.step.kind == "choices"
    return {"options": options, "value": items_of(asked.stored) if many else asked.stored or ""}


def _text(asked: _Asked) -> Drawn:
    if asked.use_typed:
        return {"value": asked.typed(asked.step.key)}
    return {"value": "\n".join(str(item) for item in items_of(asked.stored))}


def _date(asked: _Asked) -> Drawn:
    parts = ("day", "month", "year", "time")
    drawn: Drawn = {"with_time": not asked.step.partial}
    if asked.use_typed:
        return drawn | {part: asked.typed(f"{asked.step.key}-{part}") for part in parts}
    day, _sep, hour = str(asked.stored or "").partition("T")
    year, month, date = [*day.split("-"), "", "", ""][:3]
    return drawn | dict(zip(parts, (date, month, year, hour[:5]), strict=True))


def _country(asked: _Asked) -> Drawn:
    places, pack = asked.sheet.questions.places, shown().pack
    home = pack.country if pack else ""
    names = [(code, places.country_name(code, words.language())) for code in places.country_codes()]
    names.sort(key=lambda row: (row[0] != home, row[1]))
    return {
        "options": [{"code": code, "label": name} for code, name in names],
        "value": asked.stored or "",
    }


def _region(asked: _Asked) -> Drawn:
    places = asked.sheet.questions.places
    country = asked.step.country_for(asked.sheet.answers) or ""
    codes = places.region_codes(country)
    options = [{"code": c, "label": places.region_name(c, words.language())} for c in codes]
    return {"options": options, "value": asked.stored or ""}


def _rows(asked: _Asked) -> list[dict[str, object]]:
    source: object = asked.stored
    if asked.use_typed:
        source = READERS[asked.step.kind](asked.step, asked.sheet.typed or {})
    rows = [dict(row) for row in items_of(source) if isinstance(row, Mapping)]
    room = max(0, min(EMPTY_ROWS, asked.step.most - len(rows)))
    return [*rows, *({} for _ in range(room))]


def _identifiers(asked: _Asked) -> Drawn:
    return {"rows": _rows(asked), "types": asked.listed("identifiers", IDENTIFIER_TYPES)}


def _money(asked: _Asked) -> Drawn:
    return {
        "rows": [row | {"amount": _amount(row)} for row in _rows(asked)],
        "currencies": CURRENCIES,
        "means": asked.listed("payments", MEANS),
        "words": asked.labels("payments", ("amount", "currency", "means", "account", "on")),
    }


def _amount(row: Mapping[str, object]) -> str:
    minor, currency = row.get("amount_minor"), str(row.get("currency") or "")
    if isinstance(minor, int) and currency:
        digits = minor_digits(currency)
        return f"{Decimal(minor).scaleb(-digits):.{digits}f}"
    return str(row.get("amount") or "")


def _record(asked: _Asked, names: Sequence[str]) -> dict[str, object]:
    if asked.use_typed:
        return {name: asked.typed(f"{asked.step.key}-{name}") for name in names}
    stored = asked.stored if isinstance(asked.stored, Mapping) else {}
    return {name: stored.get(name) or "" for name in names}


def _contact(asked: _Asked) -> Drawn:
    names = ("channel", "value", "hours_from", "hours_to", "voicemail", "code_word")
    value = _record(asked, names)
    days: object = ()
    if asked.use_typed:
        days = (asked.sheet.typed or {}).get(f"{asked.step.key}-days", ())
    elif isinstance(asked.stored, Mapping):
        days = asked.stored.get("days")
    return {
        "value": value | {"channel": value["channel"] or "none", "days": items_of(days)},
        "channels": asked.listed("contact", CHANNELS),
        "days": asked.listed("day", DAYS),
        "words": asked.labels("contact", (*names, "days")),
    }


def _person(asked: _Asked) -> Drawn:
    names = ("name", "phone", "email", "address")
    return {"value": _record(asked, names), "words": asked.labels("person", names)}


def _consent(asked: _Asked) -> Drawn:
    told = asked.sheet.told.get("consents")
    given = asked.step.purpose in items_of(told)
    asked_before = asked.typed(asked.step.purpose)
    value = "yes" if given else asked_before if asked_before == "no" else ""
    options = [{"code": c, "label": asked.label(f"consent.{c}"), "hint": ""} for c in ("yes", "no")]
    return {"options": options, "value": value}


_DRAW: Final[dict[str, Callable[[_Asked], Drawn]]] = {
    "choice": _choice,
    "choices": _choice,
    "text": _text,
    "longtext": _text,
    "lines": _text,
    "date": _date,
    "country": _country,
    "region": _region,
    "identifiers": _identifiers,
    "money": _money,
    "contact": _contact,
    "identity": _person,
    "consents": _consent,
}

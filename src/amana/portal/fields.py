# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a question page draws: from the stored answer, or from what was just typed, as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from amana.evidence.limits import in_words
from amana.evidence.resumable.owners import Owner
from amana.portal import countries
from amana.portal.upload_words import upload_words
from amana.portal.walk import Walk
from amana.reports.questionnaire import (
    CHANNELS,
    CURRENCIES,
    DAYS,
    IDENTIFIER_TYPES,
    MEANS,
    FieldError,
    Step,
    minor_digits,
)
from amana.reports.questionnaire.types import Form, items_of

Drawn = dict[str, object]
_INDEX: Final = re.compile(r"\[(\d+)\]")
_REPEATED: Final = frozenset({"identifiers", "money"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put now. `typed`: a form that was sent and could not be taken."""

    walk: Walk
    step: Step
    language: str
    typed: Form | None = None
    errors: Sequence[FieldError] = ()
    files: Sequence[Mapping[str, str]] = field(default=())

    @property
    def stored(self) -> object:
        return self.walk.told.get(self.step.key)

    def was_typed(self, name: str) -> str:
        values = (self.typed or {}).get(name) or [""]
        return values[-1]

    def label(self, name: str) -> str:
        return self.walk.questions.label(name, self.language)


def draw(asked: Asked) -> Drawn:
    """Everything the template of this kind of question needs."""
    step, voice = asked.step, asked.walk.voice
    drawn: Drawn = {
        "template": f"portal/fields/{step.kind}.html",
        "name": step.key,
        "title": step.title(asked.language, voice),
        "hint": _hint(step.why(asked.language, voice), step.help(asked.language, voice)),
        "error": " ".join(dict.fromkeys(_own(asked))),
        "wrong": _by_place(asked),
    }
    drawn.update(_DRAW[step.kind](asked))
    return drawn


def summary_of(asked: Asked) -> list[dict[str, str]]:
    """The list of errors at the top of the page; each leads to its field."""
    return [
        {"href": f"#{anchor(asked.step, wrong.field)}", "text": wrong.message(asked.language)}
        for wrong in asked.errors
    ]


def anchor(step: Step, place: str) -> str:
    """The id of the field that an error names: `identifiers[2].value` is identifiers-2-value."""
    if step.kind == "consents":
        return step.purpose
    if step.kind == "date":
        return f"{step.key}-day"
    if step.kind not in _REPEATED:
        place = _INDEX.sub("", place)
    return _INDEX.sub(r"-\1", place).replace(".", "-")


def _hint(why: str | SafeString, more: str) -> str | SafeString:
    return format_html("{}<br>{}", why, more) if more else why


def _own(asked: Asked) -> list[str]:
    """Errors that stand at the question itself and at no field inside it."""
    inside = asked.step.kind in {*_REPEATED, "contact", "identity"}
    return [
        wrong.message(asked.language)
        for wrong in asked.errors
        if not inside or wrong.field == asked.step.key
    ]


def _by_place(asked: Asked) -> dict[str, str]:
    """Errors of fields inside the question: `value`, or `2-value` in rows."""
    prefix = f"{asked.step.key}-"
    found: dict[str, str] = {}
    for wrong in asked.errors:
        place = anchor(asked.step, wrong.field).removeprefix(prefix)
        found.setdefault(place, wrong.message(asked.language))
    return found


def _choice(asked: Asked) -> Drawn:
    options = [
        {
            "code": option.code,
            "label": option.label(asked.language, asked.walk.voice),
            "hint": option.hint(asked.language),
        }
        for option in asked.step.offered(asked.walk.answers)
    ]
    many = asked.step.kind == "choices"
    value: object = asked.stored
    if asked.typed is not None:
        value = (
            list(asked.typed.get(asked.step.key, ())) if many else asked.was_typed(asked.step.key)
        )
    return {"options": options, "value": items_of(value) if many else value}


def _text(asked: Asked) -> Drawn:
    if asked.typed is not None:
        return {"value": asked.was_typed(asked.step.key)}
    return {"value": "\n".join(str(item) for item in items_of(asked.stored))}


def _date(asked: Asked) -> Drawn:
    key = asked.step.key
    drawn: Drawn = {"with_time": not asked.step.partial}
    if asked.typed is not None:
        parts = ("day", "month", "year", "time")
        return drawn | {part: asked.was_typed(f"{key}-{part}") for part in parts}
    day, _sep, hour = str(asked.stored or "").partition("T")
    year, month, date = [*day.split("-"), "", "", ""][:3]
    return drawn | {"day": date, "month": month, "year": year, "time": hour[:5]}


def _country(asked: Asked) -> Drawn:
    if asked.typed is not None:
        chosen, other = asked.was_typed(asked.step.key), asked.was_typed(f"{asked.step.key}-other")
    else:
        chosen, other = str(asked.stored or ""), ""
    near = countries.suggestions(other, asked.language) if other else []
    return {
        "options": countries.listed(asked.language, chosen),
        "value": chosen,
        "other": other,
        "near": near,
    }


def _region(asked: Asked) -> Drawn:
    places = asked.walk.questions.places
    country = asked.step.country_for(asked.walk.answers) or ""
    options = [
        {"code": code, "label": places.region_name(code, asked.language)}
        for code in places.region_codes(country)
    ]
    typed = asked.was_typed(asked.step.key) if asked.typed is not None else asked.stored
    return {"options": options, "value": typed}


def _typed_rows(asked: Asked) -> list[dict[str, str]]:
    """Rows as they were typed, numbered as the check numbers them: those that say something."""
    from amana.reports.questionnaire.forms import READERS

    rows = READERS[asked.step.kind](asked.step, asked.typed or {})
    return [
        {str(k): str(v) for k, v in row.items()}
        for row in items_of(rows)
        if isinstance(row, Mapping)
    ]


def _rows(asked: Asked, stored: Callable[[Mapping[str, object]], dict[str, str]]) -> Drawn:
    if asked.typed is not None:
        rows = _typed_rows(asked)
    else:
        rows = [stored(row) for row in items_of(asked.stored) if isinstance(row, Mapping)]
    wrong = _by_place(asked)
    drawn = [
        row | {"error": next((t for p, t in wrong.items() if p.startswith(f"{at}-")), "")}
        for at, row in enumerate(rows)
    ]
    room = len(rows) < asked.step.most
    return {"rows": [*drawn, {}] if room else drawn, "more": _("Add another") if room else ""}


def _identifiers(asked: Asked) -> Drawn:
    types = [{"code": t, "label": asked.label(f"identifiers.{t}")} for t in IDENTIFIER_TYPES]
    plain = lambda row: {str(k): str(v) for k, v in row.items() if v}  # noqa: E731
    return _rows(asked, plain) | {"types": types}


def _money(asked: Asked) -> Drawn:
    means = [{"code": m, "label": asked.label(f"payments.{m}")} for m in MEANS]
    words = {
        name: asked.label(f"payments.{name}")
        for name in ("amount", "currency", "means", "account", "on")
    }
    return _rows(asked, _payment) | {"currencies": CURRENCIES, "means": means, "words": words}


def _payment(row: Mapping[str, object]) -> dict[str, str]:
    amount, currency = row.get("amount_minor"), str(row.get("currency") or "")
    shown = ""
    if isinstance(amount, int) and currency:
        digits = minor_digits(currency)
        shown = f"{Decimal(amount).scaleb(-digits):.{digits}f}"
    kept = {name: str(row.get(name) or "") for name in ("means", "account", "on")}
    return {"amount": shown, "currency": currency, **kept}


def _record(asked: Asked, names: Sequence[str]) -> dict[str, object]:
    if asked.typed is not None:
        return {name: asked.was_typed(f"{asked.step.key}-{name}") for name in names}
    stored = asked.stored if isinstance(asked.stored, Mapping) else {}
    return {name: stored.get(name) or "" for name in names}


def _contact(asked: Asked) -> Drawn:
    value = _record(asked, ("channel", "value", "hours_from", "hours_to", "voicemail", "code_word"))
    days: object = ()
    if asked.typed is not None:
        days = asked.typed.get(f"{asked.step.key}-days", ())
    elif isinstance(asked.stored, Mapping):
        days = asked.stored.get("days")
    return {
        "value": value | {"channel": value["channel"] or "none", "days": items_of(days)},
        "channels": [{"code": c, "label": asked.label(f"contact.{c}")} for c in CHANNELS],
        "days": [{"code": d, "label": asked.label(f"day.{d}")} for d in DAYS],
        "words": {
            name: asked.label(f"contact.{name}")
            for name in ("channel", "value", "hours_from", "hours_to", "days", "voicemail")
        }
        | {"code_word": asked.label("contact.code_word")},
    }


def _person(asked: Asked) -> Drawn:
    names = ("name", "phone", "email", "address")
    return {
        "value": _record(asked, names),
        "words": {name: asked.label(f"person.{name}") for name in names},
    }


def _consent(asked: Asked) -> Drawn:
    purpose = asked.step.purpose
    value = "yes" if purpose in items_of(asked.stored) else ""
    if asked.typed is not None:
        value = asked.was_typed(purpose)
    options = [{"code": c, "label": asked.label(f"consent.{c}"), "hint": ""} for c in ("yes", "no")]
    return {"name": purpose, "options": options, "value": value}


def _files(asked: Asked) -> Drawn:
    limits = _("Up to %(files)s files, %(each)s MB each, %(all)s MB together.") % in_words()
    step, voice = asked.step, asked.walk.voice
    hint = _hint(step.why(asked.language, voice), step.help(asked.language, voice))
    return {
        "kept": asked.files,
        "hint": _hint(hint, limits),
        "words": upload_words(Owner.of_draft(asked.walk.opened)),
    }


_DRAW: Final[dict[str, Callable[[Asked], Drawn]]] = {
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
    "files": _files,
    "contact": _contact,
    "identity": _person,
    "consents": _consent,
}

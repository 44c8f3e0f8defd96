# SPDX-License-Identifier: AGPL-3.0-or-later
"""The body of `POST /api/v1/reports` read as answers, and its errors named as the caller wrote."""

from __future__ import annotations

from collections.abc import Mapping

from .engine import Questionnaire
from .errors import error
from .types import Context, FieldError, Validated, is_answer

# Where a body says something, and the answer it is. Everything else stands under "answers".
_PLACES: dict[str, str] = {
    "language": "language",
    "category": "category",
    "narrative": "narrative",
    "identifiers": "identifiers",
    "consents": "consents",
    "reporter.role": "role",
    "reporter.identity": "identity",
    "reporter.person": "person",
    "reporter.safe_contact": "safe_contact",
    "victim.country": "victim_country",
    "victim.region": "victim_region",
    "victim.minor": "minor",
    "victim.age_band": "victim_age_band",
    "victim.gender": "victim_gender",
    "suspect.country": "suspect_country",
    "suspect.region": "suspect_region",
    "suspect.location": "suspect_location",
    "suspect.relation": "suspect_relation",
    "suspect.claims": "suspect_claims",
}
_PATHS = {key: path for path, key in _PLACES.items()}
_HEADS = frozenset(path.partition(".")[0] for path in _PLACES) | {"answers"}
_HOLDERS = frozenset(path.partition(".")[0] for path in _PLACES if "." in path) | {"answers"}
_INSIDE = {
    holder: frozenset(path.partition(".")[2] for path in _PLACES if path.startswith(f"{holder}."))
    for holder in _HOLDERS
}
_YES_NO = frozenset(
    [
        *("minor", "ongoing", "attempted", "deadline_known", "self_harm", "honour_risk"),
        *("threat_to_life", "location_disclosed", "money_paid", "child_secondary"),
    ]
)


def from_api(payload: Mapping[str, object]) -> dict[str, object]:
    """Return the answers a body of the contract holds, unchecked. Never raises.

    Also fills in what follows: `deadline_known` from a deadline, `identity` anonymous, `offences`
    from the category, the other side abroad when its country is not the victim's.
    """
    told: dict[str, object] = {}
    for path, key in _PLACES.items():
        head, _, tail = path.partition(".")
        holder = payload if not tail else payload.get(head)
        name = tail or head
        if isinstance(holder, Mapping) and name in holder:
            told[key] = holder[name]
    more = payload.get("answers")
    if isinstance(more, Mapping):
        told.update({str(key): value for key, value in more.items() if str(key) not in told})
    for key in _YES_NO & told.keys():
        if isinstance(told[key], bool):
            told[key] = "yes" if told[key] else "no"
    return _completed(told)


def _completed(told: dict[str, object]) -> dict[str, object]:
    told = {key: value for key, value in told.items() if value is not None}
    told.setdefault("identity", "anonymous")
    category = told.get("category")
    if category == "unknown":
        told["category"] = category = "O2"
    offences = told.get("offences")
    if is_answer(category) and isinstance(offences, list) and category not in offences:
        told["offences"] = [category, *offences]
    if is_answer(told.get("deadline")):
        told.setdefault("deadline_known", "yes")
    there, here = told.get("suspect_country"), told.get("victim_country")
    if is_answer(there) and is_answer(here):
        told.setdefault("suspect_location", "domestic" if there == here else "abroad")
    return told


def read_api(
    questionnaire: Questionnaire, payload: object, context: Context | None = None
) -> Validated:
    """Return the checked answers of a body; errors name the body's own fields.

    `language` and one of `category` and `narrative` (or `answers.groups`) are required.
    """
    if not isinstance(payload, Mapping):
        return Validated({}, [error("", "wrong_type")])
    errors = _shape(payload)
    if "language" not in payload:
        errors.append(error("language", "missing"))
    checked = questionnaire.validate_all(from_api(payload), context)
    named = [
        FieldError(_as_written(wrong.field, payload), wrong.code, wrong.message_by_language)
        for wrong in checked.errors
    ]
    return Validated(checked.answers, [*errors, *named])


def _shape(payload: Mapping[str, object]) -> list[FieldError]:
    errors = [
        error(str(name)[:60], "unknown_field") for name in list(payload)[:50] if name not in _HEADS
    ]
    for name in sorted(_HOLDERS & set(payload)):
        holder = payload[name]
        if not isinstance(holder, Mapping):
            errors.append(error(name, "wrong_type"))
            continue
        if name == "answers":
            continue
        strange = [str(key)[:60] for key in list(holder)[:50] if key not in _INSIDE[name]]
        errors += [error(f"{name}.{key}", "unknown_field") for key in strange]
    return errors


def _as_written(field: str, payload: Mapping[str, object]) -> str:
    """Return the path as it stands in the body: `identifiers[0].value`, `victim.region`."""
    end = next((i for i, char in enumerate(field) if char in ".["), len(field))
    key, rest = field[:end], field[end:]
    under = payload.get("answers")
    if isinstance(under, Mapping) and key in under:
        return f"answers.{field}"
    return f"{_PATHS[key]}{rest}" if key in _PATHS else f"answers.{field}"

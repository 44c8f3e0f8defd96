# SPDX-License-Identifier: AGPL-3.0-or-later
"""The questions a report asks: data in YAML, one engine for the forms and the API.

q = questionnaire()
step = q.step(q.first({}))
parsed = step.parse(request_form, Context(answers=answers))
answers = q.prune({**answers, **parsed.values})
following = q.next(step.id, answers)          # None: check your answers
"""

from __future__ import annotations

from .api import from_api, read_api
from .checks import PURPOSES
from .engine import Questionnaire
from .loader import FOLDER, BadQuestionnaire, build_steps, read_texts
from .model import Item, Option, Step
from .money import CURRENCIES, MEANS, minor_digits, show_amount
from .places import PackPlaces
from .rows import CHANNELS, DAYS, IDENTIFIER_TYPES
from .summary import summary
from .types import LANGUAGES, UNKNOWN, Answers, Context, FieldError, Json, Parsed, Places, Validated
from .yamlfile import read_yaml

CURRENT = "2026-1"

__all__ = [
    "CHANNELS",
    "CURRENCIES",
    "CURRENT",
    "DAYS",
    "IDENTIFIER_TYPES",
    "LANGUAGES",
    "MEANS",
    "PURPOSES",
    "UNKNOWN",
    "Answers",
    "BadQuestionnaire",
    "Context",
    "FieldError",
    "Item",
    "Json",
    "Option",
    "PackPlaces",
    "Parsed",
    "Places",
    "Questionnaire",
    "Step",
    "Validated",
    "from_api",
    "minor_digits",
    "questionnaire",
    "read_api",
    "show_amount",
    "summary",
    "versions",
]


def versions() -> list[str]:
    """Return every version that is kept; old reports are read with the one they were filed in."""
    return sorted(path.stem for path in FOLDER.glob("20??-*.yaml") if path.stem.count(".") == 0)


def questionnaire(version: str | None = None, *, places: Places | None = None) -> Questionnaire:
    """Return the questionnaire of `version` (default: the current one), loaded once.

    `places` names countries and regions; without it the packs do.
    Raises `KeyError` for a version that does not exist.
    """
    wanted, known = version or CURRENT, places or _PACK_PLACES
    if (wanted, known) not in _LOADED:
        _LOADED[wanted, known] = _load(wanted, known)
    return _LOADED[wanted, known]


_PACK_PLACES = PackPlaces()
_LOADED: dict[tuple[str, Places], Questionnaire] = {}


def _load(version: str, places: Places) -> Questionnaire:
    if version not in versions():
        raise KeyError(version)
    flow, texts = read_yaml(FOLDER / f"{version}.yaml"), read_texts(version)
    labels = {
        lang: {str(key): str(text) for key, text in _plain(words["labels"]).items()}
        for lang, words in texts.items()
    }
    return Questionnaire(
        version=version,
        steps=build_steps(flow, texts, places),
        places=places,
        labels=labels,
        headlines={str(k): str(v) for k, v in _plain(flow["headlines"]).items()},
        severity=tuple(_codes(flow["severity"])),
        extra_clear=tuple(_codes(flow["clear"])),
    )


def _plain(value: object) -> dict[object, object]:
    if not isinstance(value, dict):
        raise BadQuestionnaire(f"a mapping was expected: {value!r}")
    return value


def _codes(value: object) -> list[str]:
    if not isinstance(value, list):
        raise BadQuestionnaire(f"a list was expected: {value!r}")
    return [str(item) for item in value]

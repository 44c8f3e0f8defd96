# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words this package shares: JSON, places, contexts, errors and outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Answers: TypeAlias = "dict[str, Json]"
Form: TypeAlias = Mapping[str, Sequence[str]]

LANGUAGES = ("en", "fr", "ar", "ur")
UNKNOWN = "unknown"


class Places(Protocol):
    """Countries (ISO 3166-1 alpha-2) and their regions (ISO 3166-2), with names."""

    def country_codes(self) -> Sequence[str]: ...

    def is_country(self, code: str) -> bool: ...

    def country_name(self, code: str, language: str) -> str: ...

    def region_codes(self, country: str) -> Sequence[str]: ...

    def region_name(self, code: str, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to mend: where (`identifiers[2].value`), why (code) and how to say it."""

    field: str
    code: str
    message_by_language: Mapping[str, str]

    def message(self, language: str) -> str:
        """Return the message in `language`, in English when it is not one of ours."""
        return self.message_by_language.get(language) or self.message_by_language["en"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may know besides the value: what was answered before, and today."""

    answers: Mapping[str, object] = field(default_factory=dict)
    today: date = field(default_factory=lambda: datetime.now(UTC).date())


@dataclass(frozen=True, slots=True)
class Parsed:
    """Values to merge into the answers (only when `errors` is empty)."""

    values: Mapping[str, Json]
    errors: Sequence[FieldError] = ()


@dataclass(frozen=True, slots=True)
class Validated:
    """Cleaned answers and everything wrong with those that were refused."""

    answers: Mapping[str, Json]
    errors: Sequence[FieldError] = ()


def is_answer(value: object) -> bool:
    """Say whether `value` tells something: neither empty, nor skipped, nor "I don't know"."""
    if isinstance(value, list | tuple):
        return any(is_answer(item) for item in value)
    return value not in (None, "", UNKNOWN) and value != {}


def items_of(value: object) -> list[object]:
    """Return the values of a list, of a single value, or of nothing."""
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A question as data: what it asks, of whom, where its answer is sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .conditions import Condition
from .types import LANGUAGES, UNKNOWN, Context, FieldError, Form, Json, Parsed, Places, is_answer

KINDS = (
    "choice",
    "choices",
    "text",
    "longtext",
    "lines",
    "date",
    "country",
    "region",
    "identifiers",
    "money",
    "files",
    "contact",
    "identity",
    "consents",
    "info",
)
PARTS = ("answers", "identity", "annex")
VOICES = ("self", "child", "other")

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose: its code, its words by language, and when it is offered."""

    code: str
    labels: Mapping[str, Words]
    hints: Mapping[str, str]
    when: Condition
    alone: bool = False
    sets: Mapping[str, str] | None = None

    def label(self, language: str, voice: str = "self") -> str:
        """Return the words of this answer as the person reads them."""
        words = self.labels[language if language in self.labels else "en"]
        return words.get(voice) or words["self"]

    def hint(self, language: str) -> str:
        """Return the small second line, or nothing."""
        return self.hints.get(language, "") if language in LANGUAGES else self.hints.get("en", "")


@dataclass(frozen=True, slots=True)
class Item:
    """One paragraph of an `info` page, shown when its condition holds."""

    words: Mapping[str, str]
    when: Condition

    def text(self, language: str) -> str:
        """Return the paragraph in `language`."""
        return self.words.get(language) or self.words["en"]


@dataclass(frozen=True, slots=True)
class Step:
    """One page: one question, or a page of help (`kind == "info"`)."""

    id: str
    kind: str
    key: str
    part: str
    clear: bool
    when: Condition
    words: Mapping[str, Words]
    options: Sequence[Option]
    items: Sequence[Item]
    places: Places
    limit: int
    most: int
    purpose: str
    region_of: Sequence[str]
    past: bool
    partial: bool
    shows: Sequence[str]

    def _say(self, what: str, language: str, voice: str) -> str:
        words = self.words[language if language in self.words else "en"]
        return words.get(f"{what}_{voice}") or words.get(what, "")

    def title(self, language: str, voice: str = "self") -> str:
        """Return the question in `language` for `voice` (self, child or other)."""
        return self._say("title", language, voice)

    def why(self, language: str, voice: str = "self") -> str:
        """Return why we ask (U-06)."""
        return self._say("why", language, voice)

    def help(self, language: str, voice: str = "self") -> str:
        """Return the optional help, or an empty string."""
        return self._say("help", language, voice)

    @property
    def asks(self) -> bool:
        """Say whether the page asks something (an `info` page does not)."""
        return self.kind != "info"

    def offered(self, answers: Mapping[str, object]) -> list[Option]:
        """Return the options offered to somebody who gave these answers."""
        return [option for option in self.options if option.when.test(answers, self.places)]

    def option(self, code: str) -> Option | None:
        """Return the option with this code, offered or not."""
        return next((option for option in self.options if option.code == code), None)

    def shown_items(self, answers: Mapping[str, object]) -> list[Item]:
        """Return the paragraphs of an `info` page that concern this person."""
        return [item for item in self.items if item.when.test(answers, self.places)]

    def country_for(self, answers: Mapping[str, object]) -> str | None:
        """Return the country whose regions a `region` question offers."""
        told = (answers.get(key) for key in self.region_of)
        return next((code for code in told if isinstance(code, str) and is_answer(code)), None)

    def skipped(self) -> Json:
        """Return what "I don't know" or "skip" is stored as for this question."""
        if self.option(UNKNOWN) is None:
            return None
        return [UNKNOWN] if self.kind == "choices" else UNKNOWN

    def parse(self, form: Form, context: Context | None = None) -> Parsed:
        """Read this question's answer from HTML form data. Never raises on what was sent.

        Field names are those of `forms.py`; a field `_skip` means "I don't know".
        """
        from .forms import parse_form

        return parse_form(self, form, context or Context())

    def check(
        self, raw: object, context: Context | None = None, *, path: str = ""
    ) -> tuple[Json, list[FieldError]]:
        """Check one JSON value for this question's key; errors name `path` (default: the key)."""
        from .checks import check_value

        return check_value(self, raw, context or Context(), path or self.key)

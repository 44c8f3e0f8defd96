# SPDX-License-Identifier: AGPL-3.0-or-later
"""The questionnaire as a walk: which pages this person sees, what her answers mean together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .checks import PURPOSES
from .errors import error
from .model import Step
from .types import (
    LANGUAGES,
    Answers,
    Context,
    FieldError,
    Json,
    Places,
    Validated,
    is_answer,
    items_of,
)

_MOST_ERRORS = 50
_SPEAKS_FOR_ANOTHER = frozenset(
    ("witness", "parent", "school", "ngo", "officer", "embassy", "platform")
)


@dataclass(frozen=True)
class Questionnaire:
    """One version of the questions. Answers are plain JSON, keyed by stable names."""

    version: str
    steps: tuple[Step, ...]
    places: Places
    labels: Mapping[str, Mapping[str, str]]
    headlines: Mapping[str, str]
    severity: Sequence[str]
    extra_clear: Sequence[str]

    @cached_property
    def _by_id(self) -> Mapping[str, int]:
        return {step.id: index for index, step in enumerate(self.steps)}

    @cached_property
    def by_key(self) -> Mapping[str, Step]:
        """Every answer key with the step that checks it (the first one that asks it)."""
        found: dict[str, Step] = {}
        for step in self.steps:
            if step.asks:
                found.setdefault(step.key, step)
        return found

    def step(self, step_id: str) -> Step:
        """Return the step with this id. Raises `KeyError`."""
        return self.steps[self._by_id[step_id]]

    def label(self, name: str, language: str) -> str:
        """Return the words of a field inside a page, such as `identifiers.phone`."""
        words = self.labels[language if language in self.labels else "en"]
        return words[name]

    def voice(self, answers: Mapping[str, object]) -> str:
        """Say to whom the page speaks: `other` (about the person), `child`, or `self`."""
        if answers.get("role") in _SPEAKS_FOR_ANOTHER:
            return "other"
        return "child" if answers.get("minor") == "yes" else "self"

    def is_visible(self, step: Step, answers: Mapping[str, object]) -> bool:
        """Say whether this person sees the page."""
        return step.when.test(answers, self.places)

    def visible(self, answers: Mapping[str, object]) -> list[Step]:
        """Return the pages somebody with these answers sees, in order."""
        return [step for step in self.steps if self.is_visible(step, answers)]

    def first(self, answers: Mapping[str, object]) -> str:
        """Return the id of the first page."""
        return self.visible(answers)[0].id

    def next(self, step_id: str, answers: Mapping[str, object]) -> str | None:
        """Return the page after `step_id`; None means: check your answers."""
        after = self.steps[self._by_id[step_id] + 1 :]
        return next((step.id for step in after if self.is_visible(step, answers)), None)

    def previous(self, step_id: str | None, answers: Mapping[str, object]) -> str | None:
        """Return the page before `step_id`; None in and out stand for the ends of the walk."""
        end = len(self.steps) if step_id is None else self._by_id[step_id]
        before = reversed(self.steps[:end])
        return next((step.id for step in before if self.is_visible(step, answers)), None)

    def progress(self, step_id: str, answers: Mapping[str, object]) -> tuple[int, int]:
        """Return (pages before this one, all pages), counting questions only."""
        asked = [step for step in self.visible(answers) if step.asks]
        place = self._by_id[step_id]
        return sum(self._by_id[step.id] < place for step in asked), len(asked)

    def derive(self, answers: Mapping[str, Json]) -> Answers:
        """Return the answers with what follows from them: one offence is also the headline."""
        told: Answers = dict(answers)
        offences = [item for item in items_of(told.get("offences")) if is_answer(item)]
        category = told.get("category")
        if "offences" not in told and isinstance(category, str) and is_answer(category):
            told["offences"] = [category]
        if offences and category not in offences:
            told.pop("category", None)
        if len(offences) == 1:
            told["category"] = str(offences[0])
        return told

    def prune(self, answers: Mapping[str, Json]) -> Answers:
        """Return the answers without those of pages and options that are no longer shown.

        Steps look at earlier answers only, so one pass from the front settles it.
        """
        kept: Answers = {}
        if "language" in answers:
            kept["language"] = answers["language"]
        for step in self.steps:
            if not self.is_visible(step, kept) or not step.asks:
                continue
            if step.kind == "consents":
                self._keep_consent(step, answers, kept)
            elif step.key in answers:
                self._keep(step, answers, kept)
            if step.key == "offences":
                kept = self.derive(kept)
        return kept

    def _keep(self, step: Step, answers: Mapping[str, Json], kept: Answers) -> None:
        value = answers[step.key]
        if step.key == "category" and value not in items_of(kept.get("offences")):
            return
        offered = {option.code for option in step.offered(kept)}
        if step.kind == "choices":
            value = [str(item) for item in items_of(value) if item in offered]
            if not value:
                return
        if step.kind == "choice" and value is not None and value not in offered:
            return
        if step.kind == "region" and isinstance(value, str):
            country = step.country_for(kept)
            if country is None or value not in self.places.region_codes(country):
                return
        kept[step.key] = value
        option = step.option(value) if isinstance(value, str) else None
        for key, derived in ((option.sets or {}) if option else {}).items():
            kept[key] = derived

    @staticmethod
    def _keep_consent(step: Step, answers: Mapping[str, Json], kept: Answers) -> None:
        if "consents" not in answers:
            return
        given = {str(item) for item in items_of(kept.get("consents"))}
        if step.purpose in items_of(answers["consents"]):
            given.add(step.purpose)
        kept["consents"] = sorted(given)

    def validate_all(
        self, answers: Mapping[str, object], context: Context | None = None
    ) -> Validated:
        """Check a whole set of answers (the API, a draft before it is filed).

        Every key is checked, also those this person would not have been asked: what somebody
        sends is not thrown away in silence. One of `category`, `offences`, `groups`,
        `narrative` must tell something.
        """
        context = context or Context()
        context = Context(answers={**context.answers, **answers}, today=context.today)
        good: Answers = {}
        errors: list[FieldError] = []
        for key, raw in answers.items():
            value, wrong = self._check_key(str(key), raw, context)
            errors.extend(wrong)
            if not wrong:
                good[str(key)] = value
        good = self.derive(good)
        asked = ("category", "offences", "groups", "narrative")
        if not errors and not any(is_answer(good.get(key)) for key in asked):
            errors.append(error("category", "tell_us_something"))
        return Validated(good, errors[:_MOST_ERRORS])

    def _check_key(self, key: str, raw: object, context: Context) -> tuple[Json, list[FieldError]]:
        if key == "language":
            return (str(raw), []) if raw in LANGUAGES else (None, [error(key, "unknown_option")])
        step = self.by_key.get(key)
        if step is None:
            return None, [error(key[:60], "unknown_field")]
        if step.kind == "consents" and not isinstance(raw, list | tuple | None):
            return None, [error(key, "wrong_type")]
        return step.check(raw, context)

    def summary(
        self, answers: Mapping[str, object], language: str, *, voice: str | None = None
    ) -> list[tuple[str, str, list[str]]]:
        """Return (step id, question, answer lines); see `summary.summary`."""
        from .summary import summary

        return summary(self, answers, language, voice=voice)

    def headline(self, answers: Mapping[str, object]) -> tuple[str, bool]:
        """Return the headline category and whether we had to assume it.

        The person's own choice; else the gravest of the offences she ticked; else the usual
        one of the group she ticked; else O2, "I need help". An officer decides later.
        """
        category = answers.get("category")
        if isinstance(category, str) and is_answer(category):
            return category, False
        for code in self.severity:
            if code in items_of(answers.get("offences")):
                return code, True
        usual = [self.headlines.get(str(group)) for group in items_of(answers.get("groups"))]
        return next((code for code in self.severity if code in usual), "O2"), True

    @cached_property
    def clear_keys(self) -> frozenset[str]:
        """The coded answers kept in clear for routing and counting."""
        return frozenset(self.extra_clear) | {step.key for step in self.steps if step.clear}

    def clear(self, answers: Mapping[str, Json]) -> Answers:
        """Return the coded answers that may stand unsealed."""
        return {key: value for key, value in answers.items() if key in self.clear_keys}

    def parts(self, answers: Mapping[str, Json]) -> dict[str, Answers]:
        """Return the answers by sealed part: `answers`, `identity`, `annex`."""
        result: dict[str, Answers] = {"answers": {}, "identity": {}, "annex": {}}
        for key, value in answers.items():
            step = self.by_key.get(key)
            result[step.part if step else "answers"][key] = value
        return result

    @property
    def purposes(self) -> tuple[str, ...]:
        """The purposes a consent may be given for."""
        return PURPOSES

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rule table: which answers make a report urgent, and why.

Read top to bottom; every rule whose condition holds speaks, the most urgent one decides. A rule
can only raise. "I don't know" about a danger counts as danger where the table says so (fail
safe); already having paid lowers nothing (M-168)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from amana.reports.questionnaire.types import Json
from amana.triage.models import Urgency

VERSION: Final = "2026-2"
SOON: Final = timedelta(hours=72)

Answers = Mapping[str, Json]
Condition = Callable[[Answers, datetime], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """`risk` is the plain code shown on the desk; `because` names the answers that spoke."""

    id: str
    risk: str
    urgency: Urgency
    because: tuple[str, ...]
    holds: Condition


def said(key: str, *values: str) -> Condition:
    """The answer `key` is (or contains) one of these values."""

    def holds(answers: Answers, _now: datetime) -> bool:
        value = answers.get(key)
        if isinstance(value, str):
            return value in values
        return isinstance(value, list | tuple) and any(item in values for item in value)

    return holds


def all_of(*conditions: Condition) -> Condition:
    return lambda answers, now: all(condition(answers, now) for condition in conditions)


def any_of(*conditions: Condition) -> Condition:
    return lambda answers, now: any(condition(answers, now) for condition in conditions)


def category(*codes: str) -> Condition:
    """The headline or any offence is one of these codes."""
    return any_of(said("category", *codes), said("offences", *codes))


def deadline_within(span: timedelta) -> Condition:
    """He has set a date, and it is near, past, or could not be read as a date."""

    def holds(answers: Answers, now: datetime) -> bool:
        value = answers.get("deadline")
        if not isinstance(value, str) or not value:
            return False
        try:
            when = datetime.fromisoformat(value)
        except ValueError:
            return True
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return when - now <= span

    return holds


IMMEDIATE, SAME_DAY = Urgency.IMMEDIATE, Urgency.SAME_DAY

IN_HER_WORDS: Final = "in-her-words"
"""The rule under which a risk stands that her own words speak of and no answer had named."""

HINTED: Final = "hinted-in-her-words"
"""As `IN_HER_WORDS`, where no rule over words names the risk and the second reader hears it."""

FROM_WORDS: Final[Mapping[str, Urgency]] = {
    "child_at_risk": SAME_DAY,
    "self_harm": IMMEDIATE,
    "threat_to_life": IMMEDIATE,
    "honour_risk": IMMEDIATE,
    "contact_offence": SAME_DAY,
    "deadline": SAME_DAY,
    "ongoing": Urgency.NORMAL,
    "published": Urgency.NORMAL,
}
"""How far a risk raises that was found in the text alone. Where life is at stake a wrong alarm
costs an hour and a missed one cannot be mended (M-173); what is only still going on or online
orders nothing by itself."""

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "life-threatened",
        "threat_to_life",
        IMMEDIATE,
        ("threat_to_life",),
        said("threat_to_life", "yes"),
    ),
    Rule("danger-now", "threat_to_life", IMMEDIATE, ("danger_now",), said("danger_now", "self")),
    Rule(
        "child-in-danger", "child_at_risk", IMMEDIATE, ("danger_now",), said("danger_now", "child")
    ),
    Rule(
        "child-category",
        "child_at_risk",
        IMMEDIATE,
        ("category",),
        category("C1", "C2", "C3", "C4"),
    ),
    Rule(
        "minor-sexual",
        "child_at_risk",
        IMMEDIATE,
        ("minor", "category"),
        all_of(said("minor", "yes"), category("X1", "X2", "I1", "I2", "H3")),
    ),
    Rule("minor", "child_at_risk", SAME_DAY, ("minor",), said("minor", "yes")),
    Rule(
        "minor-unknown-sexual",
        "child_at_risk",
        SAME_DAY,
        ("minor", "category"),
        all_of(said("minor", "unknown"), category("X1", "X2", "I1", "I2")),
    ),
    Rule(
        "child-affected",
        "child_at_risk",
        SAME_DAY,
        ("child_secondary",),
        said("child_secondary", "yes"),
    ),
    Rule("self-harm", "self_harm", IMMEDIATE, ("self_harm",), said("self_harm", "yes")),
    Rule("self-harm-unsure", "self_harm", SAME_DAY, ("self_harm",), said("self_harm", "unknown")),
    Rule("self-harm-pushed", "self_harm", IMMEDIATE, ("category",), category("W1")),
    Rule("honour", "honour_risk", IMMEDIATE, ("honour_risk",), said("honour_risk", "yes")),
    Rule(
        "contact",
        "contact_offence",
        IMMEDIATE,
        ("contact_offence",),
        said("contact_offence", "met"),
    ),
    Rule(
        "contact-child",
        "contact_offence",
        IMMEDIATE,
        ("contact_offence", "minor"),
        all_of(said("contact_offence", "asks"), said("minor", "yes")),
    ),
    Rule(
        "contact-asked",
        "contact_offence",
        SAME_DAY,
        ("contact_offence",),
        said("contact_offence", "asks"),
    ),
    Rule(
        "location",
        "location_disclosed",
        SAME_DAY,
        ("location_disclosed",),
        said("location_disclosed", "yes"),
    ),
    Rule("deadline-near", "deadline", IMMEDIATE, ("deadline",), deadline_within(SOON)),
    Rule("deadline-set", "deadline", SAME_DAY, ("deadline_known",), said("deadline_known", "yes")),
    Rule(
        "published",
        "published",
        SAME_DAY,
        ("published",),
        said("published", "published_url_known", "published_url_unknown", "reappeared"),
    ),
    Rule(
        "ongoing-long",
        "ongoing",
        SAME_DAY,
        ("ongoing", "duration"),
        all_of(said("ongoing", "yes"), said("duration", "year_plus")),
    ),
    Rule(
        "ongoing-blackmail",
        "ongoing",
        SAME_DAY,
        ("ongoing", "category"),
        all_of(said("ongoing", "yes"), category("X1", "X2", "X3", "H2")),
    ),
)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rule table, row by row: which answers raise which risk, how far, and what never lowers it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.packs import load_taxonomy
from amana.reports.questionnaire import questionnaire
from amana.reports.questionnaire.types import Json
from amana.triage.assess import judge, specialism
from amana.triage.models import URGENCY_ORDER, Urgency
from amana.triage.rules import RULES

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TAXONOMY = load_taxonomy()
U, H, N = Urgency.IMMEDIATE, Urgency.SAME_DAY, Urgency.NORMAL


def of(**answers: Json) -> tuple[Urgency, set[str]]:
    """Urgency and risk codes of answers; the headline alone is normal unless one is named."""
    category = str(answers.get("category", "F1"))
    urgency, risks = judge(answers, [category], TAXONOMY, NOW)
    return urgency, {risk["risk"] for risk in risks}


def day(offset: timedelta) -> str:
    return (NOW + offset).isoformat()


@pytest.mark.parametrize(
    ("answers", "urgency", "risk"),
    [
        ({"threat_to_life": "yes"}, U, "threat_to_life"),
        ({"danger_now": "self"}, U, "threat_to_life"),
        ({"danger_now": "child"}, U, "child_at_risk"),
        ({"category": "C1"}, U, "child_at_risk"),
        ({"category": "C3"}, U, "child_at_risk"),
        ({"category": "X1", "minor": "yes"}, U, "child_at_risk"),
        ({"category": "I1", "minor": "yes"}, U, "child_at_risk"),
        ({"minor": "yes"}, H, "child_at_risk"),
        ({"category": "X1", "minor": "unknown"}, H, "child_at_risk"),
        ({"child_secondary": "yes"}, H, "child_at_risk"),
        ({"self_harm": "yes"}, U, "self_harm"),
        ({"self_harm": "unknown"}, H, "self_harm"),
        ({"category": "W1"}, U, "self_harm"),
        ({"honour_risk": "yes"}, U, "honour_risk"),
        ({"contact_offence": "met"}, U, "contact_offence"),
        ({"contact_offence": "asks", "minor": "yes"}, U, "contact_offence"),
        ({"contact_offence": "asks"}, H, "contact_offence"),
        ({"location_disclosed": "yes"}, H, "location_disclosed"),
        ({"deadline": day(timedelta(hours=71))}, U, "deadline"),
        ({"deadline": day(timedelta(hours=-5))}, U, "deadline"),
        ({"deadline": "2026-11-23"}, U, "deadline"),
        ({"deadline": "tomorrow at noon"}, U, "deadline"),
        ({"deadline_known": "yes", "deadline": day(timedelta(days=9))}, H, "deadline"),
        ({"published": "published_url_known"}, H, "published"),
        ({"published": "reappeared"}, H, "published"),
        ({"ongoing": "yes", "duration": "year_plus"}, H, "ongoing"),
        ({"ongoing": "yes", "category": "H2"}, H, "ongoing"),
    ],
)
def test_m122_m173_a_row_of_the_table(
    answers: dict[str, Json], urgency: Urgency, risk: str
) -> None:
    found, risks = of(**answers)
    assert risk in risks
    assert found == urgency or URGENCY_ORDER[found] < URGENCY_ORDER[urgency]
    plain = TAXONOMY.category(str(answers.get("category", "F1"))).urgency
    if plain == "N":
        assert found == urgency


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"minor": "no", "self_harm": "no", "threat_to_life": "no", "honour_risk": "no"},
        {"deadline": day(timedelta(days=9))},
        {"published": "threatened"},
        {"ongoing": "yes"},
        {"contact_offence": "no"},
        {"danger_now": "no"},
    ],
)
def test_what_is_not_in_the_table_raises_nothing(answers: dict[str, Json]) -> None:
    assert of(**answers) == (N, set())


@pytest.mark.parametrize(("code", "urgency"), [("F1", N), ("F2", H), ("X2", U), ("C2", U)])
def test_the_category_has_an_urgency_of_its_own(code: str, urgency: Urgency) -> None:
    assert of(category=code)[0] == urgency


def test_m168_having_paid_lowers_nothing() -> None:
    for rule_answers in ({"threat_to_life": "yes"}, {"minor": "yes"}, {"category": "X1"}):
        before = of(**rule_answers)
        assert of(**rule_answers, money_paid="yes") == before


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "threat_to_life": st.sampled_from(["yes", "no", "unknown"]),
        "danger_now": st.sampled_from(["self", "child", "no", "unknown"]),
        "minor": st.sampled_from(["yes", "no", "unknown"]),
        "self_harm": st.sampled_from(["yes", "no", "unknown"]),
        "honour_risk": st.sampled_from(["yes", "no", "unknown"]),
        "contact_offence": st.sampled_from(["no", "asks", "met", "unknown"]),
        "ongoing": st.sampled_from(["yes", "no", "unknown"]),
        "duration": st.sampled_from(["days", "year_plus"]),
        "deadline": st.none() | st.text(max_size=20) | st.dates().map(str),
        "published": st.sampled_from(["threatened", "published_url_known", "removed"]),
        "category": st.sampled_from(TAXONOMY.codes()),
    },
)


@given(answers=ANSWERS, danger=st.sampled_from(["threat_to_life", "honour_risk", "self_harm"]))
def test_a_danger_more_never_lowers_the_urgency(answers: dict[str, Json], danger: str) -> None:
    before, _ = of(**answers)
    after, risks = of(**{**answers, danger: "yes"})
    assert URGENCY_ORDER[after] <= URGENCY_ORDER[before]
    assert after == U
    assert danger in risks


@given(answers=ANSWERS)
def test_every_risk_names_its_rule_and_the_answers_that_spoke(answers: dict[str, Json]) -> None:
    category = str(answers.get("category", "F1"))
    _, risks = judge(answers, [category], TAXONOMY, NOW)
    rules = {rule.id: rule for rule in RULES}
    for risk in risks:
        assert rules[risk["rule"]].risk == risk["risk"]
        assert risk["because"]


def test_rules_ask_only_for_answers_that_the_questionnaire_can_give() -> None:
    asked = questionnaire()
    keys = {key for rule in RULES for key in rule.because}
    assert keys <= set(asked.by_key)


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("offences", "risks", "wanted"),
    [
        (["C1"], [], "children"),
        (["T1"], [], "terrorism"),
        (["T1", "C1"], [], "children"),
        (["X1"], [{"rule": "minor-sexual"}], "children"),
        (["X1"], [], ""),
        (["F1"], [{"rule": "minor"}], ""),
    ],
)
def test_a_child_comes_before_any_other_specialism(
    offences: list[str], risks: list[dict[str, str]], wanted: str
) -> None:
    assert specialism(offences, risks, TAXONOMY) == wanted

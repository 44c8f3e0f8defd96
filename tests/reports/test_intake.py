# SPDX-License-Identifier: AGPL-3.0-or-later
"""From answers to columns and parts: every answer is in exactly one sealed part, what points to
her is apart from what happened, and the columns hold codes alone."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.kernel.sealing.pairs import new_pair, open_from
from amana.kernel.sealing.receipts import new_receipt_code
from amana.people.selectors import SealingKey
from amana.reports import contexts
from amana.reports.intake import (
    Intake,
    Received,
    coded,
    current_questionnaire,
    receive,
    split,
)
from amana.reports.models import PartKind, Report
from amana.reports.questionnaire.types import Json
from tests.support import builders as make

CANARY = "CANARY كناري"
KEYS = sorted(current_questionnaire().by_key)
HERS = frozenset(
    key for key, step in current_questionnaire().by_key.items() if step.part != "answers"
)

words = st.text(min_size=1, max_size=12)
contacts = st.fixed_dictionaries(
    {"channel": st.sampled_from(["phone", "none"])},
    optional={
        "value": words | st.none(),
        "code_word": words | st.none(),
        "hours_from": words,
        "days": st.lists(words, max_size=2),
    },
)
values: st.SearchStrategy[Json] = words | st.none() | st.lists(words, max_size=3)


@st.composite
def told(draw: st.DrawFn) -> dict[str, Json]:
    """Answers to any of the questions; the rules of safe contact as they are stored."""
    said = draw(st.dictionaries(st.sampled_from(KEYS), values, max_size=12))
    said.pop("safe_contact", None)
    return {**said, "safe_contact": draw(contacts)} if draw(st.booleans()) else said


def flat(parts: Mapping[str, Mapping[str, Json]]) -> list[tuple[str, str]]:
    """Every single answer with its question; safe contact field by field."""
    found: list[tuple[str, str]] = []
    for part in parts.values():
        for key, value in part.items():
            inner = value.items() if isinstance(value, Mapping) else [("", value)]
            found += [(f"{key}.{name}", json.dumps(told)) for name, told in inner if told]
    return sorted(found)


@given(told())
def test_every_answer_stands_in_exactly_one_part(said: dict[str, Json]) -> None:
    assert flat(split(said)) == flat({"all": said})


@given(told())
def test_what_points_to_her_is_never_among_the_answers(said: dict[str, Json]) -> None:
    parts = split(said)
    answers = parts[PartKind.ANSWERS]
    assert not [key for key in HERS - {"identity", "safe_contact"} if answers.get(key)]
    contact = answers.get("safe_contact")
    if isinstance(contact, Mapping):
        assert not {"value", "code_word"} & contact.keys()


@given(told())
def test_there_is_a_part_for_her_only_when_it_says_something(said: dict[str, Json]) -> None:
    parts = split(said)
    assert PartKind.ANSWERS in parts, "her mailbox lies in it"
    hers = parts.get(PartKind.IDENTITY, {"person": {"name": "not made"}})
    assert [value for key, value in hers.items() if value and key != "identity"]


@pytest.mark.parametrize("choice", ["anonymous", "confidential", "named"])
def test_a_choice_alone_points_to_nobody_and_is_kept(choice: str) -> None:
    parts = split({"identity": choice, "safe_contact": {"channel": "none", "value": None}})
    assert set(parts) == {PartKind.ANSWERS}
    assert parts[PartKind.ANSWERS]["identity"] == choice


def test_a_code_word_without_an_address_is_hers_too() -> None:
    parts = split({"safe_contact": {"channel": "none", "code_word": "lemon"}})
    assert parts[PartKind.IDENTITY] == {"safe_contact": {"code_word": "lemon"}}
    assert parts[PartKind.ANSWERS] == {"safe_contact": {"channel": "none"}}


def an_intake(agency: Agency, **said: Json) -> Intake:
    return Intake(agency, "report", "ar", make.answers(**said), new_receipt_code())


def columns(agency: Agency, **said: Json) -> Report:
    return coded(an_intake(agency, **said))


@pytest.mark.db
@pytest.mark.django_db
def test_no_word_of_hers_gets_into_a_column() -> None:
    agency = make.node()
    typed = {
        key: CANARY
        for key, step in current_questionnaire().by_key.items()
        if step.kind in {"text", "longtext", "lines"}
    }
    row = columns(
        agency,
        **typed,
        person={"name": CANARY},
        identifiers=[{"type": "handle", "value": CANARY, "note": CANARY}],
        payments=[{"account": CANARY}],
        safe_contact={"channel": "phone", "value": CANARY, "code_word": CANARY},
    )
    assert len(typed) > 3
    for field in Report._meta.concrete_fields:
        assert "CANARY" not in str(field.value_from_object(row)), field.name


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "category", "offences"),
    [
        ({"category": "X1", "offences": ["X1", "H1"]}, "X1", ["X1", "H1"]),
        ({"category": "H1", "offences": ["X1", "H1", "X1"]}, "H1", ["H1", "X1"]),
        ({"category": None, "offences": ["F1"]}, "F1", ["F1"]),
        ({"category": None, "offences": None}, "O2", ["O2"]),
        ({"category": "X1", "offences": ["unknown", "Z9", "X1"]}, "X1", ["X1"]),
        ({"category": "X1", "offences": "X1"}, "X1", ["X1"]),
    ],
)
def test_the_headline_is_the_first_offence_and_each_offence_stands_once(
    said: dict[str, Json], category: str, offences: list[str]
) -> None:
    row = columns(make.node(), **said)
    assert (row.category, row.first_category, row.offences) == (category, category, offences)


@pytest.mark.db
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"suspect_country": "JO"}, "domestic"),
        ({"suspect_country": "DE"}, "abroad"),
        ({"suspect_country": "DE", "suspect_location": "domestic"}, "abroad"),
        ({"suspect_location": "abroad"}, "abroad"),
        ({"suspect_location": None}, "unknown"),
    ],
)
def test_where_he_is_follows_from_the_country_when_it_is_known(
    said: dict[str, Json], where: str
) -> None:
    assert columns(make.node(), **said).suspect_location == where


@pytest.mark.db
@pytest.mark.django_db
def test_what_was_not_said_is_unknown_and_never_worse_or_better() -> None:
    agency = make.node()
    nothing = dict.fromkeys(make.answers())
    row = columns(agency, **nothing)
    said = (row.reporter_role, row.identity_choice, row.minor, row.ongoing, row.suspect_location)
    assert said == ("victim", "anonymous", "unknown", "unknown", "unknown")
    assert (row.victim_country, row.victim_region, row.platform, row.published) == ("",) * 4
    assert (row.consents, row.demand) == ([], []), "nothing was agreed to"


def opened(received: Received, kind: str) -> dict[str, Json]:
    part = received.parts[kind]
    context = contexts.part(received.report.id, kind)
    found: dict[str, Json] = json.loads(
        open_from(part.pair.private, bytes(part.row.sealed), context=context)
    )
    return found


@pytest.mark.db
@pytest.mark.django_db
def test_what_is_sealed_is_what_was_said_in_every_script() -> None:
    said: dict[str, Json] = {**make.NAMED, "narrative": "هددني \u200c ہے 😢\n\ttwo"}
    received = receive(an_intake(make.node(), **said))
    assert opened(received, PartKind.ANSWERS)["narrative"] == said["narrative"]
    assert opened(received, PartKind.IDENTITY)["person"] == {"name": "Salma"}
    halves = {part.pair.private for part in received.parts.values()}
    assert len(halves) == len(received.parts), "each part has a pair of its own"


@pytest.mark.db
@pytest.mark.django_db
def test_a_unit_is_given_each_part_once_and_only_those_that_were_named() -> None:
    received = receive(an_intake(make.node(), **make.NAMED))
    key = SealingKey(make.unit("jo/ccu/aqaba").id, received.report.id, new_pair().public)
    own = len(received.grants)
    assert own == len(received.parts), "her receipt opens all that is hers"
    received.grant_to(key, [PartKind.ANSWERS])
    assert len(received.grants) == own + 1
    received.grant_to(key)
    received.grant_to(key)
    assert len(received.grants) == own + len(received.parts)
    held = [grant.part.kind for grant in received.grants if grant.unit_key_id == key.unit_key_id]
    assert sorted(held) == sorted(received.parts)

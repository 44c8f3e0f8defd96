# SPDX-License-Identifier: AGPL-3.0-or-later
"""The questions on one page, saved as they stand: what the officer sees in the fields is what was
told, and a page that is sent again without a change changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.desk.forms.intake import Sheet
from amana.reports.questionnaire import Answers
from amana.reports.questionnaire.types import items_of
from tests.reports.questionnaire.builders import walk
from tests.support import builders as make

pytestmark = [pytest.mark.db, pytest.mark.django_db]
Fields = dict[str, list[str]]
ROWS = {
    "identifiers": ("type", "value", "note"),
    "money": ("amount", "currency", "means", "account", "on"),
}
RECORDS = {
    "contact": ("channel", "value", "hours_from", "hours_to", "voicemail", "code_word"),
    "identity": ("name", "phone", "email", "address"),
    "date": ("day", "month", "year", "time"),
}


def as_a_browser_sends_it(drawn: Iterable[Mapping[str, object]]) -> Fields:
    """The fields of the page with what stands in them, by the names of the questionnaire."""
    sent: Fields = {}
    for question in drawn:
        name, kind, value = str(question["name"]), str(question["kind"]), question.get("value")
        if kind in ROWS:
            for number, row in enumerate(items_of(question["rows"])):
                assert isinstance(row, Mapping)
                sent |= {f"{name}-{number}-{key}": [_text(row.get(key))] for key in ROWS[kind]}
        elif kind in RECORDS:
            held = question if kind == "date" else value
            assert isinstance(held, Mapping)
            sent |= {f"{name}-{key}": [_text(held.get(key))] for key in RECORDS[kind]}
            if kind == "contact":
                sent[f"{name}-days"] = [str(day) for day in items_of(held.get("days"))]
        elif kind == "choices":
            sent[name] = [str(code) for code in items_of(value)]
        else:
            sent[name] = [_text(value)]
    return sent


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def saved(told: Answers) -> Sheet:
    """The page of these answers, saved without a change."""
    sheet = Sheet(dict(told))
    sheet.take(as_a_browser_sends_it(Sheet(dict(told)).drawn()))
    return sheet


picks = st.lists(st.integers(0, 9), min_size=3, max_size=12)


def test_a_page_that_is_saved_as_it_stands_says_the_same_as_before() -> None:
    make.node()

    @settings(max_examples=12)
    @given(picks)
    def stands(chosen: list[int]) -> None:
        _pages, told = walk(chosen)
        told.pop("files", None)
        once = saved(told)
        assert once.wrong == {}
        twice = saved(once.told)
        assert twice.wrong == {}
        assert twice.answers == once.answers
        for key, value in Sheet(dict(told)).answers.items():
            if value not in (None, [], "unknown", ["unknown"]):
                assert once.answers.get(key) == value, key

    stands()


RICH: Answers = {
    "role": "victim",
    "groups": ["money"],
    "offences": ["F1"],
    "narrative": "سطر\n\nline two",
    "victim_country": "JO",
    "victim_region": "JO-AQ",
    "money_paid": "yes",
    "payments": [
        {"amount_minor": 1250500, "currency": "JOD", "means": "cash", "account": None,
         "on": "2026-11"}
    ],
    "identifiers": [{"type": "phone", "value": "+962 79 000 0000", "note": "old"}],
    "identity": "named",
    "person": {"name": "Salma", "address": "1 street\ntown"},
    "safe_contact": {
        "channel": "phone",
        "value": "0790000000",
        "hours_from": "09:00",
        "hours_to": None,
        "days": ["mon", "tue"],
        "voicemail": True,
        "code_word": "lemon",
    },
    "consents": ["police"],
}  # fmt: skip


def test_rows_hours_and_amounts_come_back_as_they_were_stored() -> None:
    make.node()
    sheet = saved(RICH)
    assert sheet.wrong == {}
    for key in ("payments", "identifiers", "person", "safe_contact", "narrative", "consents"):
        assert sheet.told[key] == RICH[key], key


def test_one_wrong_field_takes_nothing_from_the_others_and_stays_as_it_was_typed() -> None:
    make.node()
    fields = as_a_browser_sends_it(Sheet(dict(RICH)).drawn())
    fields["identifiers-0-type"], fields["identifiers-0-value"] = ["email"], ["no address"]
    fields["narrative"] = ["A new beginning."]
    sheet = Sheet(dict(RICH))
    sheet.take(fields)
    assert set(sheet.wrong) == {"identifiers"}
    assert sheet.told["narrative"] == "A new beginning."
    assert sheet.told["identifiers"] == RICH["identifiers"], "the last good ones are kept"
    shown = next(row for row in sheet.drawn() if row["name"] == "identifiers")
    assert shown["error"]
    first = items_of(shown["rows"])[0]
    assert isinstance(first, Mapping)
    assert first["value"] == "no address"
    (line,) = sheet.summary()
    assert line["href"] == "#identifiers-0-value"


def test_a_question_that_is_no_longer_put_keeps_its_answer_aside() -> None:
    """An officer who corrects a tick and takes it back has lost nothing."""
    make.node()
    sheet = Sheet(dict(RICH))
    fields = as_a_browser_sends_it(sheet.drawn())
    hidden = {step.key for step in sheet.steps()}
    sheet.take(fields | {"groups": ["threats"], "offences": []})
    assert "payments" in hidden
    assert "payments" not in sheet.answers
    assert sheet.told["payments"] == RICH["payments"]
    new = sheet.take(
        as_a_browser_sends_it(sheet.drawn()) | {"groups": ["money"], "offences": ["F1"]}
    )
    sheet.told["money_paid"] = "yes"
    assert sheet.answers["payments"] == RICH["payments"]
    assert new, "the questions that appeared are named"


@pytest.mark.parametrize("flood", [1001, 3000])
def test_a_flood_of_fields_changes_nothing(flood: int) -> None:
    make.node()
    sheet = Sheet(dict(RICH))
    sheet.take({f"identifiers-{number}-value": ["x"] for number in range(flood)})
    assert sheet.told["identifiers"] == RICH["identifiers"]
    assert "identifiers" in sheet.wrong

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The data files are checked when they are read: a slip in them is found here, not by a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from amana.reports.questionnaire import BadQuestionnaire, PackPlaces
from amana.reports.questionnaire.clean import clean_line, fold_digits
from amana.reports.questionnaire.conditions import Condition, compile_condition
from amana.reports.questionnaire.loader import build_steps
from amana.reports.questionnaire.types import LANGUAGES, is_answer
from amana.reports.questionnaire.yamlfile import read_yaml

PLACES = PackPlaces()
WORDS = {"title": "t", "why": "w"}
CHOICE: dict[str, object] = {"id": "s", "kind": "choice", "options": ["a"]}


def holds(source: object, answers: dict[str, object]) -> bool:
    named: dict[str, Condition] = {"rich": compile_condition({"money": "yes"}, {})}
    return compile_condition(source, named).test(answers, PLACES)


@pytest.mark.parametrize(
    ("source", "answers", "expected"),
    [
        (None, {}, True),
        ({"a": "x"}, {"a": "x"}, True),
        ({"a": ["x", "y"]}, {"a": ["z", "y"]}, True),
        ({"a": "x"}, {}, False),
        ({"a": "x", "b": "y"}, {"a": "x"}, False),
        ({"any": [{"a": "x"}, {"b": "y"}]}, {"b": "y"}, True),
        ({"all": [{"a": "x"}, {"b": "y"}]}, {"b": "y"}, False),
        ({"not": {"a": "x"}}, {}, True),
        ("rich", {"money": "yes"}, True),
        ({"answered": "a"}, {"a": ["unknown"]}, False),
        ({"answered": "a"}, {"a": ["unknown", "x"]}, True),
        ({"several": "a"}, {"a": ["x", "unknown"]}, False),
        ({"several": "a"}, {"a": ["x", "y"]}, True),
        ({"has_regions": "a"}, {"a": "JO"}, True),
        ({"has_regions": "a"}, {"a": "DE"}, False),
        ({"has_regions": "a"}, {"a": ["JO"]}, False),
    ],
)
def test_conditions(source: object, answers: dict[str, object], expected: bool) -> None:
    assert holds(source, answers) is expected


@pytest.mark.parametrize(
    "source", [5, {}, "nobody", {"any": "x"}, {"a": True}, {"a": []}, {"answered": ["a"]}]
)
def test_a_condition_of_another_shape_is_refused(source: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        compile_condition(source, {})


def build(step: dict[str, object], words: dict[str, object] | None = None) -> int:
    steps: list[object] = [{"id": "first", "kind": "text"}, step]
    said = {"first": WORDS, str(step.get("id")): {**WORDS, **(words or {})}}
    texts = {lang: {"steps": said} for lang in LANGUAGES}
    return len(build_steps({"steps": steps}, texts, PLACES))


def test_a_sound_step_is_built() -> None:
    options: dict[str, object] = {"options": {"a": "A", "b": {"self": "B", "hint": "h"}}}
    step: dict[str, object] = {"id": "second", "kind": "choice", "when": {"answered": "first"}}
    assert build({**step, "options": ["a", {"code": "b", "when": {"first": "x"}}]}, options) == 2


@pytest.mark.parametrize(
    ("step", "words", "reason"),
    [
        ({"id": "s", "kind": "song"}, {}, "unknown kind"),
        ({"id": "s", "kind": "text", "colour": "red"}, {}, "unknown field"),
        ({"id": "s", "kind": "text", "part": "attic"}, {}, "no part"),
        ({"id": "s", "kind": "text", "when": {"later": "x"}}, {}, "later or unknown"),
        ({"id": "first", "kind": "text"}, {}, "two steps"),
        ({"id": "s", "kind": "text"}, {"why": ""}, "a title and a why"),
        ({"id": "s", "kind": "text"}, {"joke": "x"}, "known fields"),
        (CHOICE, {"options": {"b": "B"}}, "options of s"),
        (
            {"id": "s", "kind": "choice", "options": ["a"]},
            {"options": {"a": {"x": "B"}}},
            "needs its",
        ),
        ({"id": "s", "kind": "info", "items": ["a"]}, {}, "paragraphs"),
        ({"id": "s", "kind": "text", "limit": "long"}, {}, "takes a number"),
        ({"id": "s", "kind": "text", "shows": "x"}, {}, "takes a list"),
    ],
)
def test_slips_in_the_data_are_named(
    step: dict[str, object], words: dict[str, object], reason: str
) -> None:
    with pytest.raises(BadQuestionnaire, match=reason):
        build(step, words)


def test_words_for_a_step_that_is_gone_are_named() -> None:
    texts = {lang: {"steps": {"s": WORDS, "old": WORDS}} for lang in LANGUAGES}
    with pytest.raises(BadQuestionnaire, match="old"):
        build_steps({"steps": [{"id": "s", "kind": "text"}]}, texts, PLACES)


def test_yes_and_no_are_answers_and_a_key_stands_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("no: yes\nclear: true\nday: 2026-01-01\n", encoding="utf-8")
    assert read_yaml(file) == {"no": "yes", "clear": True, "day": "2026-01-01"}
    file.write_text("a: 1\na: 2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="stands twice"):
        read_yaml(file)
    file.write_text("- a\n", encoding="utf-8")
    with pytest.raises(ValueError, match="mapping"):
        read_yaml(file)


def test_digits_of_every_script_are_folded() -> None:
    assert fold_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ 42 x") == "0123456789 0123456789 42 x"


def test_one_line_has_no_invisible_marks() -> None:
    assert clean_line("\u202a @a\u200e  b \u202c", limit=10) == "@a b"


@pytest.mark.parametrize("value", [None, "", "unknown", [], {}, ["unknown"], [None]])
def test_what_tells_nothing_is_no_answer(value: object) -> None:
    assert not is_answer(value)

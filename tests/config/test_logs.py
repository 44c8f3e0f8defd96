# SPDX-License-Identifier: AGPL-3.0-or-later
"""What reaches the operator's log: what happened and where, and no word of anybody, whoever wrote
the line and however it went wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.log import log_response
from hypothesis import given
from hypothesis import strategies as st

from amana.config.env import env
from amana.config.logs import (
    FORBIDDEN,
    _ToStandardError,
    configure,
    drop_what_people_wrote,
    from_the_library,
    name_the_fault_only,
)

WORDS = "he-knows-my-school"
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _as_on_a_node() -> None:
    configure({"level": "INFO"})


def lines(capsys: Captured) -> list[dict[str, Any]]:
    """What stands on standard error: one JSON object a line, and nothing else anywhere."""
    out, err = capsys.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def fails(words: str = WORDS, deep: int = 0) -> None:
    if deep:
        fails(words, deep - 1)
    raise ValueError(words)


def caught(words: str = WORDS, deep: int = 0) -> ValueError:
    try:
        fails(words, deep)
    except ValueError as error:
        return error
    raise AssertionError


# --- keys


@given(
    st.dictionaries(st.sampled_from([*sorted(FORBIDDEN), "job", "count", "event"]), st.text()),
)
def test_keys_that_could_carry_words_go_and_the_others_stay(said: Mapping[str, str]) -> None:
    left = drop_what_people_wrote(None, "info", dict(said))
    assert left == {key: value for key, value in said.items() if key not in FORBIDDEN}


def test_a_line_of_our_own_leaves_out_what_somebody_wrote(capsys: Captured) -> None:
    structlog.get_logger("amana.worker").info("filed", narrative=WORDS, pin="2580", count=3)
    (line,) = lines(capsys)
    assert (line["event"], line["count"], line["level"]) == ("filed", 3, "info")
    assert line.keys() == {"event", "count", "level", "timestamp"}


# --- exceptions


def test_of_an_exception_stand_its_type_and_its_place_and_never_its_message(
    capsys: Captured,
) -> None:
    structlog.get_logger().error("job failed", job="link", exc_info=caught())
    (line,) = lines(capsys)
    assert line["fault"] == "ValueError"
    assert line["at"].split(" > ")[-1].startswith("test_logs.py:")
    assert WORDS not in json.dumps(line)


def test_the_present_exception_and_a_triple_say_the_same_as_the_exception_itself() -> None:
    error = caught()
    whole = name_the_fault_only(None, "error", {"exc_info": error})
    triple = (type(error), error, error.__traceback__)
    assert name_the_fault_only(None, "error", {"exc_info": triple}) == whole
    try:
        raise error
    except ValueError:
        present = name_the_fault_only(None, "error", {"exc_info": True})
    assert present["fault"] == whole["fault"]


@pytest.mark.parametrize("nothing", [True, False, None, (None, None, None)])
def test_without_an_exception_no_fault_is_made_up(nothing: object) -> None:
    assert name_the_fault_only(None, "error", {"event": "x", "exc_info": nothing}) == {"event": "x"}


def test_what_led_to_an_exception_is_not_told_either(capsys: Captured) -> None:
    """Django wraps what the database said, and that quotes values."""
    try:
        try:
            fails("first-" + WORDS)
        except ValueError as error:
            raise RuntimeError("second-" + WORDS) from error
    except RuntimeError:
        structlog.get_logger().exception("broke")
    (line,) = lines(capsys)
    assert line["fault"] == "RuntimeError"
    assert WORDS not in json.dumps(line)


def test_of_a_long_way_down_the_last_eight_places_stand() -> None:
    at = name_the_fault_only(None, "error", {"exc_info": caught(deep=30)})["at"].split(" > ")
    assert len(at) == 8
    assert len(set(at)) == 2  # seven calls of itself, and the line that raised


# --- libraries


def test_of_a_library_the_template_stands_without_its_values(capsys: Captured) -> None:
    logging.getLogger("some.library").warning("cannot read %s of %r", WORDS, {"name": WORDS})
    (line,) = lines(capsys)
    assert line["event"] == "cannot read %s of %r"
    assert (line["logger"], line["level"]) == ("some.library", "warning")
    assert WORDS not in json.dumps(line)


def test_of_a_librarys_exception_no_message_stands(capsys: Captured) -> None:
    try:
        fails()
    except ValueError:
        logging.getLogger("some.library").exception("broke on %s", WORDS)
    (line,) = lines(capsys)
    assert (line["event"], line["fault"]) == ("broke on %s", "ValueError")
    assert WORDS not in json.dumps(line)


def test_a_message_whose_values_do_not_fit_is_named_without_them(capsys: Captured) -> None:
    """Python's own way is to print a traceback and the values."""
    configure({"level": "INFO"})  # pytest's own handlers, which would raise, were added since
    for template in ("%d files", "no place for it"):
        logging.getLogger("some.library").error(template, WORDS)
    said = lines(capsys)
    assert [line["event"] for line in said] == ["%d files", "no place for it"]
    assert {line["logger"] for line in said} == {"some.library"}
    assert WORDS not in json.dumps(said)


def test_a_line_that_is_no_record_passes_as_it_is() -> None:
    assert from_the_library(None, "info", {"event": "x", "_from_structlog": True}) == {"event": "x"}


def test_a_page_that_broke_is_told_without_its_address(capsys: Captured) -> None:
    request = RequestFactory().get(f"/help/{WORDS}/?{WORDS}", headers={"cookie": WORDS})
    said = ("Internal Server Error", request.path)
    answer = HttpResponse(status=500)
    log_response("%s: %s", *said, response=answer, request=request, exception=caught())
    (line,) = lines(capsys)
    assert line["level"] == "error"
    assert WORDS not in json.dumps(line)


@pytest.mark.db
@pytest.mark.parametrize(
    "sent",
    [{"path": f"/desk/{WORDS}"}, {"path": "/help/", "headers": {"host": f"{WORDS}.example"}}],
)
def test_whoever_looks_for_what_is_not_there_leaves_no_line(
    sent: dict[str, Any], capsys: Captured
) -> None:
    assert Client().get(**sent).status_code in {302, 400, 404}
    assert lines(capsys) == []


# --- what is written at all


@pytest.mark.parametrize(
    ("level", "told"), [("DEBUG", 3), ("INFO", 2), ("WARNING", 1), ("ERROR", 0)]
)
def test_the_operator_says_from_which_level_on_she_is_told(
    level: str, told: int, capsys: Captured
) -> None:
    configure({"level": level})
    log = logging.getLogger("some.library")
    for write in (log.debug, log.info, log.warning):
        write("x")
    assert len(lines(capsys)) == told
    configure({"level": env().log_level})


def test_configured_twice_it_writes_each_line_once(capsys: Captured) -> None:
    configure({"level": "INFO"})
    logging.getLogger("some.library").warning("x")
    assert len(lines(capsys)) == 1


def test_without_standard_error_a_line_that_cannot_be_written_stops_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`amana serve 2>&-`: there is nobody to tell, and the request goes on."""
    monkeypatch.setattr("sys.stderr", None)
    record = logging.LogRecord("a", logging.ERROR, "a.py", 1, "%s and %s", ("one",), None)
    assert _ToStandardError().handle(record)

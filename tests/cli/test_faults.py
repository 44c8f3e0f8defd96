# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which faults an operator can mend, and are told her in one line; all others keep their traceback,
or they could never be mended."""

from __future__ import annotations

import argparse
import errno
import os
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, ProgrammingError
from pydantic import BaseModel, ValidationError

from amana.agencies.selectors import NoAgencyError
from amana.cli import main
from amana.cli.commands import pack
from amana.cli.errors import CommandFailed
from amana.cli.faults import NOT_READY, in_plain_words
from amana.config.env import Env
from amana.kernel.sealing.errors import CannotOpen


def wrapped(error: Exception, cause: str) -> Exception:
    """As Django hands on what a driver raised: told by its name, since none need be installed."""
    error.__cause__ = type(cause, (Exception,), {})()
    return error


def wrong_settings(**given: object) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        Env(**given)  # type: ignore[arg-type]
    return refused.value


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_disk_that_takes_nothing_more_is_named(number: int) -> None:
    said = in_plain_words(OSError(number, os.strerror(number), "/srv/node/amana.sqlite3"))
    assert said == f"nothing more can be written: {os.strerror(number)}"


@pytest.mark.parametrize(
    "error",
    [
        NoAgencyError(),
        OperationalError("no such table: agencies_agency"),
        OperationalError("no such column: reports_report.stage"),
        wrapped(ProgrammingError('relation "agencies_agency" does not exist'), "UndefinedTable"),
        wrapped(ProgrammingError('column "stage" does not exist'), "UndefinedColumn"),
    ],
)
def test_a_home_that_is_not_ready_says_the_way_on(error: Exception) -> None:
    assert in_plain_words(error) == NOT_READY


@pytest.mark.parametrize(
    "error", [OperationalError(" server closed \n"), InterfaceError("server closed")]
)
def test_a_database_that_does_not_answer_is_named_in_one_line(error: Exception) -> None:
    assert in_plain_words(error) == "the database cannot be used: server closed"


def test_what_django_calls_a_wrong_setting_is_said_as_it_says_it() -> None:
    assert in_plain_words(ImproperlyConfigured("DATABASE_URL …")) == "DATABASE_URL …"


def test_all_wrong_settings_are_named_at_once_and_none_is_repeated() -> None:
    said = in_plain_words(wrong_settings(threads="hunter2", port=0, surfaces="hunter2"))
    assert said is not None
    for name in ("threads", "port", "surfaces"):
        assert name in said
    assert "hunter2" not in said
    assert "https://" not in said  # of the library's own documentation


class _Other(BaseModel):
    number: int


def _other() -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        _Other.model_validate({"number": "x"})
    return refused.value


@pytest.mark.parametrize(
    "error",
    [
        _other(),
        CannotOpen(),
        OSError(errno.ENOENT, "x"),
        OSError(errno.EACCES, "x"),
        OSError("without a number"),
        wrapped(ProgrammingError("syntax error"), "SyntaxError"),
        wrapped(ProgrammingError("?"), "UndefinedFunction"),
        RecursionError("maximum recursion depth exceeded"),
        MemoryError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_only_a_programmer_can_mend_is_not_put_into_other_words(error: Exception) -> None:
    assert in_plain_words(error) is None


# --- what main makes of it


def ends_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def fails(_options: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(pack, "run_check", fails)
    return main(["pack", "check"])


@pytest.mark.parametrize("code", [1, 2, 7])
def test_a_command_that_failed_says_its_line_and_ends_with_its_code(
    code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends_with(CommandFailed("no such thing", exit_code=code), monkeypatch) == code
    assert capsys.readouterr() == ("", "amana: no such thing\n")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), BrokenPipeError()])
def test_where_standard_output_is_closed_nothing_fails_once_more(
    error: OSError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`amana … >&-`: Python gives no stream at all."""
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stdout", None)
        code = ends_with(error, closed)
    assert code == (1 if isinstance(error, BrokenPipeError) else 2)
    assert "Traceback" not in capsys.readouterr().err


def test_a_command_that_says_nothing_has_done_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack, "run_check", lambda _options: None)
    assert main(["pack", "check"]) == 0
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["pack", "check"]) == 0

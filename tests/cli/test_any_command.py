# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for every command: help, wrong arguments, Ctrl-C, a reader that went away, and a home,
a setting or keys with which it cannot work. Never a traceback, never the value of a setting."""

from __future__ import annotations

import argparse
import os
import shlex
import sqlite3
import sys
from collections.abc import Iterator

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)

from amana.cli import faults, main
from amana.cli.commands import COMMANDS, figures, pack
from amana.config.env import env
from amana.kernel.sealing.errors import KeyringDamaged, KeyringMissing, WrongPassphrase


def whole() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="amana")
    commands = parser.add_subparsers(dest="command")
    for command in COMMANDS:
        command.register(commands)
    return parser


def below(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, object]]:
    """Each command that can be run, such as `journal witness add`, with its parser."""
    deeper = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not deeper:
        yield path, parser
    for action in deeper:
        for name, child in action.choices.items():
            yield from below(child, f"{path} {name}".strip())


EVERY = dict(below(whole()))


def needs(parser: object) -> list[str]:
    """What cannot be left out."""
    assert isinstance(parser, argparse.ArgumentParser)
    return [
        each.dest
        for each in parser._actions
        if each.required or (not each.option_strings and each.nargs not in ("?", "*"))
    ]


DEMANDING = [line for line, parser in EVERY.items() if needs(parser)]


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on standard error: no traceback, and nothing on standard output."""
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return err


def test_there_are_commands_to_try() -> None:
    assert {"serve", "backup", "restore", "keys lock", "journal verify", "pack check"} <= set(EVERY)
    assert {"backup", "keys backup", "keys restore"} <= set(DEMANDING)


@pytest.mark.parametrize("line", sorted(EVERY))
def test_help_says_what_each_argument_is(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*line.split(), "--help"])
    assert ended.value.code == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"usage: amana {line}")
    assert err == ""


@pytest.mark.parametrize("line", sorted(EVERY))
def test_an_option_that_is_none_is_refused(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*line.split(), "--frobnicate"])
    assert ended.value.code == 2
    assert "usage: amana" in told(capsys)


@pytest.mark.parametrize("line", sorted(DEMANDING))
def test_what_cannot_be_left_out_is_asked_for(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line.split())
    assert ended.value.code == 2
    assert "required" in told(capsys)


@pytest.mark.parametrize("line", sorted({line.split()[0] for line in EVERY if " " in line}))
def test_half_a_command_is_none(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([line])
    assert ended.value.code == 2
    assert "required" in told(capsys)


# --- ended from outside


def test_ctrl_c_ends_it_with_the_code_that_shells_expect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_options: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(pack, "run_check", interrupted)
    assert main(["pack", "check"]) == 130
    assert told(capsys) == ""


def test_a_reader_that_went_away_is_no_fault(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """`amana journal key | head -1`: nothing is written on into the closed pipe."""

    def cut(_options: argparse.Namespace) -> int:
        raise BrokenPipeError

    replaced: list[int] = []

    def dup2(source: int, target: int) -> None:
        os.close(source)
        replaced.append(target)

    with pytest.MonkeyPatch.context() as patch:  # pytest itself needs the true one afterwards
        patch.setattr(pack, "run_check", cut)
        patch.setattr(os, "dup2", dup2)
        assert main(["pack", "check"]) == 1
    assert replaced == [sys.stdout.fileno()]
    assert capfd.readouterr().err == ""


# --- a home, keys, settings with which it cannot work


@pytest.mark.db
@pytest.mark.parametrize("line", ["figures list", "figures publish", "figures publish --period x"])
def test_before_the_first_start_the_way_on_is_named(
    line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2
    assert told(capsys) == f"amana: {faults.NOT_READY}\n"


@pytest.mark.db
@pytest.mark.parametrize(
    ("line", "table"),
    [
        ("figures list", "agencies_agency"),
        ("journal status", "journal_checkpoint"),
        ("journal witness list", "journal_witnessed"),
        ("link rebuild", "triage_linkset"),
        ("journal accept --reason 'the disk broke'", "journal_checkpoint"),
    ],
)
def test_a_home_without_tables_is_said_so(
    line: str, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} RENAME TO elsewhere")
        code = main(shlex.split(line))
        transaction.set_rollback(True)
    assert code == 2
    assert told(capsys) == f"amana: {faults.NOT_READY}\n"


@pytest.mark.parametrize(
    "line", ["figures list", "journal status", "keys lock", "doctor", "worker", "restore --from x"]
)
def test_no_command_repeats_the_value_of_a_wrong_setting(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be a password that stands in the wrong line."""

    def stops(_options: argparse.Namespace) -> int:
        env()
        raise AssertionError("the settings were taken")

    for command in COMMANDS:
        for name in [name for name in vars(command) if name == "run" or name.startswith("run_")]:
            monkeypatch.setattr(command, name, stops)
    monkeypatch.setenv("AMANA_THREADS", "hunter2")
    env.cache_clear()
    try:
        assert main(line.split()) == 2
    finally:
        monkeypatch.undo()
        env.cache_clear()
    said = told(capsys)
    assert "threads" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyringMissing(), faults.NOT_READY),
        (KeyringDamaged(), "the node keys cannot be opened: The key folder is damaged"),
        (WrongPassphrase(), "the node keys cannot be opened: "),
        (OperationalError("no such column: a.b"), faults.NOT_READY),
        (OperationalError("database is locked\n"), "the database cannot be used: database is lo"),
    ],
)
def test_keys_and_databases_in_plain_words(
    error: Exception,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(_options: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(figures, "run_list", fails)
    assert main(["figures", "list"]) == 2
    line = told(capsys)
    assert line.startswith(f"amana: {said}")
    assert line.count("\n") == 1


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("1/0"),
        LookupError("a code"),
        ProgrammingError("syntax error"),
        IntegrityError("a rule was broken"),
        DatabaseError("?"),
        sqlite3.OperationalError("no such table: under Django's hands"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_fault_of_the_program_keeps_its_traceback(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hidden behind one line it could never be mended."""

    def fails(_options: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(figures, "run_list", fails)
    with pytest.raises(type(error)):
        main(["figures", "list"])

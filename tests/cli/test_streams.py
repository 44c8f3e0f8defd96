# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands of lines of JSON whose input or output is closed, full, or of another encoding: each
says so in one line, or goes on in UTF-8. Real processes: pytest's own streams are none of these."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [("triage", "assess"), ("link", "cluster")]
LINE = json.dumps({"id": "سلام", "text": "سلام"}, ensure_ascii=False) + "\n"
AMANA = "from amana.cli import main; raise SystemExit(main())"


def run(command: tuple[str, str], shell: str, tmp_path: Path) -> tuple[int, bytes, str]:
    """A command with its streams set as a shell does."""
    given = tmp_path / "given.jsonl"
    given.write_text(LINE, encoding="utf-8")
    script = f'exec "$0" -c "$1" {" ".join(command)} {shell.format(given=given)}'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable, AMANA],
        capture_output=True,
        check=False,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "ascii", "AMANA_HOME": str(tmp_path)},
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("shell", "why"),
    [
        ("<&-", "standard input is closed"),
        ("<{given} >&-", "standard output is closed"),
        ("<{given} >/dev/full", "nothing more can be written"),
    ],
)
def test_a_stream_that_cannot_be_used_is_named(
    command: tuple[str, str], shell: str, why: str, tmp_path: Path
) -> None:
    code, _, told = run(command, shell, tmp_path)
    assert code == 2
    assert f"amana: {why}" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_answers_are_utf_8_whatever_the_locale_is(command: tuple[str, str], tmp_path: Path) -> None:
    code, answer, told = run(command, "<{given}", tmp_path)
    assert (code, told.count("Traceback")) == (0, 0)
    assert json.loads(answer.decode("utf-8"))["id"] == "سلام"
    assert "سلام".encode() in answer

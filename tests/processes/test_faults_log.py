# SPDX-License-Identifier: AGPL-3.0-or-later
"""Faults of the log with real processes: killed while sequencing, two sequencers, a flipped bit, a
clock that jumps back."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.server import amana_command, node_environment

pytestmark = pytest.mark.processes
ENTRIES = 1200
FILL = """
import django
django.setup()
from django.db import transaction
from amana.journal.events import NODE, Act, Tag
from amana.journal.sequencer import NO_AGENCY
from amana.journal.services import record
with transaction.atomic():
    record(*(Act(Tag.BACKUP_RUN, NODE, NO_AGENCY) for _ in range({count})))
"""
SEQUENCE = """
import time, django
django.setup()
from amana.journal.sequencer import sequence
print("ready", flush=True)
while sequence(limit=17) is not None:
    pass
"""
BACK = """
import datetime, time_machine
there = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
time_machine.travel(there, tick=True).start()
"""
PLACE = """
from amana.journal.sequencer import sequence_all
assert sequence_all() == 50
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with keys and tables, and nothing else running on it."""
    home = tmp_path_factory.mktemp("faults") / "home"
    done = amana(home, "setup")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def environment(home: Path) -> dict[str, str]:
    return node_environment(home) | {"DJANGO_SETTINGS_MODULE": "amana.config.settings"}


def amana(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*amana_command(), *arguments],
        env=environment(home),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def python(home: Path, program: str) -> None:
    subprocess.run(
        [sys.executable, "-c", program],
        env=environment(home),
        check=True,
        capture_output=True,
        timeout=120,
    )


def begin(home: Path) -> subprocess.Popen[bytes]:
    """A sequencer that has loaded everything and is at work."""
    started = subprocess.Popen(
        [sys.executable, "-c", SEQUENCE],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == b"ready\n"
    return started


def holds(home: Path) -> str:
    done = amana(home, "journal", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ask(home: Path, sql: str) -> int:
    with closing(sqlite3.connect(home / "amana.sqlite3", timeout=30)) as database:
        return int(database.execute(sql).fetchone()[0])


def test_killed_while_sequencing_it_goes_on_where_it_was(home: Path) -> None:
    python(home, FILL.format(count=ENTRIES))
    draw = random.Random()
    pauses = [draw.uniform(0.0, 0.3) for _ in range(2)]
    print(f"killed after {pauses}")
    for pause in pauses:
        running = begin(home)
        time.sleep(pause)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=30)
    begin(home).communicate(timeout=120)
    assert ask(home, "SELECT count(*) FROM journal_event WHERE leaf_index IS NULL") == 0
    places = ask(home, "SELECT count(DISTINCT leaf_index) FROM journal_event")
    assert places == ask(home, "SELECT max(leaf_index) + 1 FROM journal_event") >= ENTRIES
    assert "all of it holds" in holds(home)


def test_two_sequencers_make_one_log(home: Path) -> None:
    python(home, FILL.format(count=ENTRIES))
    both = [begin(home), begin(home)]
    for each in both:
        _out, wrong = each.communicate(timeout=120)
        assert each.returncode == 0, wrong.decode()
    places = ask(home, "SELECT count(DISTINCT leaf_index) FROM journal_event")
    assert places == ask(home, "SELECT count(*) FROM journal_event") >= ENTRIES
    assert "all of it holds" in holds(home)


def test_one_bit_anywhere_in_entry_tile_or_checkpoint_is_found_and_named(home: Path) -> None:
    python(home, FILL.format(count=600))
    begin(home).communicate(timeout=120)
    holds(home)
    draw = random.Random(7)
    for table, column, named in (
        ("journal_event", "body", "entry "),
        ("journal_event", "commitment", "entry "),
        ("journal_tile", "hashes", "tile "),
        ("journal_checkpoint", "root", "checkpoint "),
    ):
        broken = Path(shutil.copytree(home, home.parent / f"{table}-{column}"))
        with closing(sqlite3.connect(broken / "amana.sqlite3")) as database:
            rows = database.execute(f"SELECT rowid, {column} FROM {table}").fetchall()
            row, value = draw.choice(rows)
            at = draw.randrange(len(value) * 8)
            flipped = bytearray(value)
            flipped[at // 8] ^= 1 << at % 8
            sql = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"
            database.execute(sql, (bytes(flipped), row))
            database.commit()
        done = amana(broken, "journal", "verify")
        assert done.returncode == 1
        assert named in done.stdout, (table, column, done.stdout)


def test_a_clock_that_jumps_back_changes_no_place(home: Path) -> None:
    """Pitfall 6: the order of leaves is the truth, a time is a claim."""
    python(home, FILL.format(count=50))
    begin(home).communicate(timeout=120)
    before = ask(home, "SELECT max(leaf_index) FROM journal_event")
    python(home, BACK + FILL.format(count=50) + PLACE)
    assert ask(home, "SELECT count(*) FROM journal_event WHERE at < '2021-01-01'") == 50
    assert ask(home, "SELECT max(leaf_index) FROM journal_event") == before + 50
    assert "all of it holds" in holds(home)

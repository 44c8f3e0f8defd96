# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drill: back up a running node, lose it, bring it back, and never sign a second history."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes.clients import file_report, status
from tests.processes.homes import count, half_filed, rows
from tests.processes.test_canary import file_with_a_picture
from tests.support.server import Node, start_node

pytestmark = pytest.mark.processes
NEVER_IN_A_BACKUP = ("key", "day-", "head.note", "node.lock", "secret", ".code")
LOAD_TEST = {"AMANA_LOAD_TEST": "1"}
OFFICER = """
import django
django.setup()
from amana.agencies.models import Agency
from amana.config.clock import now
from amana.people.models import Officer
for login in ("samar", "left-long-ago"):
    Officer.objects.create(agency=Agency.objects.get(), login=login, name=login.title(),
                           language="ar", password="!", created_at=now())
"""


def run(node: Node, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that must succeed."""
    done = node.amana(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def file_one(node: Node) -> str:
    code, answer = file_report(node.url, secrets.token_urlsafe(24))
    assert code == 201
    return str(answer["receipt"])


def wait_sequenced(node: Node) -> None:
    end = time.monotonic() + 20
    sql = "SELECT count(*) FROM journal_event WHERE leaf_index IS NULL"
    while rows(node.home, sql) != [(0,)] and time.monotonic() < end:
        time.sleep(0.1)


def elsewhere(node: Node, home: Path, **extra: str) -> Node:
    """The same commands on another home."""
    environment = {**node.environment, "AMANA_HOME": str(home), **extra}
    return Node(
        home=home, port=node.port, log=node.log, environment=environment, process=node.process
    )


def digests(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file()
    }


def add_officers(node: Node) -> None:
    environment = {**node.environment, "DJANGO_SETTINGS_MODULE": "amana.config.settings"}
    subprocess.run([sys.executable, "-c", OFFICER], env=environment, check=True, timeout=60)


def refused(node: Node, *arguments: str) -> str:
    """A command that must be refused in plain words; what it said."""
    done = node.amana(*arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def back_up_and_lose(node: Node, backup: Path, keys: Path) -> tuple[str, str]:
    """A receipt that is in the backup, and one that was filed after it."""
    add_officers(node)
    kept = file_with_a_picture(node)
    wait_sequenced(node)
    run(node, "backup", "--to", str(backup))
    assert "never writes over" in refused(node, "backup", "--to", str(backup))
    lost = file_one(node)
    wait_sequenced(node)
    run(node, "keys", "backup", "--to", str(keys))
    assert "stop it first" in refused(node, "restore", "--from", str(backup))
    node.stop()
    return kept, lost


def put_back(node: Node, backup: Path) -> None:
    """Into the home that has moved on: what is there is kept, and everybody is out."""
    assert "--force" in refused(node, "restore", "--from", str(backup))
    before = (node.home / "amana.sqlite3").stat().st_size
    said = run(node, "restore", "--from", str(backup), "--force").stdout
    assert "samar" in said
    assert "signs nothing" in said
    (moved,) = node.home.glob("amana.sqlite3.before-*Z")
    assert moved.stat().st_size == before
    assert rows(node.home, "SELECT count(*) FROM people_officer WHERE is_active") == [(0,)]
    assert count(node.home, "reports_portalsession") == count(node.home, "django_session") == 0


def signs_nothing_until_it_is_told(node: Node) -> None:
    """Reports are taken all the while."""
    new = file_one(node)
    time.sleep(1.5)
    log = json.loads(node.amana("journal", "status", "--json").stdout)
    assert log["waiting"] > 0
    assert "older copy" in log["held_back"]
    doctor = node.amana("doctor")
    assert (doctor.returncode, "signs nothing" in doctor.stdout) == (1, True)
    run(node, "journal", "accept", "--reason", "the disk broke")
    wait_sequenced(node)
    assert "all of it holds" in run(node, "journal", "verify").stdout
    assert status(node.url, new)[0] == 200


def test_a_node_comes_back_and_what_was_lost_is_named(tmp_path: Path) -> None:
    home, log, backup = tmp_path / "home", tmp_path / "node.log", tmp_path / "backup"
    keys, words = tmp_path / "keys.bak", tmp_path / "words"
    words.write_text("four plain words here\n")
    extra = {**LOAD_TEST, "AMANA_PASSPHRASE_FILE": str(words)}
    node = start_node(home=home, log=log, extra=extra)
    try:
        kept, lost = back_up_and_lose(node, backup, keys)
        assert not [n for n in digests(backup) if any(part in n for part in NEVER_IN_A_BACKUP)]
        put_back(node, backup)
        node = start_node(home=home, log=log, extra=extra)
        assert (status(node.url, kept)[0], status(node.url, lost)[0]) == (200, 404)
        signs_nothing_until_it_is_told(node)
        run(node, "restore", "--accept", "--without", "left-long-ago")
        active = rows(home, "SELECT login FROM people_officer WHERE is_active")
        assert active == [("samar",)]
        assert half_filed(home) == []
        node.stop()
    finally:
        node.kill()
    other = elsewhere(node, tmp_path / "other")
    assert "keys restore" in refused(other, "restore", "--from", str(backup))
    run(other, "keys", "restore", "--from", str(keys))
    assert "missing on this machine" in run(other, "restore", "--from", str(backup)).stdout
    assert digests(other.home / "blobs") == digests(home / "blobs")


@pytest.mark.parametrize("what", ["database", "blob", "manifest", "signature", "cut"])
def test_a_backup_that_was_changed_is_refused_before_anything_is_written(
    what: str, tmp_path: Path, drill: tuple[Node, Path]
) -> None:
    node, original = drill
    backup = tmp_path / "backup"
    shutil.copytree(original, backup)
    target = {
        "database": backup / "amana.sqlite3",
        "blob": next(p for p in (backup / "blobs").rglob("*") if p.is_file()),
        "manifest": backup / "manifest.json",
        "signature": backup / "manifest.sig",
        "cut": backup / "manifest.json",
    }[what]
    if what == "cut":
        target.unlink()
    else:
        raw = bytearray(target.read_bytes())
        at = raw.index(b'"log_size": ') + 12 if what == "manifest" else len(raw) // 2
        raw[at] = raw[at] ^ 1
        target.write_bytes(raw)
    other = elsewhere(node, tmp_path / "home")
    shutil.copytree(node.home / "keys", other.home / "keys")
    refused(other, "restore", "--from", str(backup))
    assert not (other.home / "amana.sqlite3").exists()
    assert not list((other.home / "blobs").rglob("*"))


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> tuple[Node, Path]:
    """A node that has stopped, and a backup of it with one file."""
    place = tmp_path_factory.mktemp("drill")
    node = start_node(home=place / "home", log=place / "node.log", extra=LOAD_TEST)
    try:
        file_with_a_picture(node)
        run(node, "backup", "--to", str(place / "backup"))
        node.stop()
    finally:
        node.kill()
    return node, place / "backup"


def test_a_backup_is_a_moment_of_a_busy_node(tmp_path: Path) -> None:
    from tests.processes.clients import start

    node = start_node(home=tmp_path / "home", log=tmp_path / "node.log", extra=LOAD_TEST)
    try:
        stop, filers, threads = start(node.url, 2)
        time.sleep(1)
        run(node, "backup", "--to", str(tmp_path / "backup"))
        stop.set()
        for thread in threads:
            thread.join(60)
        assert all(filer.wrong == [] for filer in filers)
        copy = tmp_path / "copy"
        copy.mkdir()
        shutil.copy(tmp_path / "backup" / "amana.sqlite3", copy / "amana.sqlite3")
        assert half_filed(copy) == []
        node.stop()
    finally:
        node.kill()

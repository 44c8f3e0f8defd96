# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files on their way into evidence when the process is killed, the disk is full, or the store is
gone: nothing acknowledged is lost, and nothing is half kept."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from tests.support.server import free_port, node_environment

pytestmark = pytest.mark.processes
KEPT = ("after the commit", "acknowledged")
UNKNOWN_TO_THE_DATABASE = (
    "before the folder is flushed",
    "whole and nobody's",
    "within the transaction",
    "before the commit",
)
Said = dict[str, Any]


def attempts(mode: str, home: Path, **extra: str) -> list[Said]:
    """Run them and return what each left."""
    environment = node_environment(home) | {"DJANGO_SETTINGS_MODULE": "amana.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.processes.dying", mode],
        env=environment | extra,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@contextmanager
def small_disk(home: Path) -> Iterator[dict[str, str]]:
    """A store on a disk of one megabyte where this machine lets us mount one; elsewhere the
    process is told that files may not grow."""
    store = home / "blobs"
    store.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(store)]
    mounted = os.getuid() == 0 and subprocess.run(command, check=False, capture_output=True)
    if not mounted or mounted.returncode:
        yield {}
        return
    try:
        yield {"SMALL_DISK": "1"}
    finally:
        subprocess.run(["umount", str(store)], check=True)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Said]]:
    home = tmp_path_factory.mktemp("killed") / "home"
    return home, {said["at"]: said for said in attempts("points", home)}


def test_every_attempt_was_ended_by_the_kernel(killed: tuple[Path, dict[str, Said]]) -> None:
    _home, said = killed
    assert {each["signal"] for name, each in said.items() if name != "the end"} == {signal.SIGKILL}
    assert len(said) == 12


def test_killed_anywhere_no_half_of_a_file_becomes_evidence(
    killed: tuple[Path, dict[str, Said]],
) -> None:
    """Item, key, record of custody and leaf are there together or not at all, and where they are
    the bytes are whole."""
    _home, said = killed
    before = 0
    for name, each in said.items():
        number = before + (name in KEPT)
        assert len(each["items"]) == number, name
        assert each["half"] == [], name
        assert each["keys"] == each["records"] == each["leaves"] == number, name
        before = number


def test_what_was_acknowledged_is_there(killed: tuple[Path, dict[str, Said]]) -> None:
    home, said = killed
    promised = (home / "acknowledged").read_text().split()
    assert len(promised) == 1
    assert set(promised) <= set(said["the end"]["items"])


def test_bytes_without_a_row_lie_apart_and_are_swept(
    killed: tuple[Path, dict[str, Said]],
) -> None:
    _home, said = killed
    blobs, incoming = 0, 0
    for name, each in said.items():
        if name == "the end":
            continue
        blobs += name in (*UNKNOWN_TO_THE_DATABASE, *KEPT)
        assert each["blobs"] == blobs, name
        assert each["incoming"] >= incoming, name
        incoming = each["incoming"]
    end = said["the end"]
    assert end["dropped"] == len(UNKNOWN_TO_THE_DATABASE) + incoming
    assert (end["blobs"], end["incoming"]) == (len(KEPT), 0)
    assert end["problems"] == []


def test_a_disk_that_fills_up_within_a_file_refuses_it_in_words_and_keeps_nothing(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    with small_disk(home) as extra:
        refused, after, end = attempts("full", home, **extra)
    wanted = errno.ENOSPC if extra else errno.EFBIG
    assert refused == {"refused": "full", "errno": wanted}
    for said in (after, end):
        assert (said["items"], said["blobs"], said["incoming"]) == ([], 0, 0)
    assert end["dropped"] == 0


def test_while_the_bucket_is_away_nothing_is_taken_and_then_all_goes_on(tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    (tmp_path / "secret").write_text("invented")
    bucket = {
        "AMANA_BLOBS": "s3://evidence/node",
        "AMANA_S3_ENDPOINT": f"http://127.0.0.1:{port}",
        "AMANA_S3_REGION": "us-east-1",
        "AMANA_S3_ACCESS_KEY": "invented",
        "AMANA_S3_SECRET_FILE": str(tmp_path / "secret"),
    }
    refused, after, _end = attempts("away", home, **bucket)
    assert refused["refused"] == "busy"
    assert (after["items"], after["incoming"]) == ([], 0)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        urllib.request.urlopen(
            urllib.request.Request(f"http://127.0.0.1:{port}/evidence", method="PUT")
        ).close()
        kept, end = attempts("back", home, **bucket)
    finally:
        server.stop()
    assert (len(kept["items"]), kept["blobs"], kept["half"]) == (1, 1, [])
    assert end["items"] == (home / "acknowledged").read_text().split()
    assert (end["dropped"], end["problems"]) == (0, [])


def test_a_clock_that_jumps_back_changes_neither_custody_nor_what_is_published(
    tmp_path: Path,
) -> None:
    """Pitfall 6: the order of the chain and of the log is the truth, a time is a claim. For an
    hour that lies before the last published one there is no second checkpoint."""
    said, after, end = attempts("clock", tmp_path / "home")
    assert said["published"] == [True, False]
    (one, now), (two, back) = said["chain"]
    assert (one, two, back) == (1, 2, 2020)
    assert now > back
    assert said["second"] == [[1, 2020]]
    assert (said["same"], said["placed"]) == (True, True)
    assert (len(after["items"]), after["half"], end["problems"]) == (2, [], [])
    assert end["dropped"] == 0

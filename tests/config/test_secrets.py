# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's own secret: made once for a node, whoever asks first, and readable by nobody else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from amana.config.secrets import FILE, secret_key

TAKES_IT = (
    "import sys; from pathlib import Path; from amana.config.secrets import secret_key\n"
    "print('there', flush=True); sys.stdin.readline(); print(secret_key(Path(sys.argv[1])))"
)


def test_it_is_made_once_and_stays(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "keys")
    assert len(first) >= 64
    assert secret_key(tmp_path / "keys") == first
    assert secret_key(tmp_path / "other") != first


def test_it_is_its_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        secret_key(tmp_path / "keys")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [FILE]
    assert stat.S_IMODE((tmp_path / "keys" / FILE).stat().st_mode) == 0o600


def test_one_that_is_there_is_taken_as_it_is(tmp_path: Path) -> None:
    """An editor, or a restore, may have added the end of a line."""
    (tmp_path / FILE).write_text("brought along from elsewhere\n", "ascii")
    assert secret_key(tmp_path) == "brought along from elsewhere"


def test_threads_that_ask_at_once_get_the_same(tmp_path: Path) -> None:
    together = Barrier(8)

    def ask(_number: int) -> str:
        together.wait()
        return secret_key(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_processes_that_ask_at_once_get_the_same(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TAKES_IT, str(tmp_path / "keys")]
    askers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for asker in askers:
        assert asker.stdout is not None
        assert asker.stdout.readline() == "there\n"
    for asker in askers:
        assert asker.stdin is not None
        asker.stdin.write("\n")
        asker.stdin.flush()
    said = {asker.communicate()[0] for asker in askers}
    assert said == {secret_key(tmp_path / "keys") + "\n"}


def test_what_a_crash_left_behind_keeps_nobody_from_starting(tmp_path: Path) -> None:
    """In a container the process has the same number each time."""
    (tmp_path / f".{FILE}.{os.getpid()}").write_text("half of")
    assert "half of" not in secret_key(tmp_path)

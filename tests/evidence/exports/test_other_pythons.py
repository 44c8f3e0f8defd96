# SPDX-License-Identifier: AGPL-3.0-or-later
"""`verify.py` under other versions of Python than ours, as a court's machine may have them: every
one of this machine from 3.9 on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from amana.evidence.exports.carried.assembling import verify_py
from tests.evidence.exports.bags import Node, contents, rewrite, write

OLDEST = 9
NEWEST = 20
ALONE = ("-I", "-S")


def pythons() -> dict[str, str]:
    """The interpreters of this machine by version: on the path, and those that pyenv keeps."""
    found: dict[str, str] = {}
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for minor in range(OLDEST, NEWEST):
        name = f"3.{minor}"
        places = sorted(kept.glob(f"{name}.*/bin/python3"))
        path = str(places[-1]) if places else shutil.which(f"python{name}")
        if path and _runs(path):
            found[name] = path
    return found


def _runs(path: str) -> bool:
    """A shim of pyenv for a version that is not chosen is on the path and runs nothing."""
    return subprocess.run([path, "-c", ""], check=False, capture_output=True).returncode == 0


FOUND = pythons()


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "trusted-verify.py"
    path.write_bytes(verify_py())
    return path


@pytest.fixture(params=FOUND)
def exit_of(request: pytest.FixtureRequest, script: Path) -> Callable[..., tuple[int, set[str]]]:
    """How it ends under one version, and the codes of what does not hold."""

    def run(bag: Path, *more: str) -> tuple[int, set[str]]:
        command = [FOUND[request.param], *ALONE, str(script), str(bag), "--json", *more]
        done = subprocess.run(command, check=False, capture_output=True, timeout=120)
        assert done.stderr == b"", done.stderr
        said = json.loads(done.stdout)
        assert said["exit"] == done.returncode
        return done.returncode, {problem["code"] for problem in said["problems"]}

    return run


def test_this_machine_has_one_at_least() -> None:
    assert FOUND


def test_it_accepts_a_true_bag_and_refuses_forged_ones(
    exit_of: Callable[..., tuple[int, set[str]]], tmp_path: Path
) -> None:
    node = Node()
    bag = write(contents(node, count=1), tmp_path)
    key = f"--log-key={node.key.vkey}"
    assert exit_of(bag, key) == (0, set())
    assert exit_of(bag) == (1, {"log-key"})
    assert exit_of(bag, f"--log-key={Node().key.vkey}")[0] == 1
    assert exit_of(tmp_path / "nothing", key)[0] == 2
    (picture,) = bag.glob("data/**/0001.png")
    picture.write_bytes(picture.read_bytes() + b"x")
    assert exit_of(bag, key) == (1, {"digest"})
    rewrite(bag)
    code, problems = exit_of(bag, key)
    assert code == 1
    assert "digest" not in problems

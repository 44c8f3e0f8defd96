# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trusted time in a bag, before OpenSSL and before the program; authorities of this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from amana.cli import main
from amana.evidence.exports.checking import Verdict, check_bag
from amana.evidence.exports.services import to_folder
from amana.evidence.exports.witnessing import Trust
from amana.journal import sequencer, stamps
from amana.kernel.ledger.stamps import load_roots
from tests.evidence.exports.bags import names, rewrite
from tests.evidence.exports.exported import Ground, ground
from tests.support.authority import Times

pytestmark = pytest.mark.db


@pytest.fixture
def stamped(
    authority: Times, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> tuple[Ground, Path]:
    authority.ask(monkeypatch, authority.long)
    where = ground(b"one")
    sequencer.publish_hour()
    assert stamps.stamp_public() == 1
    return where, to_folder(where.prepare(), tmp_path)


def judged(where: Ground, bag: Path, roots: Path) -> Verdict:
    return check_bag(bag, keys=[where.key], trust=Trust(roots=load_roots(roots.read_bytes())))


def test_openssl_verifies_the_stamps_over_manifest_and_checkpoint(
    stamped: tuple[Ground, Path], authority: Times
) -> None:
    _where, bag = stamped
    for data, token in (
        ("manifest-sha256.txt", "stamps/manifest-1.tsr"),
        ("stamps/checkpoint.txt", "stamps/checkpoint-1.tsr"),
    ):
        command = ["openssl", "ts", "-verify", "-data", data, "-in", token]
        roots = ["-CAfile", str(authority.roots)]
        done = subprocess.run([*command, *roots], cwd=bag, check=False, capture_output=True)
        assert done.returncode == 0, done.stderr


def test_the_program_checks_them_with_roots_and_says_so_without(
    stamped: tuple[Ground, Path], authority: Times, capsys: pytest.CaptureFixture[str]
) -> None:
    where, bag = stamped
    verdict = judged(where, bag, authority.roots)
    assert verdict.exit == 0
    assert len([line for line in verdict.checked if "Invented one" in line]) == 2
    asked = ["evidence", "verify", str(bag), "--log-key", where.key]
    assert main(asked) == 0
    assert "no root certificate was given" in capsys.readouterr().out
    assert main([*asked, "--roots", str(authority.roots)]) == 0
    assert "checked: time stamp stamps/manifest-1.tsr" in capsys.readouterr().out
    assert main([*asked, "--roots", str(bag / "manifest-sha256.txt")]) == 1


def test_a_stamp_of_something_else_is_refused(
    stamped: tuple[Ground, Path], authority: Times
) -> None:
    where, bag = stamped
    (bag / "stamps/manifest-1.tsr").write_bytes((bag / "stamps/checkpoint-1.tsr").read_bytes())
    rewrite(bag)
    verdict = judged(where, bag, authority.roots)
    assert (verdict.exit, names(verdict.problems)) == (1, {"stamp"})


def test_a_checkpoint_that_no_proof_ends_in_is_refused(
    stamped: tuple[Ground, Path], authority: Times
) -> None:
    where, bag = stamped
    path = bag / "stamps/checkpoint.txt"
    path.write_text(path.read_text("utf-8").replace("amana/", "other/", 1), "utf-8")
    rewrite(bag)
    assert names(judged(where, bag, authority.roots).problems) == {"stamp"}

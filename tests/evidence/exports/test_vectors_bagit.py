# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Library of Congress's conformance suite for BagIt, against both readers of whole bags.

Stricter than the suite by intent: what wants files from elsewhere (`fetch.txt`) is refused on
every system, and so is what is bad on another system only."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from amana.evidence.exports.checking import check_container
from tests.evidence.exports.verifiers import Script
from tests.support import bagit_library, vectors

MISSED = {
    "v1.0/invalid/bagit-with-invalid-whitespace",
    "v0.97/windows-only/out-of-scope-file-paths-using-absolute-path-for-fetch",
    "v0.97/windows-only/out-of-scope-file-paths-using-shortcut-for-fetch",
    "v0.97/windows-only/out-of-scope-file-paths-using-unc-for-fetch",
}
"""What the library wrongly accepts (knowledge/evidence.md, section 3)."""

WARNED = {
    "v0.97/warning/made-with-md5sum-tools",
    "v0.97/warning/relative-path",
    "v0.97/warning/same-filename-listed-twice-with-the-same-hash",
}
"""The other three of that group lack a file on systems that tell names apart."""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("suite")
    with tarfile.open(vectors.PLACE / "bagit-conformance.tar.gz") as packed:
        packed.extractall(folder, filter="data")
    return folder / "bagit-conformance"


@pytest.fixture(params=["program", "script"])
def exit_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Path], int]:
    if request.param == "program":
        return lambda bag: check_container(bag).exit
    script = Script(tmp_path)
    return lambda bag: script.run(str(bag), "--bag-only").returncode


def bags(suite: Path, kind: str) -> dict[str, Path]:
    found = {path.relative_to(suite).as_posix(): path for path in suite.glob(f"v*/{kind}/*")}
    assert found
    return found


def test_valid_bags_are_accepted_unless_they_want_files_from_elsewhere(
    suite: Path, exit_of: Callable[[Path], int]
) -> None:
    found = bags(suite, "valid")
    assert len(found) == 27
    refused = {name for name, path in found.items() if exit_of(path)}
    assert refused == {name for name, path in found.items() if (path / "fetch.txt").exists()}
    assert refused == {"v0.96/valid/holey-bag", "v0.97/valid/holey-bag"}


def test_invalid_bags_are_refused_also_those_that_the_library_misses(
    suite: Path, exit_of: Callable[[Path], int]
) -> None:
    found = bags(suite, "invalid") | bags(suite, "linux-only") | bags(suite, "windows-only")
    assert set(found) >= MISSED
    assert {name for name, path in found.items() if exit_of(path) == 0} == set()


def test_what_deserves_a_warning_gets_one(suite: Path) -> None:
    found = {name: check_container(path) for name, path in bags(suite, "warning").items()}
    assert {name for name, verdict in found.items() if verdict.exit == 0} == WARNED
    assert all(found[name].warnings for name in WARNED)


def test_the_library_misses_what_is_said_of_it(suite: Path) -> None:
    found = bags(suite, "invalid") | bags(suite, "windows-only")
    missed = {name for name, path in found.items() if bagit_library.accepts(path)}
    assert missed <= MISSED

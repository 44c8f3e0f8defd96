# SPDX-License-Identifier: AGPL-3.0-or-later
"""The repository keeps its own rules."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.meta.checks import CHECKS, Check
from tests.meta.files import ROOT, File, ours

FILES: list[File] = ours()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_repository_keeps_the_rule(check: Check) -> None:
    assert check(FILES) == []


def test_the_checks_look_at_the_whole_repository() -> None:
    paths = {file.path for file in FILES}
    assert {"LICENSE", "Makefile", "pyproject.toml", ".ci/run", "requirements/run.txt"} <= paths
    assert "src/amana/__init__.py" in paths


def test_the_licence_is_the_whole_affero_licence() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert "13. Remote Network Interaction" in text
    assert len(text) > 34_000


def test_the_kernel_contract_forbids_django_and_the_settings() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = [contract for contract in contracts if contract["type"] == "layers"]
    kernel = [contract for contract in contracts if contract["type"] == "forbidden"]
    assert layers[0]["exhaustive"] is True
    assert layers[0]["layers"][-1] == "(kernel)"
    assert {"django", "amana.config"} <= set(kernel[0]["forbidden_modules"])


def test_pins_of_the_levels_agree() -> None:
    """What lint or test adds never changes what a node runs."""
    run, test, lint = (_pins(f"requirements/{name}.txt") for name in ("run", "test", "lint"))
    assert run <= test <= lint


def test_a_node_runs_on_the_long_term_django_and_the_newest_is_tried() -> None:
    assert any(pin.startswith("django==5.2.") for pin in _pins("requirements/run.txt"))
    assert any(pin.startswith("django==6.1.") for pin in _pins("requirements/newest.txt"))


def _pins(path: str) -> set[str]:
    """Name and release of each; where it is wanted (a marker) may widen from level to level."""
    lines = (ROOT / path).read_text("utf-8").splitlines()
    return {line.split(" ")[0] for line in lines if re.match(r"[a-z0-9]\S*==", line)}

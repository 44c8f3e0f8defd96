# SPDX-License-Identifier: AGPL-3.0-or-later
"""The repository keeps its own rules."""

from __future__ import annotations

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
    assert run.items() <= test.items() <= lint.items()


def test_a_node_runs_on_the_long_term_django_and_the_newest_is_tried() -> None:
    assert _pins("requirements/run.txt")["django"].startswith("5.2.")
    assert _pins("requirements/newest.txt")["django"].startswith("6.1.")


def _pins(path: str) -> dict[str, str]:
    lines = (ROOT / path).read_text("utf-8").splitlines()
    return dict(line.removesuffix(" \\").split("==", 1) for line in lines if "==" in line)

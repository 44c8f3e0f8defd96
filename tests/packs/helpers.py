# SPDX-License-Identifier: AGPL-3.0-or-later
"""Copies of the packs that a test may spoil."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import yaml

from amana.packs.check import check_pack
from amana.packs.loader import HERE, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Tree = dict[str, object]
"""A YAML file as plain data."""


def entries(tree: object, key: str) -> list[Tree]:
    """The list under `key`, with its type told to the type checker."""
    assert isinstance(tree, dict)
    found = tree[key]
    assert isinstance(found, list)
    return found


def entry(tree: object, key: str, code: str) -> Tree:
    """The entry of the list under `key` that has this code."""
    return next(item for item in entries(tree, key) if item["code"] == code)


def spoiled(tmp_path: Path, name: str, change: Callable[[Tree], None], *, pack: str = "jo") -> Path:
    """A copy of `pack` in which `change` was made to the file `name`."""
    folder = tmp_path / pack
    if not folder.exists():
        shutil.copytree(HERE / pack, folder)
    tree = read_yaml(folder / name)
    assert isinstance(tree, dict)
    change(tree)
    (folder / name).write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    """What `check_pack` says, as the operator reads it."""
    return [str(problem) for problem in check_pack(folder)]

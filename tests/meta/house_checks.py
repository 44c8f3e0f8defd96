# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules about the house as a whole: pins, the record of dependencies, the contracts on imports."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator

from tests.meta.files import File

RECORD = "docs/decisions/0002-dependencies.md"
PIN = re.compile(r"^[a-z0-9][a-z0-9._-]*==[^\s;]+(?: ; .+)?$")
HASH = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")
NOT_ROOMS = {"__init__", "__main__", "config", "locale", "py"}


def _one(files: Iterable[File], path: str) -> File:
    return next((file for file in files if file.path == path), File(path, ""))


def _logical_lines(text: str) -> Iterator[list[str]]:
    """Requirement lines with their continuations, split into the pin and its hashes."""
    joined = text.replace("\\\n", "\0")
    for line in joined.splitlines():
        if line and not line.startswith("#"):
            yield [part.strip() for part in line.split("\0")]


def pins(files: Iterable[File]) -> list[str]:
    """Every requirement is one release with its digests; nothing else stands in these files."""
    found = []
    for file in files:
        if not (file.inside("requirements") and file.suffix == ".txt"):
            continue
        for pin, *hashes in _logical_lines(file.text):
            if not PIN.match(pin):
                found.append(f"{file.path}: not a pin: {pin}")
            elif not hashes or not all(HASH.match(entry) for entry in hashes):
                found.append(f"{file.path}: without good digests: {pin}")
        if "://" in file.text:
            found.append(f"{file.path}: an address")
    return found


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct_dependencies(files: Iterable[File]) -> set[str]:
    """Names that the `requirements/*.in` files ask for."""
    return {
        normal(match.group())
        for file in files
        if file.inside("requirements") and file.suffix == ".in"
        for line in file.text.splitlines()
        if (match := re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line))
    }


def recorded_dependencies(record: File) -> set[str]:
    """Names with a whole row in the decision record: name, use, licence, why not own code."""
    rows = (re.split(r"(?<!\\)\|", line.strip())[1:-1] for line in record.text.splitlines())
    return {
        normal(match.group(1))
        for cells in rows
        if len(cells) == 4
        and all(cell.strip() for cell in cells)
        and (match := re.match(r"\s*`([^`\[]+)", cells[0]))
    }


def dependency_record(files: Iterable[File]) -> list[str]:
    """Every direct dependency has its line in the record, and the record names no other."""
    known = list(files)
    direct = direct_dependencies(known)
    recorded = recorded_dependencies(_one(known, RECORD))
    return [f"{RECORD}: no whole line for {name}" for name in sorted(direct - recorded)] + [
        f"{RECORD}: {name} is not a direct dependency" for name in sorted(recorded - direct)
    ]


def rooms(files: Iterable[File]) -> set[str]:
    """What stands directly in the package `amana` and holds Python."""
    parts = (file.path.split("/") for file in files if file.suffix == ".py")
    return {
        path[2].removesuffix(".py")
        for path in parts
        if len(path) > 2 and path[:2] == ["src", "amana"]
    } - NOT_ROOMS


def import_contracts(files: Iterable[File]) -> list[str]:
    """The layers contract lists every room, so that no room escapes it."""
    known = list(files)
    settings = tomllib.loads(_one(known, "pyproject.toml").text)
    contracts = settings.get("tool", {}).get("importlinter", {}).get("contracts", [])
    layers = [layer for contract in contracts for layer in contract.get("layers", [])]
    listed = {name for layer in layers for name in re.findall(r"\w+", layer)}
    return [
        f"pyproject.toml: the layers contract lacks {name}"
        for name in sorted(rooms(known) - listed)
    ]

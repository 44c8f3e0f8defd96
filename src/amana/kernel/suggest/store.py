# SPDX-License-Identifier: AGPL-3.0-or-later
"""Models as files: `model.npz` and a manifest that names its digest, its data and its figures.

Nothing is unpickled. A manifest must stand in its one canonical form and carry its own digest, so
that any byte that is not as it was written refuses to load: in either file.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from amana.kernel.suggest.features import BUCKETS
from amana.kernel.suggest.model import Model

WEIGHTS: Final = "model.npz"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
LARGEST: Final = 64_000_000

Sort = TypeVar("Sort")


class BadModel(Exception):  # the word its callers say
    """A model file is not the one that was trained; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A model, its version, and what its manifest tells of data and figures."""

    version: str
    model: Model
    told: Mapping[str, Any]


@cache
def starter() -> Stored:
    """The model that ships. Raises `BadModel`."""
    return load(files("amana.kernel.suggest") / "models" / "starter")


def save(folder: Path, model: Model, version: str, told: Mapping[str, Any]) -> None:
    """Write a model and its manifest into a new folder. Raises `FileExistsError`."""
    arrays: dict[str, npt.NDArray[Any]]
    arrays = {"weights": model.weights, "scale": model.scale, "bias": model.bias}
    write(folder, arrays, version, model.codes, told)


def load(folder: Traversable | Path) -> Stored:
    """Read a model back. Raises `BadModel` when a byte of it has changed."""
    model, said = read_as(Model, folder)
    if model.weights.shape != (BUCKETS, len(model.codes)):
        raise BadModel(f"the model in {folder} was made for other features than this version's")
    told = {
        key: value
        for key, value in said.items()
        if key not in {"format", "version", "codes", "buckets", "sha256", "seal"}
    }
    return Stored(said["version"], model, told)


def write(
    folder: Path,
    arrays: Mapping[str, npt.NDArray[Any]],
    version: str,
    codes: Sequence[str],
    told: Mapping[str, Any],
) -> None:
    """Write arrays and their manifest into a new folder. Raises `FileExistsError`."""
    folder.mkdir(parents=True)
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
    said = {
        "format": FORMAT,
        "version": version,
        "codes": list(codes),
        "buckets": BUCKETS,
        "sha256": hashlib.sha256(stream.getvalue()).hexdigest(),
        **told,
    }
    (folder / WEIGHTS).write_bytes(stream.getvalue())
    (folder / MANIFEST).write_bytes(_canonical({**said, "seal": _seal(said)}))


def read_as(sort: Callable[..., Sort], folder: Traversable | Path) -> tuple[Sort, dict[str, Any]]:
    """A model of that sort, from its codes and arrays, and what its manifest says. Raises
    `BadModel` when a byte of it has changed, and for a model of another sort."""
    said, arrays = _read_back(folder)
    try:
        return sort(tuple(said["codes"]), **arrays), said
    except TypeError as error:
        raise BadModel(f"the model in {folder} is of another sort") from error


def _read_back(folder: Traversable | Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """What a manifest says, and the arrays beside it. Raises `BadModel` when a byte of either has
    changed, and for buckets of another version."""
    try:
        raw, packed = (folder / MANIFEST).read_bytes(), (folder / WEIGHTS).read_bytes()
    except OSError as error:
        raise BadModel(f"the model in {folder} is not there whole: {error}") from error
    said = _manifest(raw, str(folder))
    if len(packed) > LARGEST or hashlib.sha256(packed).hexdigest() != said["sha256"]:
        raise BadModel(
            f"{folder}/{WEIGHTS} is not the file that was trained: its digest differs from the "
            "manifest. Use another version, or train it again."
        )
    if said["buckets"] != BUCKETS:
        raise BadModel(f"the model in {folder} was made for other features than this version's")
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        return said, dict(arrays)


def _manifest(raw: bytes, folder: str) -> dict[str, Any]:
    refused = BadModel(
        f"{folder}/{MANIFEST} is not as it was written. Use another version, or train it again."
    )
    try:
        said = json.loads(raw)
        seal = said.pop("seal")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise refused from error
    if _canonical({**said, "seal": seal}) != raw or seal != _seal(said):
        raise refused
    if said["format"] != FORMAT:
        raise BadModel(f"{folder}/{MANIFEST} has a format that this version does not know")
    return dict(said)


def _seal(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(said)).hexdigest()


def _canonical(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

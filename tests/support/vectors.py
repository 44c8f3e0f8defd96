# SPDX-License-Identifier: AGPL-3.0-or-later
"""Test data of others, which may lie beside the repository and is never copied into it."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PLACE = REPOSITORY.parent / "shared" / "vectors"


def folder(place: Path = PLACE) -> Path | None:
    """The folder of vectors, or None where it is not."""
    return place if place.is_dir() else None


def needs(path: Path) -> bool:
    """Whether a file holds only tests on these vectors: test_vectors.py, test_vectors_hpke.py."""
    return path.suffix == ".py" and path.stem.split("_")[:2] == ["test", "vectors"]


def notice(place: Path = PLACE) -> list[str]:
    """The line that says what is not collected; empty when the vectors are there."""
    if folder(place) is not None:
        return []
    return ["vectors: ../shared/vectors is not here; the tests on it are not collected"]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which face an address belongs to."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from amana.config.env import Surface

EVERYWHERE: Final[frozenset[Surface]] = frozenset({"portal", "desk", "exchange"})

# The longest prefix counts; what is in no line belongs to the portal.
FACES: Final[dict[str, frozenset[Surface]]] = {
    "/healthz": EVERYWHERE,
    "/static/": EVERYWHERE,
    "/desk": frozenset({"desk"}),
    "/api/": frozenset({"exchange"}),
    "/log/": frozenset({"exchange"}),
    "/files/": frozenset({"exchange", "portal"}),
    "/.well-known/amana/": frozenset({"exchange", "portal"}),
}
PORTAL: Final[frozenset[Surface]] = frozenset({"portal"})


def surfaces_of(path: str) -> frozenset[Surface]:
    """The surfaces on which `path` exists."""
    fitting = [prefix for prefix in FACES if _below(path, prefix)]
    return FACES[max(fitting, key=len)] if fitting else PORTAL


def served(path: str, active: AbstractSet[str]) -> bool:
    """Whether a process with these surfaces serves `path`."""
    return bool(surfaces_of(path) & active)


def is_desk(path: str) -> bool:
    """Whether `path` is a page for staff."""
    return _below(path, "/desk")


def _below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix if prefix.endswith("/") else f"{prefix}/")

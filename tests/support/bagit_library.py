# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Library of Congress's own reader of bags, as a second opinion.

It asks `pkg_resources` for its version alone; newer setuptools have no such module, so something
that answers stands in for it while the library is loaded."""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


class _Distribution:
    version = "1"


def _library() -> Any:
    if "bagit" not in sys.modules:
        stand_in = ModuleType("pkg_resources")
        stand_in.DistributionNotFound = LookupError  # type: ignore[attr-defined]
        stand_in.get_distribution = lambda _name: _Distribution  # type: ignore[attr-defined]
        before = sys.modules.get("pkg_resources")
        sys.modules["pkg_resources"] = stand_in
        try:
            importlib.import_module("bagit")
        finally:
            del sys.modules["pkg_resources"]
            if before is not None:
                sys.modules["pkg_resources"] = before
        logging.getLogger("bagit").setLevel(logging.CRITICAL)
    return sys.modules["bagit"]


def accepts(bag: Path) -> bool:
    """Whether the library finds this bag valid, every byte of it."""
    library = _library()
    try:
        library.Bag(str(bag)).validate()
    except library.BagError:
        return False
    return True

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which model suggests on this node: the one that ships, or one that the node trained.

Versions lie in HOME/models, each in a folder of its own that is never written twice; the file
`current` names the one in use. A version that cannot be loaded is said and passed over: a report
page without suggestions is worse than one with those of the starter.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from amana.config.env import env
from amana.kernel.suggest import BadModel, Model, Stored, load, starter

CURRENT: Final = "current"
STARTER: Final = "starter"
_VERSION = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Version:
    """A model on the shelf. `stored` is nothing when a byte of it has changed; `wrong` says so."""

    name: str
    in_use: bool
    stored: Stored | None
    wrong: str = ""


def shelf() -> Path:
    """The folder of the node's own models."""
    return env().home / "models"


def versions() -> list[Version]:
    """The starter, then the node's own, the oldest first."""
    using = in_use()
    names = sorted(path.name for path in shelf().glob("*") if path.is_dir())
    return [_version(name, using) for name in [STARTER, *names]]


def in_use() -> str:
    """The name of the version that is switched on."""
    try:
        name = (shelf() / CURRENT).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return STARTER
    return name if _VERSION.fullmatch(name) else STARTER


def use(name: str) -> Stored:
    """Switch a version on. Raises `BadModel` when it cannot be loaded; the old one stays then."""
    stored = named(name)
    shelf().mkdir(parents=True, exist_ok=True)
    fresh = shelf() / f"{CURRENT}.new"
    fresh.write_text(f"{name}\n", encoding="ascii")
    fresh.replace(shelf() / CURRENT)
    return stored


def named(name: str) -> Stored:
    """A version by its name. Raises `BadModel`."""
    if name == STARTER:
        return starter()
    if not _VERSION.fullmatch(name):
        raise BadModel(f"{name!r} is no name of a version: small letters, digits, dots, dashes")
    return load(shelf() / name)


def model() -> Model:
    """The model that suggests now; the starter when the one in use is damaged."""
    name = in_use()
    if name == STARTER:
        return starter().model
    path = shelf() / name
    try:
        return _loaded(path, (path / "manifest.json").stat().st_mtime_ns).model
    except (BadModel, OSError):
        log.exception("the model in use is damaged; the starter suggests")
        return starter().model


@lru_cache(maxsize=2)
def _loaded(path: Path, _changed: int) -> Stored:
    return load(path)


def _version(name: str, using: str) -> Version:
    try:
        return Version(name, name == using, named(name))
    except BadModel as error:
        return Version(name, name == using, None, str(error))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's own secret, made once and kept with the node keys. It seals no report."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FILE = "django.secret"


def secret_key(folder: Path) -> str:
    """Read the secret of this node; make it when the key folder does not have one yet."""
    path = folder / FILE
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        pass
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = secrets.token_urlsafe(48)
    temporary = folder / f".{FILE}.{secrets.token_hex(8)}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # fails when another process was first, and then hers counts
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return path.read_text("ascii").strip()

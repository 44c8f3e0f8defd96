# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much memory a process has held at most."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Final

_STATUS: Final = Path("/proc/self/status")


def peak() -> float:
    """The most that this process has held, in MB.

    `ru_maxrss` alone would not do: a process begins with the peak of the one that started it."""
    if _STATUS.exists():
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

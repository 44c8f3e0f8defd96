# SPDX-License-Identifier: AGPL-3.0-or-later
"""No process of a node outlives the one that started it, and none leaves its memory behind.

A killed `amana serve` cannot stop its children, and a web worker left behind would keep the port
and the old program. So each child asks twice a second who its parent is."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from typing import Final

PARENT: Final = "AMANA_SERVE_PID"
EVERY_SECONDS: Final = 0.5
GRACE_SECONDS: Final = 6.0
"""For a request or a job that is being worked on; the transaction of anything longer is undone."""


def follow_parent() -> None:
    """Stop this process when the one named in the environment is no longer its parent.

    Without that name (a WSGI server of the operator's own, `amana worker` alone) nothing is
    followed."""
    named = os.environ.get(PARENT, "")
    if named.isdigit():
        threading.Thread(target=_follow, args=(int(named),), daemon=True, name="lifeline").start()


def leave_no_core() -> None:
    """A crash must not write the memory of this process, or of its children, to a disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)

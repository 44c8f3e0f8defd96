# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collector() -> Iterator[None]:
    """Without the search for cycles: over millions of lists, none of which is part of one, it
    costs as much as the work itself. For commands that do nothing else."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

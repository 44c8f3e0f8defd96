# SPDX-License-Identifier: AGPL-3.0-or-later
"""A pause of the search for cycles, while much is made and none of it is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collector() -> Iterator[None]:
    """Without the search for cycles: over many new lists, none of which is part of one, it costs
    from a third of the work to as much again. For what is done once, or by a command alone."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A long text in windows that a reader of whole reports hears one at a time.

One sentence of danger must not drown in a long report. A short report is one window.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from amana.kernel.suggest.features import Floats

WINDOW: Final = 128
LONGEST: Final = 3_200
_LOWEST: Final = np.float32(-3)
"""A window speaks against no stretch in it more than this (log of odds)."""

Stretch = tuple[int, int]
"""First token, and the one after the last."""


def windows(size: int) -> list[Stretch]:
    """As few windows of up to 128 words as it takes, all about as long, of the first 3,200."""
    size = min(size, LONGEST)
    count = max(-(-size // WINDOW), 1)
    edges = [size * at // count for at in range(count + 1)]
    return list(itertools.pairwise(edges))


@dataclass(frozen=True, slots=True)
class Around:
    """What each window says of each risk (log of odds), a row for each of `parts`."""

    parts: Sequence[Stretch]
    odds: Floats

    def near(self, stretches: Sequence[Stretch]) -> Floats:
        """Of each stretch what the window that it begins in says, or that it ends in: the more
        alarming one."""
        starts = [first for first, _ in self.parts]
        begins = [bisect_right(starts, first) - 1 for first, _ in stretches]
        ends = [bisect_right(starts, end - 1) - 1 for _, end in stretches]
        near: Floats = np.maximum(np.maximum(self.odds[begins], self.odds[ends]), _LOWEST)
        return near

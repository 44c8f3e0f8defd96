# SPDX-License-Identifier: AGPL-3.0-or-later
"""What evidence weighs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from amana.kernel.linking.kinds import AGAINST, AT_FIRST, NEAR, NEAR_WEIGHT, WEIGHT
from amana.kernel.linking.ragged import Floats

KNOWN: Final = {kind: weight + AT_FIRST for kind, weight in WEIGHT.items()} | {
    kind | NEAR: weight + AT_FIRST for kind, weight in NEAR_WEIGHT.items()
}
_TRUST: Final = np.full(256, AT_FIRST)
for _kind, _known in KNOWN.items():
    _TRUST[_kind] = _known


@dataclass(slots=True)
class Scales:
    """`trust` (256 kinds): log odds that a value, shared and with nothing else known, means one
    person. `against`: what it costs that two bodies differ in a family."""

    trust: Floats = field(default_factory=_TRUST.copy)
    against: dict[int, float] = field(default_factory=lambda: dict(AGAINST))

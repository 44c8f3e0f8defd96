# SPDX-License-Identifier: AGPL-3.0-or-later
"""What evidence weighs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from amana.kernel.linking.kinds import AGAINST, AT_FIRST, NEAR, NEAR_WEIGHT, WEIGHT

KNOWN: Final = {kind: weight + AT_FIRST for kind, weight in WEIGHT.items()} | {
    kind | NEAR: weight + AT_FIRST for kind, weight in NEAR_WEIGHT.items()
}


@dataclass(slots=True)
class Scales:
    """`trust`: log odds that a value of a kind, shared and with nothing else known, means one
    person. `against`: what it costs that two bodies differ in a family."""

    trust: dict[int, float] = field(default_factory=lambda: dict(KNOWN))
    against: dict[int, float] = field(default_factory=lambda: dict(AGAINST))

    def of(self, kind: int) -> float:
        return self.trust.get(kind, AT_FIRST)

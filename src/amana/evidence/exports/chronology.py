# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was done with the items of a bag, in order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amana.evidence.exports.contents import Contents, Link, Released


@dataclass(frozen=True, slots=True)
class Step:
    """One record that the bag opens. `said` is the record itself."""

    item: Released
    number: int
    at: datetime
    said: dict[str, Any]
    leaf: bytes

    @property
    def kind(self) -> str:
        return str(self.said["type"])

    @property
    def actor(self) -> tuple[str, str]:
        """Role and pseudonym."""
        return str(self.said["actor"]["role"]), str(self.said["actor"]["pseudonym"])


def steps_of(item: Released) -> list[Step]:
    """The opened records of an item, in the order of its chain."""
    return [_step(item, link) for link in item.links if not link.withheld]


def steps(contents: Contents) -> list[Step]:
    """The opened records of all items by their time. Times are claims of the node; the order of
    one item's records is proven."""
    found = [step for item in contents.released for step in steps_of(item)]
    return sorted(found, key=lambda step: (step.at, step.item.number, step.number))


def _step(item: Released, link: Link) -> Step:
    said = json.loads(link.record)
    return Step(item, link.number, datetime.fromisoformat(said["t"]), said, link.leaf)

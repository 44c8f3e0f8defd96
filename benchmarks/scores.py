# SPDX-License-Identifier: AGPL-3.0-or-later
"""How near clusters come to the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any


def scores(labels: Sequence[object], truth: Sequence[int]) -> tuple[float, float, float, float]:
    """Pairwise precision, recall, F1, and the share of offenders with three or more victims whose
    reports all stand in one cluster."""
    both = _pairs(Counter(zip(labels, truth, strict=True)))
    precision = both / max(1, _pairs(Counter(labels)))
    victims = Counter(truth)
    recall = both / max(1, _pairs(victims))
    where: dict[int, set[object]] = defaultdict(set)
    for label, offender in zip(labels, truth, strict=True):
        where[offender].add(label)
    many = [offender for offender, count in victims.items() if count >= 3]
    whole = sum(len(where[offender]) == 1 for offender in many) / max(1, len(many))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall), whole


def _pairs(counts: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())

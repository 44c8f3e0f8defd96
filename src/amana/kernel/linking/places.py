# SPDX-License-Identifier: AGPL-3.0-or-later
"""What countries say, as far as they tell bodies of reports apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from amana.kernel.linking.mates import Few, Mates
from amana.kernel.linking.ragged import Floats, Ints, counted, find

ENOUGH: Final = 80
LEAST_MORE: Final = 0.02
LEAST_PULL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Countries:
    """`usual`: the share of each country. `pull`: how much a body's countries bind: as many
    reports as must be seen before they count as much as what is usual; 0 says nothing."""

    usual: Floats = field(default_factory=lambda: np.zeros(1))
    pull: float = 0.0

    @classmethod
    def learnt(cls, mates: Mates, at_home: Ints) -> Countries:
        """Two of one body come from one country more often than any two: how much more?"""
        countries = np.array(mates.state.ground.countries, dtype=np.int64)
        seen = np.bincount(countries, minlength=1)
        seen[0] = 0
        usual = seen / max(1, seen.sum())
        body = mates.labels[at_home]
        after = (mates.place[at_home] + 1) % mates.sizes[body]
        mate = mates.members.flat[mates.members.starts[body] + after]
        both = (mate != at_home) & (countries[at_home] > 0) & (countries[mate] > 0)
        pairs = int(both.sum())
        alike = int((countries[at_home] == countries[mate])[both].sum())
        by_chance = float((usual * usual).sum())
        if pairs < ENOUGH or alike / pairs <= by_chance + LEAST_MORE:
            return cls(usual)
        return cls(usual, max(LEAST_PULL, (1 - alike / pairs) / (alike / pairs - by_chance)))

    def say(self, mates: Mates, few: Few, body: Ints) -> Floats:
        """What the countries of few reports say of their belonging to a body, in nats."""
        said = np.zeros(len(body))
        if not self.pull:
            return said
        countries = np.array(mates.state.ground.countries, dtype=np.int64)
        member, kinds = mates.members.flat, len(self.usual)
        told = member[countries[member] > 0]
        keys, times = counted(mates.labels[told] * kinds + countries[told])
        size = np.bincount(mates.labels[told], minlength=len(mates.labels))
        which, at = few.reports()
        asked = (countries[at] > 0) & (size[body[which]] > 0)
        which, country = which[asked], countries[at[asked]]
        place, there = find(keys, body[which] * kinds + country)
        often = np.zeros(len(which), dtype=np.int64)
        often[there] = times[place[there]]
        usual = self.usual[country]
        share = (often + self.pull * usual) / (size[body[which]] + self.pull)
        said += np.bincount(which, np.log(share / usual), minlength=len(body))
        return said

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A planted ground as far as it is known before its bodies grow."""

from __future__ import annotations

import json
from functools import cache

from amana.kernel.linking.batch import Batch
from amana.kernel.linking.clusters import Decisions, kernels_of
from amana.kernel.linking.field import Field
from amana.kernel.linking.judging import judge, judge_again
from amana.kernel.linking.learning import idle, learn
from amana.kernel.linking.ragged import Ints
from benchmarks.planted import Plant
from tests.kernel.linking.said import INDEX


@cache
def planted_field(count: int = 900) -> tuple[Field, Ints]:
    """With the kernels. Nobody who looks at it changes it."""
    batch = Batch(INDEX)
    for one in Plant(34, count).reports():
        batch.add(json.dumps(one.report).encode())
    state = Field(batch.laid()[0], Decisions())
    state.idle = idle(state)
    judge(state)
    state.add_near()
    state.scales = learn(state, proposals=True)
    kernels = kernels_of(state)
    judge_again(state, kernels)
    return state, kernels

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import time
from uuid import RFC_4122

import pytest

from amana.kernel.ids import uuid7


def test_it_is_a_version_7_identifier_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_later_ones_sort_behind_earlier_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(1_700_000_000_000_000_000, 1_700_000_000_000_000_000 + 10**9, 1000))
    monkeypatch.setattr(time, "time_ns", lambda: next(clock))
    made = [uuid7() for _ in range(3000)]
    assert made == sorted(made)


def test_a_hundred_thousand_have_no_double() -> None:
    assert len({uuid7().int for _ in range(100_000)}) == 100_000

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.authority import Authority, Times, served
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own", "timed", "times"]


@pytest.fixture(scope="session")
def times(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Times]:
    """Two authorities of this machine: the first has a certificate for thirty days only."""
    folder = tmp_path_factory.mktemp("authorities")
    short = Authority(folder / "short", name="short", days=30, chain=False)
    long = Authority(folder / "long", name="long")
    roots = folder / "roots.pem"
    roots.write_bytes(short.roots.read_bytes() + long.roots.read_bytes())
    with served(short) as first, served(long) as second:
        yield Times(short=first, long=second, roots=roots, asked=lambda: short.asked + long.asked)


@pytest.fixture
def timed(times: Times, monkeypatch: pytest.MonkeyPatch) -> Times:
    """The node asks both authorities."""
    times.ask(monkeypatch, times.short, times.long)
    return times

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.authority import Authority, Times, served
from tests.support.logs import log_of_its_own

__all__ = ["authority", "log_of_its_own"]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Times]:
    """Two authorities of this machine; the second sends its own certificate alone."""
    folder = tmp_path_factory.mktemp("authority")
    one = Authority(folder / "one", name="one")
    bare = Authority(folder / "bare", name="bare", chain=False)
    roots = folder / "roots.pem"
    roots.write_bytes(one.roots.read_bytes() + bare.roots.read_bytes())
    with served(one) as address, served(bare) as other:
        yield Times(short=other, long=address, roots=roots, asked=lambda: one.asked + bare.asked)

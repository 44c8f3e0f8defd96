# SPDX-License-Identifier: AGPL-3.0-or-later
"""The collector rests inside and is afterwards as it was, also after an error."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from amana.kernel.pause import no_collector


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    was = gc.isenabled()
    yield
    (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("on", [True, False])
def test_it_rests_and_is_as_it_was(on: bool) -> None:
    (gc.enable if on else gc.disable)()
    with no_collector():
        assert not gc.isenabled()
    assert gc.isenabled() is on


def test_an_error_wakes_it_too() -> None:
    gc.enable()
    with pytest.raises(ValueError, match="inside"), no_collector():
        raise ValueError("inside")
    assert gc.isenabled()

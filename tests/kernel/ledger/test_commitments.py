# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import commit, new_salt, opens
from tests.kernel.ledger.builders import flipped


def test_a_commitment_is_hmac_sha256() -> None:
    """RFC 4231 has no case with a 32-byte key; this value was computed with another tool."""
    assert (
        commit(bytes(range(32)), b"stored bytes").hex()
        == "bf6a063209706212fe57815bf1c172e8ddd07e50a1f0b83d02d827847e9a08db"
    )


@given(st.binary(max_size=200), st.binary(min_size=32, max_size=32), st.integers(0, 2000))
def test_only_the_same_salt_and_bytes_open_it(stored: bytes, salt: bytes, bit: int) -> None:
    commitment = commit(salt, stored)
    assert len(commitment) == 32
    assert opens(commitment, salt=salt, stored=stored)
    assert not opens(commitment, salt=flipped(salt, bit), stored=stored)
    assert not opens(commitment, salt=salt, stored=stored + b"\x00")
    assert not opens(flipped(commitment, bit), salt=salt, stored=stored)
    if stored:
        assert not opens(commitment, salt=salt, stored=flipped(stored, bit))


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    """HMAC fills a short key with zeros: salts x and x + 00 would commit alike."""
    with pytest.raises(ValueError, match="32 bytes"):
        commit(b"\x00" * length, b"stored")


def test_salts_are_fresh() -> None:
    salts = {new_salt() for _ in range(100)}
    assert len(salts) == 100
    assert {len(salt) for salt in salts} == {32}

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.sealing.blind import BlindIndex, _Keyed
from amana.kernel.sealing.errors import BadKey, KeyMissing
from tests.kernel.sealing.builders import KEY, OTHER_KEY

INDEX = BlindIndex({1: OTHER_KEY, 2: KEY}, current=2)


def test_a_token_is_hmac_sha256_over_length_prefixed_parts() -> None:
    message = b"".join(
        len(part).to_bytes(4, "big") + part
        for part in (b"amana/blind/1", b"\x00\x00\x00\x02", b"suspect", b"phone", b"+962700000001")
    )
    expected = hmac.new(KEY, message, hashlib.sha256).digest()[:16]
    assert INDEX.token("suspect", "phone", "+962700000001") == expected


RFC_4231 = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
]


@pytest.mark.parametrize(("key", "message", "wanted"), RFC_4231)
def test_the_key_that_is_hashed_once_gives_the_vectors_of_rfc_4231(
    key: bytes, message: bytes, wanted: str
) -> None:
    whole, cut = [message], [message[3:]]
    assert [digest.hex() for digest in _Keyed(key).digests(b"", whole)] == [wanted]
    assert [digest.hex() for digest in _Keyed(key).digests(message[:3], cut)] == [wanted]


@given(st.binary(max_size=200), st.binary(max_size=80), st.lists(st.binary(max_size=80)))
def test_it_is_hmac_for_every_key_and_message(key: bytes, front: bytes, rests: list[bytes]) -> None:
    wanted = [hmac.digest(key, front + rest, "sha256") for rest in rests]
    keyed = _Keyed(key)
    assert list(keyed.digests(front, rests)) == wanted
    assert list(keyed.digests(front, rests)) == wanted  # nothing of a message stays behind


def test_equal_values_meet_and_different_values_do_not() -> None:
    assert INDEX.token("f", "k", "a") == INDEX.token("f", "k", "a")
    assert INDEX.token("f", "k", "a") != INDEX.token("f", "k", "b")


names = st.text(max_size=4)


@given(st.tuples(names, names, names), st.tuples(names, names, names))
def test_field_kind_and_value_never_run_into_each_other(
    first: tuple[str, str, str], second: tuple[str, str, str]
) -> None:
    assert (INDEX.token(*first) == INDEX.token(*second)) == (first == second)


def test_a_phone_as_suspect_and_as_narrative_word_have_unlinkable_tokens() -> None:
    made = {
        INDEX.token("suspect", "phone", "1"),
        INDEX.token("suspect", "handle", "1"),
        INDEX.token("narrative", "phone", "1"),
        INDEX.token("suspect", "phone", "1", version=1),
    }
    assert len(made) == 4


def test_the_same_key_in_two_versions_still_gives_two_tokens() -> None:
    twice = BlindIndex({1: KEY, 2: KEY}, current=1)
    assert twice.token("f", "k", "v") != twice.token("f", "k", "v", version=2)


def test_during_a_rotation_a_search_looks_for_every_version() -> None:
    old = BlindIndex({1: OTHER_KEY}, current=1).token("f", "k", "v")
    tokens = INDEX.tokens_all_versions("f", "k", "v")
    assert tokens == {1: old, 2: INDEX.token("f", "k", "v")}


def test_another_node_makes_other_tokens() -> None:
    other = BlindIndex({2: OTHER_KEY}, current=2)
    assert other.token("f", "k", "v") != INDEX.token("f", "k", "v")


def test_broken_text_gets_a_token_of_its_own() -> None:
    assert INDEX.token("f", "k", "\ud800") != INDEX.token("f", "k", "\ud801")


def test_a_version_that_is_not_held_is_an_error() -> None:
    with pytest.raises(KeyMissing):
        INDEX.token("f", "k", "v", version=3)
    with pytest.raises(KeyMissing):
        BlindIndex({1: KEY}, current=2)


@pytest.mark.parametrize("keys", [{1: b""}, {1: bytes(31)}, {0: KEY}])
def test_short_keys_and_senseless_versions_are_refused(keys: dict[int, bytes]) -> None:
    with pytest.raises(BadKey):
        BlindIndex(keys, current=next(iter(keys)))


def test_the_keys_are_not_shown() -> None:
    assert repr(INDEX) == "BlindIndex(versions=(1, 2), current=2)"


def test_many_values_give_the_tokens_they_have_one_by_one() -> None:
    index = BlindIndex({1: b"k" * 32, 2: b"l" * 32}, 2)
    values = ["ابتزاز", "", "a", "ab"]
    assert index.tokens("word", "", values) == [index.token("word", "", v) for v in values]

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.sealing import boxes
from amana.kernel.sealing.encoding import encode, join
from amana.kernel.sealing.errors import BadKey, CannotOpen, TooLarge
from tests.kernel.sealing.builders import CONTEXT, KEY

OVERHEAD = 1 + 12 + 16


def test_a_box_made_by_an_older_version_still_opens() -> None:
    sealed = bytes.fromhex(FROZEN)
    assert boxes.open_box(KEY, sealed, context=CONTEXT) == "أمانة".encode()


def test_the_layout_is_the_documented_one() -> None:
    """Whoever holds the key opens a box with plain AES-GCM and these four facts."""
    sealed = boxes.seal(KEY, b"hello", context=CONTEXT)
    padded = AESGCM(KEY).decrypt(sealed[1:13], sealed[13:], b"amana/box/1\x00" + CONTEXT)
    assert sealed[0] == 1
    assert padded == b"hello\x80" + bytes(250)


@pytest.mark.parametrize(
    ("length", "size"),
    [
        (0, 256),
        (255, 256),
        (256, 1024),
        (1023, 1024),
        (1024, 4096),
        (4095, 4096),
        (4096, 16384),
        (16384, 65536),
        (65535, 65536),
        (65536, 131072),
        (131071, 131072),
        (131072, 196608),
    ],
)
def test_t30_sizes_fall_into_classes(length: int, size: int) -> None:
    assert len(boxes.seal(KEY, bytes(length), context=CONTEXT)) == size + OVERHEAD


@given(first=st.binary(max_size=255), second=st.binary(max_size=255))
def test_t30_messages_of_different_lengths_have_equal_sizes(first: bytes, second: bytes) -> None:
    assert len(boxes.seal(KEY, first, context=b"")) == len(boxes.seal(KEY, second, context=b""))


@pytest.mark.parametrize("tail", [b"", b"\x80", b"\x00", b"\x80\x00\x00", b"\x00\x80"])
def test_padding_gives_back_ends_that_look_like_padding(tail: bytes) -> None:
    plain = b"text" + tail
    assert boxes.open_box(KEY, boxes.seal(KEY, plain, context=b""), context=b"") == plain


def test_a_box_without_padding_mark_is_refused() -> None:
    forged = b"\x01" + bytes(12) + AESGCM(KEY).encrypt(bytes(12), bytes(256), b"amana/box/1\x00")
    with pytest.raises(CannotOpen):
        boxes.open_box(KEY, forged, context=b"")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadKey):
        boxes.seal(bytes(length), b"", context=b"")
    with pytest.raises(BadKey):
        boxes.open_box(bytes(length), bytes(300), context=b"")


def test_too_large_a_text_is_refused_before_any_work() -> None:
    with pytest.raises(TooLarge):
        boxes.seal(KEY, bytes(boxes.MAX_PLAINTEXT + 1), context=b"")


def test_new_keys_differ() -> None:
    made = {boxes.new_key() for _ in range(100)}
    assert len(made) == 100
    assert {len(key) for key in made} == {32}


def test_derived_keys_are_separated_by_salt_and_purpose() -> None:
    made = {boxes.derive(KEY, salt=s, info=i) for s in (b"1", b"2") for i in (b"a", b"b")}
    assert len(made) == 4


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_joined_parts_are_unambiguous(first: list[bytes], second: list[bytes]) -> None:
    assert (join(*first) == join(*second)) == (first == second)


def test_text_and_its_bytes_join_alike_and_broken_text_does_not_fail() -> None:
    assert join("ريم") == join("ريم".encode())
    assert encode("\ud800") != encode("\ud801")


FROZEN = (
    "018fa5a31ecc7a51614dab04b3cb9a596f5672d69eb156da317de08705d53875162933c5267b615244a4"
    "0493de429eb96a6b998bb07b20e6c27d3b2206572ddf8968c20953558f6c0520441b417c386a1cb5ea35"
    "1a2d4771adbbff70aefedb1ca2e52c98a32000f725db9eb9d411dac286ea2f42d1995067006df27998be"
    "48fd0a3ce4598c900720d77049b9f62c6c3cff3e7a561a1caafe80f83eebdee9fe2ab2c8dd56e6ad546e"
    "43dc35ceb70c706bff004f30daac1533f877a9f4d7498142616d262199a9778996e01780c539a2ce514f"
    "bef106e234213ddde82c4b2d50abae9efef1f55dc6e082ba330dc0970e2d7979296ccf1a3ec3a51f9d47"
    "1219e699794a8b546fd9bffdd1082651814af02a421bd56dc54023714fb26d2c9a"
)

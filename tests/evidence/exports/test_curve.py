# SPDX-License-Identifier: AGPL-3.0-or-later
"""The script's own Ed25519: RFC 8032, section 7.1, and what is not a signature."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.evidence.exports.carried.script import curve

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_vectors_of_the_rfc_hold_and_one_bit_less_does_not(
    public: str, message: str, signature: str
) -> None:
    key, text, value = (bytes.fromhex(each) for each in (public, message, signature))
    assert curve.signature_holds(key, text, value)
    assert not curve.signature_holds(key, text + b"x", value)
    assert not curve.signature_holds(key, text, value[:40] + bytes([value[40] ^ 1]) + value[41:])
    assert not curve.signature_holds(key, text, value[:-1])


def test_a_scalar_beyond_the_order_is_refused() -> None:
    """Adding the order gives a second signature of the same text (RFC 8032, 5.1.7)."""
    key, text, value = (bytes.fromhex(each) for each in RFC_8032[0])
    scalar = int.from_bytes(value[32:], "little") + curve.ORDER
    assert not curve.signature_holds(key, text, value[:32] + scalar.to_bytes(32, "little"))


@settings(max_examples=10)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_it_accepts_what_the_library_signs(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    assert curve.signature_holds(public, message, private.sign(message))

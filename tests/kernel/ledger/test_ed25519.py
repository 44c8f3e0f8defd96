# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which public keys may be enrolled (pitfall 18: low-order and non-canonical keys)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import Vkey, VkeyError
from amana.kernel.ledger.ed25519 import check_public_key, signature_holds

P = 2**255 - 19
ODD_X = 2**255
ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)


def encoded(value: int) -> bytes:
    return value.to_bytes(32, "little")


@pytest.mark.parametrize(
    "value",
    [
        1,
        P - 1,
        0,
        ODD_X,
        ORDER_8,
        ORDER_8 + ODD_X,
        P - ORDER_8,
        P - ORDER_8 + ODD_X,
    ],
    ids=["1", "2", "4", "4'", "8", "8'", "8''", "8'''"],
)
def test_the_eight_points_of_small_order_are_refused(value: int) -> None:
    with pytest.raises(VkeyError, match="small order"):
        check_public_key(encoded(value))


@pytest.mark.parametrize("sign", [0, ODD_X])
@pytest.mark.parametrize("y", range(19))
def test_a_second_spelling_of_a_point_is_refused(y: int, sign: int) -> None:
    with pytest.raises(VkeyError, match="not canonically encoded"):
        check_public_key(encoded(P + y + sign))


@pytest.mark.parametrize("y", [1, P - 1])
def test_minus_zero_is_refused(y: int) -> None:
    with pytest.raises(VkeyError, match="not canonically encoded"):
        check_public_key(encoded(y + ODD_X))


@pytest.mark.parametrize("y", [2, 7, 8])
def test_what_is_no_point_of_the_curve_is_refused(y: int) -> None:
    with pytest.raises(VkeyError, match="not a point of the curve"):
        check_public_key(encoded(y))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(VkeyError, match="32 bytes"):
        check_public_key(b"\x05" * length)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_every_honest_key_is_accepted_and_checks_its_signatures(seed: bytes, text: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes_raw()
    check_public_key(public)
    signature = private.sign(text)
    assert signature_holds(public, text, signature)
    assert not signature_holds(public, text + b".", signature)
    assert not signature_holds(public, text, signature[:-1])


def test_a_small_order_key_would_have_signed_anything() -> None:
    """Why enrolment is strict: under the neutral element one signature fits every text."""
    neutral, signature = encoded(1), encoded(1) + bytes(32)
    assert signature_holds(neutral, b"one text", signature)
    assert signature_holds(neutral, b"another text", signature)
    with pytest.raises(VkeyError):
        Vkey.of("node.example", neutral)

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger.encoding import (
    MAX_SIZE,
    decode_base64,
    encode_base64,
    has_control,
    parse_decimal,
)


@given(st.binary(max_size=100))
def test_base64_comes_back(data: bytes) -> None:
    assert decode_base64(encode_base64(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AA",
        "AAA",
        "AA=",
        "AA==\n",
        " AA==",
        "A A==",
        "AB==",
        "AAB=",
        "AA==AA==",
        "=",
        "____",
        "é",
    ],
)
def test_base64_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        decode_base64(text)


@given(st.integers(0, MAX_SIZE))
def test_decimals_come_back(value: int) -> None:
    assert parse_decimal(str(value)) == value


@pytest.mark.parametrize("text", ["", "00", "01", "+1", "-1", "1 ", "1\n", "1_0", "1e3", "٣", "x"])
def test_decimals_have_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal"):
        parse_decimal(text)


def test_a_number_no_column_could_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        parse_decimal(str(MAX_SIZE + 1))
    with pytest.raises(ValueError, match="not a plain decimal"):
        parse_decimal("1" * 5000)


def test_control_characters_are_found_and_newlines_are_none() -> None:
    assert [chr(code) for code in range(0x30) if has_control(chr(code))] == [
        chr(code) for code in range(0x20) if code != 0x0A
    ]

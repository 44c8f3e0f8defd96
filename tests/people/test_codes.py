# SPDX-License-Identifier: AGPL-3.0-or-later
"""One-time codes and sign-in names: typed in any script, found by a hash, made from real chance."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amana.people.codes import LENGTH, code_id, new_code, normalised, western_digits
from amana.people.services.accounts import normal_login

SHAPE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){4}")
DIGITS = {
    "arabic": "٠١٢٣٤٥٦٧٨٩",
    "urdu": "۰۱۲۳۴۵۶۷۸۹",
    "full width": "０１２３４５６７８９",
    "devanagari": "०१२३४५६७८९",
}


def test_a_code_has_its_shape_and_is_never_the_same() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(SHAPE.fullmatch(code) for code in codes)


def test_every_letter_of_the_alphabet_comes_up_in_every_place() -> None:
    codes = [new_code().replace("-", "") for _ in range(2000)]
    assert {len(code) for code in codes} == {LENGTH}
    for place in range(LENGTH):
        assert len({code[place] for code in codes}) == 32


@pytest.mark.parametrize("script", DIGITS)
def test_digits_of_any_script_count(script: str) -> None:
    assert western_digits(DIGITS[script]) == "0123456789"
    code = "0123-4567-89AB-CDEF-GH90"
    typed = code.translate(str.maketrans("0123456789", DIGITS[script]))
    assert code_id(typed) == code_id(code)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("oiLl", "0111"),
        (" 7kq2 – 8 ", "7KQ28"),
        ("7K\u200eQ2\u2011", "7KQ2"),
        ("7.k.q.2", "7KQ2"),
        ("", ""),
        ("-- --", ""),
    ],
)
def test_what_a_telephone_or_a_handwriting_changes_does_not_count(typed: str, meant: str) -> None:
    assert normalised(typed) == meant


@settings(max_examples=30)
@given(st.text(max_size=300))
@example("ß" * 200)
@example("²³¼")
def test_any_text_has_one_reading_and_that_reads_as_itself(typed: str) -> None:
    once = normalised(typed)
    assert len(code_id(typed)) == 32
    assert "-" not in once
    assert once.translate(str.maketrans("OIL", "011")) == once


@settings(max_examples=20)
@given(st.data())
def test_a_code_is_found_however_it_is_typed(data: st.DataObject) -> None:
    code = new_code()
    typed = "".join(
        data.draw(st.sampled_from([letter, letter.lower()]))
        + data.draw(st.sampled_from(["", "", " ", "-", "\u200f", "."]))
        for letter in code.replace("-", "")
    )
    assert code_id(typed) == code_id(code)


def test_two_codes_that_differ_in_one_letter_are_two() -> None:
    code = new_code()
    other = ("2" if code[0] == "3" else "3") + code[1:]
    assert code_id(other) != code_id(code)
    assert code.encode() not in code_id(code)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Salma", "  salma "),
        ("STRASSE", "straße"),
        ("ｓａｌｍａ", "salma"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("Ａ１", "a1"),
    ],
)
def test_the_same_letters_are_one_name(one: str, other: str) -> None:
    assert normal_login(one) == normal_login(other)


def test_a_name_as_it_is_kept_is_that_name_when_it_is_typed() -> None:
    """The operator types what the list of accounts shows."""
    letters = (chr(number) for number in range(1, sys.maxunicode) if number not in _SURROGATES)
    changed = [
        f"{ord(letter):x}"
        for letter in letters
        if unicodedata.category(letter)[0] in "LMNS"
        and normal_login(normal_login(letter)) != normal_login(letter)
    ]
    assert changed == []


_SURROGATES = range(0xD800, 0xE000)

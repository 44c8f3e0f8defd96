# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keys for search on any text: settled, short, and found again in whatever is written around."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.language import LONGEST_WORD, MOST_WORDS, fold, fold_digits, words
from amana.kernel.language.tokens import forms

ARABIC = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئء", min_size=1, max_size=14)
FRONTS = ["و", "ف", "ب", "ك", "ل", "ال", "وال", "بال", "لل", "فال"]
STEMS = ["تهديد", "صورة", "رسالة", "مكتب", "هاتف", "ابتزاز", "حساب", "محكمة"]


@given(st.text(max_size=200))
def test_folding_is_settled(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200))
def test_a_key_holds_no_mark_and_no_digit_but_ours(text: str) -> None:
    key = fold(text)
    assert not [char for char in key if unicodedata.category(char) in {"Mn", "Me", "Cf"}]
    assert not set(key) & set("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")


@given(st.text(max_size=100), st.text(max_size=100))
def test_what_folds_alike_stays_alike_beside_others(one: str, other: str) -> None:
    assert fold(f"{one} {other}") == f"{fold(one)} {fold(other)}" or not one or not other


@given(st.text(alphabet="0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹ -", max_size=40))
def test_digits_keep_their_places(text: str) -> None:
    plain = fold_digits(text)
    assert len(plain) == len(text)
    assert plain.isascii()
    assert fold_digits(plain) == plain


@given(st.text(max_size=60))
def test_letters_are_left_alone_by_the_digits(text: str) -> None:
    for before, after in zip(text, fold_digits(text), strict=True):
        assert before == after or after in "0123456789"


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("stem", STEMS)
def test_what_is_written_onto_a_word_hides_it_not(front: str, stem: str) -> None:
    if front == "لل" or not (front == "ال" and stem.startswith("ال")):
        assert set(words(stem)) & set(words(front + stem)), front


@given(ARABIC)
def test_the_word_itself_is_always_among_its_forms(word: str) -> None:
    folded = fold(word)
    if folded:
        found = forms(folded)
        assert found[0] == folded
        assert len(found) == len(set(found))
        assert all(0 < len(form) <= len(folded) + 1 for form in found)


@given(st.text(alphabet="abcdefghéèçà0123456789", min_size=1, max_size=20))
def test_a_latin_word_has_one_form(word: str) -> None:
    folded = fold(word)
    assert forms(folded) == (folded,)


@given(st.text(max_size=300))
def test_words_come_once_and_settled(text: str) -> None:
    found = words(text)
    assert len(found) == len(set(found))
    assert all(fold(word) == word for word in found)


@given(st.text(alphabet="abc ابت", max_size=80))
def test_a_text_twice_has_the_words_of_the_text(text: str) -> None:
    assert words(f"{text} {text}") == words(text)


def test_limits_hold() -> None:
    assert len(words("ا" * 500)[0]) == LONGEST_WORD
    many = " ".join(f"word{at}" for at in range(MOST_WORDS * 2))
    assert len(words(many)) == MOST_WORDS


@pytest.mark.parametrize("text", ["", " ", "!?", "___", "ـــ", "\u064e\u064f", "😂"])
def test_nothing_to_look_for(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize(
    ("derived", "of"),
    [("يبتزني", "ابتزاز"), ("المبتزون", "ابتزاز"), ("هددني", "تهديد"), ("لابتزازي", "ابتزاز")],
)
def test_the_family_of_a_verb_meets(derived: str, of: str) -> None:
    assert set(words(derived)) & set(words(of))

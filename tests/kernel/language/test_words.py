# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search words: a query finds the word with whatever is written onto it (stack.md, row Search)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.language import LONGEST_WORD, MOST_WORDS, fold, script_of, words
from amana.kernel.language.tokens import _WORD, _kept, forms


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("ابتزاز", "لابتزاز"),
        ("ابتزاز", "بالابتزاز"),
        ("ابتزاز", "للابتزاز"),
        ("ابتزاز", "وابتزني"),
        ("ابتزاز", "المبتزون"),
        ("ابتزاز", "يبتزني"),
        ("مبتز", "والمبتز"),
        ("تهديد", "بتهديدي"),
        ("تهديد", "التهديدات"),
        ("تهديد", "هددني"),
        ("صور", "صورتي"[:4]),
        ("صورة", "والصورة"),
        ("رسالة", "فرسالة"),
        ("ہراساں", "هراسان"),
        ("chantage", "CHANTAGE"),
        ("menacé", "menace"),
    ],
)
def test_a_query_meets_the_written_word(query: str, written: str) -> None:
    assert set(words(query)) & set(words(written))


@pytest.mark.parametrize(("one", "other"), [("مدرسة", "مكتب"), ("صورة", "رسالة"), ("في", "من")])
def test_unrelated_words_do_not_meet(one: str, other: str) -> None:
    assert not set(words(one)) & set(words(other))


def test_each_form_comes_once_in_order() -> None:
    assert words("menace, MENACE... puis menacé!") == ["menace", "puis"]
    assert words("ولد ولد")[0] == "ولد"


def test_short_words_are_left_whole() -> None:
    assert words("في") == ["في"]
    assert words("ولد") == ["ولد"]


def test_identifiers_survive_as_words() -> None:
    assert "962791234567" in words("اتصل ٩٦٢٧٩١٢٣٤٥٦٧")


def test_nothing_gives_nothing() -> None:
    assert words("") == []
    assert words(" ... !! \u202e") == []


def test_the_number_of_words_has_a_limit() -> None:
    many = words(" ".join(f"w{n}" for n in range(MOST_WORDS * 2)))
    assert len(many) == MOST_WORDS
    assert all(len(word) <= LONGEST_WORD for word in words("x" * 10_000))


@given(st.text(max_size=120))
def test_the_folded_words_themselves_are_always_among_the_forms(text: str) -> None:
    found = words(text)
    assert len(found) == len(set(found))
    assert words(fold(text)) == found


@given(st.text("ابتزمنويلهكفسرءأةى", min_size=1, max_size=14))
def test_every_arabic_word_can_be_found_by_itself(word: str) -> None:
    assert not fold(word) or fold(word) in words(word)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("هددني وابتزني على Instagram", "arabic"),
        ("il me menace تهديد", "latin"),
        ("угроза", "cyrillic"),
        ("धमकी", "devanagari"),
        ("איום", "hebrew"),
        ("脅迫", "other"),
        ("123 !?", "none"),
        ("", "none"),
    ],
)
def test_the_script_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script


def plainly(text: str) -> list[str]:
    """The whole text folded at once, each of its words looked at as it comes."""
    found = [form for word in _WORD.findall(fold(text)) for form in forms(word[:LONGEST_WORD])]
    return list(dict.fromkeys(found))[:MOST_WORDS]


ODD = "aeéßﬁǅابتوةیکۂ١۲3ـﷺﷲ\u0301\u0345\u064e\u200d \u00a0\n-_’K"
PIECES = st.text(st.sampled_from(ODD), max_size=40)


@given(st.one_of(st.text(max_size=80), PIECES))
def test_words_looked_at_one_by_one_are_those_of_the_text_at_once(text: str) -> None:
    assert words(text) == plainly(text)
    assert words(f"{text} {text}") == plainly(text)


def test_a_text_with_more_words_than_are_kept_gives_the_first_ones() -> None:
    text = " ".join(f"w{number} والمبتزون{number}" for number in range(MOST_WORDS))
    assert words(text) == plainly(text)


def test_only_short_pieces_are_remembered() -> None:
    """What stands without a blank may be as long as a text; a table of such would not be small."""
    _kept.cache_clear()
    assert words("y" * (LONGEST_WORD + 1)) == ["y" * LONGEST_WORD]
    assert _kept.cache_info().currsize == 0
    assert words("y" * LONGEST_WORD) == ["y" * LONGEST_WORD]
    assert _kept.cache_info().currsize == 1

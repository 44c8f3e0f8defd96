# SPDX-License-Identifier: AGPL-3.0-or-later
"""One key for the many ways a word is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.language import fold, fold_digits


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("إبتزاز", "ابتزاز"),
        ("آمنة", "امنه"),
        ("على", "علي"),
        ("مدرسة", "مدرسه"),
        ("مســـاعدة", "مساعدة"),
        ("مُحَمَّدٌ", "محمد"),
        ("مسؤول", "مسوول"),
        ("هيئة", "هييه"),
        ("سماء", "سما"),
        ("کتاب", "كتاب"),
        ("لڑکی", "لڑكي"),
        ("ہراساں", "هراسان"),
        ("ﷲ", "الله"),
        ("ﺍﻟﺴﻼﻡ", "السلام"),
        ("ڭنت", "گنت"),
        ("Chantage", "CHANTAGE"),
        ("été", "ETE"),
        ("ﬁn", "fin"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("code \u2066٤٨٢١\u2069", "code 4821"),
        ("a\u200fb\u202ec", "abc"),
    ],
)
def test_two_spellings_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_words_keep_different_keys() -> None:
    assert fold("صورة") != fold("سورة")
    assert fold("گ") != fold("ك")
    assert fold("ٹیم") != fold("تيم")


def test_digits_of_both_arabic_systems_are_read() -> None:
    assert fold_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹") == "0123456789 0123456789"


def test_folding_digits_changes_nothing_else() -> None:
    assert fold_digits("أبجد Été १२") == "أبجد Été १२"


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_digits(fold_digits(text)) == fold_digits(text)


@given(st.text("ءأإآٱؤئىيةهکكگڭں ـًٌٍَُِّْٰAÉßﬁİ٤۴\u0345\u0301\u200f", max_size=40))
def test_folding_settles_on_the_letters_it_is_for(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert not set(once) & set("أإآٱؤئىةکںـًٌٍَُِّْ٤۴\u200f")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What shares letters with the languages read here and is another one is left unsure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.language import FORMS, identify, script_of
from amana.kernel.language.arabic import language_of_arabic
from amana.kernel.language.latin import CLASSES, LONGEST_TOKEN, model, tokens_of
from amana.kernel.language.lists import word_lists

ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئءپچژگکیےہھںٹڈڑۓ ٠١٢۳۴ \u200c"


@pytest.mark.parametrize(
    "text",
    [
        "من حساب خود را گم کرده‌ام لطفا کمک کنید",
        "او عکس‌های مرا پخش کرده است",
        "کەسێک هەڕەشەم لێ دەکات",
        "زما حساب هک شوی دی",
        "یو سړی ما ته ګواښ کوي",
        "منهنجو اڪائونٽ هيڪ ٿي ويو آهي",
    ],
)
def test_neighbours_in_arabic_letters_are_left_unsure(text: str) -> None:
    assert identify(text).code == "und"
    assert identify(text).script == "Arab"


@pytest.mark.parametrize(
    "text",
    [
        "ktoś ukradł moje zdjęcia i grozi mi",
        "birisi hesabımı çaldı ve şifremi değiştirdi",
        "mi-au spart contul și îmi cer bani",
        "nekdo mě vydírá a já nevím co dělat",
        "kas nors pavogė mano paskyrą",
        "me robaron la cuenta y no sé qué hacer",
        "jemand erpresst mich mit meinen bildern",
        "qualcuno mi ricatta con le mie foto",
    ],
)
def test_neighbours_in_latin_letters_are_left_unsure(text: str) -> None:
    assert identify(text).code == "und"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mr Erdoğan Yılmaz sold me a car that does not exist and took my money", "en"),
        ("le vendeur s'appelle Łukasz et il ne répond plus depuis trois jours", "fr"),
        ("mon œuvre et ma sœur", "fr"),
        ("بدي اشتري من موقع shein وما بعرف", "ar"),
        ("مجھے instagram پر دھمکی ملی", "ur"),
        ("ڤيديو ديالي نشروه في الفيسبوك", "ar"),
        ("وياه چان يحچي ويهددني", "ar"),
    ],
)
def test_names_and_borrowed_letters_change_nothing(text: str, code: str) -> None:
    assert identify(text).code == code


@given(st.text(alphabet=ARABIC_LETTERS, max_size=80))
def test_any_arabic_letters_give_one_of_three_answers(text: str) -> None:
    code, score = language_of_arabic(text)
    assert code in {"ar", "ur", "und"}
    assert 0 <= score <= 1


@given(st.text(max_size=120))
def test_any_text_gives_one_of_the_forms(text: str) -> None:
    guess = identify(text)
    assert guess.code in FORMS
    assert len(guess.script) == 4
    assert 0 <= guess.score <= 1.001


@given(
    st.text(alphabet="abc xyz éà ابت سلام مرحبا абв 123", max_size=60),
    st.sampled_from(["\u200f", "\u202b", "\u2066", "\u200d", "\ufeff"]),
)
def test_marks_of_direction_around_a_text_do_not_speak(text: str, mark: str) -> None:
    assert identify(f"{mark}{text}{mark}").script == identify(text).script


def test_vowel_signs_do_not_speak() -> None:
    assert identify("أُرِيدُ أَنْ أُبَلِّغَ عَنْ شَخْصٍ").code == "ar"


@pytest.mark.parametrize(
    "text", ["", " ", "123", "٠١٢", "!!!", "😂", "https://example.org/please/help", "@some_name"]
)
def test_what_holds_no_words_is_unsure(text: str) -> None:
    assert identify(text).code == "und"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PLEASE HELP ME NOW", "please help me now"),
        ("bghiiiiit n3awd", "bghiit n3awd"),
        ("please help https://evil.example.com/la/le/les", "please help"),
        ("please help @monsieur_le_chat", "please help"),
        ("don’t send it", "don't send it"),
    ],
)
def test_how_it_is_typed_changes_no_word(one: str, other: str) -> None:
    assert tokens_of(one) == tokens_of(other)


@given(st.text(max_size=200))
def test_words_that_are_looked_at_are_short_and_hold_letters(text: str) -> None:
    for token in tokens_of(text):
        assert 0 < len(token) <= LONGEST_TOKEN
        assert any(char.isalpha() for char in token)


@pytest.mark.parametrize("laugh", ["hahaha", "lol", "lollol", "xd", "hhhh", "kkkk"])
def test_laughter_is_no_language(laugh: str) -> None:
    assert tokens_of(f"{laugh} bonjour") == ["bonjour"]


@given(st.lists(st.sampled_from(["the", "kya", "bghit", "bonjour", "xyz", "3lach"]), min_size=1))
def test_probabilities_are_shares(tokens: list[str]) -> None:
    shares = model().probabilities(tokens)
    assert set(shares) == set(CLASSES)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-4)
    assert min(shares.values()) >= 0


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("abc", "latin"),
        ("ابج", "arabic"),
        ("абв", "cyrillic"),
        ("אבג", "hebrew"),
        ("अब", "devanagari"),
        ("漢字", "other"),
        ("12 !?", "none"),
        ("ــــ", "none"),
        ("ab ابج", "arabic"),
        ("abc اب", "latin"),
    ],
)
def test_the_script_of_most_letters(text: str, script: str) -> None:
    assert script_of(text) == script


def test_of_equals_the_script_met_first() -> None:
    assert script_of("ab اب") == "latin"
    assert script_of("اب ab") == "arabic"


def test_lists_are_continued_and_join_what_belongs_together() -> None:
    lists = word_lists("amana.kernel.language", "arabic_script")
    assert {"ur", "ar", "fa", "ku", "ps"} <= set(lists)
    assert all(word and "_" not in word for words in lists.values() for word in words)
    assert "زما" in lists["ps"]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers said in words, in six forms of writing, and what only sounds like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.identifiers import find_identifiers
from amana.kernel.identifiers.spoken import digit_of, is_weak, pair_of, repeats, tens_of

IN_WORDS = {
    "en": "zero one two three four five six seven eight nine",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "ar": "صفر واحد اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة",
    "ur": "صفر ایک دو تین چار پانچ چھ سات آٹھ نو",
    "ur-Latn": "zero ek do teen char panch chay saat aath nau",
}
_TENS = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante"]
_UNITS = ["", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"]
_UNITS += ["onze", "douze", "treize", "quatorze", "quinze", "seize"]
_UNITS += ["dix sept", "dix huit", "dix neuf"]


def in_french(number: int) -> str:
    """A number from 10 to 99 as it is said in France."""
    if number < 20:
        return _UNITS[number]
    if number >= 80:
        return f"quatre vingt {_UNITS[number - 80]}".strip()
    tens = min(number // 10, 6)
    rest = number - tens * 10
    joint = " et " if rest in {1, 11} else " "
    return f"{_TENS[tens]}{joint}{_UNITS[rest]}".strip()


@pytest.mark.parametrize(("form", "said"), IN_WORDS.items())
def test_the_ten_digits_have_names(form: str, said: str) -> None:
    assert [digit_of(word) for word in said.split()] == list(range(10)), form


@pytest.mark.parametrize("word", ["", "hello", "seize", "مرحبا", "10", "zeroes"])
def test_other_words_are_no_digits(word: str) -> None:
    assert digit_of(word) is None


@pytest.mark.parametrize("word", ["SIX", "Zéro", "zero", "أَرْبَعَة", "اربعه"])
def test_digits_are_known_however_they_are_typed(word: str) -> None:
    assert digit_of(word) is not None


@pytest.mark.parametrize("number", range(10, 100))
def test_french_pairs_are_read_whole(number: int) -> None:
    words = in_french(number).split()
    assert pair_of(words) == (str(number), len(words))


@pytest.mark.parametrize("number", range(10, 100))
def test_what_follows_a_french_pair_is_left_alone(number: int) -> None:
    words = in_french(number).split()
    assert pair_of([*words, "puis"]) == (str(number), len(words))


@pytest.mark.parametrize(
    ("said", "pair"),
    [
        ("ten", ("10", 1)),
        ("nineteen", ("19", 1)),
        ("twenty one", ("21", 2)),
        ("ninety nine", ("99", 2)),
        ("forty people", ("40", 1)),
        ("septante deux", ("72", 2)),
        ("nonante", ("90", 1)),
        ("vingt et merci", ("20", 1)),
    ],
)
def test_other_pairs(said: str, pair: tuple[str, int]) -> None:
    assert pair_of(said.split()) == pair


@pytest.mark.parametrize("said", ["", "six", "quatre", "hello ten", "et vingt"])
def test_no_pair_stands_at_the_front(said: str) -> None:
    assert pair_of(said.split()) is None


@given(st.lists(st.sampled_from([*_UNITS, *_TENS, "et", "puis", "ten", "wahed"]), max_size=6))
def test_a_pair_never_takes_more_than_there_is(words: list[str]) -> None:
    pair = pair_of(words)
    if pair is not None:
        assert len(pair[0]) == 2
        assert pair[0].isdecimal()
        assert 1 <= pair[1] <= len(words)


@pytest.mark.parametrize(
    ("word", "times"), [("double", 2), ("Triple", 3), ("ڈبل", 2), ("single", 0), ("", 0)]
)
def test_repeats(word: str, times: int) -> None:
    assert repeats(word) == times


@pytest.mark.parametrize("word", ["do", "un"])
def test_a_word_said_all_the_time_is_weak(word: str) -> None:
    assert is_weak(word)
    assert digit_of(word) is not None


def test_tens_know_their_value_and_nothing_else() -> None:
    assert (tens_of("soixante"), tens_of("SIXTY"), tens_of("six")) == (60, 60, None)


@pytest.mark.parametrize(
    ("country", "said", "phone"),
    [
        ("MA", "zéro six soixante et un vingt deux trente trois quarante quatre", "+212661223344"),
        ("FR", "zéro sept quatre vingt dix neuf zéro zéro onze vingt deux", "+33799001122"),
        ("PK", "zero three double zero one two three four five six seven", "+923001234567"),
        ("PK", "صفر تین ایک دو تین چار پانچ چھ سات آٹھ نو", "+923123456789"),
    ],
)
def test_a_number_said_in_words_is_a_phone(country: str, said: str, phone: str) -> None:
    assert phone in {one.value for one in find_identifiers(said, country=country)}


@pytest.mark.parametrize(
    "text",
    [
        "do you want one or two of them, or three",
        "un homme et deux femmes, trois enfants",
        "ek do teen char dost aaye the",
        "واحد اثنين ثلاثة رجال",
    ],
)
def test_counting_is_no_phone(text: str) -> None:
    assert not [one for one in find_identifiers(text, country="PK") if one.type == "phone"]

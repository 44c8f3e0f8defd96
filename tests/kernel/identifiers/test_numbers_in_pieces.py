# SPDX-License-Identifier: AGPL-3.0-or-later
"""One number however it is cut, said or hidden from filters; two that stand side by side stay two,
and what hangs on a longer row of digits is cut out of none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import find_identifiers
from amana.kernel.identifiers.pieces import BLANK, BREAK, LOOSE, MOST_PIECES, TIGHT, gap_of

SAID = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "fr": ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"],
    "ar": ["صفر", "واحد", "اثنين", "ثلاثة", "اربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"],
}
LOCAL = st.integers(0, 10**8 - 1).map("06{:08}".format)
SOFT = st.sampled_from([" ", ".", "-", "/", "  ", " - ", "_", "·", " . "])


def phones(text: str, country: str | None = "MA") -> list[str]:
    return [one.value for one in find_identifiers(text, country=country) if one.type == "phone"]


def abroad(local: str) -> str:
    return f"+212{local[1:]}"


@st.composite
def cut(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> tuple[str, str]:
    """A number, and how it stands in up to six pieces."""
    number, between = draw(numbers), draw(SOFT)
    cuts = sorted(draw(st.sets(st.integers(1, len(number) - 1), max_size=5)))
    pieces = [number[a:b] for a, b in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    return number, between.join(pieces)


@settings(max_examples=30)
@given(cut(LOCAL), st.sampled_from(["son numéro est {} merci", "رقمه {}", "tel: {}\n"]))
def test_a_number_in_pieces_is_one_number(pair: tuple[str, str], text: str) -> None:
    number, shown = pair
    assert phones(text.format(shown)) == [abroad(number)]


@settings(max_examples=30)
@given(LOCAL, st.sampled_from(sorted(SAID)), st.lists(st.booleans(), min_size=10, max_size=10))
def test_a_number_half_in_figures_and_half_in_words_is_one(
    number: str, language: str, as_words: list[bool]
) -> None:
    words = SAID[language]
    said = [
        words[int(digit)] if by_word else digit
        for digit, by_word in zip(number, as_words, strict=True)
    ]
    assert phones(f"phone: {' '.join(said)} ok") == [abroad(number)]


@settings(max_examples=30)
@given(LOCAL, st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]))
def test_a_number_in_the_figures_of_another_script_is_the_same(number: str, figures: str) -> None:
    shown = number.translate(str.maketrans("0123456789", figures))
    assert phones(f"he calls from {shown} at night") == [abroad(number)]


@settings(max_examples=30)
@given(
    LOCAL,
    LOCAL,
    st.sampled_from([" / ", "/", ", ", " and ", " et ", " و ", " ou bien ", "\n", " or "]),
)
def test_two_side_by_side_are_two(one: str, other: str, between: str) -> None:
    found = phones(f"his numbers: {one}{between}{other}.")
    assert found == list(dict.fromkeys([abroad(one), abroad(other)]))


@settings(max_examples=30)
@given(LOCAL, st.sampled_from(["\u200f", "\u200b", "\u202a", "\ufe0f", "\u0640", "\u034f"]))
def test_marks_that_nobody_sees_within_a_number_hide_nothing(number: str, mark: str) -> None:
    shown = mark.join(number)
    assert phones(f"phone {shown} ok") == [abroad(number)]


@settings(max_examples=30)
@given(LOCAL, st.integers(10**8, 10**12))
def test_of_a_row_without_end_no_number_is_cut(number: str, more: int) -> None:
    """A serial or an account is no phone because ten of its digits could be one."""
    assert phones(f"serial {number}{more} ok") == []


@pytest.mark.parametrize("count", [3, 40, 400])
def test_a_table_of_figures_is_no_phone(count: int) -> None:
    assert phones(" ".join(f"{at % 100:02}" for at in range(count))) == []


def test_behind_very_many_figures_nobody_looks_for_more_but_before_them_all_are_found() -> None:
    """Each figure costs: whoever writes thousands does not hold the officer up."""
    found = phones(f"phone 0612345678, {'7, ' * MOST_PIECES} phone 0698765432")
    assert "+212612345678" in found
    assert "+212698765432" not in found


@pytest.mark.parametrize(
    ("between", "gap"),
    [
        ("", BLANK),
        (" ", BLANK),
        ("-", TIGHT),
        (".", TIGHT),
        (" - ", BLANK),
        ("🔥", TIGHT),
        (" and then ", LOOSE),
        (", ", LOOSE),
        (" he said that ", BREAK),
        ("€", BREAK),
        ("+", BREAK),
        ("=", BREAK),
        ("\0", BREAK),
        ("\n\n", LOOSE),
        ("\n\n\n", BREAK),
        ("." * 61, BREAK),
    ],
)
def test_how_two_pieces_hang_together(between: str, gap: int) -> None:
    assert gap_of(between) == gap


@pytest.mark.parametrize(
    "text",
    [
        "he asked 0612345 dh of me",
        "order number 0612345678",
        "IMG-20240512-WA0003.jpg",
        "le 06/12/2024 à 10:30",
        "100612345678900612345678",
        "06.12.34",
        "v06.12.34.56",
    ],
)
def test_what_looks_like_a_number_and_is_none(text: str) -> None:
    assert phones(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("call (+212) 6 12 34 56 78", ["+212612345678"]),
        ("call +212 (0) 612345678", ["+212612345678"]),
        ("call 00 212 612 345 678", ["+212612345678"]),
        ("call +00212612345678", ["+212612345678"]),
        ("call o612345678 now", ["+212612345678"]),
        ("call 06l2345678 now", ["+212612345678"]),
        ("numéro 0612345678/9", ["+212612345678"]),
        ("call double six 12345678", []),
    ],
)
def test_ways_to_begin_and_end_a_number(text: str, found: list[str]) -> None:
    assert phones(text) == found

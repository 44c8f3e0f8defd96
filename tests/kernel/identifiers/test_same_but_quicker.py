# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is looked up by word or left out early, against the plainest way to do it."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import (
    find_identifiers,
    find_phones,
    find_web,
    not_phones,
    tolerant,
)
from amana.kernel.identifiers.keccak import keccak_256
from amana.kernel.identifiers.pieces import _LOOKALIKE, _NEAR_DIGITS
from amana.kernel.identifiers.view import _plain, view_of
from amana.kernel.language.lists import word_lists
from benchmarks.triage_sets import reports

COUNTRIES = word_lists("amana.kernel.identifiers", "countries")
NAMES = [name for names in COUNTRIES.values() for name in names]
AROUND = [
    "",
    " ",
    "ب",
    "وال",
    "x",
    "1",
    "_",
    "s",
    "ي",
    ".",
    "MAROC",
    "Lahore",
    "jazz",
    "cash",
    "\n",
]
SIGNS = "0123456789oOlI +-./:#%hapm\u0660\u06f5éß½ﷺ\u200f\u0651 ـaب№"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(NAMES + AROUND), max_size=8).map("".join))
def test_countries_are_named_as_in_a_search_of_the_whole_text(text: str) -> None:
    plainly = [
        region
        for region, names in COUNTRIES.items()
        if find_phones._spoken_of(names).search(text) is not None
    ]
    assert find_phones._spoken(text) == plainly


@settings(max_examples=300, deadline=None)
@given(st.text(SIGNS, max_size=40))
@example("ﷺ½")
@example("\u200f06")
def test_a_view_has_the_place_of_each_sign(text: str) -> None:
    view = view_of(text)
    told = [(piece, place) for place, sign in enumerate(text) for piece in _plain(sign)]
    assert view.text == "".join(piece for piece, _ in told)
    if not text.isascii():
        assert list(view.places) == [*(place for _, place in told), len(text)]


@settings(max_examples=300, deadline=None)
@given(st.text(SIGNS, max_size=20))
def test_no_letter_that_looks_like_a_digit_is_overlooked(text: str) -> None:
    if _LOOKALIKE.search(text):
        assert _NEAR_DIGITS.search(text)


def test_papers_are_struck_also_where_letters_change_their_size() -> None:
    """Small letters of İ are two signs: places are those of the text as it stands."""
    text = "İİİ order 4471220311"
    assert not_phones.without_others(text) == "İİİ order " + "\0" * 10


@pytest.mark.parametrize("size", [0, 1, 40, 135, 136, 137, 300])
def test_the_permutation_is_that_of_sha_3(size: int) -> None:
    """With the padding of SHA-3 the digests are those of hashlib."""
    from amana.kernel.identifiers import keccak

    data = bytes(range(256)) * 2
    padding = bytearray(136 - size % 136)
    padding[0] ^= 0x06
    padding[-1] ^= 0x80
    padded, lanes = data[:size] + bytes(padding), [0] * 25
    for start in range(0, len(padded), 136):
        for lane in range(17):
            at = start + lane * 8
            lanes[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        lanes = keccak._permute(lanes)
    digest = b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])
    assert digest == hashlib.sha3_256(data[:size]).digest()
    assert digest != keccak_256(data[:size])


def test_an_address_without_capitals_needs_no_checksum() -> None:
    small = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
    for shown in (small, "0x" + small[2:].upper(), "0X" + small[2:]):
        (one,) = find_identifiers(f"eth {shown}!")
        assert one.value == "0x" + shown[2:]
        assert tolerant("wallet", one.value).value == small
    cased = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    for shown in (f"{cased} or {small}", f"{small}, {cased}", f"{cased} 0X{small[2:].upper()}"):
        (once,) = find_identifiers(f"eth {shown}!")
        assert once.value == shown[: len(small)]
        assert tolerant("wallet", once.value).value == small
    wrong = "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert not [one for one in find_identifiers(f"eth {wrong}!") if one.type == "eth"]


def test_what_was_read_before_changes_nothing() -> None:
    """What is remembered of words and numbers is the same whoever wrote them."""
    texts = [case.text for case in reports(60, 5)]
    first = [find_identifiers(text, country="MA") for text in texts]
    find_identifiers(" ".join(texts), country="PK")
    assert [find_identifiers(text, country="MA") for text in texts] == first


LABELS = st.text("abéж09-_.", max_size=70)
GIVING_BACK = re.compile(
    r"[A-Za-z0-9\u00c0-\u04ff](?:[A-Za-z0-9\u00c0-\u04ff_-]{0,61}[A-Za-z0-9\u00c0-\u04ff])?"
    r"(?=[.@\s]|$)"
)
KEPT = re.compile(rf"{find_web._LATIN}(?=[.@\s]|$)")


@settings(max_examples=300, deadline=None)
@given(LABELS)
@example("a" * 64 + ".b")
@example("a-.b")
def test_a_label_that_is_not_given_back_is_the_same_label(text: str) -> None:
    assert [one.span() for one in KEPT.finditer(text)] == [
        one.span() for one in GIVING_BACK.finditer(text)
    ]

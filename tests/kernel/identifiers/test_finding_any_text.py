# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds for the finders on every text, and how they stand on planted reports."""

from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.identifiers import TYPES, Found, find_identifiers, normalise
from amana.kernel.identifiers.find_accounts import luhn, masked_card
from amana.kernel.identifiers.view import view_of
from benchmarks.triage_sets import reports

PIECES = st.sampled_from(
    [
        "0612345678",
        "+212",
        "00",
        "٠٦",
        "۰۳۰۰",
        "612 345",
        "zero six",
        "soixante-dix",
        "صفر ستة",
        "do teen",
        "double",
        ". ",
        ", ",
        "\n",
        "@",
        "@ab_c",
        "insta",
        "الانستا",
        "snap:",
        "pseudo",
        "يوزر",
        "hamid_99",
        "gmail",
        ".com",
        "[.]",
        " dot ",
        " at ",
        "hxxp://",
        "https://",
        "wa.me/",
        "/a?b=1",
        "t.me/",
        "bc1q",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "MA64 0115",
        "1900 0001",
        "::",
        "1.2.3.4",
        ":80",
        "4111",
        "1111 1111 1111",
        "🔥",
        "0️⃣",
        "ـ",
        "\u200f",
        "\u202e",
        "\x00",
        "(",
        ")",
        "<",
        ">",
        "é",
        "و",
        "12/05/2024",
        "500 dh",
        "order",
        "#",
        "ﷺ",
        "ǆ",
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join))
COUNTRIES = st.sampled_from([None, "MA", "PK", "TN", "US", "xx", "", "٣٣", "ma"])
KINDS = {"btc": "wallet", "eth": "wallet", "tron": "wallet"}


@given(TEXTS, COUNTRIES)
def test_nothing_is_raised_and_every_finding_lies_in_the_text(
    text: str, country: str | None
) -> None:
    found = find_identifiers(text, country=country)
    for one in found:
        assert one.type in {*TYPES, "card"}
        assert 0 <= one.start < one.end <= len(text)
        assert one.value
    places = sorted((one.start, one.end) for one in found)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    assert len({(one.type, one.value) for one in found}) == len(found)


def again(one: Found) -> str:
    """The value as the strict door would have it."""
    if one.type == "domain":
        [same] = find_identifiers(f"site: {one.value}")
        return same.value
    return normalise(KINDS.get(one.type, one.type), one.value).value


@given(TEXTS, COUNTRIES)
def test_a_value_is_settled(text: str, country: str | None) -> None:
    """What was found is found again in itself. What compares heeds neither Facebook's dots nor
    the capitals of a checksum."""
    for one in find_identifiers(text, country=country):
        is_unlisted = one.type == "iban" and one.region == "DZ" and len(one.value) == 24
        if one.type == "card" or is_unlisted:
            continue
        value = one.value.replace(".", "") if one.value.startswith("facebook:") else one.value
        value = value.lower() if one.type == "eth" else value
        assert again(one) == value


@given(st.text(max_size=60))
def test_a_view_leads_back_to_the_original(text: str) -> None:
    view = view_of(text)
    assert len(view.places) == len(view.text) + 1
    assert list(view.places) == sorted(view.places)
    for at in range(len(view.text)):
        start, end = view.span(at, at + 1)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize("seed", [1001, 1002])
def test_planted_reports_are_read(seed: int) -> None:
    """F1 of at least 0.97 for each type, on reports that no word list was made from."""
    hits, extra, missed = Counter[str](), Counter[str](), Counter[str]()
    for case in reports(700, seed):
        found = find_identifiers(case.text, country=case.country)
        got = {(one.type, one.value) for one in found if one.type != "card"}
        hits.update(kind for kind, _ in got & case.truth)
        extra.update(kind for kind, _ in got - case.truth)
        missed.update(kind for kind, _ in case.truth - got)
    assert set(hits) == set(TYPES)
    for kind in TYPES:
        assert 2 * hits[kind] / (2 * hits[kind] + extra[kind] + missed[kind]) >= 0.97, kind


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 15_000,
        "06" * 20_000,
        "zero " * 8_000,
        "a." * 20_000,
        "@a " * 15_000,
        "insta " * 8_000,
        "(" * 40_000,
        "MA64" * 10_000,
        "http://" * 6_000,
        "a@" * 20_000,
        ":" * 40_000,
        "0x" * 20_000,
        "order " * 7_000,
        "$1 " * 15_000,
        "*" * 40_000,
        "x" * 40_000,
        "#" * 40_000,
        "**** " * 8_000,
        "XX-" * 13_000,
    ],
)
def test_a_hostile_text_does_not_hold_the_officer_up(text: str) -> None:
    """Beside a plain text as long, in the same run: seven times is the most seen, and what grows
    with the square of the length would take hundreds."""
    plain = "we paid him 200 dirham on insta @some.one, and then he was gone. " * (len(text) // 60)
    assert _spent(text) < 60 * min(_spent(plain) for _ in range(3))


def _spent(text: str) -> float:
    began = time.process_time()
    find_identifiers(text, country="MA")
    return time.process_time() - began


def test_a_card_is_known_by_its_check_digit_and_shown_by_its_ends() -> None:
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert masked_card("4111111111111111") == "4111 ···· 1111"
    [one] = find_identifiers("card ****-****-****-4242 was used")
    assert (one.type, one.value, one.note) == ("card", "···· 4242", "fragment")


def test_a_landline_at_home_may_be_a_mobile_abroad() -> None:
    [one] = find_identifiers("call 0612345678", country="PK")
    assert [reading.region for reading in one.readings][:2] == ["PK", "MA"]
    [one] = find_identifiers("call 0612345678", country="MA")
    assert one.readings == ()


def test_what_the_text_says_of_countries_decides_between_readings() -> None:
    [one] = find_identifiers("I live in Algeria, he calls from 0661234567")
    assert (one.value, one.readings) == ("+213661234567", ())

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.sealing import pairs, receipts
from amana.kernel.sealing.errors import BadCode, BadKey
from amana.kernel.sealing.receipts import (
    ReceiptCode,
    format_code,
    groups,
    new_receipt_code,
    parse_code,
    receipt_keys,
    receipt_verifier,
    spoken,
    stored_verifier,
    verify,
)
from tests.kernel.sealing.builders import CHEAP, OTHER_SALT, SALT, code

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
URDU = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
codes = st.builds(
    lambda locator, secret: ReceiptCode(f"{locator:08d}", f"{secret:027d}"),
    st.integers(0, 10**8 - 1),
    st.integers(0, 10**27 - 1),
)


def digits(c: ReceiptCode) -> str:
    return "".join(groups(c))


def test_the_secret_has_at_least_80_bits() -> None:
    assert math.log2(10**receipts.SECRET_DIGITS) > 89


def test_a_code_is_shown_as_nine_groups_of_four() -> None:
    shown = format_code(code())
    assert shown.startswith("4821 7730 · 1192 6405 2231 0098 7654 1234 567")
    assert [len(group) for group in groups(code())] == [4] * 9
    assert len(digits(code())) == 36


@given(codes)
def test_what_is_shown_is_read_back(c: ReceiptCode) -> None:
    assert parse_code(format_code(c)) == c


@given(codes)
def test_arabic_and_urdu_digits_are_read(c: ReceiptCode) -> None:
    assert parse_code(format_code(c).translate(ARABIC)) == c
    assert parse_code(format_code(c).translate(URDU)) == c


noise = st.text(
    "  \u00a0\u2009\u202f\t\r\n-–—‑−.·•,،_/\u200e\u200f\u061c\u202a\u202c\u2066\u2069\ufeff\u200c",
    max_size=4,
)


@given(codes, st.lists(noise, min_size=37, max_size=37))
def test_spaces_dashes_dots_and_direction_marks_are_passed_over(
    c: ReceiptCode, between: list[str]
) -> None:
    typed = between[0] + "".join(d + n for d, n in zip(digits(c), between[1:], strict=True))
    assert parse_code(typed) == c


def test_digits_of_three_scripts_may_be_mixed() -> None:
    whole = digits(code())
    typed = whole[:12].translate(ARABIC) + whole[12:24].translate(URDU) + whole[24:]
    assert parse_code(typed) == code()


@given(codes, st.integers(0, 35), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(c: ReceiptCode, at: int, by: int) -> None:
    whole = digits(c)
    wrong = whole[:at] + str((int(whole[at]) + by) % 10) + whole[at + 1 :]
    with pytest.raises(BadCode):
        parse_code(wrong)


@given(codes, st.integers(0, 34))
def test_every_swap_of_neighbours_is_found(c: ReceiptCode, at: int) -> None:
    whole = digits(c)
    swapped = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
    if swapped == whole:
        assert parse_code(swapped) == c
    else:
        with pytest.raises(BadCode):
            parse_code(swapped)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "4821",
        "0" * 35,
        "0" * 37,
        "x" * 36,
        "०" * 36,
        "𝟎" * 36,
        "²" * 36,
        "0" * 35 + "\x00",
        "0" * 36 + " " * 1000,
        "\ud800" * 36,
        "0" * 35 + "+",
        "-0" * 200,
    ],
)
def test_what_cannot_be_a_code_is_refused_without_detail(typed: str) -> None:
    with pytest.raises(BadCode) as caught:
        parse_code(typed)
    assert str(caught.value) == "This code is not right."


@given(st.text(max_size=80))
def test_any_text_is_expected_input(typed: str) -> None:
    with suppress(BadCode):
        assert len(digits(parse_code(typed))) == 36


@pytest.mark.parametrize(
    ("locator", "secret"),
    [
        ("1234567", "1" * 27),
        ("123456789", "1" * 27),
        ("12345678", "1" * 26),
        ("١٢٣٤٥٦٧٨", "1" * 27),
    ],
)
def test_a_code_of_other_parts_cannot_be_made(locator: str, secret: str) -> None:
    with pytest.raises(BadCode):
        ReceiptCode(locator, secret)


def test_drafts_and_receipts_are_told_apart_by_the_first_digit() -> None:
    for _ in range(200):
        assert new_receipt_code(draft=True).locator[0] == "0"
        assert new_receipt_code().locator[0] in "123456789"
    assert new_receipt_code(draft=True).is_draft
    assert not new_receipt_code().is_draft


def test_new_codes_differ_and_use_every_digit() -> None:
    made = [new_receipt_code() for _ in range(300)]
    assert len({c.secret for c in made}) == 300
    assert {c.secret[0] for c in made} == set("0123456789")


def test_the_secret_is_not_shown() -> None:
    assert code().secret not in repr(code())
    keys = receipt_keys(code(), salt=SALT, pin=None)
    for hidden in (keys.verifier, keys.pair.private):
        assert str(hidden) not in repr(keys)


WORDS = {
    "en": ("four eight two one", "seven seven three zero"),
    "fr": ("quatre huit deux un", "sept sept trois zéro"),
    "ar": ("أربعة ثمانية اثنان واحد", "سبعة سبعة ثلاثة صفر"),
    "ur": ("چار آٹھ دو ایک", "سات سات تین صفر"),
}


@pytest.mark.parametrize("language", WORDS)
def test_a_code_can_be_read_aloud(language: str) -> None:
    words = spoken(code(), language)
    assert (words[0], words[1]) == WORDS[language]
    assert len(words) == 9
    assert all(len(group.split()) == 4 for group in words)


@pytest.mark.parametrize("language", WORDS)
def test_each_digit_has_a_word_of_its_own(language: str) -> None:
    heard = spoken(code("01234567", "890" + "0" * 24), language)
    assert len({word for group in heard for word in group.split()}) == 10


def test_regions_follow_their_language_and_unknown_ones_hear_english() -> None:
    assert spoken(code(), "ar-JO") == spoken(code(), "ar")
    assert spoken(code(), "de") == spoken(code(), "en")


def test_keys_made_by_an_older_version_are_made_again() -> None:
    plain = receipt_keys(code(), salt=SALT, pin=None)
    with_pin = receipt_keys(code(), salt=SALT, pin="4821", pin_cost=CHEAP)
    assert plain.verifier.hex() == FROZEN_VERIFIER
    assert plain.pair.public.hex() == FROZEN_PUBLIC
    assert with_pin.pair.public.hex() == FROZEN_PUBLIC_WITH_PIN


def test_the_verifier_does_not_depend_on_the_pin_and_the_pair_does() -> None:
    made = [
        receipt_keys(code(), salt=SALT, pin=pin, pin_cost=CHEAP) for pin in (None, "1234", "1235")
    ]
    assert {keys.verifier for keys in made} == {receipt_verifier(code(), salt=SALT)}
    assert len({keys.pair.public for keys in made}) == 3


def test_the_pair_is_usable() -> None:
    pair = receipt_keys(code(), salt=SALT, pin=None).pair
    part = pairs.seal_to(pair.public, b"news", context=b"c")
    assert pairs.open_from(pair.private, part, context=b"c") == b"news"


def test_a_right_code_is_verified_and_a_wrong_one_is_not() -> None:
    stored = stored_verifier(receipt_verifier(code(), salt=SALT))
    assert verify(stored, receipt_verifier(code(), salt=SALT))
    assert not verify(stored, receipt_verifier(code(secret="0" * 27), salt=SALT))
    assert not verify(stored, receipt_verifier(code(locator="48217731"), salt=SALT))
    assert not verify(stored, stored)
    assert not verify(bytes(32), receipt_verifier(code(), salt=SALT))


def test_t01_one_guess_costs_work_for_each_report() -> None:
    """A thief of the database cannot test one guess against all reports at once."""
    salts = [bytes([n]) * 16 for n in range(50)]
    stored = [stored_verifier(receipt_verifier(code(), salt=salt)) for salt in salts]
    guess = receipt_verifier(code(), salt=salts[0])
    assert len(set(stored)) == 50
    assert [verify(s, guess) for s in stored] == [True] + [False] * 49
    pairs_made = {receipt_keys(code(), salt=s, pin=None).pair.public for s in (SALT, OTHER_SALT)}
    assert len(pairs_made) == 2


def test_what_the_database_keeps_opens_nothing() -> None:
    keys = receipt_keys(code(), salt=SALT, pin=None)
    assert stored_verifier(keys.verifier) != keys.verifier
    assert pairs.pair_from_seed(keys.verifier) != keys.pair


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(BadKey):
        receipt_keys(code(), salt=b"tenant", pin=None)


FROZEN_VERIFIER = "67c6c439c96bbd38f679945cec871ecc46d3abea3e831b3296ff55bdeea635f0"
FROZEN_PUBLIC = "08d32e97e90a8dce255ec06443cb35851f12c003e7f8a63521fbe4f6909ef64f"
FROZEN_PUBLIC_WITH_PIN = "7662702b2bf7f7e480be30116541a1b5a7fc74b0898c013de1027ed29a50763d"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a field and what words say of the other side: at both ends of every limit, in whatever form
it was typed, and never the person's own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import KINDS
from amana.kernel.linking.told import LONGEST_READ, is_hers, told_in
from amana.kernel.linking.told import given as given_as

NUMBER = "+212612345678"
COUNTRIES = st.sampled_from(["MA", "JO", "", "ZZ", "maroc"])


def values(kind: str, text: str, country: str = "MA") -> list[str]:
    return [found.value for found in given_as(kind, text, country)]


def told(text: str, country: str = "MA") -> list[str]:
    return [found.value for found in told_in(text, country)]


@settings(max_examples=60)
@given(kind=st.sampled_from(KINDS), text=st.text(max_size=60), country=COUNTRIES)
def test_whatever_stands_in_a_field_its_kind_stays_what_was_asked(
    kind: str, text: str, country: str
) -> None:
    for found in given_as(kind, text, country):
        assert found.kind == kind
        assert found.value


@settings(max_examples=60)
@given(text=st.text(max_size=120), country=COUNTRIES)
def test_whatever_stands_in_words_can_be_read(text: str, country: str) -> None:
    assert all(found.kind in KINDS for found in told_in(text, country))


@settings(max_examples=30)
@given(
    before=st.sampled_from(["", "whatsapp ", "tel: ", "رقم ", "it was "]),
    number=st.integers(600_000_000, 699_999_999),
    after=st.sampled_from(["", " (whatsapp)", " !!", "، اتصل", " c'est lui"]),
)
def test_a_number_is_the_same_whatever_stands_around_it(
    before: str, number: int, after: str
) -> None:
    whole = f"+212{number}"
    for spelling in (whole, f"0{number}", f"00212{number}"):
        assert values("phone", f"{before}{spelling}{after}") == values("phone", whole)


@pytest.mark.parametrize(
    ("kind", "too_little", "enough"),
    [
        ("phone", "123456", "1234567"),
        ("phone", "1111111", "1111123"),
        ("email", "karim@", "karim@m"),
        ("url", "site", "a.b_c"),
        ("handle", "?!", "ab"),
        ("iban", "JO94CBJ", "JO94CBJO"),
        ("wallet", "0x123456789", "0x1234567890"),
        ("ip", "no idea", "1.2"),
        ("iban", "00000000000", "00000000012"),
        ("wallet", "xxxxxxxxxxxxxxx", "xxxxxxxxxxxxxyz"),
    ],
)
def test_how_little_still_names_somebody(kind: str, too_little: str, enough: str) -> None:
    assert values(kind, too_little) == []
    assert len(values(kind, enough)) == 1


def test_two_numbers_in_one_field_are_two() -> None:
    assert values("phone", "0612345678 / 0698765432") == [NUMBER, "+212698765432"]


def test_of_what_stands_in_a_field_only_its_own_kind_is_taken() -> None:
    both = "0612345678 et karim.h@mail.example"
    assert values("phone", both) == [NUMBER]
    assert values("email", both) == ["karim.h@mail.example"]


def test_a_link_to_an_account_is_none_to_a_front_page() -> None:
    assert values("url", "https://instagram.com/lion_heart") == ["https://instagram.com/lion_heart"]
    assert values("url", "https://instagram.com/") == []


def test_a_number_is_read_as_one_of_the_country_that_the_report_comes_from() -> None:
    assert values("phone", "0612345678", "MA") == [NUMBER]
    assert values("phone", "0612345678", "FR") == ["+33612345678"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("he calls from 0612345678", [NUMBER]),
        ("il m'appelle du 06.12.34.56.78 tous les soirs", [NUMBER]),
        ("يتصل بي من ٠٦١٢٣٤٥٦٧٨", [NUMBER]),
        ("write to karim.h[at]mail[.]example", ["karim.h@mail.example"]),
        ("on insta lion_heart9", ["instagram:lion_heart9"]),
        ("حسابه على انستا lion_heart9", ["instagram:lion_heart9"]),
        ("look at hxxps://evil[.]example/page", ["https://evil.example/page"]),
        ("nothing at all happened", []),
        ("it cost 123456", []),
        ("", []),
    ],
)
def test_what_stands_only_in_words(text: str, found: list[str]) -> None:
    assert told(text) == found


def test_a_card_is_nobodys_identifier() -> None:
    """It is the person's own more often than not, and its number is never kept."""
    assert told("from my card 4111 1111 1111 1111 he took it all") == []


@pytest.mark.parametrize("far", [0, LONGEST_READ - 40, LONGEST_READ + 1])
def test_words_are_read_as_far_as_they_are_read_and_no_further(far: int) -> None:
    text = "x " * (far // 2) + " he calls from 0612345678"
    assert told(text) == ([NUMBER] if far < LONGEST_READ else [])


def test_hers_and_his_in_one_sentence_are_told_apart() -> None:
    assert told("my number is 0612345678 and his is 0698765432") == ["+212698765432"]
    assert told("his is 0698765432, my number is 0612345678") == ["+212698765432"]


def test_her_own_account_on_a_platform_is_not_told_from_his() -> None:
    """Only what she is reached by may be called hers: he took over "my insta"."""
    assert told("he stole my insta lion_heart9") == ["instagram:lion_heart9"]
    assert told("my email is salma.k@mail.example") == []


@pytest.mark.parametrize(
    "before",
    [
        "my number is ",
        "MY NUMBER IS: ",
        "My  own\tnumber :",
        "رَقْمي هو ",
        "mon numero c'est le ",
        "Mon NUMÉRO, c'est le ",
        "you can reach me at ",
        "میرا نمبر ہے ",
        "my number is at on is at ",
    ],
)
def test_words_by_which_a_number_is_hers(before: str) -> None:
    assert is_hers(before)


@pytest.mark.parametrize(
    "before",
    [
        "",
        "is ",
        "number is ",
        "my ",
        "my number was taken by ",
        "myy number is ",
        "mymy number is ",
        "call me on ",
        "my number is on the page of ",
        "رقمه ",
    ],
)
def test_words_by_which_it_is_not(before: str) -> None:
    assert not is_hers(before)


def test_what_she_said_of_her_number_long_ago_is_forgotten() -> None:
    """Otherwise filling words alone would hide a number of his behind "my number"."""
    assert is_hers("my number is " + "is " * 10)
    assert not is_hers("my number " + "is " * 30)


@settings(max_examples=30)
@given(st.text(max_size=200))
def test_nothing_far_before_the_words_that_say_so_changes_them(text: str) -> None:
    assert is_hers(text + " my number is ")
    assert not is_hers(text + " and he then called me from another number, which was ")


def test_digits_that_only_look_like_a_number_of_many_lines_are_none() -> None:
    """A column of figures, one on each line, is no number."""
    assert told("\n".join("1234567")) == []


def test_a_long_hostile_line_says_no_more_than_its_values() -> None:
    line = "0612345678 " * 1500
    assert set(told(line)) == {NUMBER}

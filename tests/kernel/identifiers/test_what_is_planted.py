# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is planted in a story is found: where it stands, beside anything else, as often as it is
another, no further than a text is read; and what must not be kept is in nothing that is found."""

from __future__ import annotations

import re
from itertools import pairwise

import phonenumbers
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import Found, find_identifiers, masked, normalise
from amana.kernel.identifiers.find_accounts import luhn
from amana.kernel.identifiers.plans import NEAR
from amana.kernel.identifiers.view import LONGEST_TEXT

PLANTED = {
    "+212612345678": ("phone", "+212612345678"),
    "0698765432": ("phone", "+212698765432"),
    "quiet.river@mail.example": ("email", "quiet.river@mail.example"),
    "https://evil.example/page?q=1": ("url", "https://evil.example/page?q=1"),
    "@lion_heart9": ("handle", "unknown:lion_heart9"),
    "https://t.me/night_hunter": ("handle", "telegram:night_hunter"),
    "MA64011519000001205000534921": ("iban", "MA64011519000001205000534921"),
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": ("btc", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE": ("tron", "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"),
    "203.0.113.77": ("ip", "203.0.113.77"),
    "2001:db8::77": ("ip", "2001:db8::77"),
}
WORDS = st.sampled_from(
    [
        "he wrote to me and then",
        "après ça il a dit que",
        "بعدها قال لي",
        "us ne mujhe bola",
        "it went on for weeks",
        "je ne sais pas quoi faire",
        "لا أعرف ماذا أفعل",
        "پھر اس نے کہا",
    ]
)
BETWEEN = st.sampled_from(["\n", "\n\n", "; ", " — ", ". \n"])
SOME = st.lists(st.sampled_from(sorted(PLANTED)), min_size=1, max_size=5, unique=True)


def read(text: str) -> list[Found]:
    return find_identifiers(text, country="MA")


def values(text: str) -> set[tuple[str, str]]:
    return {(one.type, one.value) for one in read(text)}


@st.composite
def stories(draw: st.DrawFn, planted: list[str]) -> str:
    """Each in a clause of its own."""
    clauses = [f"{draw(WORDS)} {one} {draw(WORDS)}" for one in planted]
    return "".join(clause + draw(BETWEEN) for clause in clauses)


@settings(max_examples=30)
@given(SOME, st.data())
def test_each_is_found_where_it_stands(planted: list[str], data: st.DataObject) -> None:
    text = data.draw(stories(planted))
    found = {(one.type, one.value): text[one.start : one.end] for one in read(text)}
    assert found == {PLANTED[one]: one for one in planted}


@settings(max_examples=20)
@given(SOME, st.data())
def test_what_was_found_comes_in_its_order_and_never_twice(
    planted: list[str], data: st.DataObject
) -> None:
    text = data.draw(stories([*planted, *planted]))
    found = read(text)
    assert len(found) == len(planted)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert [text.index(one) for one in planted] == [one.start for one in found]


@settings(max_examples=30)
@given(SOME, SOME, st.data())
def test_one_story_behind_another_loses_nothing_of_either(
    one: list[str], other: list[str], data: st.DataObject
) -> None:
    first, second = data.draw(stories(one)), data.draw(stories(other))
    assert values(f"{first}\n\n{second}") == values(first) | values(second)


@settings(max_examples=30)
@given(SOME, st.data(), st.sampled_from("\u200f\u200e\u202a\u202b\u202c\u2066\u2069\u200b\ufeff"))
def test_marks_of_direction_between_words_hide_nothing(
    planted: list[str], data: st.DataObject, mark: str
) -> None:
    text = data.draw(stories(planted))
    assert values(text.replace(" ", f" {mark}")) == values(text)


@pytest.mark.parametrize("planted", ["0698765432", "https://t.me/night_hunter"])
def test_a_text_is_read_to_its_limit_and_no_further(planted: str) -> None:
    empty = "\n" * (LONGEST_TEXT - len(planted))
    assert values(empty + planted) == {PLANTED[planted]}
    assert PLANTED[planted] not in values(f"{empty} {planted}")


REGIONS = st.sampled_from(sorted(set(NEAR)))


def example_of(region: str) -> phonenumbers.PhoneNumber:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assert number is not None
    return number


def written(number: phonenumbers.PhoneNumber, form: int) -> str:
    return phonenumbers.format_number(number, form)


FORMS = st.sampled_from(
    [
        phonenumbers.PhoneNumberFormat.E164,
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.RFC3966,
    ]
)


@settings(max_examples=30)
@given(REGIONS, FORMS, st.sampled_from(["MA", "PK", None]))
def test_a_number_with_its_country_is_the_same_wherever_it_is_read(
    region: str, form: int, country: str | None
) -> None:
    number = example_of(region)
    text = f"he calls me from {written(number, form)} every night"
    (found,) = find_identifiers(text, country=country)
    assert found.value == written(number, phonenumbers.PhoneNumberFormat.E164)
    assert not found.readings, "there is no doubt"


@pytest.mark.parametrize("region", sorted(set(NEAR)))
def test_a_number_as_people_write_it_at_home_is_one_of_home(region: str) -> None:
    number = example_of(region)
    national = written(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    (found,) = find_identifiers(f"his phone number is {national}, he said", country=region)
    assert found.value == written(number, phonenumbers.PhoneNumberFormat.E164)
    assert found.region == region


@st.composite
def cards(draw: st.DrawFn) -> str:
    front = draw(st.sampled_from(["4", "51", "55", "2221", "34", "37", "6011", "62"]))
    body = front + draw(st.text("0123456789", min_size=15 - len(front), max_size=15 - len(front)))
    return next(body + str(last) for last in range(10) if luhn(body + str(last)))


@settings(max_examples=30)
@given(
    cards(),
    st.sampled_from(["", " ", "-", "."]),
    st.sampled_from(["my card {}", "رقم البطاقة {}", "carte {} volée", "call 0612345678 card {}"]),
)
def test_of_a_card_nothing_is_kept_but_its_ends(card: str, between: str, text: str) -> None:
    assume(len(set(card)) > 3)
    shown = between.join(card[at : at + 4] for at in range(0, 16, 4))
    found = read(text.format(shown))
    assert [one.value for one in found if one.type == "card"] == [f"{card[:4]} ···· {card[-4:]}"]
    rest = [one for one in found if one.type != "card"]
    assert [one.value for one in rest] == (["+212612345678"] if "0612" in text else [])
    assert not any(card[4:12] in re.sub(r"\D", "", repr(one.readings)) for one in found)


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ("MA64011519000001205000534922", "iban"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "btc"),
        ("TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSF", "tron"),
        ("0x52908400098527886E0F7030069857D2E4169Ee7", "eth"),
    ],
)
def test_an_address_with_a_slip_is_none_and_no_phone_either(wrong: str, kind: str) -> None:
    assert {one.type for one in read(f"send it to {wrong} today")}.isdisjoint({kind, "phone"})


KINDS = {
    "phone": "+962791234567",
    "email": "Quiet.River+x@mail.example",
    "url": "https://evil.example/a%20b?q=1#f",
    "iban": "JO94CBJO0010000000000131000302",
    "wallet": "0x52908400098527886E0F7030069857D2E4169EE7",
    "ip": "[2001:db8::1]:8080",
}
HANDLES = ["telegram:lion", "@lion", "facebook:lion.heart", "youtube:UCabcdefghijklmnopqrstuv"]


@pytest.mark.parametrize(
    ("kind", "value"), [*KINDS.items(), *(("handle", value) for value in HANDLES)]
)
def test_what_an_officer_reads_can_be_typed_again(kind: str, value: str) -> None:
    first = normalise(kind, value)
    again = normalise(kind, first.display)
    assert (again.value, again.display) == (first.value, first.display)
    assert masked(again) == masked(first)

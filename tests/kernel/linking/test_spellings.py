# SPDX-License-Identifier: AGPL-3.0-or-later
"""Spellings under which slips meet: what every slip finds, what finds nobody, and where the limits
of length lie."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amana.kernel.linking.kinds import NEAR_WEIGHT, Kind
from amana.kernel.linking.spellings import LONGEST, RARE, SHORTEST, beginnings, near

NAMES = st.text("abcdefghijkl_.7", min_size=SHORTEST + 1, max_size=LONGEST - 1)
ACCOUNTS = st.text("ABCDEFGHJKL0123456789", min_size=3 * SHORTEST, max_size=64)
KINDS = st.sampled_from([*Kind])


def meet(kind: int, one: str, other: str) -> bool:
    return not set(near(kind, one)).isdisjoint(near(kind, other))


@st.composite
def slipped(draw: st.DrawFn, values: st.SearchStrategy[str]) -> tuple[str, str]:
    """A value, and how it stands after one slip of a hand."""
    value = draw(values)
    at = draw(st.integers(0, len(value) - 2))
    front, rest, letter = value[:at], value[at:], draw(st.sampled_from("abz09"))
    ways = (
        front + letter + rest[1:],
        front + rest[1:],
        front + letter + rest,
        front + rest[1] + rest[0] + rest[2:],
    )
    return value, draw(st.sampled_from(ways))


@settings(max_examples=40)
@given(slipped(NAMES))
def test_names_of_accounts_meet_after_any_slip(pair: tuple[str, str]) -> None:
    one, other = pair
    assert meet(Kind.HANDLE, f"telegram:{one}", f"telegram:{other}")


@settings(max_examples=40)
@given(slipped(NAMES))
def test_mailboxes_meet_after_any_slip_in_their_name(pair: tuple[str, str]) -> None:
    one, other = pair
    assert meet(Kind.EMAIL, f"{one}@mail.example", f"{other}@mail.example")


@settings(max_examples=40)
@given(ACCOUNTS, st.data())
def test_of_long_accounts_one_changed_letter_leaves_two_thirds(
    value: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(value) - 1))
    changed = value[:at] + "M" + value[at + 1 :]
    for kind in (Kind.IBAN, Kind.WALLET):
        assert meet(kind, value, changed)


@settings(max_examples=40)
@given(ACCOUNTS, ACCOUNTS)
def test_strangers_accounts_do_not_meet(one: str, other: str) -> None:
    """They would have to have two thirds in common, each at the same end."""
    third = max(len(one), len(other)) // 3
    assume(one[:third] != other[:third])
    assume(one[-third:] != other[-third:])
    assert not meet(Kind.IBAN, one, other)


def test_an_account_that_failed_its_check_is_folded_and_meets_the_one_in_capitals() -> None:
    whole, wrong = "JO94CBJO0010000000000131000302", "jo94cbjo0010000000000131000303"
    assert meet(Kind.IBAN, whole, wrong)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.PHONE, "1234"),
        (Kind.PHONE, "+962123"),
        (Kind.HANDLE, "telegram:abcd"),
        (Kind.EMAIL, "abcd@mail.example"),
        (Kind.IBAN, "A1B2C3D4E5F6G7"),
        (Kind.WALLET, "A1B2C3D4E5F6G7"),
        (Kind.HANDLE, "telegram:"),
        (Kind.EMAIL, "@mail.example"),
        (Kind.PHONE, ""),
    ],
)
def test_what_is_short_has_no_slips(kind: int, value: str) -> None:
    """Among short ones every second is one letter from another."""
    assert near(kind, value) == []


@pytest.mark.parametrize(
    ("kind", "value", "changed"),
    [
        (Kind.PHONE, "12345", "12745"),
        (Kind.PHONE, "+96212345", "+96212745"),
        (Kind.HANDLE, "telegram:abcde", "telegram:abxde"),
        (Kind.EMAIL, "abcde@mail.example", "abxde@mail.example"),
        (Kind.IBAN, "A1B2C3D4E5F6G7H", "X1B2C3D4E5F6G7H"),
    ],
)
def test_the_shortest_that_may_have_a_slip_has_one(kind: int, value: str, changed: str) -> None:
    assert meet(kind, value, changed)


def test_very_long_names_have_no_slips_but_the_longest_allowed_do() -> None:
    name = "ab_" * (LONGEST // 3)
    assert meet(Kind.HANDLE, f"x:{name}", f"x:c{name[1:]}")
    assert near(Kind.HANDLE, f"x:{name}c") == [f"@{name}c"]
    assert near(Kind.EMAIL, f"{name}c@mail.example") == [f"{name}c@…"]


def test_the_code_of_a_country_is_no_place_for_a_slip() -> None:
    """+962 and +961 are two countries, and the rest may be two people's."""
    assert not meet(Kind.PHONE, "+9621234567", "+9611234567")
    assert meet(Kind.PHONE, "+96212345678", "+96112345678"), "the last eight are the number itself"


def test_two_zeros_and_a_plus_are_one_beginning() -> None:
    assert near(Kind.PHONE, "00962791234567") == near(Kind.PHONE, "+962791234567")


def test_the_same_rare_name_on_two_platforms_meets_and_a_short_one_does_not() -> None:
    rare, short = "n" * RARE, "n" * (RARE - 1)
    assert meet(Kind.HANDLE, f"telegram:{rare}", f"instagram:{rare}")
    assert not meet(Kind.HANDLE, f"telegram:{short}", f"instagram:{short}")


def test_a_slip_and_another_platform_together_do_not_meet() -> None:
    assert not meet(Kind.HANDLE, "telegram:night_hunter", "instagram:night_huntre")


def test_a_name_whose_platform_nobody_said_meets_that_name_and_no_slip_of_it() -> None:
    nick, account = near(Kind.NICK, "unknown:night_hunter"), near(Kind.HANDLE, "x:night_hunter")
    assert not set(nick).isdisjoint(account)
    assert set(nick).isdisjoint(near(Kind.HANDLE, "unknown:night_huntre"))


def test_the_same_rare_mailbox_at_two_hosts_meets_and_a_short_one_does_not() -> None:
    assert meet(Kind.EMAIL, "quiet.river@one.example", "quiet.river@two.example")
    assert not meet(Kind.EMAIL, "quietr@one.example", "quietr@two.example")
    assert not meet(Kind.EMAIL, "quiet.river@one.example", "quiet.rivre@two.example")


def test_a_mailbox_and_an_account_of_one_name_stay_two_things() -> None:
    assert set(near(Kind.EMAIL, "night_hunter@x.example")).isdisjoint(
        near(Kind.HANDLE, "x.example:night_hunter")
    )


@settings(max_examples=60)
@given(kind=KINDS, value=st.text(max_size=80))
def test_whatever_stands_there_each_spelling_is_given_once(kind: int, value: str) -> None:
    found = near(kind, value)
    assert len(found) == len(set(found))
    assert len(found) <= LONGEST + 3, "a hostile value costs no more than an honest one"
    assert not found or kind in NEAR_WEIGHT or kind == Kind.NICK


@pytest.mark.parametrize("kind", [Kind.SERVICE_PHONE, Kind.ROLE_EMAIL, Kind.NAME, Kind.TEXT])
def test_lines_of_services_and_names_have_no_slips(kind: int) -> None:
    assert near(kind, "+212801234567") == near(kind, "support@bank.example") == []


@settings(max_examples=40)
@given(kind=KINDS, value=st.text(max_size=40), more=st.text(max_size=10))
def test_a_longer_value_keeps_the_beginnings_of_its_front(kind: int, value: str, more: str) -> None:
    """Who knows the front finds the whole."""
    assume(not {":", "@"} & {*value, *more})
    assert set(beginnings(kind, value)) <= set(beginnings(kind, value + more))


@pytest.mark.parametrize(
    ("kind", "value", "fronts"),
    [
        (Kind.PHONE, "+96279", []),
        (Kind.PHONE, "+962791", ["+96279"]),
        (Kind.SERVICE_PHONE, "+212801234567", ["+21280", "+2128012", "+212801234"]),
        (Kind.HANDLE, "x:abc", []),
        (Kind.HANDLE, "x:abcd", ["x:abc"]),
        (Kind.NICK, "unknown:abcdefghi", ["unknown:abc", "unknown:abcde", "unknown:abcdefgh"]),
        (Kind.EMAIL, "abc@mail.example", []),
        (Kind.EMAIL, "abcd@mail.example", ["abcd"]),
        (Kind.ROLE_EMAIL, "support@mail.example", ["supp", "support"]),
        (Kind.IBAN, "JO94CB", []),
        (Kind.WALLET, "0x1234567890", ["0x1234", "0x12345678"]),
        (Kind.URL, "https://evil.example/page", []),
        (Kind.IP, "203.0.113.7", []),
    ],
)
def test_beginnings_at_both_ends_of_each_length(kind: int, value: str, fronts: list[str]) -> None:
    assert beginnings(kind, value) == fronts


def test_no_beginning_of_an_account_crosses_platforms() -> None:
    both = [set(beginnings(Kind.HANDLE, f"{where}:night_hunter")) for where in ("x", "telegram")]
    assert both[0].isdisjoint(both[1])


def test_swapped_blocks_are_no_slip() -> None:
    """Two swaps far from each other, as in two numbers that were dealt out side by side."""
    values = ["+962791234567", "+962792134576", "+962791243657"]
    assert not any(meet(Kind.PHONE, one, other) for one, other in combinations(values, 2))


@pytest.mark.parametrize(
    "other", ["sara.haddad@gmial.com", "sarahaddad@yahoo.com", "sara.haddad+2@yahoo.com"]
)
def test_a_mailbox_without_dots_still_has_its_name_elsewhere(other: str) -> None:
    """Gmail's mailboxes are compared without dots; whoever writes it at another host keeps them."""
    mine = near(Kind.EMAIL, "sarahaddad@gmail.com")
    assert set(mine) & set(near(Kind.EMAIL, other)) == {"sarahaddad@…"}

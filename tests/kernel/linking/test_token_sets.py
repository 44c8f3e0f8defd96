# SPDX-License-Identifier: AGPL-3.0-or-later
"""Token sets: found by whoever looks for what is in them, and by nobody without the key; as long as
they may be, and empty of what is the person's own."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import Identifier, normalise, tolerant
from amana.kernel.linking.ground import parse, values_in
from amana.kernel.linking.kinds import NEAR, Kind
from amana.kernel.linking.spellings import beginnings
from amana.kernel.linking.tokens import (
    MOST_VALUES,
    ROW_BYTES,
    Said,
    beginning_token,
    file_token,
    kind_of,
    name_tokens,
    number,
    packed,
    value_token,
)
from amana.kernel.sealing.blind import BlindIndex
from amana.kernel.sealing.errors import KeyMissing
from tests.kernel.linking.said import INDEX, Row, said, token

PHONE = ("phone", "+962791234567")
DIGEST = hashlib.sha256(b"a picture").digest()
ROWS: list[Row] = [
    PHONE,
    ("phone", "+212801234567"),
    ("email", "quiet.river@mail.example"),
    ("email", "support@bank.example"),
    ("handle", "telegram:night_hunter77"),
    ("handle", "@lion_heart"),
    ("url", "https://evil.example/page"),
    ("ip", "203.0.113.7"),
    ("iban", "JO94CBJO0010000000000131000302"),
    ("wallet", "0x52908400098527886E0F7030069857D2E4169EE7"),
]
SETS = st.lists(st.sampled_from(ROWS), max_size=6, unique=True)


def phones(count: int) -> list[Identifier]:
    return [normalise("phone", f"+96279{at:07}") for at in range(1_000_000, 1_000_000 + count)]


def exact(rows: bytes) -> dict[int, int]:
    """Token to kind."""
    return {token: kind for kind, token in values_in(rows)}


@settings(max_examples=30)
@given(SETS)
def test_whatever_was_named_is_found_by_its_token(rows: list[Row]) -> None:
    wanted = {token(kind, value) for kind, value in rows}
    assert set(exact(said(*rows))) == wanted


@settings(max_examples=30)
@given(SETS, st.data())
def test_one_named_twice_or_in_another_order_adds_nothing(
    rows: list[Row], data: st.DataObject
) -> None:
    again = data.draw(st.permutations([*rows, *rows]))
    assert sorted(parse(said(*again)).tolist()) == sorted(parse(said(*rows)).tolist())


@pytest.mark.parametrize(("kind", "value"), ROWS)
def test_a_beginning_is_found_by_who_knows_the_front(kind: str, value: str) -> None:
    identifier = tolerant(kind, value, "JO")
    fronts = beginnings(kind_of(identifier), identifier.value)
    tokens = {t for k, t in parse(said((kind, value))).tolist() if k == Kind.PREFIX}
    assert tokens == {beginning_token(INDEX, kind, front) for front in fronts}
    assert bool(fronts) == (kind not in {"url", "ip"})


def test_a_name_is_looked_for_under_the_tokens_that_it_is_kept_under() -> None:
    rows = exact(said(name="Karim Ben Ali Haddad"))
    asked = name_tokens(INDEX, "كريم حداد")
    assert asked
    assert all(rows[one] == Kind.NAME for one in asked)


def test_a_part_of_a_name_is_never_taken_for_a_whole_one() -> None:
    rows = exact(said(name="Karim Haddad"))
    parts = {t for t, kind in rows.items() if kind == Kind.NAME_PART}
    assert len(parts) == 2
    assert parts.isdisjoint(name_tokens(INDEX, "Karim Haddad"))


def test_a_single_name_is_a_part_alone() -> None:
    assert set(exact(said(name="Karim")).values()) == {Kind.NAME_PART}
    assert name_tokens(INDEX, "Karim") == []


def test_files_are_found_by_their_digest() -> None:
    rows = packed(INDEX, Said(files=[DIGEST]))
    assert exact(rows) == {file_token(INDEX, DIGEST): Kind.FILE}
    assert DIGEST[:8] not in rows


def test_an_address_of_a_chain_is_a_wallet_whatever_it_was_called() -> None:
    address = "0x52908400098527886E0F7030069857D2E4169EE7"
    wallet = tolerant("wallet", address)
    as_eth = Identifier("eth", wallet.value, wallet.display)
    assert packed(INDEX, Said(identifiers=[wallet])) == packed(INDEX, Said(identifiers=[as_eth]))
    assert value_token(INDEX, wallet) == value_token(INDEX, as_eth)


@pytest.mark.parametrize(
    "given_as",
    [("phone", "+962791234567"), ("url", "https://wa.me/962791234567")],
)
def test_her_own_number_is_left_out_in_whatever_form_it_stands(given_as: Row) -> None:
    rows = packed(INDEX, Said(identifiers=[tolerant(*given_as)], own={PHONE}))
    assert rows == b""


def test_his_number_stays_beside_hers() -> None:
    his = normalise("phone", "+962785550000")
    both = Said(identifiers=[normalise(*PHONE), his], own={PHONE})
    assert packed(INDEX, both) == packed(INDEX, Said(identifiers=[his]))


def test_of_a_list_without_end_the_first_are_taken() -> None:
    whole, most = phones(MOST_VALUES * 3), phones(MOST_VALUES)
    rows = packed(INDEX, Said(identifiers=whole))
    assert rows == packed(INDEX, Said(identifiers=most))
    assert len(exact(rows)) == MOST_VALUES


def test_one_more_than_the_most_is_one_too_many() -> None:
    fewer = packed(INDEX, Said(identifiers=phones(MOST_VALUES - 1)))
    assert len(exact(fewer)) == MOST_VALUES - 1


def test_saying_one_number_a_thousand_times_hides_no_other() -> None:
    crowd = [*phones(1) * 1000, *phones(2)[1:]]
    assert len(exact(packed(INDEX, Said(identifiers=crowd)))) == 2


@settings(max_examples=30)
@given(SETS, st.sampled_from(["", "Karim Haddad", "كريم"]))
def test_without_the_key_two_nodes_have_nothing_in_common(rows: list[Row], name: str) -> None:
    elsewhere = BlindIndex({1: b"another node has another key ...."}, 1)
    words = [tolerant(kind, value, "JO") for kind, value in rows]
    one, other = (
        packed(index, Said(identifiers=words, names=[name])) for index in (INDEX, elsewhere)
    )
    assert len(one) == len(other)
    assert {t for _, t in parse(one).tolist()}.isdisjoint(t for _, t in parse(other).tolist())


def test_a_new_key_makes_a_new_set_and_the_old_one_is_found_by_its_version() -> None:
    old, new = bytes(range(32)), bytes(range(1, 33))
    before, after = BlindIndex({1: old}, 1), BlindIndex({1: old, 2: new}, 2)
    phone = normalise(*PHONE)
    kept = exact(packed(before, Said(identifiers=[phone])))
    assert value_token(after, phone) not in kept
    assert value_token(after, phone, version=1) in kept
    assert file_token(after, DIGEST, version=1) == file_token(before, DIGEST)
    front = beginnings(Kind.PHONE, phone.value)[0]
    assert beginning_token(after, "phone", front, version=1) == beginning_token(
        before, "phone", front
    )
    with pytest.raises(KeyMissing):
        value_token(after, phone, version=3)


@settings(max_examples=40)
@given(st.binary(min_size=8, max_size=16))
def test_a_token_is_a_number_that_a_database_can_keep(raw: bytes) -> None:
    found = number(raw)
    assert -(2**63) <= found < 2**63
    assert found.to_bytes(8, "little", signed=True) == raw[:8]


def test_what_was_said_is_not_shown_where_it_ends_in_a_log() -> None:
    shown = repr(
        Said(
            identifiers=[normalise(*PHONE)],
            names=["Karim Haddad"],
            words=[b"word"],
            files=[DIGEST],
            own={PHONE},
        )
    )
    assert shown == "Said()"


def test_slips_stand_behind_the_value_that_they_belong_to() -> None:
    """Whoever reads a set takes a slip for one of the value before it."""
    rows = parse(said(*ROWS)).tolist()
    kind = 0
    for found, _ in rows:
        if found & NEAR:
            assert found & ~NEAR == kind
        elif found != Kind.PREFIX:
            kind = found


@pytest.mark.parametrize(
    ("mailbox", "is_role"),
    [
        ("info", True),
        ("no-reply", True),
        ("donotreply", True),
        ("customer_care", True),
        ("customer.service-ma", True),
        ("reclamations", True),
        ("support.fr", True),
        ("supporter.k", False),
        ("karim.support", False),
        ("infosec.karim", False),
        ("office3", False),
        ("helpmeplease", False),
    ],
)
def test_mailboxes_that_a_desk_has_and_those_that_a_person_has(mailbox: str, is_role: bool) -> None:
    kind = kind_of(tolerant("email", f"{mailbox}@mail.example"))
    assert kind == (Kind.ROLE_EMAIL if is_role else Kind.EMAIL)


def test_a_mail_domain_of_a_platform_counts_for_itself_alone() -> None:
    platforms = {"bank.example"}
    asked = [f"a.b@{host}" for host in ("bank.example", "notbank.example", "bank.example.org")]
    kinds = [kind_of(tolerant("email", mailbox), platforms) for mailbox in asked]
    assert kinds == [Kind.ROLE_EMAIL, Kind.EMAIL, Kind.EMAIL]


def test_a_number_that_is_none_in_form_serves_nobody_in_particular() -> None:
    """It is one that somebody was given all the same."""
    assert kind_of(tolerant("phone", "0800-KARIM")) == Kind.PHONE


def test_rows_are_as_long_as_those_who_store_them_say() -> None:
    rows = said(*ROWS, name="Karim Haddad", words=[f"word{n}" for n in range(20)])
    assert len(rows) == ROW_BYTES * len(parse(rows))
    assert len(exact(rows)) == len([k for k, _ in parse(rows).tolist() if not k & NEAR and k != 15])

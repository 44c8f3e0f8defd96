# SPDX-License-Identifier: AGPL-3.0-or-later
"""Handles, bank accounts and wallets."""

from __future__ import annotations

import pytest

from amana.kernel.identifiers import BadIdentifier, normalise, related
from amana.kernel.identifiers.keccak import keccak_256
from amana.kernel.identifiers.wallet import checksummed


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("https://www.instagram.com/Some.One/?hl=ar", "instagram:some.one"),
        ("instagram.com/some.one", "instagram:some.one"),
        ("https://www.instagram.com/stories/some.one/33/", "instagram:some.one"),
        ("ig: @Some.One", "instagram:some.one"),
        ("انستغرام: some_one", "instagram:some_one"),
        ("instagram/some_one", "instagram:some_one"),
        ("https://m.facebook.com/Some.One.9", "facebook:someone9"),
        ("https://www.facebook.com/profile.php?id=100012&ref=x", "facebook:100012"),
        ("https://facebook.com/people/A-B/100012/", "facebook:100012"),
        ("https://t.me/some_one", "telegram:some_one"),
        ("https://t.me/s/some_one", "telegram:some_one"),
        ("https://www.tiktok.com/@some.one/video/7", "tiktok:some.one"),
        ("https://twitter.com/SomeOne/status/7", "x:someone"),
        ("https://www.snapchat.com/add/some-one", "snapchat:some-one"),
        (
            "https://youtube.com/channel/UCabcdefghijklmnopqrst12",
            "youtube:UCabcdefghijklmnopqrst12",
        ),
        ("hxxps://instagram[.]com/some.one", "instagram:some.one"),
        ("@Some_One", "unknown:some_one"),
        ("some_one", "unknown:some_one"),
        ("pubg: Name77", "pubg:name77"),
        ("ahmad.k", "unknown:ahmad.k"),
    ],
)
def test_handles_carry_their_platform(typed: str, value: str) -> None:
    assert normalise("handle", typed).value == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("discord:Ghost#0417", "discord:ghost#0417"),
        ("discord/ghost_9#0001", "discord:ghost_9#0001"),
        ("discord:ghost", "discord:ghost"),
    ],
)
def test_a_tag_of_discord_is_a_part_of_the_name(typed: str, value: str) -> None:
    found = normalise("handle", typed)
    assert found.value == value
    assert normalise("handle", found.value).value == value


@pytest.mark.parametrize("typed", ["discord:#0417", "discord:a#b", "discord:ghost#17", "x:a#0417"])
def test_what_is_no_tag_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentifier):
        normalise("handle", typed)


def test_a_handle_without_platform_says_so() -> None:
    assert normalise("handle", "@a").note == "no_platform"
    assert normalise("handle", "ig:a").note == ""


@pytest.mark.parametrize("typed", ["two words", "@", "a/b/c", "https://instagram.com/p/x1/", "!!"])
def test_what_is_no_handle_is_refused(typed: str) -> None:
    with pytest.raises(BadIdentifier):
        normalise("handle", typed)


def test_a_profile_link_also_says_the_account() -> None:
    link = normalise("url", "https://instagram.com/some.one?igsh=abc")
    assert [(found.kind, found.value) for found in related(link)] == [
        ("handle", "instagram:some.one")
    ]


def test_a_chat_link_also_says_the_phone() -> None:
    for typed in ("https://wa.me/962796551234", "https://api.whatsapp.com/send?phone=962796551234"):
        assert [found.value for found in related(normalise("url", typed))] == ["+962796551234"]


@pytest.mark.parametrize(
    "typed",
    ["https://instagram.com/p/x/", "https://t.me/+AbC", "https://example.org/a", "https://wa.me/1"],
)
def test_other_links_say_nothing_more(typed: str) -> None:
    assert related(normalise("url", typed)) == []


@pytest.mark.parametrize(
    ("typed", "value", "country"),
    [
        ("MA64 0115 1900 0001 2050 0053 4921", "MA64011519000001205000534921", "MA"),
        ("jo94-cbjo-0010-0000-0000-0131-0003-02", "JO94CBJO0010000000000131000302", "JO"),
        ("IBAN: DZ580002100001113000000570", "DZ580002100001113000000570", "DZ"),
        ("PK36SCBL0000001123456702", "PK36SCBL0000001123456702", "PK"),
        ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606", "FR"),
    ],
)
def test_bank_accounts_meet(typed: str, value: str, country: str) -> None:
    found = normalise("iban", typed)
    assert (found.value, found.country) == (value, country)


def test_a_bank_account_is_read_in_fours() -> None:
    shown = normalise("iban", "MA64011519000001205000534921").display
    assert shown == "MA64 0115 1900 0001 2050 0053 4921"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("JO94CBJO0010000000000131000303", "bad_checksum"),
        ("JO94CBJO001000000000013100030", "bad_length"),
        ("ZZ94CBJO0010000000000131000302", "unknown_country"),
        ("0115190000012050", "not_an_iban"),
    ],
)
def test_a_wrong_bank_account_says_what_is_wrong(typed: str, reason: str) -> None:
    with pytest.raises(BadIdentifier) as caught:
        normalise("iban", typed)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("typed", "value", "chain"),
    [
        # The first block's, BIP 173's and BIP 350's own examples, and published contracts.
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", None, "btc"),
        ("3P14159f73E4gFr7JterCCQh9QjiTjiZrG", None, "btc"),
        (
            "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=1",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "btc",
        ),
        (
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            "btc",
        ),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", None, "btc"),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", None, "tron"),
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "evm",
        ),
        (
            "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "evm",
        ),
    ],
)
def test_wallets_are_known_by_their_checksum(typed: str, value: str | None, chain: str) -> None:
    found = normalise("wallet", typed)
    assert (found.value, found.note) == (value or typed, chain)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bad_checksum"),
        ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "bad_checksum"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "bad_checksum"),
        ("bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "not_a_wallet"),
        ("bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", "not_a_wallet"),
        ("bc1pw5dgrnzv", "not_a_wallet"),
        ("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "unknown_network"),
        ("0x1234", "not_a_wallet"),
        ("hello", "not_a_wallet"),
    ],
)
def test_a_wrong_wallet_says_what_is_wrong(typed: str, reason: str) -> None:
    with pytest.raises(BadIdentifier) as caught:
        normalise("wallet", typed)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_eip_55_examples(address: str) -> None:
    assert checksummed(address[2:].lower()) == address


def test_keccak_known_answers() -> None:
    empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak_256(b"").hex() == empty
    abc = "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    assert keccak_256(b"abc").hex() == abc
    # One byte below, at and above the block: the padding has three shapes.
    assert len({keccak_256(b"a" * size) for size in (134, 135, 136, 137)}) == 4

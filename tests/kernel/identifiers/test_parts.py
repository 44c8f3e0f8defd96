# SPDX-License-Identifier: AGPL-3.0-or-later
"""The small parts under the finders, each against what it promises, and each on any text."""

from __future__ import annotations

import hashlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import BadIdentifier, find_identifiers, normalise, tolerant
from amana.kernel.identifiers.found import STRUCK
from amana.kernel.identifiers.handle import handle_of_link
from amana.kernel.identifiers.keccak import keccak_256
from amana.kernel.identifiers.masking import DOTS, masked
from amana.kernel.identifiers.normalising import related
from amana.kernel.identifiers.not_phones import without_others
from amana.kernel.identifiers.plans import country_code_in, plan_of, plans_near
from amana.kernel.identifiers.suffixes import is_file_ending, is_plain_suffix, is_suffix
from amana.kernel.identifiers.text import domain, no_blanks, refang, tidy
from amana.kernel.identifiers.types import KINDS
from amana.kernel.identifiers.view import view_of
from amana.kernel.identifiers.wallet import checksummed, wallet
from benchmarks.triage_values import _base58, iban

HEX = "0123456789abcdef"
CHANNEL = "UCabcdefghijklmnopqrstuv"


# Views: every place leads back.


@given(st.text(max_size=200))
def test_each_place_of_a_view_lies_in_the_original(text: str) -> None:
    view = view_of(text)
    assert len(view.places) == len(view.text) + 1
    assert list(view.places) == sorted(view.places)
    assert all(0 <= place <= len(text) for place in view.places)


@given(st.text(alphabet="ab1٣۴ـ\u200f \u00a0é", min_size=1, max_size=60))
def test_a_span_holds_what_it_shows(text: str) -> None:
    view = view_of(text)
    for at in range(len(view.text)):
        start, end = view.span(at, at + 1)
        assert start < end
        assert view_of(text[start:end]).text == view.text[at]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("٠٦١٢", "0612"),
        ("۰۳۰۰", "0300"),
        ("06\u200f12", "0612"),
        ("06\u00a012", "06 12"),
        ("06ـ12", "06-12"[:2] + "12"),
        ("٠٦\u200e-\u200e١٢", "06-12"),
        ("06–12", "06-12"),
        ("ＡＢ", "AB"),
    ],
)
def test_a_view_reads_plainly(written: str, read: str) -> None:
    assert view_of(written).text == read


# What is no phone is struck out and nothing moves.


@given(st.text(alphabet="0123456789 .,-/:#abdhMAD€%\n", max_size=80))
def test_striking_out_moves_nothing(text: str) -> None:
    struck = without_others(text)
    assert len(struck) == len(text)
    assert all(now in {was, STRUCK} for was, now in zip(text, struck, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        *("2025-06-12", "12/06/2025", "12.06.25", "14:30", "8h30", "3 pm", "#12345", "3,5 %"),
        *("1500 dh", "2 000,50 €", "$1,200", "Rs 50000", "٥٠ دينار"[3:], "IMG-20240512-WA0003.jpg"),
        *("42101-1234567-1", "invoice 2203-11", "commande n° 99812"),
    ],
)
def test_dates_amounts_and_papers_are_struck(text: str) -> None:
    assert not [char for char in without_others(text) if char.isdecimal() and char in "456789"]


@pytest.mark.parametrize("text", ["0612345678", "+212 612 345 678", "06-12-34-56-78 whatsapp"])
def test_a_phone_is_not_struck(text: str) -> None:
    assert without_others(text) == text


# Wallets: one wrong letter and it is none.


@given(st.binary(min_size=20, max_size=20), st.sampled_from([0x00, 0x05, 0x41]))
@settings(max_examples=60)
def test_base58_addresses_are_known_by_their_checksum(body: bytes, version: int) -> None:
    address = _base58(bytes([version]) + body)
    assert wallet(address).note == ("tron" if version == 0x41 else "btc")


@given(st.binary(min_size=20, max_size=20), st.integers(min_value=1, max_value=30))
@settings(max_examples=60)
def test_a_slip_in_an_address_is_refused(body: bytes, at: int) -> None:
    address = _base58(b"\x41" + body)
    other = "2" if address[at] != "2" else "3"
    with pytest.raises(BadIdentifier):
        wallet(address[:at] + other + address[at + 1 :])


@given(st.text(alphabet=HEX, min_size=40, max_size=40))
@settings(max_examples=40)
def test_an_address_in_one_case_or_the_right_cases_is_one(digits: str) -> None:
    proper = checksummed(digits)
    forms = {proper, proper.lower(), "0x" + digits.upper()}
    assert {wallet(form).value for form in forms} == {proper.lower()}


@given(st.text(alphabet=HEX, min_size=40, max_size=40))
@settings(max_examples=40)
def test_a_mixed_case_that_is_not_its_own_is_none(digits: str) -> None:
    swapped = checksummed(digits)[2:].swapcase()
    if swapped not in {swapped.lower(), swapped.upper()}:
        with pytest.raises(BadIdentifier, match="bad_checksum"):
            wallet("0x" + swapped)


@pytest.mark.parametrize(("size", "seed"), [(0, 1), (1, 2), (135, 3), (136, 4), (137, 5), (400, 6)])
def test_keccak_is_not_sha3_and_has_its_length(size: int, seed: int) -> None:
    data = Random(seed).randbytes(size)
    assert len(keccak_256(data)) == 32
    assert keccak_256(data) != hashlib.sha3_256(data).digest()
    assert keccak_256(data) != keccak_256(data + b"\0")


# Bank accounts of the region, spaced as people do.


@pytest.mark.parametrize("seed", range(12))
def test_planted_accounts_are_found_in_their_sentence(seed: int) -> None:
    sentence, [(_, account)] = iban(Random(seed), None)
    found = find_identifiers(f"bonjour {sentence} merci", country="MA")
    assert account in {one.value for one in found if one.type == "iban"}


@pytest.mark.parametrize("seed", range(12))
def test_one_digit_wrong_and_it_is_no_account(seed: int) -> None:
    _, [(_, account)] = iban(Random(seed), None)
    wrong = account[:-1] + str((int(account[-1]) + 1) % 10)
    found = find_identifiers(f"IBAN {wrong}", country="MA")
    assert not [one for one in found if one.type == "iban"]


# Names of the network.


@pytest.mark.parametrize("label", ["com", "COM", "ma", "xn--mgbayh7gpa", "الاردن", "onion", "test"])
def test_endings_in_use(label: str) -> None:
    assert is_suffix(label)


@pytest.mark.parametrize("label", ["", "notatld", "c0m", "jpg"])
def test_endings_not_in_use(label: str) -> None:
    assert not is_suffix(label)


def test_a_file_is_no_site() -> None:
    assert is_file_ending("PDF")
    assert not is_plain_suffix("pdf")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("hxxp://a[.]com", "http://a.com"),
        ("hXXps[:]//a(.)com", "https://a.com"),
        ("me [at] a [dot] com", "me@a . com"),
        ("a{.}b", "a.b"),
        ("plain text", "plain text"),
    ],
)
def test_what_was_made_unclickable(typed: str, read: str) -> None:
    assert refang(typed) == read


@given(st.text(max_size=80))
def test_refanging_and_tidying_twice_is_once(text: str) -> None:
    assert refang(refang(text)) == refang(text) or "[" in text or "(" in text or "{" in text
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize("text", ["a b", "a\tb", "a\x00b", "a\nb"])
def test_blanks_are_refused_with_the_reason_asked_for(text: str) -> None:
    with pytest.raises(BadIdentifier, match="my_reason"):
        no_blanks(text, "my_reason")


@pytest.mark.parametrize(
    ("name", "value"),
    [("Example.COM.", "example.com"), ("bücher.de", "xn--bcher-kva.de"), ("a_b.com", "a_b.com")],
)
def test_domains_settle(name: str, value: str) -> None:
    assert domain(name) == value


@pytest.mark.parametrize("name", ["", ".", "a..b", "-a.com", "a" * 64 + ".com", "com", "a b.com"])
def test_what_is_no_domain(name: str) -> None:
    with pytest.raises(BadIdentifier):
        domain(name)


# Plans of the countries.


@pytest.mark.parametrize("region", ["MA", "JO", "PK", "DZ", "TN", "EG", "FR", "SA", "IQ", "LY"])
def test_a_country_near_has_a_plan(region: str) -> None:
    assert plan_of(region) is not None


@pytest.mark.parametrize("region", ["", "XX", "ma", "٣٣"])
def test_no_plan_for_what_is_no_country(region: str) -> None:
    assert plan_of(region) is None


def test_a_country_code_says_the_plan_and_leaves_the_number() -> None:
    found = country_code_in("212612345678")
    assert found is not None
    assert (found[0], found[1]) == (plan_of("MA"), "612345678")
    assert country_code_in("0612345678") is None
    assert len(plans_near()) >= 10


# Accounts in links.


@pytest.mark.parametrize(
    ("link", "account"),
    [
        ("https://www.instagram.com/a.b_c/", "instagram:a.b_c"),
        ("m.facebook.com/profile.php?id=1000123", "facebook:1000123"),
        ("https://facebook.com/people/Some-Name/1000999", "facebook:1000999"),
        ("https://t.me/s/channel_1", "telegram:channel_1"),
        ("https://www.tiktok.com/@x.y", "tiktok:x.y"),
        ("https://snapchat.com/add/n-1", "snapchat:n-1"),
        (
            "https://youtube.com/channel/UCabcdefghijklmnopqrstuv",
            "youtube:UCabcdefghijklmnopqrstuv",
        ),
        ("https://x.com/name/status/1", "x:name"),
    ],
)
def test_a_link_says_the_account(link: str, account: str) -> None:
    found = handle_of_link(link)
    assert found is not None
    assert found.value == account
    assert account in {one.value for one in related(normalise("url", link))}


@pytest.mark.parametrize(
    "link",
    [
        *("instagram.com", "instagram.com/p/abc", "facebook.com/groups/1", "t.me/+invite"),
        *("example.com/name", "@a.b", "plain", "x.com/i/spaces/1", "youtube.com/watch?v=1"),
    ],
)
def test_a_link_without_account(link: str) -> None:
    assert handle_of_link(link) is None


# Masks.


@given(st.sampled_from(KINDS), st.text(min_size=1, max_size=60))
def test_a_mask_never_shows_the_value(kind: str, typed: str) -> None:
    one = tolerant(kind, typed, "MA")
    if len(one.value) > 3 and kind not in {"url", "email", "handle", "ip"}:
        assert one.value not in masked(one)
        assert DOTS in masked(one)


@pytest.mark.parametrize(
    "card",
    [
        *("4111 1111 1111 1111", "4111-1111-1111-1111", "٤١١١ ١١١١ ١١١١ ١١١١", "5500000000000004"),
        *("378282246310005", "card:4111111111111111."),
    ],
)
def test_a_card_is_masked_where_it_is_found(card: str) -> None:
    found = list(find_identifiers(f"they used {card} again", country="MA"))
    assert [one.type for one in found] == ["card"]
    assert sum(char.isdecimal() for char in found[0].value) <= 8
    assert "1111 1111" not in found[0].value


@pytest.mark.parametrize(
    ("written", "box"),
    [
        ("k.ar.im+shop@gmail.com", "karim@gmail.com"),
        ("Karim@GoogleMail.com", "karim@gmail.com"),
        ("karim+2@outlook.com", "karim@outlook.com"),
        ("k.arim+a@proton.me", "k.arim@proton.me"),
    ],
)
def test_an_address_leads_to_its_mailbox(written: str, box: str) -> None:
    address = normalise("email", written)
    (found,) = related(address)
    assert (found.kind, found.value, found.display) == ("email", box, address.display)
    assert related(found) == []


@pytest.mark.parametrize(
    "written",
    [
        "karim@gmail.com",
        "k.arim@outlook.com",
        "k.arim+shop@mail.example",
        "+shop@outlook.com",
        "karim@gmail.com.example",
        "a@gmail",
    ],
)
def test_where_nobody_knows_better_an_address_is_its_mailbox(written: str) -> None:
    assert related(tolerant("email", written)) == []

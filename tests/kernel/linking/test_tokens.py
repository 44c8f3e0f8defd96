# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes a token: spellings that meet, forms that do not, and nothing readable."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.identifiers import normalise, tolerant
from amana.kernel.linking.ground import lay, near_pairs, parse
from amana.kernel.linking.kinds import NEAR, Kind
from amana.kernel.linking.names import keys_of, parts_of
from amana.kernel.linking.spellings import beginnings, near
from amana.kernel.linking.texts import BANDS, bands
from amana.kernel.linking.tokens import Said, kind_of, packed
from tests.kernel.linking.said import INDEX, said


@pytest.mark.parametrize(
    "spellings",
    [
        ["Mohammed El-Idrissi", "محمد الإدريسي", "Mohamad Idrisi", "MOHAMED IDRISSI"],
        ["Karim Haddad", "كريم حداد", "Kareem Haddad", "krim hadad"],
        ["Youssef Bouzid", "يوسف بوزيد", "Yusuf Bouzid"],
        ["Khaled Chaudhry", "خالد شودري", "Khalid Shaudhri"],
        ["Fatima Zahra", "فاطمة الزهراء", "Fatimah Zahra"],
    ],
)
def test_a_name_meets_itself_in_other_letters(spellings: list[str]) -> None:
    assert len({tuple(keys_of(name)) for name in spellings}) == 1
    assert keys_of(spellings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [("Karim Haddad", "Samir Haddad"), ("محمد صالح", "محمد سالم"), ("Omar Malik", "Amal Milki")],
)
def test_other_names_stay_other_names(one: str, other: str) -> None:
    assert set(keys_of(one)).isdisjoint(keys_of(other))


def test_a_middle_name_comes_and_goes_and_a_single_name_is_no_key() -> None:
    assert set(keys_of("Karim Haddad")) <= set(keys_of("Karim Ben Ali Haddad"))
    assert keys_of("Karim") == []
    assert keys_of("Mr. Karim") == []
    assert parts_of("… 12 —") == []


@settings(max_examples=80)
@given(
    digits=st.text("0123456789", min_size=8, max_size=8),
    at=st.integers(0, 6),
    slip=st.sampled_from(["change", "drop", "swap", "add"]),
    new=st.sampled_from("0123456789"),
)
def test_one_slip_always_meets(digits: str, at: int, slip: str, new: str) -> None:
    front, rest = digits[:at], digits[at:]
    typed = {
        "change": front + new + rest[1:],
        "drop": front + rest[1:],
        "swap": front + rest[1] + rest[0] + rest[2:],
        "add": front + new + rest,
    }[slip]
    one, other = near(Kind.PHONE, f"+9627{digits}"), near(Kind.PHONE, f"+9627{typed}")
    assert set(one) & set(other)


def test_two_slips_do_not_meet() -> None:
    one, other = near(Kind.PHONE, "+962791234567"), near(Kind.PHONE, "+962792234568")
    assert set(one).isdisjoint(other)


def test_a_number_without_its_country_meets_the_whole() -> None:
    whole, bare = tolerant("phone", "+21623151320"), tolerant("phone", "023151320")
    assert set(near(Kind.PHONE, whole.value)) & set(near(Kind.PHONE, bare.value))


@pytest.mark.parametrize("kind", [Kind.URL, Kind.IP, Kind.FILE])
def test_links_and_digests_have_no_slips(kind: int) -> None:
    assert near(kind, "https://example.org/a/long/path") == []


@pytest.mark.parametrize(
    ("kind", "value", "called"),
    [
        ("phone", "+962791234567", Kind.PHONE),
        ("phone", "+212801234567", Kind.SERVICE_PHONE),
        ("email", "support@bank.example", Kind.ROLE_EMAIL),
        ("email", "security.alerts@facebookmail.com", Kind.ROLE_EMAIL),
        ("email", "security.alerts@facebookmail.com.example", Kind.EMAIL),
        ("email", "salim.k@mail.example", Kind.EMAIL),
        ("handle", "@lion", Kind.NICK),
        ("handle", "telegram:lion", Kind.HANDLE),
    ],
)
def test_lines_and_mailboxes_of_services_are_told_by_their_form(
    kind: str, value: str, called: Kind
) -> None:
    assert kind_of(tolerant(kind, value), {"facebookmail.com"}) == called


def test_a_link_to_an_account_is_that_account_and_nothing_besides() -> None:
    assert said(("url", "https://t.me/night_hunter77")) == said(
        ("handle", "telegram:night_hunter77")
    )
    assert said(("url", "https://wa.me/962791234567")) == said(("phone", "+962791234567"))


def test_her_own_values_are_left_out() -> None:
    phone = normalise("phone", "+962791234567")
    assert packed(INDEX, Said(identifiers=[phone], own={("phone", phone.value)})) == b""


def test_a_set_holds_rows_of_nine_bytes_and_no_letter_of_what_was_said() -> None:
    rows = said(("handle", "telegram:night_hunter77"), name="Karim Haddad")
    kinds = {kind & ~NEAR for kind, _ in parse(rows).tolist()}
    assert kinds == {Kind.HANDLE, Kind.PREFIX, Kind.NAME, Kind.NAME_PART}
    assert len(rows) % 9 == 0
    assert b"hunter" not in rows


def test_beginnings_are_true_beginnings() -> None:
    for kind, value in ((Kind.PHONE, "+962791234567"), (Kind.HANDLE, "telegram:night_hunter77")):
        fronts = beginnings(kind, value)
        assert fronts
        assert all(value.startswith(front) and front != value for front in fronts)


def test_bands_of_the_same_words_are_equal_and_short_texts_have_none() -> None:
    tokens = INDEX.tokens("word", "", [f"word{n}" for n in range(30)])
    assert bands(tokens) == bands(tokens[::-1])
    assert len(bands(tokens)) == BANDS
    assert bands(tokens[:5]) == []
    changed = [*tokens[:28], *INDEX.tokens("word", "", ["other", "words"])]
    assert set(bands(tokens)) & set(bands(changed))
    assert not set(bands(tokens)) & set(
        bands(INDEX.tokens("word", "", [f"x{n}" for n in range(30)]))
    )


def test_near_pairs_are_found_once_and_not_within_one_value() -> None:
    ground = lay({1: said(("phone", "+962791234567")), 2: said(("phone", "+962791234568"))})
    assert len(ground.near) == 1
    same = lay({1: said(("phone", "+962791234567")), 2: said(("phone", "+962791234567"))})
    assert same.near == []
    assert near_pairs(parse(b"")["token"], parse(b"")["token"]).shape == (0, 2)

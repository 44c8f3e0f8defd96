# SPDX-License-Identifier: AGPL-3.0-or-later
"""Phones: one E.164 form from national, international and Arabic-digit spellings."""

from __future__ import annotations

import pytest

from amana.kernel.identifiers import (
    BadIdentifier,
    country_of_phone,
    normalise,
    operator_hint,
)


@pytest.mark.parametrize(
    ("typed", "region", "value", "country"),
    [
        ("+962 79 655 1234", None, "+962796551234", "JO"),
        ("00962 79 655 1234", None, "+962796551234", "JO"),
        ("0796551234", "JO", "+962796551234", "JO"),
        ("٠٧٩ ٦٥٥ ١٢٣٤", "JO", "+962796551234", "JO"),
        ("۰۳۰۰ ۱۲۳۴۵۶۷", "PK", "+923001234567", "PK"),
        ("0612345678", "MA", "+212612345678", "MA"),
        ("+212 (0) 612-345678".replace("(0) ", ""), "JO", "+212612345678", "MA"),
        ("\u2066+218 91 234 5417\u2069", None, "+218912345417", "LY"),
        ("tel:+33140205050", None, "+33140205050", "FR"),
        ("https://wa.me/962796551234", None, "+962796551234", "JO"),
        ("https://api.whatsapp.com/send?phone=962796551234&text=x", None, "+962796551234", "JO"),
        ("+962 79 655 1234 ext 12", None, "+962796551234", "JO"),
    ],
)
def test_spellings_of_one_number_meet(
    typed: str, region: str | None, value: str, country: str
) -> None:
    found = normalise("phone", typed, region=region)
    assert (found.value, found.country, found.valid) == (value, country, True)


def test_a_national_number_belongs_to_the_hinted_country_only() -> None:
    """The measured trap: with the wrong hint a Moroccan number became a Pakistani one."""
    assert normalise("phone", "0612345678", region="MA").country == "MA"
    with pytest.raises(BadIdentifier) as caught:
        normalise("phone", "0612345678", region=None)
    assert caught.value.reason == "no_country"


def test_a_number_of_a_new_range_is_kept_and_marked() -> None:
    found = normalise("phone", "+962 10 000 0000", region=None)
    assert found.value == "+962100000000"
    assert found.note == "range_unknown"


@pytest.mark.parametrize(
    "typed", ["hello", "+", "12", "++962796551234", "+999 123456789", "1" * 30, "0800-FLOWERS", "٣"]
)
def test_nonsense_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(BadIdentifier) as caught:
        normalise("phone", typed, region="JO")
    assert caught.value.reason == "not_a_phone"
    assert typed not in str(caught.value)


@pytest.mark.parametrize("region", ["", "XX", "jordan", "jo", "٣٣"])
def test_a_strange_region_hint_does_no_harm(region: str) -> None:
    assert normalise("phone", "+962796551234", region=region).country == "JO"


def test_the_country_of_a_phone() -> None:
    assert country_of_phone("+92 300 1234567") == "PK"
    assert country_of_phone("0796551234", region="JO") == "JO"
    assert country_of_phone("+800 1234 5678") is None
    assert country_of_phone("nothing") is None


def test_it_is_shown_in_the_international_way() -> None:
    assert normalise("phone", "0796551234", region="JO").display == "+962 7 9655 1234"


def test_the_operator_is_a_hint_with_source_and_date() -> None:
    hint = operator_hint("+212661234567")
    assert hint is not None
    assert hint.name == "Maroc Telecom"
    assert hint.source.startswith("libphonenumber ")
    assert hint.date in {"", "2026-11-06"}
    assert operator_hint("+999123") is None
    assert operator_hint("nothing") is None


def test_a_number_of_an_unlisted_range_is_settled_at_once() -> None:
    """Found by fuzzing: a zero was taken for a trunk prefix only on second reading."""
    value = normalise("phone", "+950021205000", region=None).value
    assert normalise("phone", value, region=None).value == value

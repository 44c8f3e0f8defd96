# SPDX-License-Identifier: AGPL-3.0-or-later
"""The country list: complete, named in four languages, each country in one region."""

from __future__ import annotations

import pytest

from amana.packs import UnknownCodeError, countries

REGIONS = {
    "maghreb", "gulf", "mashreq", "europe", "north_america",
    "latin_america", "sub_saharan_africa", "asia", "oceania",
}  # fmt: skip


def test_it_holds_every_code_of_the_standard_once() -> None:
    codes = [country.code for country in countries().countries]
    assert len(codes) == len(set(codes)) == 249
    assert codes == sorted(codes)


def test_every_country_lies_in_a_known_region() -> None:
    assert {region.code for region in countries().regions} == REGIONS
    assert {country.region for country in countries().countries} == REGIONS


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("DE", "europe"),
        ("SA", "gulf"),
        ("TN", "maghreb"),
        ("IQ", "mashreq"),
        ("US", "north_america"),
        ("PK", "asia"),
        ("SN", "sub_saharan_africa"),
        ("BR", "latin_america"),
        ("AU", "oceania"),
    ],
)
def test_a_country_rolls_up_to_its_region(code: str, region: str) -> None:
    assert countries().region_of(code).code == region


def test_norway_is_a_country_and_not_a_truth_value() -> None:
    assert countries().country("NO").names.in_("en") == "Norway"


@pytest.mark.parametrize("code", ["ZZ", "", "jo", "JOR"])
def test_an_unknown_country_is_refused(code: str) -> None:
    assert code not in countries()
    with pytest.raises(UnknownCodeError, match="unknown country"):
        countries().country(code)


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("en", ["Afghanistan", "Åland Islands", "Albania", "Jordan", "Zimbabwe"]),
        ("fr", ["Algérie", "Égypte", "États-Unis", "Maroc", "Zimbabwe"]),
        ("ar", ["الأردن", "المغرب", "تونس", "مصر", "نيبال"]),
        ("ur", ["اردن", "پاکستان", "تونس", "ٹوگو", "مصر", "یمن"]),
    ],
)
def test_the_list_is_sorted_as_a_reader_of_the_language_looks_for_it(
    lang: str, names: list[str]
) -> None:
    ordered = [country.names.in_(lang) for country in countries().sorted_by_name(lang)]
    assert [name for name in ordered if name in names] == names
    assert len(ordered) == 249


def test_membership_is_asked_by_code() -> None:
    assert "JO" in countries()
    assert "Jordan" not in countries()
    assert 7 not in countries()

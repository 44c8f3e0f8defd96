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


def test_the_list_is_sorted_by_name_in_the_language_of_the_reader() -> None:
    english = [country.names.in_("en") for country in countries().sorted_by_name("en")]
    assert english[0] == "Afghanistan"
    assert english == sorted(english, key=str.casefold)
    arabic = [country.code for country in countries().sorted_by_name("ar")]
    assert arabic != [country.code for country in countries().sorted_by_name("en")]
    assert "JO" in countries()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Morocco pack: a national team, the judicial police of every region, the prosecution."""

from __future__ import annotations

import pytest

from amana.packs import Pack, load_pack

REGIONS = [f"MA-{number:02}" for number in range(1, 13)]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("ma")


def test_all_regions_and_all_provinces_and_prefectures_are_there(pack: Pack) -> None:
    assert sorted(territory.code for territory in pack.children_of(None)) == REGIONS
    inner = [territory for territory in pack.territories if territory.parent]
    assert len(inner) == 75
    assert {territory.kind for territory in inner} == {"province", "prefecture"}
    assert all(pack.children_of(region) for region in REGIONS)


def test_every_region_has_its_own_service_and_prosecutor(pack: Pack) -> None:
    services = {pack.primary_unit(region).code for region in REGIONS}
    prosecutors = {pack.prosecution_for(region).code for region in REGIONS}
    assert len(services) == len(prosecutors) == 12
    assert all(code.startswith("ma/dgsn/pj/") for code in services)


@pytest.mark.parametrize(
    ("territory", "unit"),
    [
        ("MA-TAR", "ma/dgsn/pj/agadir"),
        ("MA-CHT", "ma/dgsn/pj/agadir"),
        ("MA-FES", "ma/dgsn/pj/fez"),
        ("MA-NOU", "ma/dgsn/pj/casablanca"),
        ("MA-AOU", "ma/dgsn/pj/dakhla"),
    ],
)
def test_a_province_is_served_by_the_service_of_its_region(
    pack: Pack, territory: str, unit: str
) -> None:
    assert pack.primary_unit(territory).code == unit


def test_m017_a_province_may_have_an_order_of_its_own(pack: Pack) -> None:
    assert [unit.code for unit in pack.units_for("MA-GUF")] == [
        "ma/dgsn/pj/oujda",
        "ma/dgsn/pj/fez",
    ]
    assert pack.units_for("MA-BER") == (pack.unit("ma/dgsn/pj/oujda"),)


def test_every_role_that_a_report_may_need_has_one_unit(pack: Pack) -> None:
    assert pack.unit("ma/dgsn/eblagh").kind == "centre"
    assert pack.duty_unit.code == "ma/dgsn/duty"
    assert pack.national_desk.code == "ma/dgsn/desk"
    assert pack.legal_review_unit.code == "ma/dgsn/legal"
    assert pack.specialised_unit("children") == pack.unit("ma/dgsn/children")
    assert pack.specialised_unit("terrorism") == pack.unit("ma/dgsn/terrorism")


def test_the_points_of_contact_for_authorities_are_not_for_the_public(pack: Pack) -> None:
    authority = [contact for contact in pack.header.contacts if contact.audience == "authority"]
    assert {contact.phone for contact in authority} == {
        "+212537705864",
        "+212537718828",
        "+212537702365",
    }
    assert [contact.code for contact in pack.public_contacts()] == ["eblagh"]


def test_m009_the_administrative_governor_decides_in_jordan_only(pack: Pack) -> None:
    mine = {disposition.code for disposition in pack.dispositions}
    theirs = {disposition.code for disposition in load_pack("jo").dispositions}
    assert theirs - mine == {"administrative_governor"}
    assert mine < theirs

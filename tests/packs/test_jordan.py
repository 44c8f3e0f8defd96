# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Jordan pack: the places, the routes and the law that the mission names."""

from __future__ import annotations

from datetime import date

import pytest

from amana.packs import Pack, UnknownCodeError, load_pack

GOVERNORATES = {
    "JO-AJ", "JO-AM", "JO-AQ", "JO-AT", "JO-AZ", "JO-BA",
    "JO-IR", "JO-JA", "JO-KA", "JO-MA", "JO-MD", "JO-MN",
}  # fmt: skip
PLACES = {"jo/ccu", "jo/ccu/aqaba", "jo/ccu/karak", "jo/ccu/irbid", "jo/ccu/zarqa"}
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("jo")


def test_m002_the_unit_has_exactly_five_places(pack: Pack) -> None:
    places = {unit.code for unit in pack.units if unit.kind in {"centre", "branch"}}
    assert places == PLACES
    branches = PLACES - {"jo/ccu"}
    assert {pack.unit(code).parent for code in branches} == {"jo/ccu"}


def test_all_twelve_governorates_have_a_unit_and_a_prosecutor(pack: Pack) -> None:
    assert {territory.code for territory in pack.territories} == GOVERNORATES
    for code in GOVERNORATES:
        assert pack.primary_unit(code).code in PLACES
        assert pack.prosecution_for(code).kind == "prosecution"


@pytest.mark.parametrize(
    ("territory", "unit"),
    [
        ("JO-AM", "jo/ccu"),
        ("JO-AQ", "jo/ccu/aqaba"),
        ("JO-KA", "jo/ccu/karak"),
        ("JO-IR", "jo/ccu/irbid"),
        ("JO-AZ", "jo/ccu/zarqa"),
    ],
)
def test_each_place_is_competent_where_it_stands(pack: Pack, territory: str, unit: str) -> None:
    assert pack.primary_unit(territory).code == unit
    assert pack.unit(unit).seat == territory


def test_m017_one_unit_serves_several_governorates_and_one_has_several_units(pack: Pack) -> None:
    irbid = {served.territory for served in pack.unit("jo/ccu/irbid").serves}
    assert len(irbid) >= 3
    assert [unit.code for unit in pack.units_for("JO-MN")] == ["jo/ccu/aqaba", "jo/ccu/karak"]


def test_m017_the_order_does_not_depend_on_the_order_of_the_file(pack: Pack) -> None:
    turned = pack.agency.model_copy(update={"units": tuple(reversed(pack.units))})
    other = pack.model_copy(update={"agency": turned})
    for code in GOVERNORATES:
        assert pack.units_for(code) == other.units_for(code)


def test_m010_sexual_blackmail_rests_on_several_statutes(pack: Pack) -> None:
    bases = pack.legal_bases_for("X1", on=TODAY)
    assert len({basis.statute for basis in bases}) >= 2
    confirmed = {basis.statute for basis in bases if basis.verified}
    assert confirmed >= {"cyber_2023", "penal_code"}


def test_m020_the_law_of_the_day_of_the_act_applies(pack: Pack) -> None:
    before = {basis.statute for basis in pack.legal_bases_for("X1", on=date(2020, 5, 1))}
    after = {basis.statute for basis in pack.legal_bases_for("X1", on=TODAY)}
    assert "cyber_2015" in before
    assert "cyber_2023" not in before
    assert "cyber_2023" in after
    assert "cyber_2015" not in after


def test_m020_the_last_day_of_one_law_is_the_eve_of_the_next(pack: Pack) -> None:
    old, new = pack.statute("cyber_2015"), pack.statute("cyber_2023")
    assert old.in_force(date(2023, 9, 12))
    assert not new.in_force(date(2023, 9, 12))
    assert new.in_force(date(2023, 9, 13))
    assert not old.in_force(date(2023, 9, 13))


def test_m009_the_administrative_governor_is_a_disposition(pack: Pack) -> None:
    assert pack.disposition("administrative_governor").needs_supervisor
    assert pack.disposition("charged_court").counts_as == "taken_up"


def test_m013_the_child_team_sits_in_another_department_with_its_own_categories(pack: Pack) -> None:
    team = pack.unit("jo/fjp/tech")
    assert team == pack.specialised_unit("children")
    assert team.department == "jo/fjp"
    assert team.department != pack.unit("jo/ccu").department
    assert {"C1", "C2", "C3", "C4"} <= set(team.categories)
    assert not {"F1", "D1", "T1"} & set(team.categories)


def test_every_role_that_a_report_may_need_has_one_unit(pack: Pack) -> None:
    assert pack.duty_unit.code == "jo/ccu/duty"
    assert pack.national_desk.code == "jo/ccu/desk"
    assert pack.legal_review_unit.code == "jo/legal/review"
    terrorism = pack.specialised_unit("terrorism")
    assert terrorism is not None
    assert terrorism.code == "jo/ccu/terrorism"


def test_the_confirmed_number_of_the_unit_is_public(pack: Pack) -> None:
    (contact,) = pack.public_contacts()
    assert contact.verified
    assert contact.phone == "+96265633404"
    assert contact.shown_number == "06 563 3404"


def test_no_unconfirmed_line_reaches_the_public_but_the_emergency_number_does(pack: Pack) -> None:
    assert pack.header.crisis_lines
    assert pack.public_crisis_lines() == ()
    assert not pack.emergency.verified
    assert pack.emergency.public
    assert pack.emergency.shown_number == "911"
    assert pack.emergency.note


def test_a_confirmed_line_reaches_the_public(pack: Pack) -> None:
    line = pack.header.crisis_lines[0].model_copy(update={"verified": True})
    header = pack.header.model_copy(update={"crisis_lines": (line,)})
    assert pack.model_copy(update={"header": header}).public_crisis_lines() == (line,)


def test_the_partners_of_the_mission_are_there(pack: Pack) -> None:
    kinds = {partner.kind for partner in pack.partners}
    assert {"social", "shelter", "legal", "psychological"} <= kinds
    assert pack.partner("jo/partner/social-development").verified


@pytest.mark.parametrize("look_up", ["unit", "territory", "disposition", "action", "partner"])
def test_an_unknown_code_is_an_error_with_its_name(pack: Pack, look_up: str) -> None:
    with pytest.raises(UnknownCodeError, match=f"unknown {look_up}: nowhere"):
        getattr(pack, look_up)("nowhere")


def test_an_unknown_territory_has_no_unit(pack: Pack) -> None:
    with pytest.raises(UnknownCodeError):
        pack.primary_unit("MA-01")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which unit is competent: the precedence of the rules, in both packs (M-003, M-017, M-018)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.packs import available_packs, load_pack
from amana.referral.competence import Facts, competent, crosses_border

JO, MA = load_pack("jo"), load_pack("ma")


@pytest.mark.parametrize(
    ("facts", "unit", "rule"),
    [
        (Facts(victim_region="JO-AQ"), "jo/ccu/aqaba", "residence"),
        (Facts(victim_region="JO-KA"), "jo/ccu/karak", "residence"),
        (Facts(victim_region="JO-IR"), "jo/ccu/irbid", "residence"),
        (Facts(victim_region="JO-AZ"), "jo/ccu/zarqa", "residence"),
        (Facts(victim_region="JO-AM"), "jo/ccu", "residence"),
        (Facts(victim_country="DE", act_region="JO-IR"), "jo/ccu/irbid", "act"),
        (Facts(victim_country="DE", suspect_region="JO-AZ"), "jo/ccu/zarqa", "other_side"),
        (Facts(victim_country="DE"), "jo/ccu/desk", "national"),
        (Facts(), "jo/ccu/desk", "national"),
        (Facts(specialised="children", victim_region="JO-AQ"), "jo/fjp/tech", "specialised"),
        (Facts(specialised="terrorism", victim_region="JO-AQ"), "jo/ccu/terrorism", "specialised"),
        (Facts(victim_region="JO-AQ", act_region="JO-IR"), "jo/ccu/aqaba", "residence"),
        (Facts(act_region="JO-IR", suspect_region="JO-AQ"), "jo/ccu/irbid", "act"),
    ],
)
def test_the_first_rule_that_finds_a_unit_decides(facts: Facts, unit: str, rule: str) -> None:
    found = competent(facts, JO)
    assert (found.unit, found.rule) == (unit, rule)


def test_a_moroccan_province_goes_to_the_service_of_its_region() -> None:
    assert competent(Facts(victim_region="MA-AGD"), MA).unit == "ma/dgsn/pj/agadir"


def test_the_inputs_that_spoke_are_kept_with_the_result() -> None:
    assert competent(Facts(victim_region="JO-AQ"), JO).inputs == {"victim_region": "JO-AQ"}


@pytest.mark.parametrize("region", ["JO-XX", "XX-AQ", "jo-aq", "JO-", "", "JO-AQ-1"])
def test_a_place_nobody_knows_goes_to_the_national_desk(region: str) -> None:
    assert competent(Facts(victim_region=region), JO).rule == "national"


FACTS = st.builds(
    Facts,
    specialised=st.sampled_from(["", "children", "terrorism"]),
    victim_country=st.sampled_from(["", "JO", "MA", "DE", "LY"]),
    victim_region=st.sampled_from(["", "JO-AQ", "JO-KA", "MA-01", "DE-BE", "nonsense"]),
    act_country=st.sampled_from(["", "JO", "SY"]),
    act_region=st.sampled_from(["", "JO-IR", "MA-06"]),
    suspect_country=st.sampled_from(["", "JO", "LY", "PH"]),
    suspect_region=st.sampled_from(["", "JO-AZ", "MA-09"]),
    suspect_location=st.sampled_from(["domestic", "abroad", "unknown"]),
)


@given(facts=FACTS, pack=st.sampled_from([load_pack(code) for code in available_packs()]))
def test_m018_there_always_is_a_unit_and_always_the_same_one(facts: Facts, pack: object) -> None:
    assert pack in (JO, MA)
    chosen = JO if pack is JO else MA
    first, second = competent(facts, chosen), competent(facts, chosen)
    assert first == second
    assert chosen.unit(first.unit).code == first.unit


@given(facts=FACTS)
def test_where_the_other_side_is_never_moves_a_report_away_from_her_home(facts: Facts) -> None:
    here = competent(facts, JO)
    if here.rule == "residence":
        assert here.unit == JO.primary_unit(facts.victim_region).code


@pytest.mark.parametrize(
    ("facts", "crosses"),
    [
        (Facts(victim_country="JO", suspect_country="JO"), False),
        (Facts(), False),
        (Facts(suspect_location="unknown"), False),
        (Facts(suspect_location="abroad"), True),
        (Facts(suspect_country="DE"), True),
        (Facts(victim_country="DE", suspect_country="JO"), True),
        (Facts(act_country="SY"), True),
    ],
)
def test_m056_outside_our_borders_opens_a_path(facts: Facts, crosses: bool) -> None:
    assert crosses_border(facts, JO) is crosses

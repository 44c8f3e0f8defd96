# SPDX-License-Identifier: AGPL-3.0-or-later
"""The taxonomy: every category, the first screen, urgency, and the roll-up to E-Blagh's table."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.packs import Taxonomy, UnknownCodeError, load_taxonomy
from amana.packs.check_taxonomy import check_taxonomy

TAXONOMY = load_taxonomy("2026-1")
CODES = [
    "F1", "F2", "F3", "F4", "F5", "F6", "X1", "X2", "X3", "X4", "I1", "I2", "C1", "C2", "C3",
    "C4", "C5", "H1", "H2", "H3", "H4", "D1", "P1", "P2", "S1", "S2", "A1", "A2", "T1", "T2",
    "V1", "V2", "G1", "G2", "W1", "O1", "O2",
]  # fmt: skip
URGENT = {"X2", "C1", "C2", "C3", "C4", "H1", "T2", "G2", "W1"}
SAME_DAY = {
    "F2", "F6", "X1", "X3", "X4", "I1", "I2", "H2", "H3", "H4", "P1", "P2", "S2", "A1", "V1",
}  # fmt: skip
TFGBV = {"F4", "X1", "X2", "I1", "I2", "C3", "H2", "H3", "H4", "P1", "P2", "S1", "G2"}


def changed(**update: object) -> Taxonomy:
    return TAXONOMY.model_copy(update=update)


def test_the_newest_version_is_the_default() -> None:
    assert load_taxonomy() is load_taxonomy(None)
    assert load_taxonomy().version == "2026-1"


def test_it_has_no_problem() -> None:
    assert check_taxonomy(TAXONOMY) == []


def test_it_holds_every_category_once() -> None:
    assert TAXONOMY.codes() == tuple(CODES)


@pytest.mark.parametrize("code", CODES)
def test_urgency_is_the_one_of_the_table(code: str) -> None:
    expected = "U" if code in URGENT else "H" if code in SAME_DAY else "N"
    assert TAXONOMY.urgency(code) == expected


@pytest.mark.parametrize(
    ("code", "fact", "urgency"),
    [
        ("F1", "paid_within_24h", "H"),
        ("C5", "flags:self_harm_risk", "H"),
        ("A2", "infrastructure", "H"),
        ("T1", "attack_planned", "U"),
    ],
)
def test_a_fact_raises_urgency(code: str, fact: str, urgency: str) -> None:
    assert TAXONOMY.urgency(code) == "N"
    assert TAXONOMY.urgency(code, [fact]) == urgency


@given(st.sampled_from(CODES), st.sets(st.sampled_from(sorted(TAXONOMY.known_facts))))
def test_no_fact_lowers_urgency(code: str, facts: set[str]) -> None:
    assert "UHN".index(TAXONOMY.urgency(code, facts)) <= "UHN".index(TAXONOMY.urgency(code))


def test_m130_speech_goes_through_its_gate() -> None:
    gated = {category.code for category in TAXONOMY.categories if category.speech_gate}
    assert gated == {"D1", "V1", "V2", "T1"}


def test_specialised_categories() -> None:
    children = {c.code for c in TAXONOMY.categories if c.specialised == "children"}
    terrorism = {c.code for c in TAXONOMY.categories if c.specialised == "terrorism"}
    assert children == {"C1", "C2", "C3", "C4", "C5"}
    assert terrorism == {"T1", "T2"}


def test_m045_m072_the_first_screen_offers_the_top_choices_in_plain_words() -> None:
    order = [group.code for group in TAXONOMY.public_groups]
    assert order == [
        "blackmail", "money", "threats", "child", "account", "images", "terror", "hate", "other",
    ]  # fmt: skip
    assert {group.code for group in TAXONOMY.public_groups} == {
        category.public_group for category in TAXONOMY.categories
    }


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("blackmail", {"X1", "X2", "X3"}),
        ("money", {"F1", "F2", "F3", "F4", "F5", "F6"}),
        ("account", {"A1", "P2", "S1"}),
        ("terror", {"T1", "T2"}),
        ("child", {"C1", "C2", "C3", "C4", "C5"}),
    ],
)
def test_a_group_of_the_first_screen_leads_to_its_categories(group: str, codes: set[str]) -> None:
    assert codes <= {category.code for category in TAXONOMY.in_public_group(group)}


def test_a_category_may_be_found_by_a_second_way() -> None:
    blackmail = [category.code for category in TAXONOMY.in_public_group("blackmail")]
    assert "C3" in blackmail
    assert len(blackmail) == len(set(blackmail))


# The roll-up rules of the field notes.


def test_r1_terrorism_stands_outside_the_denominator() -> None:
    assert TAXONOMY.rollup("T1") == TAXONOMY.rollup("T2") == "terrorism"
    outside = [group.code for group in TAXONOMY.groups if not group.in_denominator]
    assert outside == ["terrorism"]


def test_r1_m147_the_published_quarter_comes_out() -> None:
    """7,083 headline categories roll up to 6,788 of technology and 295 of terrorism."""
    filed = {"F1": 2000, "F2": 2000, "S2": 73, "X1": 1000, "C3": 358, "D1": 600, "H4": 79}
    filed |= {"H1": 300, "W1": 39, "V1": 100, "G1": 100, "C1": 39, "A1": 100, "T1": 210, "T2": 85}
    counts: Counter[str] = Counter()
    for code, times in filed.items():
        counts[TAXONOMY.rollup(code)] += times
    assert counts == {
        "fraud": 4073,
        "sexual_blackmail": 1358,
        "insult": 679,
        "threats": 339,
        "other": 339,
        "terrorism": 295,
    }
    inside = sum(n for code, n in counts.items() if TAXONOMY.group(code).in_denominator)
    assert (inside, counts.total()) == (6788, 7083)


@pytest.mark.parametrize(
    ("facts", "group"),
    [
        (["material_sexual"], "sexual_blackmail"),
        (["demand:images"], "sexual_blackmail"),
        (["demand:sexual_acts", "demand:money"], "sexual_blackmail"),
        (["demand:money"], "fraud"),
        (["demand:silence"], "threats"),
        (["demand:divorce"], "threats"),
        ([], "threats"),
    ],
)
def test_r2_other_blackmail_follows_material_and_demand(facts: list[str], group: str) -> None:
    assert TAXONOMY.rollup("X3", facts) == group
    assert TAXONOMY.category("X3").eblagh.mapped_by_us


@pytest.mark.parametrize("code", ["A1", "A2", "P2"])
def test_r4_hacking_is_other_in_their_table_and_a_row_of_its_own_in_ours(code: str) -> None:
    assert TAXONOMY.rollup(code) == "other"
    assert TAXONOMY.native_rollup(code) == "hacking"
    note = TAXONOMY.group("other").note
    assert note is not None
    assert "hacking" in note.in_("en").lower()


@pytest.mark.parametrize(
    ("code", "facts", "group"),
    [
        ("S1", ["gain_sought"], "fraud"),
        ("S1", ["demand:money"], "fraud"),
        ("S1", [], "insult"),
        ("C5", ["threat"], "threats"),
        ("C5", ["injury"], "threats"),
        ("C5", [], "insult"),
        ("P1", ["flags:location_disclosed", "threat"], "threats"),
        ("P1", ["flags:location_disclosed"], "insult"),
        ("P1", ["threat"], "insult"),
    ],
)
def test_r5_the_group_depends_on_the_case(code: str, facts: list[str], group: str) -> None:
    assert TAXONOMY.rollup(code, facts) == group


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("fraud", "F1 F2 F3 F4 F5 F6 X4 S2"),
        ("sexual_blackmail", "X1 X2 I1 I2 C3"),
        ("threats", "H1 H2 H3 W1"),
        ("insult", "D1 H4"),
        ("other", "C1 C2 C4 V1 V2 G1 G2 O1 O2 A1 A2 P2"),
        ("terrorism", "T1 T2"),
    ],
)
def test_m071_every_other_category_has_the_group_of_the_table(group: str, codes: str) -> None:
    assert {TAXONOMY.rollup(code) for code in codes.split()} == {group}


def test_m073_the_named_classes_of_other_digital_content() -> None:
    named = {c.code: c.eblagh.subgroup for c in TAXONOMY.categories if c.eblagh.subgroup}
    assert named == {
        "C1": "sexual_exploitation",
        "C2": "sexual_exploitation",
        "C4": "sexual_exploitation",
        "G2": "sexual_exploitation",
        "V1": "incitement",
        "G1": "prohibited_materials",
    }


@given(st.sampled_from(CODES), st.sets(st.sampled_from(sorted(TAXONOMY.known_facts))))
def test_every_case_has_exactly_one_group(code: str, facts: set[str]) -> None:
    group = TAXONOMY.rollup(code, facts)
    assert group in {known.code for known in TAXONOMY.groups}
    assert TAXONOMY.rollup(code, sorted(facts)) == group


def test_a_misspelt_fact_moves_no_number_quietly() -> None:
    with pytest.raises(UnknownCodeError, match="unknown fact: demand:mony"):
        TAXONOMY.rollup("X3", ["demand:mony"])


@pytest.mark.parametrize("look_up", ["category", "facet", "group", "rule"])
def test_an_unknown_code_is_an_error_with_its_name(look_up: str) -> None:
    with pytest.raises(UnknownCodeError, match=f"unknown {look_up}: Z9"):
        getattr(TAXONOMY, look_up)("Z9")


# Mappings and facets.


def test_only_confirmed_codes_of_the_statistical_classification_are_marked_so() -> None:
    confirmed = {code.code for c in TAXONOMY.categories for code in c.iccs if code.verified}
    assert confirmed <= {"09031", "030221", "0503", "08022", "0701", "0502"}
    assert all(category.iccs for category in TAXONOMY.categories)


def test_m160_the_flag_for_gender_based_violence_is_set_asked_or_left() -> None:
    default = {c.code for c in TAXONOMY.categories if c.tfgbv == "default"}
    ask = {c.code for c in TAXONOMY.categories if c.tfgbv == "ask"}
    assert default == TFGBV
    assert ask == {"X3", "C5", "H1", "A1"}
    assert TAXONOMY.category("V2").tfgbv == "gendered_only"


def test_the_clocks_of_money_and_of_removal() -> None:
    freeze = {c.code for c in TAXONOMY.categories if c.clock == "freeze"}
    assert freeze == {"F1", "F2", "F6"}
    assert {c.code for c in TAXONOMY.categories if c.clock == "removal"} == {"I1", "I2"}
    assert TAXONOMY.category("P2").safety_route == "device_safety"


@pytest.mark.parametrize(
    ("facet", "codes"),
    [
        ("demand", "money images sexual_acts relationship silence divorce information other none"),
        ("suspect_location", "domestic abroad unknown"),
        ("suspect_role", "executor instigator accomplice"),
        ("origin", "report complaint patrol partner_referral walk_in helpline"),
        ("reporter_role", "victim witness parent school ngo officer embassy platform"),
        ("identity_choice", "anonymous confidential named"),
        (
            "published_state",
            "threatened published_url_known published_url_unknown removed reappeared",
        ),
    ],
)
def test_a_facet_has_its_closed_list(facet: str, codes: str) -> None:
    assert TAXONOMY.facet(facet).codes() == tuple(codes.split())


def test_m099_to_m104_the_ways_of_the_other_side_can_be_recorded() -> None:
    assert {"fake_employer", "task_game", "family_network"} <= set(TAXONOMY.facet("modus").codes())
    how = set(TAXONOMY.facet("how_obtained").codes())
    assert {"repair_shop", "otp_theft", "linked_device", "spyware", "fabricated"} <= how
    assert {"matrimonial", "gaming_chat"} <= set(TAXONOMY.facet("platform_type").codes())


def test_every_platform_has_a_type() -> None:
    types = set(TAXONOMY.facet("platform_type").codes())
    assert {value.kind for value in TAXONOMY.facet("platform").values} <= types
    assert TAXONOMY.facet("platform").value("whatsapp").kind == "messenger"


def test_an_unknown_value_of_a_facet_is_an_error() -> None:
    with pytest.raises(UnknownCodeError, match="unknown demand: gold"):
        TAXONOMY.facet("demand").value("gold")


# What the check must notice.


def test_the_check_names_a_word_that_would_give_the_page_away() -> None:
    group = TAXONOMY.public_groups[0]
    for lang, text in (("en", "Report a crime"), ("ar", "بلّغ عن جريمة"), ("fr", "Un délit")):
        label = type(group.label)({**group.label, lang: text})
        spoiled = group.model_copy(update={"label": label})
        (problem,) = check_taxonomy(changed(public_groups=(spoiled, *TAXONOMY.public_groups[1:])))
        assert problem.where == "blackmail"
        assert text in problem.message


def test_the_check_names_a_category_without_group_and_without_rule() -> None:
    category = TAXONOMY.category("F1")
    target = category.eblagh.model_copy(update={"group": None})
    spoiled = category.model_copy(update={"eblagh": target})
    (problem,) = check_taxonomy(changed(categories=(spoiled, *TAXONOMY.categories[1:])))
    assert str(problem) == "taxonomy: F1: needs either a group or a rule"


def test_the_check_names_a_rule_that_does_not_always_decide() -> None:
    rule = TAXONOMY.rule("R2")
    spoiled = rule.model_copy(update={"cases": rule.cases[:-1]})
    rules = (spoiled, *(other for other in TAXONOMY.rules if other.code != "R2"))
    (problem,) = check_taxonomy(changed(rules=rules))
    assert str(problem) == "taxonomy: R2: the last case must hold always"


def test_the_check_names_unknown_references() -> None:
    found = {str(problem) for problem in check_taxonomy(changed(public_groups=(), facts=()))}
    assert "taxonomy: F1: unknown public group money" in found
    assert "taxonomy: F1: unknown fact paid_within_24h" in found
    assert "taxonomy: R2: unknown fact material_sexual" in found


def test_the_check_names_a_code_given_twice() -> None:
    twice = (*TAXONOMY.categories, TAXONOMY.category("O2"))
    found = [str(problem) for problem in check_taxonomy(changed(categories=twice))]
    assert "taxonomy: categories: O2 is given 2 times" in found


def test_the_check_names_a_platform_of_an_unknown_type() -> None:
    facets = tuple(f for f in TAXONOMY.facets if f.code != "platform_type")
    found = [str(problem) for problem in check_taxonomy(changed(facets=facets))]
    assert "taxonomy: platform.whatsapp: unknown type messenger" in found

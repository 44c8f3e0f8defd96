# SPDX-License-Identifier: AGPL-3.0-or-later
"""The walk through the pages: it ends, it can be walked back, it asks only what fits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.reports.questionnaire import UNKNOWN, Answers, Context, Step, questionnaire
from tests.reports.questionnaire.builders import TODAY, a_form, ids, q, walk

PICKS = st.lists(st.integers(0, 40), min_size=3, max_size=60)


@settings(max_examples=60, deadline=None)
@given(PICKS)
def test_every_walk_ends_and_its_answers_are_valid_json(picks: list[int]) -> None:
    _, answers = walk(picks)
    assert json.loads(json.dumps(answers)) == answers
    told = {**answers, "narrative": answers.get("narrative") or "words"}
    checked = q().validate_all(told, Context(today=TODAY))
    assert checked.errors == []
    assert checked.answers == told


@settings(max_examples=60, deadline=None)
@given(PICKS)
def test_back_and_forward_again_is_the_same_page(picks: list[int]) -> None:
    _, answers = walk(picks)
    for step in q().visible(answers):
        before = q().previous(step.id, answers)
        assert before is None or q().next(before, answers) == step.id
        after = q().next(step.id, answers)
        assert q().previous(after, answers) == step.id


@settings(max_examples=60, deadline=None)
@given(PICKS, st.data())
def test_a_changed_answer_leaves_no_answer_of_a_hidden_page(
    picks: list[int], data: st.DataObject
) -> None:
    _, answers = walk(picks)
    step = data.draw(st.sampled_from([s for s in q().visible(answers) if s.asks]))
    form = a_form(step, answers, data.draw(st.integers(0, 40)))
    parsed = step.parse(form, Context(answers=answers, today=TODAY))
    kept = q().prune({**answers, **parsed.values})
    allowed = {s.key for s in q().visible(kept)} | {"category", "platform_type"}
    assert set(kept) <= allowed
    assert q().prune(kept) == kept
    for shown in q().visible(kept):
        if shown.kind in ("choice", "choices") and kept.get(shown.key) is not None:
            value = kept[shown.key]
            values = value if isinstance(value, list) else [value]
            assert set(values) <= {option.code for option in shown.offered(kept)}


def test_every_page_can_be_reached() -> None:
    reached: set[str] = set()
    everything = q()
    for step in everything.step("offences").options:
        for role in ("victim", "parent"):
            for minor in ("yes", "no"):
                answers: Answers = {
                    "danger_now": "child",
                    "role": role,
                    "groups": [option.code for option in everything.step("groups").options],
                    "offences": [step.code, "O1"],
                    "minor": minor,
                    "deadline_known": "yes",
                    "victim_country": "JO",
                    "act_country": "MA",
                    "suspect_location": "abroad",
                    "suspect_country": "MA",
                    "platform": "other",
                    "how_obtained": ["otp_theft"],
                    "published": "published_url_known",
                    "money_paid": "yes",
                    "self_harm": "yes",
                    "honour_risk": "yes",
                    "identity": "named",
                }
                reached |= set(ids(answers))
    reached |= set(ids({}))
    assert reached == {step.id for step in everything.steps}


def test_skipping_everything_is_always_allowed() -> None:
    pages, answers = walk([0])
    assert "identity" in pages
    assert all(value in (None, UNKNOWN, [UNKNOWN], []) for value in answers.values())


@pytest.mark.parametrize("page", [step for step in q().steps if step.asks], ids=lambda s: s.id)
def test_u06_i_do_not_know_is_valid_everywhere(page: Step) -> None:
    parsed = page.parse({"_skip": [""]}, Context(today=TODAY))
    assert parsed.errors == ()
    # A consent that was passed over stays what it was: off, or withdrawn by a spoken "no" only.
    assert parsed.values == ({} if page.kind == "consents" else {page.key: page.skipped()})
    if page.kind not in ("text", "longtext", "consents"):
        value, errors = page.check("unknown", Context(today=TODAY))
        assert (value, errors) == (page.skipped(), [])


def test_m122_danger_shows_help_before_any_other_question() -> None:
    for said in ("self", "child", UNKNOWN):
        assert q().next("danger", {"danger_now": said}) == "danger_help"
    assert q().next("danger", {"danger_now": "no"}) == "role"
    assert "crisis_lines" in q().step("danger_help").shows


def test_u05_identity_comes_last_before_the_consents() -> None:
    asked = [step.id for step in q().steps]
    after = asked[asked.index("identity") + 1 :]
    assert after[0] == "person"
    assert all(name.startswith("consent_") for name in after[1:])


def test_m044_money_is_asked_only_where_money_matters() -> None:
    fraud: Answers = {"groups": ["money"], "offences": ["F1"]}
    insult: Answers = {"groups": ["hate"], "offences": ["D1"]}
    assert "money_paid" in ids(fraud)
    assert "money_paid" not in ids(insult)
    assert "payments" not in ids(fraud)
    assert "payments" in ids({**fraud, "money_paid": "yes"})


def test_m044_the_demand_is_asked_only_on_blackmail() -> None:
    assert {"demand", "threaten_to_say", "deadline_known"} <= set(ids({"offences": ["X1"]}))
    assert not {"demand", "threaten_to_say"} & set(ids({"groups": ["money"], "offences": ["F1"]}))


def test_a_demand_for_money_opens_the_money_questions() -> None:
    answers: Answers = {"groups": ["blackmail"], "offences": ["X3"]}
    assert "money_paid" not in ids(answers)
    assert "money_paid" in ids({**answers, "demand": ["money"]})


def test_m104_securing_steps_follow_the_code_that_was_chosen() -> None:
    answers: Answers = {"offences": ["X1"], "how_obtained": ["otp_theft"]}
    assert q().next("how_obtained", answers) == "securing"
    shown = [item.text("en") for item in q().step("securing").shown_items(answers)]
    assert any("Give no code" in text for text in shown)
    assert not any("spies" in text or "SIM" in text for text in shown)
    assert "securing" not in ids({**answers, "how_obtained": ["public_profile"]})


def test_m103_a_repaired_or_lost_phone_is_not_wiped() -> None:
    for code in ("repair_shop", "stolen_phone"):
        shown = q().step("securing").shown_items({"how_obtained": [code]})
        assert any("Do not wipe" in item.text("en") for item in shown)


def test_m106_spyware_advice_comes_before_any_question_about_contact() -> None:
    pages = ids({"groups": ["account"], "offences": ["P2"], "category": "P2"})
    assert pages.index("device_safety") < pages.index("minor") < pages.index("safe_contact")


def test_m064_a_child_reads_not_your_fault_before_the_other_questions() -> None:
    answers: Answers = {"role": "victim", "groups": ["blackmail"], "offences": ["X1"]}
    assert q().next("minor", {**answers, "minor": "yes"}) == "child_promise"
    assert q().next("minor", {**answers, "minor": "no"}) != "child_promise"
    assert "child_promise" not in ids({**answers, "role": "parent", "minor": "yes"})


def test_the_organisation_is_asked_only_of_terrorism_reports() -> None:
    assert "terror_organisation" in ids({"groups": ["terror"], "offences": ["T2"]})
    assert "terror_organisation" not in ids({"groups": ["hate"], "offences": ["V2"]})


def test_the_short_way_is_much_shorter_and_keeps_what_protects() -> None:
    answers: Answers = {"groups": ["blackmail"], "offences": ["X2"], "victim_country": "JO"}
    short, full = ids({**answers, "pace": "short"}), ids({**answers, "pace": "full"})
    assert len(short) <= len(full) - 12
    kept = {"minor", "ongoing", "deadline_known", "victim_region", "self_harm", "honour_risk",
            "threat_to_life", "safe_contact", "identity", "consent_police"}  # fmt: skip
    assert kept <= set(short)


def test_one_offence_is_the_headline_and_several_are_asked_about() -> None:
    told = q().prune(q().derive({"groups": ["blackmail"], "offences": ["X1"]}))
    assert told["category"] == "X1"
    assert "category" not in ids(told)
    more: Answers = {"groups": ["blackmail"], "offences": ["X1", "I2"], "category": "X1"}
    assert [o.code for o in q().step("category").offered(more)] == ["X1", "I2", UNKNOWN]
    assert q().prune(more)["category"] == "X1"


def test_a_headline_no_longer_among_the_offences_is_dropped() -> None:
    told = q().prune({"groups": ["blackmail"], "offences": ["X1", "X3"], "category": "X2"})
    assert "category" not in told


def test_the_headline_is_assumed_only_when_nobody_chose_it() -> None:
    assert q().headline({"category": "F1"}) == ("F1", False)
    assert q().headline({"category": UNKNOWN, "offences": ["D1", "H1"]}) == ("H1", True)
    assert q().headline({"groups": ["money", "child"]}) == ("C2", True)
    assert q().headline({"narrative": "words"}) == ("O2", True)


def test_offences_of_a_group_no_longer_ticked_are_dropped() -> None:
    told = q().prune({"groups": ["money"], "offences": ["X1", "F1"], "category": "X1"})
    assert told["offences"] == ["F1"]
    assert told["category"] == "F1"


def test_a_region_of_another_country_is_dropped() -> None:
    told = q().prune({"groups": ["money"], "victim_country": "MA", "victim_region": "JO-AQ"})
    assert "victim_region" not in told


def test_the_platform_gives_its_type_and_takes_it_back() -> None:
    told: Answers = {"groups": ["money"], "offences": ["F1"], "platform": "telegram"}
    assert q().prune(told)["platform_type"] == "messenger"
    dating = q().prune({**told, "platform": "dating_site", "platform_type": "messenger"})
    assert "platform_type" not in dating
    offered = [option.code for option in q().step("platform_type").offered(dating)]
    assert offered == ["dating", "matrimonial", UNKNOWN]


def test_the_words_told_early_are_not_asked_again() -> None:
    assert "narrative" not in ids({"groups": [UNKNOWN]})
    assert "tell" not in ids({"groups": ["money"]})


def test_progress_grows_from_nothing_to_everything() -> None:
    _, answers = walk([1, 2, 3])
    steps = [step for step in q().visible(answers) if step.asks]
    marks = [q().progress(step.id, answers) for step in steps]
    assert [done for done, _ in marks] == list(range(len(steps)))
    assert {total for _, total in marks} == {len(steps)}


def test_u21_each_purpose_is_asked_alone_and_off_until_said() -> None:
    pages = [step for step in q().steps if step.kind == "consents"]
    assert sorted(step.purpose for step in pages) == sorted(q().purposes)
    told: Answers = {}
    for step in pages:
        assert step.parse({}, Context(answers=told)).values == {}
        told = {**told, **step.parse({step.purpose: ["no"]}, Context(answers=told)).values}
        assert told == {"consents": []}
    police = q().step("consent_police")
    told = {**told, **police.parse({"police": ["yes"]}, Context(answers=told)).values}
    assert told == {"consents": ["police"]}
    assert police.parse({"police": ["no"]}, Context(answers=told)).values == {"consents": []}


def test_a_consent_whose_page_is_gone_is_gone_too() -> None:
    told: Answers = {"suspect_location": "domestic", "consents": ["cross_border", "police"]}
    assert q().prune(told)["consents"] == ["police"]


def test_only_the_listed_codes_stand_in_clear() -> None:
    assert q().clear_keys == {
        "language", "role", "category", "offences", "minor", "victim_country", "victim_region",
        "suspect_location", "suspect_country", "platform", "published", "ongoing", "identity",
        "terror_organisation", "officer_gender",
    }  # fmt: skip
    coded = {"choice", "choices", "country", "region"}
    assert all(step.kind in coded for step in q().steps if step.clear)


def test_each_answer_has_its_sealed_part() -> None:
    answers: Answers = {
        "narrative": "a",
        "narrative_private": "b",
        "identity": "named",
        "person": {"name": "c"},
        "safe_contact": {"channel": "none"},
        "language": "ur",
    }
    parts = q().parts(answers)
    assert set(parts["answers"]) == {"narrative", "language"}
    assert set(parts["identity"]) == {"identity", "person", "safe_contact"}
    assert set(parts["annex"]) == {"narrative_private"}
    assert q().clear(answers) == {"identity": "named", "language": "ur"}


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(KeyError):
        questionnaire("1999-1")
    assert questionnaire("2026-1") is questionnaire()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a replay is going to say, before anything is filed."""

from __future__ import annotations

from collections import Counter

import pytest

from amana.cli.demo.stories import stories
from amana.cli.replay import eblagh, jordan
from amana.cli.replay.api import body_of
from amana.cli.replay.officers import one_time_code
from amana.cli.replay.sketch import Sketch
from amana.packs import available_packs, load_pack, load_taxonomy
from amana.reports.intake import current_questionnaire
from amana.reports.models import Origin
from amana.reports.questionnaire import read_api
from amana.triage.assess import judge


def group(sketch: Sketch) -> str:
    said = sketch.answers
    facts = {f"demand:{code}" for code in said.get("demand", ())}
    return load_taxonomy().rollup(said["category"], facts)


@pytest.mark.parametrize("pack", ["jo", "ma"])
def test_at_7083_every_published_count_is_planned(pack: str) -> None:
    made = eblagh.sketches(eblagh.REPORTS, load_pack(pack))
    assert Counter(group(sketch) for sketch in made) == eblagh.GROUPS
    said = [sketch.answers for sketch in made]
    assert Counter(a["identity"] == "named" for a in said) == {True: 4117, False: 2966}
    home = load_pack(pack).country
    assert sum(a["victim_country"] != home for a in said) == 564
    terror = [a.get("terror_organisation") for a in said if a["category"] in {"T1", "T2"}]
    assert len(terror) == 295
    assert terror.count("isis") == 85
    assert eblagh.suspects(eblagh.REPORTS) == {
        "before_justice": 23,
        "search_notice": 9,
        "ongoing": 50,
    }


@pytest.mark.parametrize("number", [1, 7, 60, 500, 999])
def test_any_other_number_is_divided_alike(number: int) -> None:
    made = eblagh.sketches(number, load_pack("jo"))
    assert len(made) == number
    for name, weight in eblagh.GROUPS.items():
        exact = number * weight / eblagh.REPORTS
        assert abs(sum(group(sketch) == name for sketch in made) - exact) < 1
    assert sum(eblagh.suspects(number).values()) <= number


def test_the_same_seed_gives_the_same_reports_and_another_one_others() -> None:
    pack = load_pack("jo")
    assert eblagh.sketches(50, pack, seed=3) == eblagh.sketches(50, pack, seed=3)
    assert eblagh.sketches(50, pack, seed=3) != eblagh.sketches(50, pack, seed=4)


def test_the_questionnaire_takes_every_invented_report() -> None:
    pack = load_pack("jo")
    made = [*eblagh.sketches(400, pack), *(a.sketch for a in jordan.arrivals(300, pack))]
    for sketch in made:
        checked = read_api(current_questionnaire(), body_of(sketch))
        assert not checked.errors, checked.errors
        assert checked.answers["category"] == sketch.answers["category"]
        assert sketch.answers["groups" if "groups" in sketch.answers else "offences"]


def test_texts_vary_and_name_nobody() -> None:
    texts = [s.answers["narrative"] for s in eblagh.sketches(500, load_pack("jo"))]
    assert len(set(texts)) > 300
    assert not [text for text in texts if "{" in text]
    values = [
        row["value"]
        for s in eblagh.sketches(300, load_pack("jo"))
        for row in s.answers.get("identifiers", ())
    ]
    assert all("example" in value for value in values)


def test_m043_a_year_in_jordan_goes_over_five_branches_and_six_doors() -> None:
    pack = load_pack("jo")
    made = jordan.arrivals(jordan.REPORTS, pack)
    assert Counter(a.origin for a in made) == jordan.DOORS
    assert set(jordan.DOORS) == set(Origin.values)
    places = Counter(a.sketch.answers["victim_region"] for a in made)
    assert places == jordan.PLACES
    units = {pack.primary_unit(place).code for place in jordan.PLACES}
    assert units == {"jo/ccu", *(f"jo/ccu/{n}" for n in ("aqaba", "karak", "irbid", "zarqa"))}
    taxonomy = load_taxonomy()
    for code in jordan.CATEGORIES:  # nothing that a special unit or legal review takes
        category = taxonomy.category(code)
        assert not category.speech_gate
        assert category.specialised is None


@pytest.mark.parametrize("pack", available_packs())
def test_nine_stories_are_taken_in_their_own_languages(pack: str) -> None:
    told = stories(load_pack(pack))
    assert [story.code for story in told] == [f"B{n}" for n in range(1, 10)]
    assert {story.body["language"] for story in told} == {"ar", "fr", "en", "ur"}
    for story in told:
        checked = read_api(current_questionnaire(), story.body)
        assert not checked.errors, (story.code, checked.errors)
        assert len(story.answer) > 80
        assert "HOME" not in str(checked.answers)
        assert "REGION" not in str(checked.answers)


def test_the_stories_find_the_urgency_they_are_told_for() -> None:
    from amana.config.clock import now

    found = {}
    for story in stories(load_pack("jo")):
        said = read_api(current_questionnaire(), story.body).answers
        offences = [str(code) for code in said["offences"]]  # type: ignore[union-attr]
        found[story.code] = judge(said, offences, load_taxonomy(), now())[0]
    assert found["B2"] == "immediate"  # a child is spoken of, and the family is dangerous
    assert found["B5"] == "immediate"
    assert found["B7"] != "immediate"


@pytest.mark.parametrize(
    ("moment", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")]
)
def test_six_digits_follow_rfc_6238(moment: int, code: str) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # appendix B: 12345678901234567890
    assert one_time_code(secret, at=moment) == code


@pytest.mark.parametrize(("name", "door"), [("eblagh", "portal"), ("jordan", "api")])
def test_both_replays_take_the_door_they_file_through(name: str, door: str) -> None:
    """The contract is one for all: `replay NAME --reports N --through portal|api --node URL`."""
    import argparse

    from amana.cli.commands import replay

    parser = argparse.ArgumentParser()
    replay.register(parser.add_subparsers())
    assert parser.parse_args(["replay", name]).through == door
    for chosen in ("portal", "api"):
        told = ["replay", name, "--reports", "5", "--through", chosen, "--node", "http://x:1"]
        said = parser.parse_args(told)
        assert (said.through, said.reports, said.node) == (chosen, 5, "http://x:1")
    with pytest.raises(SystemExit):
        parser.parse_args(["replay", name, "--through", "desk"])

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The JSON door: the contract of the API, whole sets of answers, and how they read afterwards."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.paper.bidi import levels, visual_runs
from amana.packs import load_taxonomy, taxonomy_versions
from amana.reports.questionnaire import (
    LANGUAGES,
    Answers,
    Context,
    FieldError,
    from_api,
    minor_digits,
    read_api,
    show_amount,
)
from amana.reports.questionnaire.money import read_amount
from tests.reports.questionnaire.builders import CONTRACT, TODAY, context, q


def codes(errors: object) -> dict[str, str]:
    assert isinstance(errors, list)
    return {error.field: error.code for error in errors if isinstance(error, FieldError)}


def api(**changes: object) -> dict[str, str]:
    body = {key: value for key, value in {**CONTRACT, **changes}.items() if value != ...}
    return codes(read_api(q(), body, context()).errors)


def test_the_contracts_example_is_understood() -> None:
    read = read_api(q(), CONTRACT, context())
    assert read.errors == []
    assert read.answers == {
        "language": "ar",
        "category": "X1",
        "offences": ["X1"],
        "narrative": "…",
        "role": "victim",
        "identity": "anonymous",
        "victim_country": "JO",
        "victim_region": "JO-AQ",
        "minor": "no",
        "suspect_country": "DE",
        "suspect_location": "abroad",
        "ongoing": "yes",
        "deadline": "2026-12-01",
        "deadline_known": "yes",
        "identifiers": [{"type": "phone", "value": "+962…"}],
        "consents": ["police"],
    }


def test_language_and_one_of_category_and_narrative_are_enough() -> None:
    read = read_api(q(), {"language": "ur", "narrative": "مدد"}, context())
    assert read.errors == []
    assert read.answers == {"language": "ur", "narrative": "مدد", "identity": "anonymous"}
    assert read_api(q(), {"language": "fr", "category": "O2"}, context()).errors == []


def test_nothing_told_is_answered_kindly() -> None:
    read = read_api(q(), {"language": "fr"}, context())
    assert codes(read.errors) == {"category": "tell_us_something"}
    assert codes(read_api(q(), {"narrative": "x"}, context()).errors) == {"language": "missing"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"category": "Z9"}, {"category": "unknown_option"}),
        ({"category": 7}, {"category": "wrong_type"}),
        ({"language": "de"}, {"language": "unknown_option"}),
        ({"victim": {"country": "JO", "region": "MA-01"}}, {"victim.region": "unknown_region"}),
        ({"victim": {"country": "Jordan"}}, {"victim.country": "unknown_country"}),
        ({"victim": "JO"}, {"victim": "wrong_type"}),
        ({"victim": {"age": 12}}, {"victim.age": "unknown_field"}),
        ({"reporter": {"role": "king"}}, {"reporter.role": "unknown_option"}),
        ({"answers": {"deadline": "soon"}}, {"answers.deadline": "bad_date"}),
        ({"answers": {"shoe_size": 43}}, {"answers.shoe_size": "unknown_field"}),
        ({"answers": {"ongoing": 1}}, {"answers.ongoing": "wrong_type"}),
        ({"identifiers": "x"}, {"identifiers": "wrong_type"}),
        (
            {"identifiers": [{"type": "fax", "value": "1"}]},
            {"identifiers[0].type": "unknown_option"},
        ),
        ({"identifiers": [{"value": 5}]}, {"identifiers[0].value": "wrong_type"}),
        ({"identifiers": [{"value": "@a", "x": "1"}]}, {"identifiers[0].x": "unknown_field"}),
        ({"consents": ["everything"]}, {"consents[0]": "unknown_option"}),
        ({"consents": "police"}, {"consents": "wrong_type"}),
        ({"narrative": "a\x00"}, {"narrative": "broken_text"}),
        ({"narrative": ["a"]}, {"narrative": "wrong_type"}),
        ({"colour": "red"}, {"colour": "unknown_field"}),
    ],
)
def test_errors_name_the_field_and_the_reason(
    changes: dict[str, object], expected: dict[str, str]
) -> None:
    assert api(**changes) == expected


def test_a_body_that_is_no_object_is_refused() -> None:
    bodies: tuple[object, ...] = (None, [], "x", 5)
    for body in bodies:
        assert codes(read_api(q(), body).errors) == {"": "wrong_type"}


def test_a_region_of_a_country_without_a_pack_is_taken_by_its_shape() -> None:
    assert api(victim={"country": "DE", "region": "DE-BE"}) == {}
    assert api(victim={"country": "DE", "region": "DE-BERLIN"}) == {
        "victim.region": "unknown_region"
    }
    assert api(victim={"region": "JO-AQ"}) == {}
    assert api(victim={"region": "QQ-AA"}) == {"victim.region": "unknown_region"}


def test_booleans_are_yes_and_no() -> None:
    told = from_api(
        {"answers": {"self_harm": True, "money_paid": False}, "victim": {"minor": True}}
    )
    assert (told["self_harm"], told["money_paid"], told["minor"]) == ("yes", "no", "yes")


def test_the_same_country_is_not_abroad() -> None:
    told = from_api({"victim": {"country": "JO"}, "suspect": {"country": "JO"}})
    assert told["suspect_location"] == "domestic"
    assert "suspect_location" not in from_api({"suspect": {"country": "JO"}})


def test_nothing_that_was_sent_is_dropped_in_silence() -> None:
    told: dict[str, object] = {"category": "D1", "demand": ["money"], "language": "en"}
    assert q().validate_all(told, context()).answers["demand"] == ["money"]


def test_category_wins_over_offences_and_joins_them() -> None:
    told = from_api({"category": "X1", "answers": {"offences": ["H1"]}})
    assert told["offences"] == ["X1", "H1"]
    assert q().validate_all(told, context()).answers["category"] == "X1"


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40),
    st.sampled_from(["yes", "unknown", "X1", "JO", "2026-01-01", "\ud800"]),
)  # fmt: skip
JSONISH = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*q().by_key, "language", "?"]), JSONISH, max_size=8))
def test_junk_answers_never_raise_and_good_ones_survive_a_second_check(
    answers: dict[str, object],
) -> None:
    checked = q().validate_all(answers, context())
    json.dumps(checked.answers)
    again = q().validate_all(checked.answers, context())
    assert {error.code for error in again.errors} <= {"tell_us_something"}
    q().visible(answers)
    q().prune(checked.answers)
    q().headline(answers)
    q().summary(checked.answers, "ar")


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(
    st.sampled_from(["language", "category", "reporter", "victim", "suspect", "answers",
                     "identifiers", "consents", "narrative", "else"]),
    JSONISH,
    max_size=8,
))  # fmt: skip
def test_a_junk_body_never_raises(body: dict[str, object]) -> None:
    read = read_api(q(), body, context())
    assert all(error.message(lang) for error in read.errors for lang in LANGUAGES)


def test_a_deep_list_of_options_is_limited() -> None:
    checked = q().validate_all({"groups": ["money"] * 5000}, context())
    assert codes(checked.errors) == {"groups": "too_many"}


FULL: Answers = {
    "role": "parent",
    "groups": ["blackmail"],
    "offences": ["X1", "F1"],
    "category": "X1",
    "minor": "yes",
    "deadline": "2026-12-01T18:30",
    "victim_country": "JO",
    "victim_region": "JO-AQ",
    "identifiers": [{"type": "phone", "value": "+962790000000", "note": "new"}],
    "payments": [
        {"amount_minor": 250500, "currency": "JOD", "means": "cash", "account": None,
         "on": "2026-11"}
    ],
    "safe_contact": {
        "channel": "phone", "value": "0790000000", "hours_from": "09:00", "hours_to": None,
        "days": ["mon"], "voicemail": False, "code_word": "lemon",
    },
    "identity": "named",
    "person": {"name": "N"},
    "files": ["a", "b"],
    "threaten_to_say": None,
    "consents": ["police"],
}  # fmt: skip


def test_the_summary_reads_like_the_questions() -> None:
    lines = {step_id: shown for step_id, _, shown in q().summary(FULL, "en")}
    assert lines["victim_country"] == ["Jordan"]
    assert lines["identifiers"] == ["Phone number: \u2066+962790000000\u2069 · \u2068new\u2069"]
    assert lines["payments"] == ["\u2066250.500 JOD\u2069 · Cash · \u20662026-11\u2069"]
    assert lines["deadline"] == ["\u20662026-12-01 18:30\u2069"]
    assert lines["files"] == ["Files: 2"]
    assert lines["threaten_to_say"] == ["No answer"]
    assert lines["person"] == ["Name: \u2068N\u2069"]
    assert lines["safe_contact"] == [
        "By phone", "\u20660790000000\u2069", "\u206609:00 – 24:00\u2069", "Monday",
        "No voice messages", "Code word: \u2068lemon\u2069",
    ]  # fmt: skip
    assert lines["consent_police"] == ["Yes"]
    assert lines["consent_research"] == ["No"]


CODES: dict[str, object] = {
    "identifiers": [
        {"type": "phone", "value": "+962 79 000 0000", "note": None},
        {"type": "iban", "value": "JO94 CBJO 0010 0000 0000 0131 0003 02", "note": "حسابه"},
        {"type": "url", "value": "https://example.test/a?b=1", "note": None},
    ],
    "payments": [
        {"amount_minor": 250500, "currency": "JOD", "means": "bank",
         "account": "JO94CBJO0010000000000131000302", "on": "2026-11-03"}
    ],
    "person": {"name": "سلمى", "phone": "+962790000000", "email": "s@example.test"},
    "safe_contact": {"channel": "phone", "value": "+962790000000", "code_word": "ليمون 12"},
    "published_urls": ["https://example.test/1-2/3"],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["ar", "ur"])
def test_numbers_links_and_accounts_keep_their_order_in_right_to_left_text(lang: str) -> None:
    """What the eye meets, by the Unicode algorithm: each code reads as it was typed."""
    drawn = "\n".join(
        "".join(
            run.text if not run.rtl else run.text[::-1]
            for run in visual_runs(levels(line, rtl=True), rtl=True)
        )
        for _, _, shown in q().summary(CODES, lang)
        for line in shown
    )
    for code in (
        "+962 79 000 0000", "JO94 CBJO 0010 0000 0000 0131 0003 02", "https://example.test/a?b=1",
        "250.500 JOD", "JO94CBJO0010000000000131000302", "2026-11-03", "s@example.test",
        "https://example.test/1-2/3",
    ):  # fmt: skip
        assert code in drawn
    assert drawn.count("+962790000000") == 2


def test_a_mark_that_she_pasted_turns_nothing_around() -> None:
    pasted = [{"type": "phone", "value": "\u202e+96279\u2066", "note": "\u2067x"}]
    (line,) = {step: shown for step, _, shown in q().summary({"identifiers": pasted}, "en")}[
        "identifiers"
    ]
    assert line == "Phone number: \u2066+96279\u2069 · \u2068x\u2069"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_speaks_the_readers_language(lang: str) -> None:
    lines = q().summary(FULL, lang)
    assert lines[0][1] == q().step("role").title(lang, "other")
    assert all(isinstance(shown, list) and shown for _, _, shown in lines)


def test_the_summary_follows_the_order_of_the_questions() -> None:
    order = [step.id for step in q().steps]
    shown = [step_id for step_id, _, _ in q().summary(FULL, "en")]
    assert shown == sorted(shown, key=order.index)
    assert q().summary({}, "en") == []


def test_words_told_early_are_shown_once() -> None:
    early = [line[0] for line in q().summary({"groups": ["unknown"], "narrative": "x"}, "en")]
    late = [line[0] for line in q().summary({"groups": ["money"], "narrative": "x"}, "en")]
    assert "tell" in early
    assert "narrative" not in early
    assert "narrative" in late
    assert "tell" not in late


def test_a_headline_that_was_not_asked_is_not_shown_twice() -> None:
    lines = q().summary({"groups": ["money"], "offences": ["F1"], "category": "F1"}, "en")
    assert [line[0] for line in lines] == ["groups", "offences"]


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("250", "EUR", 25000),
        ("99,5", "EUR", 9950),
        ("1,250.50", "USD", 125050),
        ("1.250,50", "EUR", 125050),
        ("1 250", "MAD", 125000),
        ("1.250", "MAD", 125000),
        ("1.250", "JOD", 1250),
        ("1,250,000", "PKR", 125000000),
        ("۲۵۰", "PKR", 25000),
        ("0.00000001", "BTC", 1),
        ("500", "XOF", 500),
    ],
)
def test_m168_amounts_are_read_as_people_write_them(typed: str, currency: str, minor: int) -> None:
    assert read_amount(typed, currency) == minor
    assert show_amount(minor, currency).endswith(currency)


@pytest.mark.parametrize("typed", ["", "-5", "1.2.3", "5 euro", "1.234567", "9" * 14, "٪"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        read_amount(typed, "EUR")


@given(st.integers(0, 10**9), st.sampled_from(["JOD", "EUR", "JPY", "BTC"]))
def test_an_amount_shown_is_read_back(minor: int, currency: str) -> None:
    shown = show_amount(minor, currency).removesuffix(f" {currency}")
    whole = len(shown.partition(".")[0])
    if whole <= 10 and (minor_digits(currency) != 3 or "." in shown):
        assert read_amount(shown, currency) == minor


def test_codes_agree_with_the_taxonomy() -> None:
    taxonomy = load_taxonomy(taxonomy_versions()[-1])
    offered = {option.code for option in q().step("offences").options} - {"unknown"}
    assert offered == set(taxonomy.codes())
    groups = {option.code for option in q().step("groups").options} - {"unknown"}
    assert groups == {group.code for group in taxonomy.public_groups}
    facets = {"demand": "demand", "how_obtained": "how_obtained", "platform": "platform",
              "platform_type": "platform_type", "suspect_relation": "suspect_relation",
              "suspect_location": "suspect_location", "role": "reporter_role",
              "identity": "identity_choice", "published": "published_state",
              "terror_organisation": "terror_organisation"}  # fmt: skip
    for step_id, facet in facets.items():
        ours = {option.code for option in q().step(step_id).options} - {"unknown", "no"}
        assert ours == set(taxonomy.facet(facet).codes()) - {"unknown"}, step_id
    assert set(q().severity) == set(taxonomy.codes())
    assert set(q().headlines.values()) <= set(taxonomy.codes())


def test_a_category_is_offered_in_every_group_the_taxonomy_shows_it_in() -> None:
    taxonomy = load_taxonomy(taxonomy_versions()[-1])
    for group in taxonomy.public_groups:
        offered = {o.code for o in q().step("offences").offered({"groups": [group.code]})}
        missing = {category.code for category in taxonomy.in_public_group(group.code)} - offered
        assert missing == set(), (group.code, missing)


def test_the_platforms_type_is_the_taxonomys() -> None:
    taxonomy = load_taxonomy(taxonomy_versions()[-1])
    for option in q().step("platform").options:
        if option.sets:
            assert (
                taxonomy.facet("platform").value(option.code).kind == option.sets["platform_type"]
            )


def test_moroccan_provinces_follow_their_region() -> None:
    regions = list(q().places.region_codes("MA"))
    assert regions.index("MA-01") < regions.index("MA-TNG") < regions.index("MA-02")
    assert "(" in q().places.region_name("MA-TNG", "fr")
    assert q().places.region_codes("DE") == []
    assert q().places.region_name("DE-BE", "en") == "DE-BE"
    assert q().places.country_name("QQ", "en") == "QQ"


def test_a_context_knows_what_day_it_is() -> None:
    assert Context().today.year >= 2026
    assert Context(today=TODAY).today == TODAY

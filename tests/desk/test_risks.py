# SPDX-License-Identifier: AGPL-3.0-or-later
"""The risks on the page of a report: an answer, a rule or a hint, its words, and "not so"."""

from __future__ import annotations

import re

import pytest

from amana.agencies.models import Agency
from amana.people.models import Role
from amana.reports.models import PartGrant, Report
from amana.triage.models import Assessment, RiskDenial
from amana.triage.rules import HINTED, IN_HER_WORDS
from tests.desk.steps import Desk, desk, of, ok, refused, text, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db
AQABA = "jo/ccu/aqaba"
KILL = "My account was hacked, they changed the password. He wrote he will kill me."
STONE = "Last night a stone came through our window with my name on it."
WHY = "It is a line from a song, and she says so."


def filed(agency: Agency, narrative: str = KILL, **said: str) -> Report:
    return make.report(agency, category="A1", offences=["A1"], narrative=narrative, **said)


def risks(who: Desk, report: Report) -> str:
    """The part of the page about risks, with its marks."""
    found = re.search(
        r'<section aria-labelledby="risks">.*?</section>', ok(who.get(of(report))), re.DOTALL
    )
    assert found is not None
    return found[0]


def entry(who: Desk, report: Report, risk: str) -> str:
    """What stands of one risk."""
    (found,) = [part for part in risks(who, report).split("<li class=") if f">{risk}<" in part]
    return found


def test_a_rule_is_called_a_rule_and_a_hint_a_hint_each_with_its_words() -> None:
    agency = make.node()
    who = desk(agency, AQABA)
    by_rule = entry(who, filed(agency), "Life threatened")
    by_hint = entry(who, filed(agency, STONE), "Life threatened")
    assert "By a rule for words" in by_rule
    assert "Words of the report speak of it." in by_rule
    assert "will kill me</q>" in by_rule
    assert "A hint, no rule" not in by_rule
    assert "A hint, no rule" in by_hint
    assert "the guess may be wrong" in by_hint
    assert "stone came through our window" in by_hint
    assert "By a rule for words" not in by_hint


def test_the_rule_that_spoke_is_named_so_that_a_wrong_one_can_be_told() -> None:
    agency = make.node()
    shown = entry(desk(agency, AQABA), filed(agency), "Life threatened")
    assert re.search(r'<bdi dir="ltr">in-her-words · [^<]*kill[^<]*</bdi>', shown)


def test_an_answer_is_called_an_answer_and_the_words_stand_beside_it() -> None:
    agency = make.node()
    shown = entry(desk(agency, AQABA), filed(agency, threat_to_life="yes"), "Life threatened")
    assert "From an answer" in shown
    assert "The person says that a life is threatened." in shown
    assert "will kill me</q>" in shown
    assert shown.count("Life threatened") == 2, "once as a title, once as the name of a button"


def test_several_rules_of_one_risk_are_one_entry() -> None:
    agency = make.node()
    report = filed(agency, "The parcel never arrived.", minor="yes", child_secondary="yes")
    shown = entry(desk(agency, AQABA), report, "Child in danger")
    assert "A child is affected too." in shown
    assert "The victim is a minor." in shown
    assert shown.count("From an answer") == 2


@pytest.mark.parametrize(
    ("language", "rule", "hint", "no"),
    [
        ("ar", "بقاعدة للكلمات", "تلميح بلا قاعدة", "ليس كذلك"),
        ("fr", "Par une règle sur les mots", "Un indice, aucune règle", "Ce n’est pas le cas"),
        ("ur", "الفاظ کے قاعدے سے", "صرف اشارہ، کوئی قاعدہ نہیں", "ایسا نہیں"),
    ],
)
def test_it_is_said_in_her_language(language: str, rule: str, hint: str, no: str) -> None:
    agency = make.node()
    who = desk(agency, AQABA)
    who.officer.language = language
    who.officer.save()
    assert rule in risks(who, filed(agency))
    shown = risks(who, filed(agency, STONE))
    assert hint in shown
    assert no in shown


def test_what_later_rules_find_is_shown_and_says_that_it_ordered_nothing() -> None:
    agency = make.node()
    report = filed(agency)
    Assessment.objects.filter(report=report).update(risks=[])
    shown = risks(desk(agency, AQABA), report)
    assert "will kill me</q>" in shown
    assert "nothing was ordered by it" in shown
    assert ">Not so</a>" not in shown, "there is nothing yet that could be denied"


def test_what_later_rules_no_longer_find_stays_and_says_so() -> None:
    agency = make.node()
    report = filed(agency, "The parcel never arrived.")
    kept = [{"risk": "honour_risk", "rule": HINTED, "because": "narrative"}]
    Assessment.objects.filter(report=report).update(risks=kept)
    shown = risks(desk(agency, AQABA), report)
    assert "Danger from the family" in shown
    assert "Read again today, the words no longer say so." in shown


def test_a_hint_stored_as_a_rule_by_an_older_version_is_called_a_hint() -> None:
    agency = make.node()
    report = filed(agency, STONE)
    row = Assessment.objects.get(report=report)
    row.risks = [one | {"rule": IN_HER_WORDS} for one in row.risks]
    row.save()
    assert "A hint, no rule" in risks(desk(agency, AQABA), report)


def test_who_was_not_given_the_words_sees_what_raised_it_and_no_word() -> None:
    agency = make.node()
    report = filed(agency)
    who = desk(agency, AQABA)
    PartGrant.objects.filter(part__report=report).delete()
    shown = risks(who, report)
    assert "By a rule for words" in shown
    assert "Words of the report speak of it." in shown
    assert "kill" not in shown


def test_no_risk_is_said_in_words() -> None:
    agency = make.node()
    shown = risks(desk(agency, AQABA), filed(agency, "The parcel never arrived."))
    assert "No rule found a special danger." in shown


# --- "not so"


def test_a_person_says_not_so_with_a_reason_and_takes_it_back() -> None:
    agency = make.node()
    report = filed(agency, f"{KILL} My family would never forgive me if they learn of it.")
    who = desk(agency, AQABA)
    (path,) = re.findall(r'href="([^"]*risks/threat_to_life/)"', risks(who, report))
    page = ok(who.get(path))
    assert "Not so: Life threatened" in page
    assert "read the words yourself" in page
    assert (
        "Write something" in refused(who.post(path, reason=" ")) or RiskDenial.objects.count() == 0
    )
    went_on(who.post(path, reason=WHY), of(report))
    shown = risks(who, report)
    assert "<s>Life threatened</s>" in shown
    assert WHY in shown
    assert shown.index("Danger from the family") < shown.index("Life threatened"), "it stands last"
    assert "will kill me</q>" in shown, "the words stay"
    (undo,) = re.findall(r'action="([^"]*/undo/)"', shown)
    went_on(who.post(undo), of(report))
    assert "<strong>Life threatened</strong>" in risks(who, report)


def test_what_was_denied_is_no_heading_and_no_reason_in_the_inbox_and_the_lane_stays() -> None:
    agency = make.node()
    report, who = filed(agency), desk(agency, AQABA)
    assert "Life threatened" in ok(who.get("/desk/inbox/urgent/"))
    went_on(who.post(of(report, "risks/threat_to_life/"), reason=WHY))
    inbox = ok(who.get("/desk/inbox/urgent/"))
    assert report.locator in inbox
    assert "Life threatened" not in inbox
    assert "Life threatened" not in ok(who.get(of(report, "take/")))


def test_it_is_denied_once_and_its_page_says_so() -> None:
    agency = make.node()
    report, who = filed(agency), desk(agency, AQABA)
    path = of(report, "risks/threat_to_life/")
    went_on(who.post(path, reason=WHY))
    assert "already" in refused(who.post(path, reason=WHY)).lower()
    assert RiskDenial.objects.count() == 1


@pytest.mark.parametrize("risk", ["self_harm", "nonsense", "threat-to-life"])
def test_a_risk_that_the_report_does_not_have_has_no_page(risk: str) -> None:
    agency = make.node()
    report, who = filed(agency), desk(agency, AQABA)
    assert who.get(of(report, f"risks/{risk}/")).status_code == 404
    assert who.post(of(report, f"risks/{risk}/"), reason=WHY).status_code == 404


def test_who_may_not_diagnose_and_another_unit_are_offered_nothing() -> None:
    agency = make.node()
    report = filed(agency)
    liaison, elsewhere = desk(agency, AQABA, Role.LIAISON), desk(agency, "jo/ccu/irbid")
    assert "risks/threat_to_life/" not in risks(liaison, report)
    for who in (liaison, elsewhere):
        assert who.get(of(report, "risks/threat_to_life/")).status_code == 404
        assert who.post(of(report, "risks/threat_to_life/"), reason=WHY).status_code == 404
    assert not RiskDenial.objects.exists()


def test_another_unit_sees_nothing_of_what_was_denied() -> None:
    agency = make.node()
    report, who = filed(agency), desk(agency, AQABA)
    went_on(who.post(of(report, "risks/threat_to_life/"), reason=WHY))
    denial = RiskDenial.objects.get()
    elsewhere = desk(agency, "jo/ccu/irbid")
    answer = elsewhere.post(of(report, f"risks/{denial.pk}/undo/"))
    assert answer.status_code == 404
    assert WHY not in text(answer)
    assert RiskDenial.objects.get().undone_at is None

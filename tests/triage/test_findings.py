# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an officer's finding does to a report: offences, urgency, specialism, tokens."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from amana.kernel.linking.ground import values_in
from amana.people.models import Role
from amana.referral import services
from amana.reports.models import Report, Stage
from amana.triage import selectors
from amana.triage.models import Assessment, Diagnosis, LinkSet, WordTokens
from tests.support import builders as make

pytestmark = pytest.mark.db


def tokens(report: Report) -> set[tuple[int, int]]:
    rows = LinkSet.objects.filter(report=report).values_list("packed", flat=True)
    return {value for packed in rows for value in values_in(bytes(packed))}


def words(report: Report) -> bytes:
    return bytes(WordTokens.objects.get(report=report).packed)


def test_released_words_get_the_same_tokens_as_if_they_had_never_waited() -> None:
    agency = make.node()
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    plain = make.report(agency)
    waited = make.report(agency, offences=["D1"], category="D1")
    assert tokens(waited) == set()
    services.review_legally(staff=reviewer, report=waited, release=True, reason="Not an opinion.")
    assert tokens(waited) == tokens(plain) != set()
    assert words(waited) == words(plain)
    assert Assessment.objects.get(report=waited).legal_review is False


@pytest.mark.parametrize(
    ("before", "after", "urgency"),
    [("F1", "C3", "immediate"), ("C3", "F1", "immediate"), ("F1", "F4", "normal")],
)
def test_another_category_raises_urgency_and_never_lowers_it(
    before: str, after: str, urgency: str
) -> None:
    agency = make.node()
    owner = "jo/fjp/tech" if before == "C3" else "jo/ccu/aqaba"
    officer = make.staff(agency, owner)
    report = make.report(
        agency, offences=[before], category=before, narrative="The parcel never came."
    )
    services.change_category(staff=officer, report=report, category=after)
    assert make.fresh(report).assessment.urgency == urgency


def test_m061_the_old_headline_stays_an_offence_until_a_reason_drops_it() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    services.change_category(staff=officer, report=report, category="F4")
    assert make.fresh(report).offences == ["F4", "X1"]
    make.diagnosed(officer, report, offences=["F4"], dropped={"X1": "Nobody was threatened."})
    assert make.fresh(report).offences == ["F4"]


def test_m074_a_report_is_terrorism_only_while_an_offence_says_so() -> None:
    agency = make.node()
    special = make.staff(agency, "jo/ccu/terrorism")
    report = make.report(agency, offences=["T2", "X1"], category="T2")
    assert report.assessment.specialised == "terrorism"
    services.change_category(staff=special, report=report, category="X1")
    assert make.fresh(report).assessment.specialised == "terrorism"
    make.diagnosed(special, report, offences=["X1"], dropped={"T2": "A joke between friends."})
    assert make.fresh(report).assessment.specialised == ""
    services.refer(
        staff=special, report=report, to_unit=make.unit("jo/ccu/aqaba"), reason="Blackmail only."
    )


def test_a_second_diagnosis_stands_beside_the_first_and_the_newest_counts() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency), online="yes")
    make.diagnosed(officer, report, online="removed")
    latest = selectors.latest_diagnosis(report)
    assert latest is not None
    assert latest.online == "removed"
    assert [row.online for row in selectors.diagnoses(report)] == ["removed", "yes"]
    assert make.fresh(report).stage == Stage.DIAGNOSED
    assert make.tags(report).count("justice:diagnosis:record") == 2


def test_the_words_of_a_diagnosis_are_not_in_the_database() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency), note="He is her cousin.")
    row = Diagnosis.objects.get(report=report)
    assert b"cousin" not in bytes(row.sealed_note or b"")
    assert selectors.diagnosis_words(staff=officer, row=row).note == "He is her cousin."


@pytest.mark.parametrize("field", ["online", "identifiers", "jurisdiction", "elements"])
def test_the_database_itself_takes_only_codes(field: str) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency))
    with pytest.raises(IntegrityError), transaction.atomic():
        Diagnosis.objects.filter(report=report).update(**{field: "perhaps"})


def test_r7_the_history_of_the_category_is_told() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    for category in ("F4", "X2"):
        services.change_category(staff=officer, report=report, category=category)
    told = [(row.before, row.after) for row in selectors.category_history(report)]
    assert told == [("X1", "F4"), ("F4", "X2")]
    assert make.fresh(report).first_category == "X1"

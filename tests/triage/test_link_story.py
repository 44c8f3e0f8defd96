# SPDX-License-Identifier: AGPL-3.0-or-later
"""M-075, X2 in the field notes: eleven people in three countries report one man."""

from __future__ import annotations

import pytest

from amana.agencies.models import Agency
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral.routing import owner_of
from amana.reports.models import Report
from amana.triage.links import selectors
from amana.triage.links.rebuild import rebuild
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
FIRST, SECOND = ("phone", "+212612345678"), ("phone", "+9647701234567")
WALLET = ("wallet", "0x52908400098527886E0F7030069857D2E4169EE7")
HANDLE = ("handle", "telegram:night_hunter77")
SCRIPT = (
    "He filmed our call and says he will send the recording to my mother, my brothers, my school "
    "and everybody who follows me unless I pay three hundred before Thursday"
)
STORY = [
    ("MA", [FIRST, HANDLE], {}),
    ("MA", [("phone", "0612345678")], {}),
    ("MA", [("phone", "٠٦١٢ ٣٤٥ ٦٧٨"), WALLET], {}),
    ("MA", [WALLET], {}),
    ("JO", [("url", "https://wa.me/212612345678")], {}),
    ("JO", [("url", "https://t.me/night_hunter77"), WALLET], {}),
    ("JO", [("wallet", "0x52908400098527886e0f7030069857d2e4169ee7"), SECOND], {}),
    ("JO", [("handle", "tg:night_hunter77")], {"narrative": SCRIPT}),
    ("IQ", [("phone", "07701234567")], {}),
    ("IQ", [SECOND, ("handle", "@night_hunter77")], {}),
    ("IQ", [("phone", "+964 770 123 4567")], {"narrative": SCRIPT.replace("Thursday", "Friday")}),
]


def test_m075_eleven_reports_in_three_countries_are_one_cluster_with_its_reasons() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    reports: list[Report] = [
        naming(agency, *named, victim_country=country, victim_region=None, **more)
        for country, named, more in STORY
    ]
    stranger = naming(agency, ("phone", "+212699999999"), ("handle", "telegram:somebody_else"))
    assert clusters(*reports, stranger) == [set(range(11)), {11}]
    assert rebuild().moved == 0
    seen = selectors.picture(staff=officer, report=stranger)
    assert seen.members == [stranger]


def place_in_all(agency: Agency, codes: set[str]) -> Staff:
    """An officer of every unit that owns one of the reports."""
    person = make.officer(agency)
    for code in sorted(codes):
        who = make.place(person, code, Role.INVESTIGATOR)
    return who


def test_every_edge_of_the_story_names_its_evidence() -> None:
    agency = make.node()
    reports = [
        naming(agency, *named, victim_country=country, victim_region=None, **more)
        for country, named, more in STORY
    ]
    owners = {owner_of(report).code for report in reports}
    officer = place_in_all(agency, owners)
    assert clusters(*reports) == [set(range(11))]
    page = selectors.offender_page(staff=officer, report=reports[4])
    assert len(page.members) == 11
    assert page.victims == [report.locator for report in reports]
    assert page.countries == {"MA": 4, "JO": 4, "IQ": 3}
    assert {kind for kind, _, count in page.identifiers if count > 2} == {
        "phone",
        "wallet",
        "handle",
    }
    seen = selectors.picture(staff=officer, report=reports[7])
    assert all(edge.evidence and edge.why for edge in seen.edges)
    joined = {(edge.one.pk, edge.other.pk): edge.why for edge in seen.edges}
    assert any("wallet" in why for why in joined.values())
    assert any(why.startswith("phone") for why in joined.values())
    twice = selectors.duplicates(staff=officer, report=reports[7])
    assert [edge.other.pk for edge in twice] == [reports[10].pk]

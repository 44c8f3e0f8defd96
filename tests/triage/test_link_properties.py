# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds of links through the database whatever is filed and decided: the order of reports,
of decisions and of the worker's rounds leaves no trace, and nothing crosses a closed lane."""

from __future__ import annotations

import random

import pytest

from amana.agencies.models import Agency
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.models import Report
from amana.triage.links import selectors, services
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet, LinkToken
from amana.triage.links.rebuild import rebuild
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
AQABA = "jo/ccu/aqaba"
PHONE, OTHER = ("phone", "+962791234567"), ("phone", "+962785550000")
IBAN = ("iban", "JO94CBJO0010000000000131000302")
HANDLE = ("handle", "instagram:lion_of_sea")
STORY = [[PHONE, IBAN], [IBAN], [PHONE], [OTHER], [OTHER, HANDLE], [HANDLE]]


def filed(agency: Agency, order: list[int]) -> list[Report]:
    """The story, filed in this order, and in the order of the story."""
    made = {at: naming(agency, *STORY[at]) for at in order}
    return [made[at] for at in range(len(STORY))]


@pytest.mark.parametrize("seed", range(3))
def test_in_whatever_order_they_are_filed_and_linked(seed: int) -> None:
    agency = make.node()
    order = list(range(len(STORY)))
    random.Random(seed).shuffle(order)
    rows = filed(agency, order)
    assert clusters(*rows) == [{0, 1, 2}, {3, 4}, {5}]
    rebuild()
    assert clusters(*rows) == [{0, 1, 2}, {3, 4}, {5}]


def test_linked_one_by_one_or_all_at_once_is_the_same() -> None:
    agency = make.node()
    rows = []
    for identifiers in STORY:
        rows.append(naming(agency, *identifiers))
        link_new()
    assert clusters(*rows) == [{0, 1, 2}, {3, 4}, {5}]


def test_looking_at_everything_again_changes_nothing() -> None:
    agency = make.node()
    rows = filed(agency, list(range(len(STORY))))
    first = clusters(*rows)
    for _ in range(2):
        LinkSet.objects.update(linked_at=None)
        assert clusters(*rows) == first


@pytest.mark.parametrize("turn", [1, -1])
def test_decisions_taken_back_in_any_order_leave_no_trace(turn: int) -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    rows = filed(agency, list(range(len(STORY))))
    first = clusters(*rows)
    before = dict(LinkSet.objects.values_list("pk", "cluster"))
    decisions = [
        services.split(staff=staff, report=rows[0], other=rows[2].pk, reason="Not he."),
        services.confirm(staff=staff, report=rows[4], other=rows[5].pk, reason="He."),
        services.confirm(staff=staff, report=rows[0], other=rows[3].pk, reason="He."),
    ]
    assert clusters(*rows) != first
    for said in decisions[::turn]:
        services.undo(staff=staff, report=said.one, decision=said.pk)
    assert clusters(*rows) == first
    assert dict(LinkSet.objects.values_list("pk", "cluster")) == before


def test_who_set_two_apart_keeps_them_apart_whatever_others_file() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    services.split(staff=staff, report=one, other=two.pk, reason="Two men.")
    more = [naming(agency, PHONE, IBAN) for _ in range(3)]
    for group in clusters(one, two, *more):
        assert not {0, 1} <= group


CLOSED = [{"offences": ["D1"], "category": "D1"}]
"""Words and opinions: nobody links them while legal review lasts (M-130)."""


@pytest.mark.parametrize("said", CLOSED)
def test_m130_nothing_joins_through_a_report_under_review(said: dict[str, object]) -> None:
    """One names both numbers and would join the two; it must not even be a bridge."""
    agency = make.node()
    staff = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, OTHER)
    bridge = naming(agency, PHONE, OTHER, **said)  # type: ignore[arg-type]
    assert clusters(one, two) == [{0}, {1}]
    rebuild()
    assert clusters(one, two) == [{0}, {1}]
    seen = selectors.picture(staff=staff, report=one)
    assert (seen.members, seen.suggested, seen.ask) == ([one], [], [])
    assert not LinkSet.objects.filter(report=bridge).exists()
    assert LinkToken.objects.values("number").distinct().count() == 2


def everything_said(staff: Staff, report: Report) -> str:
    """All that the desk may tell her of the links of a report, as text."""
    seen = selectors.picture(staff=staff, report=report)
    page = selectors.offender_page(staff=staff, report=report)
    return repr(
        [
            [member.locator for member in seen.members],
            [(edge.one.locator, edge.other.locator, edge.why) for edge in seen.edges],
            [(edge.one.locator, edge.other.locator) for edge in seen.suggested],
            [(value.kind, value.holders) for value in seen.muted],
            [unit.code for unit in seen.ask],
            (page.victims, page.identifiers, page.countries, page.timeline),
        ]
    )


def test_m074_nothing_that_is_said_changes_with_a_report_of_terrorism() -> None:
    """Not a number, not a unit to ask, not a suggestion."""
    agency = make.node()
    staff = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE, HANDLE), naming(agency, PHONE)
    link_new()
    before = everything_said(staff, one)
    naming(agency, PHONE, HANDLE, offences=["T2"], category="T2")
    link_new()
    assert everything_said(staff, one) == before
    assert two.locator in before


def test_of_another_units_reports_she_reads_no_number() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    one = naming(agency, PHONE)
    naming(agency, PHONE, victim_region="JO-IR")
    link_new()
    before = everything_said(staff, one)
    for _ in range(3):
        naming(agency, PHONE, victim_region="JO-IR")
    link_new()
    assert everything_said(staff, one) == before
    assert "jo/ccu/irbid" in before


def test_a_confirmed_pair_that_she_sees_half_of_is_not_in_her_history() -> None:
    agency = make.node()
    person = make.officer(agency)
    make.place(person, AQABA, Role.INVESTIGATOR)
    both = make.place(person, "jo/ccu/irbid", Role.INVESTIGATOR)
    here = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, OTHER, victim_region="JO-IR")
    services.confirm(staff=both, report=one, other=two.pk, reason="One voice.")
    link_new()
    assert selectors.decisions_on(staff=here, report=one) == []
    assert len(selectors.decisions_on(staff=both, report=one)) == 1
    assert [unit.code for unit in selectors.picture(staff=here, report=one).ask] == ["jo/ccu/irbid"]

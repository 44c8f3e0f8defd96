# SPDX-License-Identifier: AGPL-3.0-or-later
"""For whom a value means nobody, and what is left of a decision when its report is destroyed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import transaction

from amana.agencies.models import Agency, Unit
from amana.config.clock import now
from amana.journal.models import Event
from amana.kernel.linking.ground import values_in
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.models import Report
from amana.triage.links import selectors, services
from amana.triage.links.linking import destroy_links, forget_links, link_new
from amana.triage.links.models import LinkDecision, LinkSet, LinkToken, SharedToken, TokenDecision
from amana.triage.links.rebuild import rebuild
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
AQABA, CENTRE = "jo/ccu/aqaba", "jo/ccu"
PHONE = ("phone", "+962791234567")
IBAN = ("iban", "JO94CBJO0010000000000131000302")


def token_of(report: Report) -> int:
    (token,) = selectors.values_of(report, make.answers())
    return token


def supervisor(agency: Agency) -> Staff:
    """A supervisor of the main centre who also works in Aqaba, so that she sees its reports."""
    person = make.officer(agency)
    make.place(person, CENTRE, Role.SUPERVISOR)
    return make.place(person, AQABA, Role.INVESTIGATOR)


def mates(staff: Staff, report: Report) -> set[object]:
    return {member.pk for member in selectors.members_of(staff=staff, report=report)}


def test_a_branch_mutes_in_its_own_view_and_nobody_elses() -> None:
    agency = make.node()
    here = make.staff(agency, AQABA)
    above = supervisor(agency)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    link_new()
    services.mute(staff=here, report=one, token=token_of(one), reason="Our own duty phone.")
    assert clusters(one, two) == [{0, 1}], "what is stored is everybody's"
    assert mates(here, one) == {one.pk}
    assert selectors.picture(staff=here, report=one).members == [one]
    (value,) = selectors.picture(staff=here, report=two).muted
    assert (value.kind, value.why) == ("phone", "unit")
    elsewhere = make.staff(agency, "jo/ccu/irbid")
    assert selectors.units_of(elsewhere).isdisjoint(selectors.units_of(here))
    assert TokenDecision.objects.get().unit_id == make.unit(AQABA).pk
    assert above.officer_id != here.officer_id


def test_a_supervisor_of_the_main_centre_mutes_for_everybody() -> None:
    agency = make.node()
    here, above = make.staff(agency, AQABA), supervisor(agency)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    link_new()
    services.mute(staff=above, report=one, token=token_of(one), reason="The bank's hotline.")
    assert clusters(one, two) == [{0}, {1}]
    (value,) = selectors.picture(staff=here, report=two).muted
    assert value.why == "officer"
    assert TokenDecision.objects.get().unit_id is None
    rebuild()
    assert clusters(one, two) == [{0}, {1}]


@pytest.mark.parametrize(
    ("unit", "roles", "everywhere"),
    [
        (CENTRE, [Role.SUPERVISOR], True),
        (CENTRE, [Role.INVESTIGATOR], False),
        (AQABA, [Role.SUPERVISOR], False),
        (AQABA, [Role.INVESTIGATOR], False),
    ],
)
def test_for_whom_she_speaks(unit: str, roles: list[Role], everywhere: bool) -> None:
    agency = make.node()
    assert services.speaks_for_agency(make.staff(agency, unit, *roles)) is everywhere


def test_without_a_main_centre_any_supervisor_speaks_for_the_agency() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA, Role.SUPERVISOR)
    officer = make.staff(agency, AQABA)
    Unit.objects.filter(kind__in=services.CENTRES).update(kind="branch")
    assert services.speaks_for_agency(staff)
    assert not services.speaks_for_agency(officer)


def test_a_unit_may_hear_again_what_the_agency_muted_and_only_for_itself() -> None:
    agency = make.node()
    here, above = make.staff(agency, AQABA), supervisor(agency)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    link_new()
    services.mute(staff=above, report=one, token=token_of(one), reason="A hotline.")
    link_new()
    services.unmute(staff=here, report=two, token=token_of(one), reason="It is his.")
    assert mates(here, one) == {one.pk, two.pk}
    assert clusters(one, two) == [{0}, {1}]
    services.unmute(staff=above, report=two, token=token_of(one), reason="It is his.")
    assert clusters(one, two) == [{0, 1}]


def test_the_newest_word_of_a_unit_counts() -> None:
    agency = make.node()
    here = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    link_new()
    for act, seen in (
        (services.mute, {one.pk}),
        (services.unmute, {one.pk, two.pk}),
        (services.mute, {one.pk}),
    ):
        act(staff=here, report=one, token=token_of(one), reason="So.")
        assert mates(here, one) == seen


def test_the_leaf_says_for_whom_it_counts() -> None:
    agency = make.node()
    here, above = make.staff(agency, AQABA), supervisor(agency)
    one = naming(agency, PHONE)
    for staff in (here, above):
        services.mute(staff=staff, report=one, token=token_of(one), reason="A hotline.")
    said = [
        json.loads(bytes(event.body or b""))["facts"]["everywhere"]
        for event in Event.objects.filter(tag="report:link:mute").order_by("at", "id")
    ]
    assert said == [False, True]


def test_an_officer_lets_a_value_speak_that_a_rule_had_muted() -> None:
    """The worker heard her only in a rebuild: what a rule had muted led it to nobody."""
    agency = make.node()
    above = supervisor(agency)
    known = ("phone", "+96265633404")  # an emergency line of the pack
    one, two = naming(agency, known), naming(agency, known)
    assert clusters(one, two) == [{0}, {1}]
    (value,) = selectors.picture(staff=above, report=one).muted
    assert value.why == "known"
    services.unmute(staff=above, report=one, token=value.token, reason="He pretends to be them.")
    assert clusters(one, two) == [{0, 1}]


def destroyed(report: Report) -> None:
    with transaction.atomic():
        destroy_links(report=report)


def test_nothing_of_a_destroyed_report_stands_in_what_was_decided() -> None:
    agency = make.node()
    staff = supervisor(agency)
    alone = naming(agency, PHONE)
    link_new()
    token = token_of(alone)
    services.mute(staff=staff, report=alone, token=token, reason="A hotline.")
    SharedToken.objects.create(token=token, kind=1, holders=1, muted="spread", at=now())
    destroyed(alone)
    for model in (TokenDecision, SharedToken, LinkToken, LinkSet):
        assert not model.objects.filter().exists(), model


def test_what_was_said_of_a_value_that_others_name_goes_on_without_the_report() -> None:
    agency = make.node()
    staff = supervisor(agency)
    gone, one, two = (naming(agency, PHONE) for _ in range(3))
    link_new()
    services.mute(staff=staff, report=gone, token=token_of(one), reason="She told me so.")
    destroyed(gone)
    assert clusters(one, two) == [{0}, {1}]
    row = TokenDecision.objects.get()
    assert (row.report_id, bytes(row.sealed_reason)) == (None, b"")


def test_pairs_with_a_destroyed_report_are_undecided_again() -> None:
    agency = make.node()
    staff = make.staff(agency, AQABA)
    one, gone = naming(agency, PHONE), naming(agency, IBAN)
    services.confirm(staff=staff, report=one, other=gone.pk, reason="Same voice.")
    assert clusters(one, gone) == [{0, 1}]
    destroyed(gone)
    assert not LinkDecision.objects.exists()
    link_new()
    assert mates(staff, one) == {one.pk}


def test_going_to_legal_review_keeps_what_was_decided() -> None:
    """It comes back from there, and its reasons are still sealed in it."""
    agency = make.node()
    staff = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    services.split(staff=staff, report=one, other=two.pk, reason="Another voice.")
    with transaction.atomic():
        forget_links(report=one)
    assert LinkDecision.objects.filter(undone_at__isnull=True).count() == 1


def test_decisions_of_last_year_count_like_those_of_today() -> None:
    agency = make.node()
    staff = supervisor(agency)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    services.mute(staff=staff, report=one, token=token_of(one), reason="A hotline.")
    TokenDecision.objects.update(at=now() - timedelta(days=400))
    assert clusters(one, two) == [{0}, {1}]


def test_a_value_muted_elsewhere_costs_no_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a unit says of one value is asked for where that value may change a cluster, and for no
    other report."""
    agency = make.node()
    officer = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE, IBAN), naming(agency, PHONE, IBAN)
    hotline = naming(agency, ("phone", "+962795550000"))
    link_new()
    ((_, value),) = values_in(bytes(LinkSet.objects.get(report=hotline).packed))
    services.mute(staff=officer, report=hotline, token=value, reason="A hotline.")
    asked: list[Report] = []
    draw = selectors.picture

    def count(*, staff: Staff, report: Report) -> selectors.Picture:
        asked.append(report)
        return draw(staff=staff, report=report)

    monkeypatch.setattr(selectors, "picture", count)
    assert {row.pk for row in selectors.members_of(staff=officer, report=one)} == {one.pk, two.pk}
    assert asked == []
    assert selectors.members_of(staff=officer, report=hotline) == [hotline]
    assert asked == [hotline]

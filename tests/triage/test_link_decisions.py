# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an officer may say of links, of which reports and values, and where her reason is read; and
what a report says of the person herself in links."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

import pytest

from amana.agencies.models import Agency
from amana.journal.models import Event
from amana.kernel.linking.ground import parse, values_in
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.errors import AlreadyDone, NotFound, Unusable
from amana.reports.models import Report
from amana.triage.links import search, selectors, services
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkDecision, LinkSet, TokenDecision
from tests.support import builders as make
from tests.triage.links import clusters, naming

pytestmark = pytest.mark.db
AQABA = "jo/ccu/aqaba"
PHONE, OTHER = ("phone", "+962791234567"), ("phone", "+962785550000")
WHY = "The same voice on both recordings."


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def officer(agency: Agency) -> Staff:
    return make.staff(agency, AQABA)


def token_of(report: Report) -> int:
    (token,) = {token for _, token in values_in(bytes(LinkSet.objects.get(report=report).packed))}
    return token


def test_a_reason_has_an_end(agency: Agency, officer: Staff) -> None:
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    longest = "x" * services.LONGEST_REASON
    acts: tuple[Callable[[str], object], ...] = (
        lambda why: services.confirm(staff=officer, report=one, other=two.pk, reason=why),
        lambda why: services.mute(staff=officer, report=one, token=token_of(one), reason=why),
        lambda why: services.unmute(staff=officer, report=one, token=token_of(one), reason=why),
    )
    for act in acts:
        with pytest.raises(Unusable):
            act(longest + "x")
        assert act(longest)


def test_nobody_is_linked_with_itself(agency: Agency, officer: Staff) -> None:
    one = naming(agency, PHONE)
    for act in (services.confirm, services.split):
        for other in (one.pk, one.locator):
            with pytest.raises(Unusable):
                act(staff=officer, report=one, other=other, reason=WHY)
    assert not LinkDecision.objects.exists()


def test_with_a_report_that_does_not_exist_nothing_is_decided(
    agency: Agency, officer: Staff
) -> None:
    one = naming(agency, PHONE)
    for other in (uuid4(), str(uuid4()), "AAAA-BBBB", "0" * 500, ""):
        with pytest.raises(NotFound):
            services.confirm(staff=officer, report=one, other=other, reason=WHY)
    with pytest.raises(NotFound):
        services.undo(staff=officer, report=one, decision=uuid4())


def test_who_only_reads_decides_nothing(agency: Agency, officer: Staff) -> None:
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    row = services.split(staff=officer, report=one, other=two.pk, reason=WHY)
    liaison = make.staff(agency, AQABA, Role.LIAISON)
    acts: tuple[Callable[[], object], ...] = (
        lambda: services.confirm(staff=liaison, report=one, other=two.pk, reason=WHY),
        lambda: services.split(staff=liaison, report=one, other=two.pk, reason=WHY),
        lambda: services.mute(staff=liaison, report=one, token=token_of(one), reason=WHY),
        lambda: services.unmute(staff=liaison, report=one, token=token_of(one), reason=WHY),
        lambda: services.undo(staff=liaison, report=one, decision=row.pk),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert (LinkDecision.objects.count(), TokenDecision.objects.count()) == (1, 0)


def test_a_pair_is_decided_one_way_until_that_is_taken_back(agency: Agency, officer: Staff) -> None:
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    apart = services.split(staff=officer, report=one, other=two.pk, reason="Another voice.")
    for report, other in ((one, two), (two, one)):
        with pytest.raises(AlreadyDone):
            services.confirm(staff=officer, report=report, other=other.pk, reason=WHY)
    assert clusters(one, two) == [{0}, {1}]
    services.undo(staff=officer, report=two, decision=apart.pk)
    services.confirm(staff=officer, report=two, other=one.pk, reason=WHY)
    assert clusters(one, two) == [{0, 1}]
    lines = selectors.decisions_on(staff=officer, report=one)
    assert [line.reason for line in lines] == [WHY, "Another voice."]


def test_a_decision_is_taken_back_on_one_of_its_two_reports_alone(
    agency: Agency, officer: Staff
) -> None:
    one, two, third = (naming(agency, PHONE) for _ in range(3))
    row = services.split(staff=officer, report=one, other=two.pk, reason=WHY)
    with pytest.raises(NotFound):
        services.undo(staff=officer, report=third, decision=row.pk)
    row.refresh_from_db()
    assert row.undone_at is None
    assert make.tags(third).count("report:link:undo") == 0


def test_only_values_that_the_report_names_are_muted_on_its_page(
    agency: Agency, officer: Staff
) -> None:
    """Neither one of another report nor a spelling or a beginning of its own."""
    one, two = naming(agency, PHONE), naming(agency, OTHER)
    rows = {token for _, token in parse(bytes(LinkSet.objects.get(report=one).packed)).tolist()}
    for token in (token_of(two), 0, *sorted(rows - {token_of(one)})[:2]):
        with pytest.raises(NotFound):
            services.mute(staff=officer, report=one, token=token, reason=WHY)
    nobody = naming(agency, narrative="I am afraid.")
    with pytest.raises(NotFound):
        services.mute(staff=officer, report=nobody, token=token_of(one), reason=WHY)
    assert not TokenDecision.objects.exists()


def test_her_reason_stands_sealed_and_in_no_leaf(agency: Agency, officer: Staff) -> None:
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    rows: list[LinkDecision | TokenDecision] = [
        services.confirm(staff=officer, report=two, other=one.pk, reason=f"  {WHY}\n"),
        services.mute(staff=officer, report=one, token=token_of(one), reason=WHY),
    ]
    assert all(WHY.encode() not in bytes(row.sealed_reason) for row in rows)
    bodies = [bytes(event.body or b"") for event in Event.objects.filter(tag__contains=":link:")]
    assert bodies
    for body in bodies:
        assert WHY.encode() not in body
        assert "token" not in json.loads(body)["facts"]
        assert str(token_of(one)).encode() not in body
    for report, count in ((one, 2), (two, 1)):
        lines = selectors.decisions_on(staff=officer, report=report)
        assert [line.reason for line in lines] == [WHY] * count, "read on either page"


def test_of_a_search_the_leaf_says_by_what_and_not_for_what(agency: Agency, officer: Staff) -> None:
    services.note_search(staff=officer, by="phone")
    event = Event.objects.latest("at", "id")
    assert json.loads(bytes(event.body or b""))["facts"] == {"by": "phone"}


LINKS = ["https://wa.me/962790000000", "https://web.whatsapp.com/send?phone=962790000000"]


@pytest.mark.parametrize("link", LINKS)
def test_her_own_number_as_a_chat_link_is_hers(agency: Agency, link: str) -> None:
    """Whatever form of link she was asked for, it leads to nobody who names her number."""
    report = naming(agency, PHONE, ("url", link), **make.NAMED)
    assert token_of(report) == token_of(naming(agency, PHONE))


@pytest.mark.parametrize("link", LINKS)
def test_who_pastes_a_chat_link_and_who_types_the_number_are_linked(
    agency: Agency, officer: Staff, link: str
) -> None:
    typed, pasted = naming(agency, ("phone", "0790000000")), naming(agency, ("url", link))
    assert clusters(typed, pasted) == [{0, 1}]
    found = search.by_identifier(staff=officer, kind="url", value=link)
    assert {row.pk for row in found} == {typed.pk, pasted.pk}


@pytest.mark.parametrize(
    ("text", "phrase", "held"),
    [
        ("He asked for money.", "asked for", True),
        ("He asked for money.", "ASKED, for!", True),
        ("He asked for money.", "for asked", False),
        ("He asked for money.", "ask", False),
        ("He asked for money.", "", False),
        ("He asked for money.", "…", False),
        ("", "money", False),
        ("هدّدني بالصّور", "هددني بالصور", True),
        ("He_asked-for", "asked for", True),
    ],
)
def test_whether_a_text_holds_a_phrase_as_it_was_said(text: str, phrase: str, held: bool) -> None:
    assert search.says(text, phrase) is held


def test_a_muted_value_is_no_reason_on_the_page_of_the_one_behind_it(
    agency: Agency, officer: Staff
) -> None:
    one, two = naming(agency, PHONE, OTHER), naming(agency, PHONE, OTHER)
    link_new()
    tokens = {token for _, token in values_in(bytes(LinkSet.objects.get(report=one).packed))}
    muted = min(tokens)
    services.mute(staff=officer, report=one, token=muted, reason=WHY)
    page = selectors.offender_page(staff=officer, report=two)
    assert page.silent == 1
    assert {token for _, token, _ in page.identifiers} == tokens - {muted}
    assert page.victims == [one.locator, two.locator]

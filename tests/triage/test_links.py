# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links as the worker finds them and as officers decide about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.config.clock import now
from amana.people.models import Role
from amana.referral import services as referral
from amana.reports.errors import AlreadyDone, NotFound, Refused, VaultClosed
from amana.reports.models import Report
from amana.triage.links import linking, search, selectors, services
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet, LinkToken, SharedToken
from tests.support import builders as make
from tests.triage.links import cluster_of, clusters, naming

pytestmark = pytest.mark.db
AQABA, CENTRE = "jo/ccu/aqaba", "jo/ccu"
PHONE = ("phone", "+962791234567")


def test_a_report_is_linked_when_the_worker_has_come_round() -> None:
    agency = make.node()
    one = naming(agency, PHONE)
    two = naming(agency, ("phone", "00962 79 123 45 67"))
    other = naming(agency, ("phone", "+962795550000"))
    assert cluster_of(one) != cluster_of(two)
    assert clusters(one, two, other) == [{0, 1}, {2}]
    assert make.tags(two).count("report:link:find") == 1
    assert make.tags(other).count("report:link:find") == 0
    assert link_new() == 0


def test_while_a_crowd_files_only_a_few_are_linked_and_the_rest_when_it_is_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = make.node()
    monkeypatch.setattr(linking, "CROWD", 3)
    monkeypatch.setattr(linking, "IN_A_CROWD", 1)
    filed = [naming(agency, PHONE) for _ in range(5)]
    assert link_new() == 1  # the oldest first
    assert link_set_of(filed[0]).linked_at is not None
    quiet = now() + linking.CROWD_WITHIN
    monkeypatch.setattr("amana.triage.links.linking.now", lambda: quiet)
    assert link_new() == 4
    assert clusters(*filed) == [{0, 1, 2, 3, 4}]


def test_a_crowd_that_comes_while_links_are_made_is_heeded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = make.node()
    monkeypatch.setattr(linking, "IN_A_CROWD", 2)
    for _ in range(6):
        naming(agency, PHONE)
    looks = iter([False, True, False])
    monkeypatch.setattr(linking, "_crowd", lambda: next(looks))
    assert link_new() == 4
    monkeypatch.setattr(linking, "_crowd", lambda: False)
    assert link_new() == 2


def link_set_of(report: Report) -> LinkSet:
    return LinkSet.objects.get(report=report)


def test_a_handle_alone_is_a_suggestion_and_joins_with_a_second_witness() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    handle, wallet = ("handle", "instagram:lion_of_sea"), ("iban", "JO94CBJO0010000000000131000302")
    one, two = naming(agency, handle), naming(agency, handle)
    assert clusters(one, two) == [{0}, {1}]
    seen = selectors.picture(staff=officer, report=one)
    assert [(edge.other.pk, edge.why) for edge in seen.suggested] == [(two.pk, "handle")]
    three, four = naming(agency, handle, wallet), naming(agency, handle, wallet)
    assert {2, 3} in clusters(one, two, three, four)


def test_one_digit_apart_is_a_suggestion() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, ("phone", "+962791234568"))
    assert clusters(one, two) == [{0}, {1}]
    (edge,) = selectors.picture(staff=officer, report=two).suggested
    assert edge.why == "near_phone"


def test_her_own_number_is_no_token_wherever_she_wrote_it() -> None:
    agency = make.node()
    own = "+962790000000"
    one = naming(agency, ("phone", own), **make.NAMED)
    two = naming(agency, ("phone", own), **make.NAMED)
    assert not LinkSet.objects.filter(report__in=[one, two]).exists()


def test_m130_words_under_review_have_no_tokens_and_no_links_until_released() -> None:
    agency = make.node()
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    plain = naming(agency, PHONE)
    waiting = naming(agency, PHONE, offences=["D1"], category="D1")
    link_new()
    assert not LinkSet.objects.filter(report=waiting).exists()
    assert LinkToken.objects.values("number").distinct().count() == 1
    referral.review_legally(staff=reviewer, report=waiting, release=True, reason="Not an opinion.")
    assert clusters(plain, waiting) == [{0, 1}]


def test_what_goes_to_review_later_leaves_all_links() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    one, two, three = (naming(agency, PHONE) for _ in range(3))
    assert clusters(one, two, three) == [{0, 1, 2}]
    referral.change_category(staff=officer, report=one, category="D1")
    assert clusters(two, three) == [{0, 1}]
    assert not LinkSet.objects.filter(report=one).exists()
    assert [r.pk for r in selectors.members_of(staff=officer, report=two)] == [two.pk, three.pk]


def test_a_split_parts_a_cluster_and_undo_restores_it_exactly() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    wallet = ("iban", "JO94CBJO0010000000000131000302")
    one, two = naming(agency, PHONE, wallet), naming(agency, PHONE, wallet)
    three = naming(agency, PHONE)
    link_new()
    before = {row.pk: row.cluster for row in LinkSet.objects.all()}
    said = services.split(staff=officer, report=three, other=one.pk, reason="Another voice.")
    assert clusters(one, two, three) == [{0, 1}, {2}]
    with pytest.raises(AlreadyDone):
        services.split(staff=officer, report=one, other=three.pk, reason="Again.")
    services.undo(staff=officer, report=one, decision=said.pk)
    link_new()
    assert {row.pk: row.cluster for row in LinkSet.objects.all()} == before
    lines = selectors.decisions_on(staff=officer, report=three)
    assert [(line.reason, line.row.officer_id) for line in lines] == [
        ("Another voice.", officer.officer_id)
    ]
    with pytest.raises(AlreadyDone):
        services.undo(staff=officer, report=one, decision=said.pk)


def test_a_confirmed_link_joins_what_nothing_else_does_and_can_be_taken_back() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, ("phone", "+962791111111"))
    assert clusters(one, two) == [{0}, {1}]
    said = services.confirm(staff=officer, report=one, other=two.locator, reason="Same voice.")
    assert clusters(one, two) == [{0, 1}]
    assert "report:link:confirm" in make.tags(one)
    assert "report:link:confirm" in make.tags(two)
    services.undo(staff=officer, report=two, decision=said.pk)
    assert clusters(one, two) == [{0}, {1}]


def test_a_muted_value_links_nobody_stays_visible_and_can_speak_again() -> None:
    agency = make.node()
    officer = make.staff(agency, CENTRE, Role.SUPERVISOR)
    one, two = (naming(agency, PHONE, victim_region="JO-AM") for _ in range(2))
    link_new()
    (token,) = selectors.values_of(one, make.answers())
    services.mute(staff=officer, report=one, token=token, reason="The hotline of the bank.")
    assert clusters(one, two) == [{0}, {1}]
    (value,) = selectors.picture(staff=officer, report=two).muted
    assert (value.kind, value.why, value.token) == ("phone", "officer", token)
    services.unmute(staff=officer, report=two, token=token, reason="It is not.")
    assert clusters(one, two) == [{0, 1}]


def test_a_decision_without_a_reason_is_refused_and_counted() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    for act in (services.confirm, services.split):
        with pytest.raises(Refused):
            act(staff=officer, report=one, other=two.pk, reason=" ")
    assert make.tags(one).count("justice:action:refuse") == 2


def test_a_link_into_another_unit_says_only_that_it_is_there_and_whom_to_ask() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    mine = naming(agency, PHONE)
    theirs = naming(agency, PHONE, victim_region="JO-IR")
    link_new()
    seen = selectors.picture(staff=officer, report=mine)
    assert [member.pk for member in seen.members] == [mine.pk]
    assert seen.edges == seen.suggested == []
    assert [unit.code for unit in seen.ask] == ["jo/ccu/irbid"]
    assert selectors.members_of(staff=officer, report=mine) == [mine]
    for act in (services.confirm, services.split):
        with pytest.raises(NotFound):
            act(staff=officer, report=mine, other=theirs.pk, reason="Same man.")


def test_m074_a_report_of_terrorism_is_not_even_hinted_at() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    mine = naming(agency, PHONE)
    naming(agency, PHONE, offences=["T2", "X1"], category="T2")
    link_new()
    assert selectors.picture(staff=officer, report=mine).ask == []


def found(rows: list[Report]) -> set[object]:
    return {row.pk for row in rows}


def test_blind_search_finds_identifiers_beginnings_and_words() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    told = naming(agency, PHONE, narrative="وابتزني هذا الشخص وهددني أمس بنشر صوري على الجميع")
    link_new()
    assert found(search.by_identifier(staff=officer, kind="phone", value="٠٧٩١٢٣٤٥٦٧", region="JO"))
    assert not search.by_identifier(staff=officer, kind="phone", value="+962791234568")
    assert found(search.by_beginning(staff=officer, kind="phone", front="+96279123")) == {told.pk}
    assert found(search.by_beginning(staff=officer, kind="phone", front="0791234", region="JO"))
    assert not search.by_beginning(staff=officer, kind="phone", front="+96278123")
    assert not search.by_beginning(staff=officer, kind="phone", front="+96")
    assert found(search.by_words(staff=officer, text="ابتزاز")) == {told.pk}
    assert found(search.by_words(staff=officer, text="صوري ابتزاز")) == {told.pk}
    assert not search.by_words(staff=officer, text="صوري سيارة")
    assert not search.by_words(staff=officer, text="…")
    assert search.says("وهدّدني أمس بنشر صوري", "هددني امس") is False
    assert search.says("وهدّدني أمس بنشر صوري", "أمس  بنشر")


def test_none_and_not_yours_take_the_same_statements() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    naming(agency, PHONE, victim_region="JO-IR", narrative="He threatens to publish my pictures")
    link_new()
    by_identifier = partial(search.by_identifier, staff=officer, kind="phone")
    by_beginning = partial(search.by_beginning, staff=officer, kind="phone")
    by_words = partial(search.by_words, staff=officer)
    for not_hers, none in (
        (partial(by_identifier, value="+962791234567"), partial(by_identifier, value="+962790001")),
        (partial(by_beginning, front="+96279123"), partial(by_beginning, front="+96278123")),
        (partial(by_words, text="pictures"), partial(by_words, text="elephants")),
    ):
        taken = []
        for ask in (not_hers, none):
            with CaptureQueriesContext(connection) as seen:
                assert ask() == []
            taken.append([query["sql"][:80] for query in seen.captured_queries])
        assert taken[0] == taken[1]
        assert len(taken[0]) == 1


def test_nobody_decides_about_links_with_a_closed_vault() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    link_new()
    said = services.split(staff=officer, report=one, other=two.pk, reason="Another voice.")
    (token,) = selectors.values_of(one, make.answers())
    closed = replace(officer, vault=None)
    acts: tuple[Callable[[], object], ...] = (
        lambda: services.confirm(staff=closed, report=one, other=two.pk, reason="Same."),
        lambda: services.mute(staff=closed, report=one, token=token, reason="A hotline."),
        lambda: services.unmute(staff=closed, report=one, token=token, reason="It is not."),
        lambda: services.undo(staff=closed, report=one, decision=said.pk),
    )
    before = make.tags(one)
    for act in acts:
        with pytest.raises(VaultClosed):
            act()
    assert make.tags(one) == before


def test_who_sees_only_one_of_two_reports_takes_no_decision_about_them_back() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    said = services.split(staff=officer, report=one, other=two.pk, reason="Another voice.")
    referral.record_diagnosis(staff=officer, report=two, finding=make.finding())
    referral.refer(
        staff=officer, report=two, to_unit=make.unit("jo/ccu/irbid"), reason="She lives there."
    )
    with pytest.raises(NotFound):
        services.undo(staff=make.again(officer), report=one, decision=said.pk)
    said.refresh_from_db()
    assert said.undone_at is None


def test_m074_a_muted_value_counts_no_report_that_she_does_not_see() -> None:
    agency = make.node()
    officer = make.staff(agency, AQABA)
    hotline = ("phone", "+96265501100")
    one, two = naming(agency, hotline), naming(agency, hotline)
    (token,) = selectors.values_of(one, {"identifiers": [{"type": "phone", "value": hotline[1]}]})
    link_new()
    SharedToken.objects.update_or_create(
        token=token, defaults={"kind": 1, "holders": 90, "muted": "spread", "at": now()}
    )
    (value,) = selectors.picture(staff=officer, report=one).muted
    assert (value.token, value.holders) == (token, 2)
    assert two.pk != one.pk

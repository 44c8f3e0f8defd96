# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links through the pages of the desk: what is shown, decided, muted, taken back, and hidden."""

from __future__ import annotations

import re

import pytest

from amana.desk.links.pages import MOST_OTHERS
from amana.people.models import Role
from amana.reports.models import Report
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkDecision, TokenDecision
from tests.desk.links.steps import AQABA, IBAN, IRBID, PHONE, code, text, two_linked
from tests.desk.steps import desk, of, ok, refused, went_on
from tests.support import builders as make
from tests.triage.links import naming

pytestmark = pytest.mark.db
OTHER = ("phone", "+962795550000")
HANDLE = ("handle", "instagram:lion_of_sea")
WHY = "Both wrote the same threat."


def test_m075_the_page_shows_who_else_names_him_and_by_what() -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    assert "1 other report seems to mean the same person." in text(who.get(of(one)))
    page = ok(who.get(of(one, "links/")))
    shown = text(who.get(of(one, "links/")))
    assert code(two) in shown
    assert "Phone number +962 7 9123 4567" in shown
    assert "Bank account JO94 CBJO 0010 0000 0000 0131 0003 02" in shown
    assert page.count("<circle") == 2
    assert page.count("<rect") == 2


def test_a_report_that_stands_alone_says_so_and_draws_nothing() -> None:
    agency = make.node()
    alone = naming(agency, PHONE)
    link_new()
    page = ok(desk(agency, AQABA).get(of(alone, "links/")))
    assert "No other report that you may see" in page
    assert "<svg" not in page


def test_a_suggestion_is_confirmed_with_a_reason_and_taken_back_whole() -> None:
    agency = make.node()
    one, two = naming(agency, HANDLE), naming(agency, HANDLE)
    link_new()
    who = desk(agency, AQABA)
    assert "Suggested: a person decides" in ok(who.get(of(one, "links/")))
    act = of(one, f"links/confirm/{two.locator}/")
    refused(who.post(act, reason=" "))
    assert not LinkDecision.objects.exists()
    went_on(who.post(act, reason=WHY), of(one, "links/"))
    link_new()
    page = text(who.get(of(one, "links/")))
    assert "1 other report seems to mean" in page
    assert WHY in page
    decision = LinkDecision.objects.get()
    went_on(who.post(of(one, f"links/undo/{decision.pk}/")), of(one, "links/"))
    link_new()
    page = text(who.get(of(one, "links/")))
    assert "No other report that you may see" in page
    assert "taken back" in page
    assert make.tags(one).count("report:link:undo") == 1


def test_a_link_is_split_and_the_reports_stay_as_they_are() -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    before = Report.objects.filter(pk=two.pk).values().get()
    went_on(who.post(of(one, f"links/split/{two.locator}/"), reason=WHY), of(one, "links/"))
    link_new()
    assert "No other report that you may see" in ok(who.get(of(one, "links/")))
    assert Report.objects.filter(pk=two.pk).values().get() == before


def test_every_link_says_how_it_links_how_much_it_weighs_and_by_what() -> None:
    agency = make.node()
    one, two = naming(agency, PHONE, HANDLE), naming(agency, PHONE)
    three = naming(agency, HANDLE)
    link_new()
    who = desk(agency, AQABA)
    page = text(who.get(of(one, "links/")))
    assert f"{code(one)} – {code(two)} Linked strong, weight 4.0 Phone number" in page
    assert f"{code(one)} – {code(three)} Suggested weak, weight -0.2 Account name" in page
    picture = ok(who.get(of(one, "links/")))
    assert '<line class="strong"' in picture
    assert '<line class="weak maybe"' in picture
    assert "Phone number \u2066+962 7 9123 4567\u2069 · Linked · strong, weight 4.0" in picture
    assert f'href="#with-{two.locator}"' in picture
    assert f'id="with-{two.locator}"' in picture


def test_nearly_the_same_words_are_one_thing_however_many_places_are_alike() -> None:
    agency = make.node()
    words = (
        "He wrote me on the application and says that he has my pictures from the video call, and "
        "that he will send them to my brother and to my whole family when I do not pay before "
        "Friday evening; he named my school and my street and the shop of my father."
    )
    one, two, three = (make.report(agency, narrative=words, identifiers=None) for _ in range(3))
    link_new()
    page = ok(desk(agency, AQABA).get(of(one, "links/")))
    picture, _, tables = page.partition("</figure>")
    assert picture.count("<rect") == 1
    assert picture.count("<line ") == 3
    for other in (two, three):
        row = tables.partition(f'id="with-{other.locator}"')[2].partition("</tr>")[0]
        assert row.count("Nearly the same words") == 1


def test_among_very_many_links_those_that_weigh_most_stand_on_the_page() -> None:
    agency = make.node()
    reports = [naming(agency, PHONE, IBAN) for _ in range(13)]
    link_new()
    page = ok(desk(agency, AQABA).get(of(reports[0], "links/")))
    among = page.partition("Links among the others")[2].partition("</details>")[0]
    assert '<span class="muted">66</span>' in among, "twelve others, each with each"
    assert among.count("<tr") == 1 + MOST_OTHERS
    assert f"Those {MOST_OTHERS} that weigh most" in among
    assert page.count("links/split/") == 12


def test_a_muted_link_stays_in_the_picture_and_weighs_nothing() -> None:
    agency = make.node()
    one, two = naming(agency, PHONE), naming(agency, PHONE)
    link_new()
    who = desk(agency, AQABA)
    went_on(who.post(of(one, f"links/confirm/{two.locator}/"), reason=WHY))
    (token,) = re.findall(r"links/value/mute/(-?\d+)/", ok(who.get(of(one, "links/"))))
    went_on(who.post(of(one, f"links/value/mute/{token}/"), reason="A hotline."))
    link_new()
    page = ok(who.get(of(one, "links/")))
    assert '<g class="value quiet">' in page
    assert "Muted" in page
    assert "weight" not in text(who.get(of(one, "links/"))).partition("What links them")[2]


@pytest.mark.parametrize("act", ["confirm", "split"])
def test_what_was_decided_stands_at_the_link_and_is_taken_back_there(act: str) -> None:
    agency = make.node()
    one, two = naming(agency, HANDLE), naming(agency, HANDLE)
    link_new()
    who = desk(agency, AQABA)
    went_on(who.post(of(one, f"links/{act}/{two.locator}/"), reason=WHY))
    link_new()
    for report, other in ((one, two), (two, one)):
        page = ok(who.get(of(report, "links/")))
        row = page.partition(f'id="with-{other.locator}"')[2].partition("</tr>")[0]
        assert "said an officer" in row
        assert WHY in page, "the reason, on whichever page it was given"
        assert f"links/{act}/" not in row, "what stands is not decided a second time"
        assert "links/undo/" in row
    (path,) = {*re.findall(r'action="([^"]+links/undo/[^"]+)"', ok(who.get(of(two, "links/"))))}
    went_on(who.post(path))
    link_new()
    assert f"links/{act}/{two.locator}/" in ok(who.get(of(one, "links/")))


def test_a_value_is_muted_stays_visible_and_speaks_again() -> None:
    agency = make.node()
    one, _two = two_linked(agency)
    who = desk(agency, AQABA)
    page = ok(who.get(of(one, "links/")))
    tokens = re.findall(r"links/value/mute/(-?\d+)/", page)
    assert len(tokens) == 2
    for token in tokens:
        went_on(who.post(of(one, f"links/value/mute/{token}/"), reason="A hotline."))
    link_new()
    page = text(who.get(of(one, "links/")))
    assert "No other report that you may see" in page
    assert "Your unit said that it means nobody." in page
    assert "+962 7 9123 4567" in page
    went_on(who.post(of(one, f"links/value/unmute/{tokens[0]}/"), reason="It is his."))
    assert TokenDecision.objects.count() == 3


@pytest.mark.parametrize(
    ("role", "unit", "whom"),
    [
        (Role.INVESTIGATOR, AQABA, "the view of your unit"),
        (Role.SUPERVISOR, "jo/ccu", "everybody in this agency"),
    ],
)
def test_before_she_mutes_the_page_says_for_whom_it_counts(
    role: Role, unit: str, whom: str
) -> None:
    agency = make.node()
    region = "JO-AQ" if unit == AQABA else "JO-AM"
    report = naming(agency, PHONE, victim_region=region)
    link_new()
    who = desk(agency, unit, role)
    (token,) = re.findall(r"links/value/mute/(-?\d+)/", ok(who.get(of(report, "links/"))))
    page = text(who.get(of(report, f"links/value/mute/{token}/")))
    assert f"Counts for {whom}" in page
    assert "+962 7 9123 4567" in page


def test_another_branch_sees_no_report_of_the_cluster_but_whom_to_ask() -> None:
    agency = make.node()
    here = naming(agency, PHONE, IBAN)
    there = naming(agency, PHONE, IBAN, victim_region="JO-IR")
    link_new()
    make.staff(agency, IRBID)
    who = desk(agency, AQABA)
    page = ok(who.get(of(here, "links/")))
    assert "Ask there:" in page
    assert there.locator not in page
    assert code(there) not in page
    assert who.get(of(here, f"links/confirm/{there.locator}/")).status_code == 404
    assert who.get(of(there, "links/")).status_code == 404


def test_acts_that_do_not_exist_are_not_there() -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    assert who.get(of(one, f"links/merge/{two.locator}/")).status_code == 404
    assert who.get(of(one, "links/value/shout/7/")).status_code == 404
    assert who.post(of(one, "links/value/mute/7/"), reason=WHY).status_code == 404


def test_who_may_not_diagnose_sees_links_and_decides_nothing() -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA, Role.LIAISON)
    page = ok(who.get(of(one, "links/")))
    assert "links/split/" not in page
    assert who.post(of(one, f"links/split/{two.locator}/"), reason=WHY).status_code == 404

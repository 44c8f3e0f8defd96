# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links through the pages of the desk: what is shown, decided, muted, taken back, and hidden."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from amana.agencies.models import Agency
from amana.desk.links import looking
from amana.journal.models import Event
from amana.limits.rules import SEARCH
from amana.people.models import Role
from amana.reports.models import Report
from amana.triage.links import search
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkDecision, TokenDecision
from tests.desk.steps import Desk, desk, of, ok, refused, went_on
from tests.desk.steps import text as html
from tests.support import builders as make
from tests.triage.links import naming

pytestmark = pytest.mark.db
AQABA, IRBID = "jo/ccu/aqaba", "jo/ccu/irbid"
PHONE = ("phone", "+962791234567")
OTHER = ("phone", "+962795550000")
IBAN = ("iban", "JO94CBJO0010000000000131000302")
HANDLE = ("handle", "instagram:lion_of_sea")
WHY = "Both wrote the same threat."


def two_linked(agency: Agency) -> tuple[Report, Report]:
    one, two = naming(agency, PHONE, IBAN), naming(agency, PHONE, IBAN)
    link_new()
    return one, two


def text(answer: object) -> str:
    """What stands on a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html(answer)))  # type: ignore[arg-type]


def code(report: Report) -> str:
    return f"{report.locator[:4]} {report.locator[4:]}"


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


# --- the alleged perpetrator


def test_m100_the_page_of_the_alleged_perpetrator_speaks_in_codes_until_asked() -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    page = text(who.get(of(one, "offender/")))
    assert "2 reports that you may see." in page
    assert code(two) in page
    assert "9123 4567" not in page
    assert "claims, not findings" in page
    reads = Event.objects.filter(subject_id=two.pk, tag="report:report:read").count()
    refused(who.post(of(one, "offender/"), purpose=""))
    page = text(who.post(of(one, "offender/"), purpose="To compare accounts."))
    assert "+962 7 9123 4567" in page
    assert Event.objects.filter(subject_id=two.pk, tag="report:report:read").count() == reads + 1, (
        "the other person can see that hers was opened"
    )


@pytest.mark.parametrize("language", ["ar", "ur"])
def test_codes_keep_the_order_of_their_groups_from_right_to_left(language: str) -> None:
    agency = make.node()
    one, two = two_linked(agency)
    who = desk(agency, AQABA)
    who.officer.language = language
    who.officer.save()
    page = text(who.get(of(one, "offender/")))
    for report in (one, two):
        assert f"\u2066{code(report)}\u2069" in page


def test_the_page_names_no_victim() -> None:
    agency = make.node()
    one = naming(agency, PHONE, IBAN, **make.NAMED)
    naming(agency, PHONE, IBAN)
    link_new()
    who = desk(agency, AQABA)
    assert "Salma" not in text(who.post(of(one, "offender/"), purpose="To compare."))


# --- search


def asked(who: Desk, **fields: object) -> str:
    return text(who.post("/desk/search/", **fields))


def test_a_report_is_found_by_number_word_beginning_and_phrase() -> None:
    agency = make.node()
    report = naming(agency, PHONE, narrative="He says: pay today or I send the pictures to Samar.")
    link_new()
    who = desk(agency, AQABA)
    for fields in (
        {"by": "phone", "text": "079 123 4567"},
        {"by": "phone", "text": "+96279123", "begins": "on"},
        {"by": "words", "text": "pictures"},
        {"by": "phrase", "text": "send the pictures"},
    ):
        assert code(report) in asked(who, **fields), fields
    assert "Nothing that you may see." in asked(who, by="phrase", text="pictures the send")


def test_what_is_not_hers_is_answered_like_what_is_not_there() -> None:
    agency = make.node()
    naming(agency, PHONE, victim_region="JO-IR")
    link_new()
    make.staff(agency, IRBID)
    who = desk(agency, AQABA)
    not_hers = asked(who, by="phone", text="+962791234567")
    nothing = asked(who, by="phone", text="+962799999999")
    strip = re.compile(r"value=\"[^\"]*\"")
    assert strip.sub("", not_hers) == strip.sub("", nothing)


def test_that_she_searched_is_a_leaf_and_for_what_is_written_nowhere() -> None:
    agency = make.node()
    who = desk(agency, AQABA)
    asked(who, by="phone", text="+962791234567")
    event = Event.objects.get(tag="report:report:search")
    assert json.loads(bytes(event.body or b""))["facts"] == {"by": "phone"}
    assert b"79123" not in bytes(event.body or b"")


@pytest.mark.parametrize(
    "fields",
    [
        {"by": "words", "text": ""},
        {"by": "nonsense", "text": "x"},
        {"by": "words", "text": "x" * 400},
        {},
    ],
)
def test_a_search_that_asks_for_nothing_is_refused_with_words(fields: dict[str, object]) -> None:
    who = desk(make.node(), AQABA)
    refused(who.post("/desk/search/", **fields))
    assert not Event.objects.filter(tag="report:report:search").exists()


def test_the_page_says_how_much_was_looked_through_alike_for_nothing_and_something() -> None:
    agency = make.node()
    naming(agency, PHONE, narrative="He wants to publish the pictures.")
    link_new()
    who = desk(agency, AQABA)
    for word in ("pictures", "elephants"):
        assert "the newest 5,000 reports of each of your units" in asked(who, by="words", text=word)
    for value in ("+962791234567", "+962799999999"):
        assert "1,000 reports are looked at" in asked(who, by="phone", text=value)


def test_who_searches_very_often_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    monkeypatch.setattr(looking, "SEARCH", replace(SEARCH, capacity=2))
    first, second = desk(agency, AQABA), desk(agency, AQABA)
    for _ in range(2):
        ok(first.post("/desk/search/", by="words", text="pictures"))
    page = refused(first.post("/desk/search/", by="words", text="pictures"))
    assert "You have searched very often." in page
    assert Event.objects.filter(tag="report:report:search").count() == 2
    ok(second.post("/desk/search/", by="words", text="pictures"))


def test_however_little_there_is_to_do_it_takes_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("amana.triage.links.search.sleep", waited.append)
    clock = iter([7.0, 7.01, 8.0, 9.0])
    monkeypatch.setattr("amana.triage.links.search.monotonic", clock.__next__)
    for _ in range(2):
        with search.evenly():
            pass
    assert waited == [pytest.approx(search.EVEN - 0.01), 0.0]


def test_an_administrator_searches_nothing() -> None:
    agency = make.node()
    assert desk(agency, AQABA, Role.ADMINISTRATOR).get("/desk/search/").status_code == 404


def test_nothing_is_looked_for_by_an_address() -> None:
    agency = make.node()
    naming(agency, PHONE)
    link_new()
    who = desk(agency, AQABA)
    assert "Found" not in text(who.get("/desk/search/", by="phone", text="+962791234567"))


# --- the same story twice


def test_nearly_the_same_words_are_said_before_anybody_begins() -> None:
    agency = make.node()
    words = (
        "He wrote me on the application and says that he has my pictures from the video call, and "
        "that he will send them to my brother and to my whole family when I do not pay before "
        "Friday evening; he named my school and my street and the shop of my father."
    )
    one = make.report(agency, narrative=words, identifiers=None)
    two = make.report(agency, narrative=words.replace("Friday", "Sunday"), identifiers=None)
    other = make.report(agency, narrative="Somebody sold me a telephone that never came.")
    link_new()
    who = desk(agency, AQABA)
    page = text(who.get(of(two)))
    assert "This may be the same story as in another report." in page
    assert code(one) in page
    assert "the same story" not in text(who.get(of(other)))

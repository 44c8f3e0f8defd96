# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way through the questions: one at a time, back and forth, nothing lost, nothing told."""

from __future__ import annotations

import gzip
import re
from urllib.parse import quote

import pytest
from django.http import HttpResponse

from amana.portal.walk import Walk
from amana.reports.intake import current_questionnaire
from amana.reports.models import Draft, PortalSession, Report
from amana.reports.services import drafts
from amana.reports.sessions import open_session
from tests.portal.visitor import STORY, Visitor
from tests.support.builders import node

pytestmark = pytest.mark.db

WARM_QUESTION = 3 * 1024
"""Bytes of a question page on the wire once the style is in the browser (gzip)."""
TELLING = ("crime", "sextortion", "blackmail", "police", "report", "cyber", "abuse")


def walk_of(visitor: Visitor) -> Walk:
    """The draft behind the visitor's cookie."""
    visit = open_session(visitor.client.cookies["s"].value)
    assert visit is not None
    assert visit.draft is not None
    return Walk(drafts.open_draft(visit.draft, visit.secret))


def answers_of(visitor: Visitor) -> dict[str, object]:
    return dict(walk_of(visitor).told)


def test_u02_the_page_on_safety_stands_before_the_first_question() -> None:
    node()
    visitor = Visitor().get("/")
    assert "/start/" in visitor.links
    visitor.get("/start/")
    assert "does not erase the history" in visitor.text
    assert "/help/private-visit/" in visitor.links
    assert not Draft.objects.exists()
    assert "s" not in visitor.client.cookies
    visitor.send({})
    assert Draft.objects.count() == 1
    assert visitor.fields == {"danger_now", "_skip"}


def test_beginning_twice_goes_on_with_the_same_draft() -> None:
    node()
    visitor = Visitor().begin()
    visitor.send({"danger_now": "no"})
    second = visitor.url
    visitor.begin()
    assert visitor.url == second
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_of_the_walk_is_light(language: str) -> None:
    """Speed and size: 3 kB warm for each question; U-06: one question, why, and a way to skip."""
    node()
    visitor = Visitor(language).begin()
    asked = 0
    for url in visitor.walking(STORY):
        size = len(gzip.compress(visitor.page.content, 6))
        assert size <= WARM_QUESTION, (url, size, visitor.heading)
        assert visitor.html.count("<h1>") == 1
        assert visitor.page["Content-Language"] == language
        assert 'class="exit"' in visitor.html
        assert 'class="near"' in visitor.html
        assert len(visitor.ids) == len(set(visitor.ids)), url
        if "_skip" in visitor.fields:
            asked += 1
            assert re.search(r'class="(why|hint)"', visitor.html), visitor.heading
            assert re.search(r'<progress class="path"[^>]*></progress>', visitor.html)
    assert visitor.url == "/check/"
    assert asked > 40


def test_the_longest_pages_stay_light_with_rows_and_errors() -> None:
    node()
    visitor = Visitor("ar").begin().to_question("identifiers-0-value")
    rows = {f"identifiers-{at}-value": f"+96279000000{at}" for at in range(3)}
    visitor.send({**rows, "identifiers-1-type": "email", "_more": "1"})
    assert visitor.page.status_code == 422
    assert len(gzip.compress(visitor.page.content, 6)) <= WARM_QUESTION


def test_u05_identity_is_asked_last_and_nothing_is_a_wall() -> None:
    """Everything can be skipped: a report needs no name, phone or address (M-001)."""
    node()
    order: list[str] = []
    visitor = Visitor().begin()
    for _ in visitor.walking({"groups": "unknown", "pace": "full", "narrative": "x"}):
        order += sorted(visitor.fields - {"_skip"})
    consents = {"police", "partner", "cross_border", "platform_notice", "research"}
    assert [name for name in order if name not in consents][-1] == "identity"
    visitor.send({"pin": ""})
    assert visitor.url == "/done/"
    assert Report.objects.get().identity_choice == "anonymous"


def test_u07_somebody_in_danger_sees_help_before_anything_else_is_asked() -> None:
    node()
    visitor = Visitor().begin().send({"danger_now": "child"})
    assert not visitor.fields - {"_skip"}
    assert 'href="tel:911"' in visitor.html
    assert visitor.heading == "Help is there now"
    assert re.search(r'rel="next" href="/q/\d{10}/"', visitor.html)


def test_the_voice_changes_with_who_reports_and_how_old_she_is() -> None:
    node()
    other = Visitor().begin().to_question("minor", {"role": "parent", "groups": "child"})
    assert other.heading == "Is the person concerned younger than 18?"
    child = Visitor().begin()
    child.to_question("self_harm", {"minor": "yes", "groups": "blackmail", "pace": "full"})
    assert child.heading == "Do you think about dying or hurting yourself?"


def test_no_answer_stands_in_an_address_a_cookie_or_a_redirect() -> None:
    node()
    visitor = Visitor(walks=True).file()
    words = [
        value
        for said in STORY.values()
        for value in ([said] if isinstance(said, str) else said)
        if len(value) > 2
    ]
    # The random digits of a question's own address may hold any short number.
    met = re.sub(r"/[qc]/[0-9]{10}/", "/q/", " ".join(visitor.seen))
    assert not [word for word in words if word in met or quote(word) in met]
    assert "?" not in met
    step_ids = {step.id for step in current_questionnaire().steps}
    assert not step_ids & set(re.split(r"[/ ]", met))
    assert set(visitor.client.cookies) == {"s", "c"}


def test_the_same_question_has_another_address_in_another_draft() -> None:
    """What was asked depends on what was answered: history must not tell it (U-04)."""
    node()
    assert Visitor().begin().url != Visitor().begin().url


def test_another_draft_s_address_leads_to_ones_own_question() -> None:
    node()
    stranger = Visitor().begin()
    visitor = Visitor().begin()
    mine = visitor.url
    visitor.get(stranger.url)
    assert visitor.url == mine


def test_u06_back_shows_what_was_answered_and_loses_nothing() -> None:
    node()
    visitor = Visitor().begin().to_question("offences", {"groups": ["blackmail", "money"]})
    visitor.send({"offences": ["X1", "F1"]})
    back = next(link for link in visitor.links if link.startswith("/q/"))
    visitor.get(back)
    assert visitor.html.count(" checked") == 2
    visitor.get(next(link for link in visitor.links if link.startswith("/q/")))
    visitor.send({"groups": "other"})
    visitor.get(back).get(next(link for link in visitor.links if link.startswith("/q/")))
    visitor.send({"groups": ["blackmail", "money"]})
    assert visitor.html.count(" checked") == 2, "answers of a hidden question come back with it"


def test_an_answer_that_stays_hidden_is_not_filed() -> None:
    node()
    visitor = Visitor().begin().to_question("deadline_known", {"groups": "blackmail"})
    visitor.send({"deadline_known": "yes"})
    visitor.send({"deadline-day": "1", "deadline-month": "12", "deadline-year": "2026"})
    assert "deadline" in walk_of(visitor).answers
    visitor.get(walk_of(visitor).url("deadline_known")).send({"deadline_known": "no"})
    assert "deadline" in walk_of(visitor).told
    assert "deadline" not in walk_of(visitor).answers


def test_add_another_keeps_the_row_and_offers_an_empty_one() -> None:
    node()
    visitor = Visitor().begin().to_question("identifiers-0-value")
    here = visitor.url
    visitor.send({"identifiers-0-value": "+962791111111", "_more": "1"})
    assert visitor.url == here
    assert "+962791111111" in visitor.html
    assert "identifiers-1-value" in visitor.fields


def test_two_windows_at_once_both_keep_their_answer() -> None:
    """A stale copy of the draft is joined with what another window has saved."""
    node()
    visitor = Visitor().begin()
    stale = walk_of(visitor)
    walk_of(visitor).store({"role": "parent"})
    joined = stale.store({"danger_now": "no"})
    assert {"role": "parent", "danger_now": "no"}.items() <= answers_of(visitor).items()
    assert joined.told["role"] == "parent"


def test_a_window_that_loses_every_race_keeps_what_was_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node()
    visitor = Visitor().begin().to_question("narrative", {"groups": "other"})

    def always(**_said: object) -> None:
        raise drafts.DraftChanged

    monkeypatch.setattr("amana.portal.walk.save", always)
    visitor.send({"narrative": "my own words"})
    assert "my own words" in visitor.html
    assert "Another window" in visitor.text


def test_a_country_may_be_typed_in_any_language() -> None:
    node()
    for typed in ("Allemagne", "المانيا", "جرمنی", "germany", "DE"):
        visitor = Visitor().begin().to_question("victim_country")
        visitor.send({"victim_country-other": typed})
        assert answers_of(visitor)["victim_country"] == "DE", typed


def test_a_country_nobody_knows_is_asked_again_with_names_like_it() -> None:
    node()
    visitor = Visitor().begin().to_question("victim_country")
    visitor.send({"victim_country-other": "Guinea land"})
    assert visitor.page.status_code == 422
    assert 'value="Guinea land"' in visitor.html
    visitor.send({"victim_country-other": "Congo"})
    assert "Congo - Kinshasa" in visitor.text


def test_an_ended_visit_keeps_what_was_typed_and_the_draft_code_brings_it_home() -> None:
    """A session that ended loses nothing while the draft lives."""
    node()
    visitor = Visitor().begin().to_question("narrative", {"groups": "other"})
    url = visitor.url
    code = visitor.get("/draft/").code
    visitor.get(url)
    PortalSession.objects.all().delete()
    visitor.send({"narrative": "typed while the visit ended"})
    assert visitor.page.status_code == 403
    assert "is not lost" in visitor.text
    carried = {
        "f:narrative": "typed while the visit ended",
        "number": re.findall(r"\d{10}", url)[0],
    }
    assert "typed while the visit ended" in visitor.html
    visitor.send({"code": "1", **carried}, "/code/")
    assert "typed while the visit ended" in visitor.html, "a wrong code loses it neither"
    visitor.send({"code": code, **carried}, "/code/")
    assert answers_of(visitor)["narrative"] == "typed while the visit ended"


def test_what_is_carried_over_an_ended_visit_needs_a_token_of_ours() -> None:
    node()
    visitor = Visitor()
    answer: HttpResponse = visitor.client.post("/q/1234567890/", {"narrative": "planted"})  # type: ignore[assignment]
    assert answer.status_code == 403
    assert b"planted" not in answer.content


@pytest.mark.parametrize("url", ["/check/", "/draft/", "/draft/delete/", "/done/", "/box/"])
def test_without_a_visit_every_page_says_that_nothing_is_lost(url: str) -> None:
    node()
    visitor = Visitor().get(url)
    assert visitor.page.status_code == 403
    assert "code" in visitor.fields


def test_u04_titles_and_addresses_give_nothing_away() -> None:
    node()
    visitor = Visitor(walks=True).file()
    for url, page in visitor.pages:
        title = re.findall(r"<title>(.*?)</title>", page.content.decode())
        for word in TELLING:
            assert word not in url
            assert word not in title[0].lower()
        assert page["Cache-Control"] == "no-store"
        assert page["Referrer-Policy"] == "no-referrer"
        assert "<style" not in page.content.decode()
        assert " style=" not in page.content.decode()


def test_u01_after_the_exit_the_cookie_opens_nothing() -> None:
    node()
    visitor = Visitor().begin()
    token = visitor.client.cookies["s"].value
    url = visitor.url
    visitor.client.get("/exit/")
    assert open_session(token) is None
    visitor.client.cookies["s"] = token
    assert visitor.get(url).page.status_code == 403
    assert Draft.objects.count() == 1, "the draft itself lives on under its code"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages on which an officer has the text in a picture read."""

from __future__ import annotations

import pytest

from amana.agencies.models import Agency
from amana.evidence.models import Copy, EvidenceItem
from amana.evidence.ocr import reading
from amana.evidence.ocr.reading import Busy, Installed, Text
from amana.people.models import Role
from amana.reports.models import Report
from tests.desk.steps import desk, of, ok, refused, text
from tests.evidence.files import added
from tests.support import builders as make
from tests.support.tesseract import screenshot

pytestmark = pytest.mark.db
BY = Installed("/usr/bin/tesseract", "5.3.0", ("ara", "eng"))
SAID = "Pay <b>now</b>, 079 555 1212\n5500 0000 0000 0004\nt.me/rich_uncle_77"
PURPOSE = {"purpose": "Find the number"}


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def report(agency: Agency) -> Report:
    return make.report(agency)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "installed", lambda: BY)
    monkeypatch.setattr(reading, "read", lambda content: Text(SAID, BY))


def page_of(report: Report, item: EvidenceItem) -> str:
    return of(report, f"files/{item.id}/text/")


def test_the_page_of_a_picture_leads_there_and_that_of_a_letter_does_not(
    agency: Agency, report: Report
) -> None:
    who = desk(agency, "jo/ccu/aqaba")
    picture = added(report, screenshot(()))
    letter = added(report, b"dear officer", "letter.txt")
    assert page_of(report, picture) in ok(who.get(of(report, f"files/{picture.id}/")))
    assert "/text/" not in ok(who.get(of(report, f"files/{letter.id}/")))
    assert who.get(page_of(report, letter)).status_code == 404


def test_text_and_identifiers_are_shown_and_written_nowhere(agency: Agency, report: Report) -> None:
    who = desk(agency, "jo/ccu/aqaba")
    item = added(report, screenshot(()))
    before = ok(who.get(of(report)))
    answer = who.send(page_of(report, item), PURPOSE)
    raw = answer.content.decode()
    assert "Pay &lt;b&gt;now&lt;/b&gt;" in raw
    shown = ok(answer)
    for words in ("Phone number", "+962795551212", "Bank card", "Account name", "rich_uncle_77"):
        assert words in shown
    assert "5500000000000004" not in shown
    assert "rich_uncle_77" not in before
    assert "rich_uncle_77" not in ok(who.get(of(report)))


def test_the_purpose_is_asked_for(agency: Agency, report: Report) -> None:
    who = desk(agency, "jo/ccu/aqaba")
    item = added(report, screenshot(()))
    assert "This field is required" in refused(who.post(page_of(report, item)))
    assert not EvidenceItem.objects.filter(copy=Copy.TEXT).exists()


def test_reading_anew_is_offered_only_where_a_text_is_kept(agency: Agency, report: Report) -> None:
    who = desk(agency, "jo/ccu/aqaba")
    item = added(report, screenshot(()))
    assert 'name="again"' not in ok(who.get(page_of(report, item)))
    ok(who.send(page_of(report, item), PURPOSE))
    assert 'name="again"' in ok(who.get(page_of(report, item)))
    ok(who.send(page_of(report, item), PURPOSE))
    assert EvidenceItem.objects.filter(copy=Copy.TEXT).count() == 1
    ok(who.send(page_of(report, item), {**PURPOSE, "again": "on"}))
    assert EvidenceItem.objects.filter(copy=Copy.TEXT).count() == 2


def test_without_the_program_the_page_says_so_and_a_kept_text_still_opens(
    agency: Agency, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = desk(agency, "jo/ccu/aqaba")
    read, unread = added(report, screenshot(())), added(report, screenshot(("2",)))
    ok(who.send(page_of(report, read), PURPOSE))
    monkeypatch.setattr(reading, "installed", lambda: None)
    page = ok(who.get(page_of(report, unread)))
    assert "no program that reads text in pictures" in page
    assert 'name="purpose"' not in page
    assert "rich_uncle_77" in ok(who.send(page_of(report, read), PURPOSE))


def test_an_empty_picture_is_said_to_be_one(
    agency: Agency, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "read", lambda content: Text("", BY))
    who = desk(agency, "jo/ccu/aqaba")
    answer = who.send(page_of(report, added(report, screenshot(()))), PURPOSE)
    assert "No text was found in this picture" in ok(answer)


def test_a_refusal_is_said_beside_what_was_typed(
    agency: Agency, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(content: bytes) -> Text:
        raise Busy("another")

    monkeypatch.setattr(reading, "read", busy)
    who = desk(agency, "jo/ccu/aqaba")
    page = refused(who.send(page_of(report, added(report, screenshot(()))), PURPOSE))
    assert "Try again in a minute" in page
    assert 'value="Find the number"' in page


@pytest.mark.parametrize(
    ("unit", "role"),
    [
        ("jo/ccu/irbid", Role.INVESTIGATOR),
        ("jo/ccu/aqaba", Role.LIAISON),
        ("jo/ccu/duty", Role.INTAKE_OFFICER),
        ("jo/ccu/desk", Role.ADMINISTRATOR),
    ],
)
def test_who_does_not_handle_its_evidence_finds_no_such_page(
    agency: Agency, report: Report, unit: str, role: Role
) -> None:
    item = added(report, screenshot(()))
    who = desk(agency, unit, role)
    assert who.get(page_of(report, item)).status_code == 404
    assert who.send(page_of(report, item), PURPOSE).status_code == 404
    assert not EvidenceItem.objects.filter(copy=Copy.TEXT).exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", "قراءة النص في هذه الصورة"),
        ("fr", "Lire le texte de cette image"),
        ("ur", "اس تصویر کا متن پڑھیں"),
    ],
)
def test_it_speaks_the_officers_language(
    agency: Agency, report: Report, language: str, words: str
) -> None:
    who = desk(agency, "jo/ccu/aqaba")
    who.officer.language = language
    who.officer.save()
    answer = who.get(page_of(report, added(report, screenshot(()))))
    assert words in text(answer)

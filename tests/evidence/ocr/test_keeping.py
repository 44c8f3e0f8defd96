# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a picture is an officer's act: who may, what custody says, what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amana.agencies.models import Agency
from amana.evidence import opening
from amana.evidence.custody import Kind
from amana.evidence.models import Copy, EvidenceItem
from amana.evidence.ocr import keeping, reading
from amana.evidence.ocr.keeping import NotRead, text_of_picture
from amana.evidence.ocr.reading import Busy, CannotRead, Installed, NoPicture, NoProgram, Text
from amana.journal.models import Event
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.reports.errors import NotFound, PurposeMissing, VaultClosed
from amana.reports.models import Report
from tests.evidence.files import UNIT, added, chain, half
from tests.support import builders as make

pytestmark = pytest.mark.db
SAID = "Send the money to +962 79 555 1212\nأرسل المال"
BY = Installed("/usr/bin/tesseract", "5.3.0", ("ara", "eng"))


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def report(agency: Agency) -> Report:
    return make.report(agency)


@pytest.fixture
def officer(agency: Agency) -> Staff:
    return make.staff(agency, UNIT)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The pictures that were given to a program which reads the same in all of them."""
    pictures: list[bytes] = []

    def read(content: bytes) -> Text:
        pictures.append(content)
        return Text(SAID, BY)

    monkeypatch.setattr(reading, "read", read)
    return pictures


def asked(officer: Staff, report: Report, item: EvidenceItem, **more: bool) -> keeping.PictureText:
    return text_of_picture(
        staff=officer, report=report, item_id=item.id, purpose="Find the number", **more
    )


def texts(item: EvidenceItem) -> list[EvidenceItem]:
    return list(EvidenceItem.objects.filter(parent=item, copy=Copy.TEXT).order_by("id"))


def test_the_text_comes_back_with_what_is_found_in_it(
    officer: Staff, report: Report, seen: list[bytes]
) -> None:
    found = asked(officer, report, added(report, b"pixels"))
    assert seen == [b"pixels"]
    assert found.said == SAID
    assert [(one.type, one.value) for one in found.identifiers] == [("phone", "+962795551212")]
    assert "+962" not in repr(found)


def test_custody_names_officer_tool_and_languages_on_both_chains(
    agency: Agency, officer: Staff, report: Report, seen: list[bytes]
) -> None:
    item = added(report)
    asked(officer, report, item)
    (text,) = texts(item)
    private = half(agency, report)
    original, copy = chain(item, private), chain(text, private)
    assert original.holds
    assert copy.holds
    assert [one.kind for one in original.records] == [Kind.INGEST, Kind.VIEW, Kind.DERIVE]
    (made,) = copy.records
    assert (made.kind, made.tool, made.purpose) == (Kind.DERIVE, "tesseract/5.3.0", "text")
    assert made.facts["languages"] == "ara+eng"
    assert made.facts["parent"] == str(item.id)
    assert made.actor.pseudonym == officer.pseudonym
    assert original.records[-1].facts["derived"] == str(text.id)


def test_the_kept_text_is_sealed_and_reads_the_same(
    officer: Staff, report: Report, seen: list[bytes]
) -> None:
    item = added(report)
    asked(officer, report, item)
    (text,) = texts(item)
    opened = opening.open_file(staff=officer, report=report, item_id=text.id, purpose="Compare")
    with opened.stream as stream:
        assert stream.read().decode() == SAID
    assert (opened.meta.name, opened.meta.media_type) == ("text.txt", "text/plain")
    assert b"+962" not in bytes(text.sealed_meta)
    bodies = [bytes(body or b"") for body in Event.objects.values_list("body", flat=True)]
    assert not [body for body in bodies if b"555 1212" in body or b"795551212" in body]


def test_a_second_asking_opens_the_kept_text_and_not_the_picture(
    agency: Agency, officer: Staff, report: Report, seen: list[bytes]
) -> None:
    item = added(report)
    first, second = asked(officer, report, item), asked(officer, report, item)
    assert first == second
    assert len(seen) == 1
    (text,) = texts(item)
    private = half(agency, report)
    assert [one.kind for one in chain(text, private).records] == [Kind.DERIVE, Kind.VIEW]
    assert [one.kind for one in chain(item, private).records].count(Kind.VIEW) == 1


def test_she_may_have_it_read_anew(officer: Staff, report: Report, seen: list[bytes]) -> None:
    item = added(report)
    asked(officer, report, item)
    asked(officer, report, item, again=True)
    assert len(seen) == 2
    first, second = texts(item)
    assert keeping.kept_text(item.id) == second.id
    assert first.id < second.id


def test_a_picture_without_text_leaves_nothing_but_that_it_was_opened(
    agency: Agency, officer: Staff, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "read", lambda content: Text("", BY))
    item = added(report)
    found = asked(officer, report, item)
    assert (found.said, found.identifiers) == ("", ())
    assert texts(item) == []
    records = chain(item, half(agency, report)).records
    assert [one.kind for one in records] == [Kind.INGEST, Kind.VIEW]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (NoProgram("x"), "no program"),
        (NoPicture("x"), "no picture"),
        (Busy("x"), "Try again in a minute"),
        (CannotRead("internal detail"), "could not be read"),
    ],
)
def test_each_fault_is_said_in_words_and_keeps_nothing(
    officer: Staff,
    report: Report,
    monkeypatch: pytest.MonkeyPatch,
    fault: CannotRead,
    words: str,
) -> None:
    def read(content: bytes) -> Text:
        raise fault

    monkeypatch.setattr(reading, "read", read)
    item = added(report)
    with pytest.raises(NotRead) as told:
        asked(officer, report, item)
    assert words in str(told.value)
    assert "internal" not in str(told.value)
    assert texts(item) == []


def test_without_a_purpose_nothing_is_opened(
    officer: Staff, report: Report, seen: list[bytes]
) -> None:
    item = added(report)
    with pytest.raises(PurposeMissing):
        text_of_picture(staff=officer, report=report, item_id=item.id, purpose="  ")
    assert (seen, texts(item)) == ([], [])


def test_a_full_report_takes_no_text(
    officer: Staff, report: Report, seen: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    item = added(report)
    monkeypatch.setattr(keeping, "MOST_OF_A_REPORT", 1)
    with pytest.raises(NotRead, match="as many files"):
        asked(officer, report, item)
    assert seen == []


def test_a_picture_of_another_report_does_not_exist_here(
    agency: Agency, officer: Staff, report: Report, seen: list[bytes]
) -> None:
    item = added(make.report(agency))
    with pytest.raises(NotFound):
        asked(officer, report, item)
    assert seen == []


@pytest.mark.parametrize(
    ("unit", "role"),
    [
        ("jo/ccu/irbid", Role.INVESTIGATOR),
        ("jo/pp/aqaba", Role.PROSECUTOR),
        ("jo/ccu/aqaba", Role.ADMINISTRATOR),
        ("jo/ccu/aqaba", Role.AUDITOR),
    ],
)
def test_who_does_not_work_on_the_report_reads_nothing(
    agency: Agency, report: Report, seen: list[bytes], unit: str, role: Role
) -> None:
    item = added(report)
    with pytest.raises((NotFound, NotAllowed)):
        asked(make.staff(agency, unit, role), report, item)
    assert seen == []


def test_a_closed_vault_reads_nothing(agency: Agency, report: Report, seen: list[bytes]) -> None:
    item = added(report)
    closed = replace(make.staff(agency, UNIT), vault=None)
    with pytest.raises(VaultClosed):
        asked(closed, report, item)
    assert seen == []


def test_when_it_cannot_be_recorded_no_bytes_stay(
    officer: Staff, report: Report, seen: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[str] = []

    def fails(**_: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(keeping, "add_derived", fails)
    monkeypatch.setattr(keeping, "forget", lambda taken: dropped.append(taken.meta.name))
    item = added(report)
    with pytest.raises(RuntimeError):
        asked(officer, report, item)
    assert dropped == ["text.txt"]
    assert texts(item) == []

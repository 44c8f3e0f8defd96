# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an officer reads on the page of a report, what opens only with a purpose, what she cannot
touch, and that nothing anybody typed is ever drawn as markup."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amana.casework import services as casework
from amana.evidence.blobs import blobs
from amana.evidence.intake import FileIntake
from amana.evidence.models import EvidenceItem
from amana.evidence.services import add_to_report
from amana.journal.events import REPORTER
from amana.journal.models import Event
from amana.people.models import Role
from amana.reports.models import PartKind, Report
from amana.reports.questionnaire.types import Json
from amana.reports.services import mailbox
from tests.desk.steps import Desk, desk, of, ok, refused, text, went_on
from tests.support import builders as make

pytestmark = pytest.mark.db

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 40
CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><iframe src=javascript:alert(1)>",
    "{{ 7|add:'1' }}{% debug %}",
    "javascript:alert(1)",
    "<b onmouseover=alert(1)>x</b>",
    "\u202e<a href=//evil.example>x</a>",
)


def a_file(report: Report, *, name: str = "picture.png", content: bytes = PNG) -> str:
    taken = FileIntake(blobs(), name=name, declared_type="image/png", limit=100_000)
    taken.write(content)
    (item,) = add_to_report(report=report, taken=[taken.finish()], actor=REPORTER)
    return str(item.pk)


class Found(HTMLParser):
    """What a browser would make of a page: elements and attributes that can do something."""

    def __init__(self) -> None:
        super().__init__()
        self.dangerous: list[str] = []

    @classmethod
    def of(cls, page: str) -> Found:
        found = cls()
        found.feed(page)
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        own = (said.get("src") or "").startswith("/static/")
        if tag in {"iframe", "svg", "object", "embed"} or (tag == "script" and not own):
            self.dangerous.append(tag)
        for name, value in attrs:
            scheme = (value or "").strip().lower().startswith(("javascript:", "data:", "//"))
            if name.startswith("on") or (name in {"href", "src", "action"} and scheme):
                self.dangerous.append(f"{tag} {name}={value}")


def leaves(report: Report, tag: str) -> list[dict[str, object]]:
    rows = Event.objects.filter(subject_id=report.pk, tag=tag).order_by("id")
    return [json.loads(bytes(row.body)) for row in rows if row.body is not None]


def test_the_page_explains_urgency_and_route_and_shows_the_questions_in_words() -> None:
    agency = make.node()
    report = make.report(agency, threat_to_life="yes")
    page = ok(desk(agency, "jo/ccu/aqaba").get(of(report)))
    assert "Life threatened" in page
    assert "life-threatened" in page, "the rule is named"
    assert "Residence of the victim: Aqaba" in page
    assert "residence of the victim: JO-AQ" in page, "and what it looked at"
    assert "Has anyone threatened" in page or "threatened to kill" in page
    assert "Already answered: do not ask again." in page


def test_the_page_speaks_the_officers_language() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    who.officer.language = "ur"
    who.officer.save()
    page = ok(who.get(of(report)))
    assert 'lang="ur" dir="rtl"' in page
    assert '<bdi dir="ltr">+962791234567</bdi>' in page


def test_opening_a_report_is_a_leaf_and_looking_at_the_list_is_none() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    ok(who.get("/desk/inbox/to-read/"))
    assert leaves(report, "report:report:read") == []
    ok(who.get(of(report)))
    (leaf,) = leaves(report, "report:report:read")
    assert leaf["actor"] == {"role": "investigator", "pseudonym": who.officer.pseudonym}


def test_the_list_is_drawn_from_coded_fields_alone() -> None:
    agency = make.node()
    make.report(agency, **make.NAMED)
    page = ok(desk(agency, "jo/ccu/aqaba").get("/desk/inbox/to-read/"))
    for sealed in (make.NARRATIVE, "Salma", "+96279", "791234567"):
        assert sealed not in page


def test_without_an_open_vault_the_officer_opens_it_first_and_comes_back() -> None:
    agency = make.node()
    report = make.report(agency)
    open_one = desk(agency, "jo/ccu/aqaba")
    closed = Desk(open_one.officer, vault_open=False)
    answer = closed.get(of(report))
    went_on(answer, "/desk/vault/")
    assert closed.client.session["next"] == of(report)
    assert report.locator in ok(closed.get("/desk/inbox/to-read/")), "the list needs no key"


def test_what_was_typed_survives_a_vault_that_closed_meanwhile() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    closed = Desk(who.officer, vault_open=False)
    answer = closed.post(of(report, "override/"), unit="jo/ccu/irbid", reason="She has moved")
    page = refused(answer)
    assert "Your vault is closed" in page
    assert "She has moved" in page


def test_identity_opens_with_a_purpose_only_and_each_opening_is_a_leaf() -> None:
    agency = make.node()
    report = make.report(agency, **make.NAMED)
    who = desk(agency, "jo/ccu/aqaba")
    assert "Salma" not in ok(who.get(of(report)))
    assert "Salma" not in ok(who.get(of(report, "identity/")))
    assert "Salma" not in refused(who.post(of(report, "identity/"), purpose="   "))
    assert leaves(report, "person:identity:read") == []
    page = ok(who.post(of(report, "identity/"), purpose="To agree on a meeting"))
    assert "Salma" in page
    assert "+962790000000" in page
    (leaf,) = leaves(report, "person:identity:read")
    assert leaf["purpose"] == "To agree on a meeting"
    ok(who.post(of(report, "identity/"), purpose="Once more"))
    assert len(leaves(report, "person:identity:read")) == 2


def test_an_intake_officer_has_no_way_to_the_identity() -> None:
    agency = make.node()
    report = make.report(agency, **make.NAMED)
    who = desk(agency, "jo/ccu/aqaba", Role.INTAKE_OFFICER)
    assert "Open the identity" not in ok(who.get(of(report)))
    assert who.post(of(report, "identity/"), purpose="Curious").status_code == 404
    assert leaves(report, "person:identity:read") == []


def test_m107_the_intimate_annex_opens_like_the_identity() -> None:
    agency = make.node()
    report = make.report(agency, narrative_private="What nobody should copy.")
    who = desk(agency, "jo/ccu/aqaba")
    assert "What nobody should copy." not in ok(who.get(of(report)))
    page = ok(who.post(of(report, "annex/"), purpose="Elements of the offence"))
    assert "What nobody should copy." in page
    assert len(leaves(report, "evidence:annex:open")) == 1


def test_m057_do_not_contact_is_the_default_and_said_first() -> None:
    agency = make.node()
    silent, called = make.report(agency), make.report(agency, **make.NAMED)
    who = desk(agency, "jo/ccu/aqaba")
    assert "Do not call, do not write, do not visit." in ok(who.get(of(silent)))
    page = ok(who.get(of(called)))
    assert "Do not call, do not write" not in page
    assert "Keep to these rules" in page
    assert "+962790000000" not in page, "the number itself stands with the identity"


def test_m040_no_form_of_the_desk_changes_the_choice_of_identity() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    for page in ("diagnosis/", "category/", "identity/", "take/", "refer/", ""):
        who.post(of(report, page), identity="named", identity_choice="named", purpose="x")
    assert make.fresh(report).identity_choice == "anonymous"


def test_a_message_and_a_note_have_forms_of_their_own_and_the_note_never_reaches_her() -> None:
    agency = make.node()
    filed = make.filed(agency)
    who = desk(agency, "jo/ccu/aqaba")
    report = filed.report
    page = ok(who.get(of(report)))
    assert "Send to the person" in page
    assert "Keep as internal note" in page
    went_on(who.post(of(report, "message/"), **{"message-text": "We read it."}))
    went_on(who.post(of(report, "note/"), **{"note-text": "Only for us."}))
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    assert [line.text for line in mailbox.lines_for_reporter(opened)] == ["We read it."]


def test_our_message_is_unread_until_she_has_read_it() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    went_on(who.post(of(report, "message/"), **{"message-text": "We read it."}))
    assert "not read yet" in ok(who.get(of(report)))
    mailbox.mark_read(report=report, by_reporter=True, actor=REPORTER)
    assert "not read yet" not in ok(who.get(of(report)))


def test_numbers_in_words_keep_their_order_for_the_officer_too() -> None:
    agency = make.node()
    report = make.report(agency, narrative="اتصل من +962 79 123 4567 ليلًا")
    mailbox.write(report=report, text="الآن من +49 30 1234567")
    who = desk(agency, "jo/ccu/aqaba")
    went_on(who.post(of(report, "note/"), **{"note-text": "رقمه 079-123-4567"}))
    page = ok(who.get(of(report)))
    for number in ("+962 79 123 4567", "+49 30 1234567", "079-123-4567"):
        assert f'<bdi dir="ltr">{number}</bdi>' in page


def test_an_empty_or_overlong_message_is_said_and_kept() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    assert "This field is required" in refused(who.post(of(report, "message/")))
    long = "long " * 2000
    page = refused(who.post(of(report, "message/"), **{"message-text": long}))
    assert "long long long" in page
    assert report.messages.count() == 0


def test_her_new_message_is_counted_until_somebody_read_it() -> None:
    agency = make.node()
    report = make.report(agency)
    mailbox.write(report=report, text="Are you there?")
    who = desk(agency, "jo/ccu/aqaba")
    assert report.locator in ok(who.get("/desk/inbox/messages/"))
    assert "Are you there?" in ok(who.get(of(report)))
    assert report.locator not in ok(who.get("/desk/inbox/messages/"))


def test_t24_two_windows_on_two_reports_never_mix() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba")
    one, two = make.report(agency, narrative="First."), make.report(agency, narrative="Second.")
    items = a_file(one, content=b"of the first"), a_file(two, content=b"of the second")
    first, second = ok(who.get(of(one))), ok(who.get(of(two)))
    assert "Second." not in first
    assert "First." not in second
    for report, item in zip((one, two), items, strict=True):
        answer = who.post(of(report, f"files/{item}/"), purpose="Look", how="clear")
        went_on(answer, of(report, f"files/{item}/look/"))
    for report, item, said in zip((one, two), items, ("first", "second"), strict=True):
        assert f"of the {said}" in ok(who.get(of(report, f"files/{item}/look/")))
    went_on(who.post(of(one, "message/"), **{"message-text": "To the first."}))
    assert one.messages.count() == 1
    assert two.messages.count() == 0


def test_t33_nothing_that_anybody_typed_is_drawn_as_markup() -> None:
    agency = make.node()
    who = desk(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    evil = " ".join(CORPUS)
    said: dict[str, Json] = {
        "narrative": evil,
        "threaten_to_say": evil,
        "suspect_claims": evil,
        "identifiers": [{"type": "handle", "value": CORPUS[0], "note": evil}],
        "person": {"name": evil, "address": evil},
        "identity": "named",
    }
    report = make.report(agency, **said)
    item = a_file(report, name=CORPUS[1])
    mailbox.write(report=report, text=evil)
    went_on(who.post(of(report, "message/"), **{"message-text": evil}))
    went_on(who.post(of(report, "note/"), **{"note-text": evil}))
    went_on(
        who.send(
            of(report, "diagnosis/"),
            {
                "online": "no",
                "identifiers": "none",
                "jurisdiction": "domestic",
                "elements": "present",
                "offences": ["X1"],
                "note": evil,
            },
        )
    )
    casework.identify_suspect(staff=make.again(who.staff), report=report, identity=evil)
    went_on(who.post(of(report, "joint/"), unit="jo/ccu/karak", reason=evil))
    pages = [
        who.get(of(report)),
        who.get(of(report, "diagnosis/")),
        who.get(of(report, "suspects/")),
        who.get(of(report, "refer/")),
        who.get(of(report, f"files/{item}/")),
        who.post(of(report, "identity/"), purpose=evil[:190]),
        who.post(of(report, "identity/"), purpose=""),
        who.post(of(report, "refer/"), unit="", reason=evil),
        who.post(of(report, "close/"), disposition="", message=evil, reference=evil[:200]),
        who.get("/desk/inbox/to-read/", q=CORPUS[1], category=CORPUS[0]),
    ]
    for page in pages:
        assert page.status_code in (200, 422)
        raw = page.content.decode()
        for payload in CORPUS:
            if "<" in payload:
                assert payload.lstrip("\u202e") not in raw
        assert Found.of(raw).dangerous == []
        assert "Content-Security-Policy" in page.headers
    assert "81" not in text(pages[0]).split("{{ 7|add:'1' }}")[0][-3:]


def test_u23_a_file_opens_with_a_purpose_and_is_saved_under_a_neutral_name() -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, name="she-in-the-bath.png")
    who = desk(agency, "jo/ccu/aqaba")
    assert "<img" not in ok(who.get(of(report))).split("<main")[1]
    before = refused(who.post(of(report, f"files/{item}/"), purpose="", how="save"))
    assert "purpose" in before
    assert leaves(report, "evidence:item:view") == []
    answer = who.post(of(report, f"files/{item}/"), purpose="Compare hashes", how="save")
    assert answer.status_code == 200
    assert answer.getvalue() == PNG
    said = answer.headers
    assert said["Content-Disposition"] == f'attachment; filename="file-{item[-8:]}.png"'
    assert said["Content-Type"] == "application/octet-stream"
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in said["Cache-Control"]
    (leaf,) = leaves(report, "evidence:item:view")
    assert leaf["purpose"] == "Compare hashes"


def test_what_is_odd_about_a_file_is_said_before_it_is_opened() -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, name="letter.pdf")
    page = text(desk(agency, "jo/ccu/aqaba").get(of(report, f"files/{item}/")))
    assert "image/png" in page
    assert "Its name says another type than its bytes." in page


def test_files_that_the_person_brought_are_sealed_and_kept() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    upload = SimpleUploadedFile("chat.txt", b"what he wrote", "text/plain")
    went_on(who.post(of(report, "files/"), files=upload), of(report))
    page = ok(who.get(of(report)))
    assert "chat.txt" in page
    assert "Choose a file first." in refused(who.post(of(report, "files/")))


def test_the_answers_part_is_said_to_be_closed_where_a_unit_was_not_given_it() -> None:
    agency = make.node()
    report = make.report(agency)
    who = desk(agency, "jo/ccu/aqaba")
    report.parts.get(kind=PartKind.ANSWERS).grants.all().delete()
    page = ok(who.get(of(report)))
    assert "Your unit was not given the answers." in page
    assert make.NARRATIVE not in page


class Unread(BytesIO):
    """A body that must not be looked at."""

    def read(self, *_args: int | None) -> bytes:
        raise AssertionError("the body was read")


def test_who_may_not_add_files_is_told_before_the_body_is_read() -> None:
    agency = make.node()
    report = make.report(agency)
    owner = desk(agency, "jo/ccu/aqaba")
    body: dict[str, Any] = {"wsgi.input": Unread()}
    for who, answer in (
        (desk(agency, "jo/ccu/irbid"), 404),
        (desk(agency, "jo/ccu/aqaba", Role.LEGAL_REVIEWER), 404),
        (Desk(owner.officer, vault_open=False), 302),
    ):
        who.client.handler.enforce_csrf_checks = True
        said = who.client.generic(
            "POST",
            of(report, "files/"),
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH="1000",
            **body,
        )
        assert said.status_code == answer


def test_there_is_an_end_to_the_files_of_a_report_for_officers_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = make.node()
    report = make.report(agency)
    a_file(report)
    monkeypatch.setattr("amana.desk.views.files.MOST_OF_A_REPORT", 2)
    who = desk(agency, "jo/ccu/aqaba")
    went_on(who.post(of(report, "files/"), files=SimpleUploadedFile("b", b"b", "text/plain")))
    page = refused(
        who.post(of(report, "files/"), files=SimpleUploadedFile("c", b"c", "text/plain"))
    )
    assert "too many" in page
    assert EvidenceItem.objects.filter(report=report).count() == 2

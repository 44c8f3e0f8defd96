# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report on its way: everything is stored, or nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, IntegrityError
from django.db.models import Model

from amana import journey
from amana.agencies.models import Agency
from amana.casework.models import Alert, Deadline, DeadlineKind
from amana.config import bulk
from amana.journal.events import REPORTER
from amana.journal.models import Event
from amana.kernel.sealing.errors import SealingError
from amana.kernel.sealing.pairs import open_from, unwrap
from amana.kernel.sealing.receipts import format_code, new_receipt_code
from amana.referral.models import Access, AccessRole, CrossBorderTask, Route
from amana.reports import contexts, sessions
from amana.reports.intake import Intake, Received
from amana.reports.models import Draft, PartGrant, PartKind, Receipt, Report, SealedPart, Stage
from amana.reports.questionnaire.types import Json
from amana.reports.services import drafts, filing, mailbox
from amana.triage.models import Assessment, LinkSet, WordTokens
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]

TABLES = (Report, Receipt, SealedPart, PartGrant, Assessment, Route, Access, Deadline, Event)


@pytest.fixture
def agency() -> Agency:
    return builders.node()


def opened_draft(agency: Agency) -> drafts.OpenDraft:
    """A draft as the browser that writes it has it."""
    session = sessions.open_session(drafts.start(agency=agency, language="ar"))
    assert session is not None
    assert session.draft is not None
    return drafts.open_draft(session.draft, session.secret)


def named(agency: Agency) -> journey.Filed:
    """A report by somebody who gives her name and a number on which she may be called."""
    contact: dict[str, Json] = {"channel": "phone", "value": "+962790000000"}
    return builders.filed(agency, identity="named", person={"name": "Salma"}, safe_contact=contact)


def sizes() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in TABLES}


def test_m003_aqaba_has_the_report_and_knows_why(agency: Agency) -> None:
    filed = builders.filed(agency)
    assert filed.unit.code == "jo/ccu/aqaba"
    route = Route.objects.get(report=filed.report)
    assert (route.rule, route.inputs) == ("residence", {"victim_region": "JO-AQ"})


def test_the_receipt_opens_what_she_filed(agency: Agency) -> None:
    filed = builders.filed(agency)
    opened = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert opened is not None
    part = SealedPart.objects.get(report=filed.report, kind=PartKind.ANSWERS)
    private = mailbox.part_private(filed.report, opened.private, PartKind.ANSWERS)
    assert private is not None
    plain = open_from(
        private, bytes(part.sealed), context=contexts.part(filed.report.id, PartKind.ANSWERS)
    )
    assert builders.NARRATIVE.encode() in plain


def test_unit_and_duty_unit_hold_a_key_and_nobody_else(agency: Agency) -> None:
    filed = builders.filed(agency)
    held = PartGrant.objects.filter(part__report=filed.report, to_receipt=False)
    codes = set(held.values_list("unit_key__unit__code", flat=True))
    assert codes == {"jo/ccu/aqaba", "jo/ccu/duty"}


def test_no_word_of_hers_stands_in_clear(agency: Agency) -> None:
    filed = named(agency)
    for row in (filed.report, *filed.report.parts.all(), filed.report.receipt):
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            shown = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            assert b"Salma" not in shown
            assert b"pictures" not in shown
            assert b"0791234567" not in shown


def test_identity_is_a_part_of_its_own(agency: Agency) -> None:
    filed = named(agency)
    kinds = set(filed.report.parts.values_list("kind", flat=True))
    assert kinds == {PartKind.ANSWERS, PartKind.IDENTITY}


def test_m018_a_suspect_abroad_opens_the_cross_border_path(agency: Agency) -> None:
    filed = builders.filed(agency, suspect_country="DE", suspect_location=None)
    assert CrossBorderTask.objects.get(report=filed.report).country == "DE"
    assert filed.unit.code == "jo/ccu/aqaba"


def test_m130_words_and_opinions_go_to_legal_review_without_tokens(agency: Agency) -> None:
    filed = builders.filed(agency, category="D1", offences=["D1"])
    assert filed.unit.kind == "legal_review"
    assert builders.fresh(filed.report).stage == Stage.LEGAL_REVIEW
    assert not LinkSet.objects.filter(report=filed.report).exists()
    assert not WordTokens.objects.filter(report=filed.report).exists()
    route = Route.objects.get(report=filed.report)
    assert route.inputs["then"] == "jo/ccu/aqaba"


def test_m130_urgency_that_protects_her_is_computed_in_legal_review_too(agency: Agency) -> None:
    filed = builders.filed(agency, category="D1", offences=["D1"], threat_to_life="yes")
    assert filed.urgency == "immediate"
    assert Access.objects.filter(report=filed.report, role=AccessRole.DUTY).exists()


def test_what_is_urgent_alerts_its_unit_and_the_duty_unit_without_content(agency: Agency) -> None:
    filed = builders.filed(agency, threat_to_life="yes")
    alerts = Alert.objects.filter(report=filed.report)
    assert {alert.unit.code for alert in alerts} == {"jo/ccu/aqaba", "jo/ccu/duty"}
    assert {alert.reason for alert in alerts} == {"immediate"}


def test_m062_acknowledged_at_once_and_four_dates_are_stored(agency: Agency) -> None:
    filed = builders.filed(agency)
    rows = {row.kind: row for row in Deadline.objects.filter(report=filed.report)}
    assert set(rows) == set(DeadlineKind)
    assert rows[DeadlineKind.ACKNOWLEDGED].met_at == filed.report.received_at
    assert rows[DeadlineKind.NEXT_NEWS].due_at == filed.next_news_by


def test_each_step_leaves_a_leaf(agency: Agency) -> None:
    filed = builders.filed(agency)
    assert set(builders.tags(filed.report)) == {
        "report:report:submit",
        "report:report:acknowledge",
        "report:receipt:issue",
        "report:report:triage",
        "referral:route:decide",
        "case:deadline:set",
    }


def test_nothing_is_stored_when_one_row_cannot_be(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sizes()

    def broken(_filed: journey.Filed) -> None:
        raise DatabaseError("the disk is full")

    with pytest.raises(DatabaseError):
        journey.file(intake_of(agency), alongside=broken)
    assert sizes() == before


@pytest.mark.django_db(transaction=True)
def test_a_report_that_comes_alone_is_stored_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agency = builders.node()
    before = sizes()
    made = filing.rows

    def twice(received: Received) -> list[Model]:
        rows = made(received)
        return [*rows, rows[1]]

    monkeypatch.setattr(filing, "rows", twice)
    with pytest.raises(IntegrityError):
        journey.file(intake_of(agency))
    assert sizes() == before
    monkeypatch.undo()
    filed = journey.file(intake_of(agency))
    assert Report.objects.get().pk == filed.report.pk


def intake_of(agency: Agency) -> Intake:
    return Intake(
        agency=agency,
        origin="report",
        language="ar",
        answers=builders.answers(),
        code=new_receipt_code(),
    )


def test_t02_a_locator_that_is_taken_is_drawn_again(agency: Agency) -> None:
    first = builders.filed(agency)
    second = journey.file(replace(intake_of(agency), code=first.code))
    assert second.code.locator != first.code.locator


def test_an_error_of_another_kind_is_not_taken_for_a_locator(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_rows: object) -> None:
        raise IntegrityError("another constraint")

    monkeypatch.setattr(journey, "insert_alone", refuse)
    with pytest.raises(IntegrityError):
        journey.file(intake_of(agency))


def test_a_form_sent_twice_is_one_report_with_one_receipt(agency: Agency) -> None:
    draft = drafts.save(opened=opened_draft(agency), answers=builders.answers())
    first = journey.file_draft(draft, agency=agency, origin="report")
    again = drafts.open_draft(Draft.objects.get(pk=draft.row.pk), draft.key)
    second = journey.file_draft(again, agency=agency, origin="report")
    assert format_code(first.code) == format_code(second.code)
    assert Report.objects.count() == 1
    assert second.unit == first.unit
    assert second.next_news_by == first.next_news_by


def test_a_filed_draft_keeps_no_answer_and_its_own_code_is_dead(agency: Agency) -> None:
    draft = drafts.save(opened=opened_draft(agency), answers=builders.answers(), pin="2468")
    code = draft.content.code
    journey.file_draft(draft, agency=agency, origin="report")
    left = drafts.open_draft(Draft.objects.get(pk=draft.row.pk), draft.key)
    assert left.content.answers == {}
    assert left.content.pin == ""
    assert drafts.resume(agency=agency, code=code) is None


def test_the_locator_of_a_draft_is_drawn_again_when_it_is_taken(agency: Agency) -> None:
    taken = builders.filed(agency)
    draft = drafts.save(opened=opened_draft(agency), answers=builders.answers())
    draft = replace(draft, content=replace(draft.content, receipt=taken.code))
    filed = journey.file_draft(draft, agency=agency, origin="report")
    assert filed.code.locator != taken.code.locator
    left = drafts.open_draft(Draft.objects.get(pk=draft.row.pk), draft.key)
    assert left.content.receipt == filed.code


def test_dropping_a_draft_leaves_nothing(agency: Agency) -> None:
    draft = opened_draft(agency)
    journey.drop_draft(draft)
    assert not Draft.objects.exists()


def test_a_pin_guards_what_is_inside(agency: Agency) -> None:
    filed = builders.filed(agency, pin="2468")
    without = mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert without is not None
    assert without.stage_only
    assert mailbox.lines_for_reporter(without) == []
    assert mailbox.open_receipt(agency=agency, code=filed.code, pin="2469") is None
    right = mailbox.open_receipt(agency=agency, code=filed.code, pin="2468")
    assert right is not None
    assert not right.stage_only


def test_a_waiting_receipt_opens_nothing(agency: Agency) -> None:
    filed = journey.file(replace(intake_of(agency), waiting=True))
    assert mailbox.open_receipt(agency=agency, code=filed.code, pin=None) is None


def test_a_right_code_writes_nothing_but_the_first_reading(agency: Agency) -> None:
    filed = builders.filed(agency)
    mailbox.note_automatically(report=filed.report, code="diagnosed", facts={})
    before = Event.objects.count()
    mailbox.open_receipt(agency=agency, code=filed.code, pin=None)
    assert Event.objects.count() == before
    assert mailbox.mark_read(report=filed.report, by_reporter=True, actor=REPORTER) == 1
    assert mailbox.mark_read(report=filed.report, by_reporter=True, actor=REPORTER) == 0
    assert Event.objects.count() == before + 1


def test_rows_are_inserted_in_a_transaction_only() -> None:
    from django.db import connection

    assert connection.in_atomic_block, "the test itself runs in one"
    bulk.insert([])


def test_t21_the_same_words_twice_have_no_bytes_in_common(agency: Agency) -> None:
    one, two = builders.filed(agency), builders.filed(agency)
    sealed = [
        bytes(SealedPart.objects.get(report=f.report, kind=PartKind.ANSWERS).sealed)
        for f in (one, two)
    ]
    assert len(sealed[0]) == len(sealed[1]), "equal size classes (T-30)"
    assert sealed[0] != sealed[1]


def test_the_wrapped_half_of_one_report_opens_no_other(agency: Agency) -> None:
    one, two = builders.filed(agency), builders.filed(agency)
    mine = mailbox.open_receipt(agency=agency, code=one.code, pin=None)
    assert mine is not None
    other = PartGrant.objects.get(part__report=two.report, to_receipt=True)
    with pytest.raises(SealingError):
        unwrap(mine.private, bytes(other.wrapped), context=contexts.grant(other.part_id))

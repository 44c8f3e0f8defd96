# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens when time passes: notes, silences, missed dates, escalation, alerts."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from amana.casework import alerts, clocks, selectors, services
from amana.casework.events import Tag
from amana.casework.models import Alert, Deadline, DeadlineKind, SilenceMark
from amana.config import env as environment
from amana.config.clock import now
from amana.people.models import Role
from amana.people.policies import Action
from amana.referral import services as referral
from amana.referral.policies import allowed
from amana.reports import opening
from amana.reports.events import Tag as ReportTag
from amana.reports.models import Access, AccessRole, Message, MessageKind, PartKind, Report
from amana.reports.services import mailbox
from tests.support import builders as make

pytestmark = pytest.mark.db


def after(**span: float) -> time_machine.travel:
    """The same moment, so much later."""
    return time_machine.travel(now() + timedelta(**span), tick=False)


def notes(report: Report) -> list[Message]:
    rows = Message.objects.filter(report=report, kind=MessageKind.AUTOMATIC, code="still_open")
    return list(rows.order_by("at"))


def deadline(report: Report, kind: str) -> Deadline:
    return Deadline.objects.get(report=report, kind=kind)


def test_m062_still_open_note_is_sent_every_thirty_days_and_once() -> None:
    agency = make.node()
    report = make.report(agency)
    begun = now()
    assert clocks.send_still_open_notes() == 0
    for month in (1, 2, 3):
        with time_machine.travel(begun + timedelta(days=30 * month, minutes=month), tick=False):
            assert clocks.send_still_open_notes() == 1
            assert clocks.send_still_open_notes() == 0
            assert len(notes(report)) == month
    assert notes(report)[0].facts == {"since": begun.date().isoformat()}
    assert notes(report)[0].sealed is None
    assert make.tags(report).count(ReportTag.NOTE_AUTOSEND) == 3


def test_m062_the_automatic_note_never_ends_the_silence_that_is_counted() -> None:
    agency = make.node()
    report = make.report(agency)
    begun = report.last_news_at
    with after(days=31):
        clocks.send_still_open_notes()
        assert make.fresh(report).last_news_at == begun
        assert selectors.silence_counts(agency.id, (30,)) == {30: 1}
        assert deadline(report, DeadlineKind.NEXT_NEWS).met_at is None


def test_m062_a_case_silent_for_548_days_stands_in_all_three_counts() -> None:
    agency = make.node()
    report = make.report(agency)
    begun = now()
    with time_machine.travel(begun + timedelta(days=518), tick=False):
        make.report(agency)
    with time_machine.travel(begun + timedelta(days=548), tick=False):
        for _ in range(20):
            clocks.send_still_open_notes()
        clocks.mark_silences()
        clocks.mark_silences()
        counted = selectors.silence_counts(agency.id, (30, 90, 365))
        marked = selectors.silences_marked(
            agency.id, since=now() - timedelta(days=1), until=now() + timedelta(days=1)
        )
    assert counted == {30: 2, 90: 1, 365: 1}
    assert marked == counted
    marks = SilenceMark.objects.filter(report=report).values_list("days", flat=True)
    assert sorted(marks) == [30, 90, 365]


def test_m062_a_message_of_a_person_ends_the_silence_and_a_new_one_is_counted_anew() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    begun = now()
    with time_machine.travel(begun + timedelta(days=40), tick=False):
        assert clocks.mark_silences() == 1
        services.send_message(staff=make.again(officer), report=report, text="We asked again.")
        assert clocks.mark_silences() == 0
        assert selectors.silence_counts(agency.id, (30,)) == {30: 0}
    with time_machine.travel(begun + timedelta(days=75), tick=False):
        assert clocks.mark_silences() == 1
    assert SilenceMark.objects.filter(report=report, days=30).count() == 2


def test_m062_a_message_from_her_does_not_end_our_silence() -> None:
    agency = make.node()
    report = make.report(agency)
    with after(days=31):
        mailbox.write(report=report, text="Is anybody there?")
        assert selectors.silence_counts(agency.id, (30,)) == {30: 1}


@pytest.mark.parametrize("end", ["close", "withdraw"])
def test_m062_what_is_closed_or_withdrawn_gets_no_notes_and_is_not_silent(end: str) -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    if end == "close":
        services.close(staff=chief, report=report, disposition="settled_takedown")
    else:
        services.withdraw(report=report)
    with after(days=400):
        assert clocks.send_still_open_notes() == 0
        assert clocks.mark_silences() == 0
        assert clocks.mark_missed() == 0


def test_a_date_that_passes_is_missed_once() -> None:
    agency = make.node()
    report = make.report(agency)
    assert clocks.mark_missed() == 0
    with after(hours=25):
        assert clocks.mark_missed() == 1
        assert clocks.mark_missed() == 0
    row = deadline(report, DeadlineKind.DIAGNOSED)
    assert row.missed_at is not None
    assert row.met_at is None
    assert make.tags(report).count(Tag.DEADLINE_MISS) == 1


def test_deadlines_follow_the_facts() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    make.notified(officer, report)
    clocks.mark_missed()
    diagnosed = deadline(report, DeadlineKind.DIAGNOSED)
    referred = deadline(report, DeadlineKind.REFERRED)
    assert diagnosed.met_at is not None
    assert referred.met_at is not None
    assert diagnosed.missed_at is None
    assert clocks.settle() == 0


def test_late_is_late_even_when_nobody_looked_in_between() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    with after(hours=30):
        make.diagnosed(make.again(officer), report)
        clocks.mark_missed()
        row = deadline(report, DeadlineKind.DIAGNOSED)
        assert row.met_at == now()
        assert row.missed_at is not None


def test_news_keeps_the_promise_and_makes_the_next_one() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    first = deadline(report, DeadlineKind.NEXT_NEWS)
    services.send_message(staff=officer, report=report, text="We have read it.")
    first.refresh_from_db()
    assert first.met_at is not None
    promised = selectors.status_of(make.fresh(report)).next_news_by
    assert promised is not None
    assert promised > first.due_at
    assert Tag.DEADLINE_MEET in make.tags(report)


def test_an_urgent_report_that_nobody_read_goes_to_the_duty_unit() -> None:
    agency = make.node()
    duty = make.staff(agency, "jo/ccu/duty")
    report = make.report(agency, threat_to_life="yes")
    # As if it had become urgent only after filing: no duty access yet.
    Access.objects.filter(report=report, role=AccessRole.DUTY).delete()
    assert not allowed(duty, Action.READ_REPORT, report)
    with after(minutes=29):
        assert clocks.escalate() == 0
    with after(minutes=31):
        assert clocks.escalate() == 1
        assert clocks.escalate() == 0
    assert allowed(duty, Action.READ_REPORT, report)
    assert opening.open_part(staff=duty, report=report, kind=PartKind.ANSWERS)
    alert = Alert.objects.get(report=report, reason="not_looked_at")
    assert alert.unit.code == "jo/ccu/duty"
    assert deadline(report, DeadlineKind.DIAGNOSED).escalated_at is not None
    assert Tag.DEADLINE_ESCALATE in make.tags(report)


def test_what_was_read_or_is_not_urgent_is_not_escalated() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    calm, read = make.report(agency), make.report(agency, threat_to_life="yes")
    opening.open_part(staff=officer, report=read, kind=PartKind.ANSWERS)
    with after(hours=5):
        assert clocks.escalate() == 0
    assert not Alert.objects.filter(report=calm).exists()


def test_m074_terrorism_that_nobody_read_alerts_the_duty_unit_and_shows_it_nothing() -> None:
    agency = make.node()
    duty = make.staff(agency, "jo/ccu/duty")
    report = make.report(agency, offences=["T2"], category="T2", threat_to_life="yes")
    Access.objects.filter(report=report, role=AccessRole.DUTY).delete()
    with after(hours=1):
        assert clocks.escalate() >= 1
    assert not allowed(duty, Action.READ_REPORT, report)
    assert not Access.objects.filter(report=report, role=AccessRole.DUTY).exists()
    assert Alert.objects.filter(report=report, unit__code="jo/ccu/duty").exists()


def test_the_new_owner_of_something_urgent_is_alerted_too() -> None:
    agency = make.node()
    reviewer = make.staff(agency, "jo/legal/review", Role.LEGAL_REVIEWER)
    branch = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency, offences=["D1"], category="D1", threat_to_life="yes")
    mine = Alert.objects.filter(report=report, unit__code="jo/ccu/aqaba", seen_at=None)
    assert not mine.exists()
    referral.review_legally(staff=reviewer, report=report, release=True, reason="A threat.")
    assert clocks.escalate() == 1
    assert mine.get().reason == "immediate"
    assert services.see_alerts(staff=branch) == 1
    assert not mine.exists()


def with_mail(
    monkeypatch: pytest.MonkeyPatch, url: str = "smtp://desk:pw@mail.example:587"
) -> None:
    monkeypatch.setenv("AMANA_ALERT_EMAIL", "duty@agency.example")
    monkeypatch.setenv("AMANA_SMTP_URL", url)
    environment.env.cache_clear()


@pytest.fixture(autouse=True)
def _settings_read_anew() -> object:
    yield
    environment.env.cache_clear()


def test_without_a_mail_server_alerts_live_on_the_desk() -> None:
    agency = make.node()
    report = make.report(agency, threat_to_life="yes")
    assert alerts.send_alerts() == 2
    assert alerts.send_alerts() == 0
    assert {row.sent_by for row in Alert.objects.filter(report=report)} == {"desk"}
    assert mail.outbox == []


def test_an_alert_by_mail_says_nothing_but_that_something_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_mail(monkeypatch)
    agency = make.node()
    report = make.report(agency, threat_to_life="yes", **make.NAMED)
    assert alerts.send_alerts() == 2
    assert alerts.send_alerts() == 0
    (sent,) = mail.outbox
    assert sent.to == ["duty@agency.example"]
    everything = str(sent.message())
    for secret in (report.locator, str(report.id), "X1", "Salma", "aqaba", "blackmail", "threat"):
        assert secret.lower() not in everything.lower()
    assert make.tags(report).count(Tag.ALERT_SEND) == 2


def test_a_mail_server_that_is_away_is_tried_again_and_then_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_mail(monkeypatch)

    def away(*_args: object, **_kwargs: object) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    agency = make.node()
    report = make.report(agency, threat_to_life="yes")
    for _ in range(alerts.TRIES):
        assert alerts.send_alerts() == 0
    assert set(Alert.objects.filter(report=report).values_list("attempts", flat=True)) == {5}
    assert alerts.send_alerts() == 2
    assert {row.sent_by for row in Alert.objects.filter(report=report)} == {"desk"}


def test_an_address_of_a_mail_server_that_cannot_be_read_stops_no_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_mail(monkeypatch, "smtp://desk:pw@mail.example:port")
    report = make.report(make.node(), threat_to_life="yes")
    assert alerts.send_alerts() == 0
    assert set(Alert.objects.filter(report=report).values_list("attempts", flat=True)) == {1}


@pytest.mark.parametrize(
    "round_of_work",
    [
        clocks.mark_missed,
        clocks.escalate,
        clocks.send_still_open_notes,
        clocks.mark_silences,
        alerts.send_alerts,
    ],
)
def test_every_round_can_run_twice(round_of_work: Callable[[], int]) -> None:
    agency = make.node()
    make.report(agency, threat_to_life="yes")
    make.report(agency)
    with after(days=100):
        assert round_of_work() > 0
        assert round_of_work() == 0


def test_a_round_does_a_bounded_piece_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    for _ in range(5):
        make.report(agency)
    monkeypatch.setattr(clocks, "AT_ONCE", 2)
    with after(days=31):
        assert [clocks.send_still_open_notes() for _ in range(4)] == [2, 2, 1, 0]


def test_the_worker_runs_them_all() -> None:
    from amana.cli.rounds import jobs

    names = {job.name for job in jobs()}
    assert {"escalate", "send-alerts", "mark-missed", "still-open-notes", "mark-silences"} <= names


def moment(report: Report) -> datetime:
    return make.fresh(report).last_news_at


def test_closing_is_news() -> None:
    agency = make.node()
    chief = make.staff(agency, "jo/ccu/aqaba", Role.SUPERVISOR)
    report = make.report(agency)
    before = moment(report)
    services.close(staff=chief, report=report, disposition="settled_takedown")
    assert moment(report) > before

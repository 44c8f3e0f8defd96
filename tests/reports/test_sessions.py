# SPDX-License-Identifier: AGPL-3.0-or-later
"""The portal's sessions: how long one lives, what its row tells, and what opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.reports import sessions
from amana.reports.models import PortalSession, Report
from amana.reports.services import drafts
from amana.reports.services.sweeping import sweep
from tests.support import builders as make

pytestmark = pytest.mark.db
SECRET = b"the private half of her receipt!"


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def report(agency: Agency) -> Report:
    return make.report(agency)


def test_a_session_gives_back_what_it_was_given_and_its_row_does_not(report: Report) -> None:
    token = sessions.start_for_mailbox(report, SECRET)
    opened = sessions.open_session(token)
    assert opened is not None
    assert (opened.kind, opened.report, opened.draft) == ("mailbox", report, None)
    assert opened.secret == SECRET
    row = PortalSession.objects.get()
    stored = bytes(row.token_hash) + bytes(row.wrapped)
    assert SECRET not in stored
    assert token.encode() not in stored
    assert token not in repr(opened)
    assert repr(SECRET) not in repr(opened)


def test_where_only_the_stage_may_be_shown_the_session_holds_no_secret(report: Report) -> None:
    opened = sessions.open_session(sessions.start_for_mailbox(report, b""))
    assert opened is not None
    assert opened.secret == b""


@pytest.mark.parametrize(("minutes", "lives"), [(0, True), (29, True), (30, False), (999, False)])
def test_a_mailbox_stays_open_for_half_an_hour(report: Report, minutes: int, lives: bool) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False):
        token = sessions.start_for_mailbox(report, SECRET)
    with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
        assert (sessions.open_session(token) is not None) is lives
        sweep()
        assert PortalSession.objects.exists() is lives


@pytest.mark.parametrize(("minutes", "lives"), [(719, True), (720, False)])
def test_a_draft_stays_open_for_half_a_day_and_lives_on(
    agency: Agency, minutes: int, lives: bool
) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False):
        token = drafts.start(agency=agency, language="ur")
        opened = sessions.open_session(token)
        assert opened is not None
        assert opened.draft is not None
        code = drafts.open_draft(opened.draft, opened.secret).content.code
    with time_machine.travel(moment + timedelta(minutes=minutes), tick=False):
        assert (sessions.open_session(token) is not None) is lives
        assert drafts.resume(agency=agency, code=code) is not None


@pytest.mark.parametrize(
    "token", ["", " ", "\x00", "a" * 43, "a" * 64, "a" * 65, "٣" * 43, "'; --", "a" * 9000, "😢"]
)
def test_no_cookie_of_another_making_opens_or_ends_anything(report: Report, token: str) -> None:
    hers = sessions.start_for_mailbox(report, SECRET)
    assert sessions.open_session(token) is None
    sessions.forget(token)
    assert sessions.open_session(hers) is not None


def test_what_one_cookie_opens_no_other_cookie_does(agency: Agency, report: Report) -> None:
    """A row that was put in the place of another one stays closed under both cookies."""
    hers = sessions.start_for_mailbox(report, SECRET)
    his = sessions.start_for_mailbox(make.report(agency), b"another secret")
    mine, other = (PortalSession.objects.get(report=one) for one in Report.objects.order_by("pk"))
    PortalSession.objects.filter(pk=other.pk).update(wrapped=bytes(mine.wrapped), report=report)
    assert sessions.open_session(his) is None
    assert sessions.open_session(hers) is not None


def test_leaving_ends_this_session_and_no_other(report: Report) -> None:
    one, other = (sessions.start_for_mailbox(report, SECRET) for _ in range(2))
    assert one != other
    sessions.forget(one)
    sessions.forget(one)
    assert sessions.open_session(one) is None
    assert sessions.open_session(other) is not None


def test_after_a_restore_everybody_is_out_and_nothing_else_is_gone(
    agency: Agency, report: Report
) -> None:
    tokens = [
        sessions.start_for_mailbox(report, SECRET),
        drafts.start(agency=agency, language="ar"),
    ]
    assert sessions.end_all() == 2
    assert [sessions.open_session(token) for token in tokens] == [None, None]
    assert sessions.end_all() == 0
    assert Report.objects.filter(pk=report.pk).exists()

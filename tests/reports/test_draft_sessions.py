# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever opened a draft elsewhere sees nothing once it was filed: the draft's own code is no
receipt, and never becomes one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amana import journey
from amana.agencies.models import Agency
from amana.reports import sessions
from amana.reports.models import Draft, PortalSession, Report
from amana.reports.services import drafts
from tests.support import builders

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def _opened(token: str) -> drafts.OpenDraft:
    visit = sessions.open_session(token)
    assert visit is not None
    assert visit.draft is not None
    return drafts.open_draft(visit.draft, visit.secret)


def _written(token: str) -> drafts.OpenDraft:
    return drafts.save(opened=_opened(token), answers=builders.answers())


def _file(opened: drafts.OpenDraft, agency: Agency) -> journey.Filed:
    return journey.file_draft(opened, agency=agency, origin="report")


def test_a_second_device_on_the_draft_never_sees_the_receipt() -> None:
    agency = builders.node()
    hers = drafts.start(agency=agency, language="ar")
    his = drafts.resume(agency=agency, code=_opened(hers).content.code)
    assert his is not None
    assert _opened(his).content.answers == {}
    filed = _file(_written(hers), agency)
    assert sessions.open_session(his) is None
    assert _opened(hers).content.receipt == filed.code, "her own window still shows it"


def test_sent_twice_from_one_window_it_is_still_one_receipt() -> None:
    agency = builders.node()
    token = drafts.start(agency=agency, language="ar")
    first, second = _written(token), _opened(token)
    assert _file(first, agency).code == _file(second, agency).code
    assert Report.objects.count() == 1


def test_where_two_windows_meet_a_number_that_is_taken_both_show_the_receipt_that_was_filed() -> (
    None
):
    """The first one draws another receipt; the second one has still the old one in its hands."""
    agency = builders.node()
    taken = builders.filed(agency).code
    token = drafts.start(agency=agency, language="ar")
    _written(token)
    first, second = (
        replace(window, content=replace(window.content, receipt=taken))
        for window in (_opened(token), _opened(token))
    )
    filed = _file(first, agency)
    assert filed.code != taken
    assert _file(second, agency).code == filed.code == _opened(token).content.receipt


def test_a_draft_opened_without_a_session_ends_all_of_them() -> None:
    agency = builders.node()
    token = drafts.start(agency=agency, language="ar")
    opened = _written(token)
    row = Draft.objects.get(pk=opened.row.pk)
    _file(drafts.open_draft(row, opened.key), agency)
    assert not PortalSession.objects.filter(draft=row).exists()

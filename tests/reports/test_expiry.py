# SPDX-License-Identifier: AGPL-3.0-or-later
"""What ends by itself: drafts after thirty days, answers to programs after one; and what one key
of a program can and cannot open."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.journal.models import Event
from amana.reports import sessions
from amana.reports.events import Tag
from amana.reports.models import Draft, KeptAnswer, PortalSession
from amana.reports.services import drafts, idempotency
from amana.reports.services.drafts import DraftChanged, DraftGone, OpenDraft
from amana.reports.services.idempotency import OtherRequest, WeakKey, check_key, digest, keep, kept
from amana.reports.services.sweeping import sweep
from tests.support import builders as make

pytestmark = pytest.mark.db
KEY = "Zm9vYmFyYmF6cXV4MTIzNA"


@pytest.fixture
def agency() -> Agency:
    return make.node()


def opened(token: str) -> OpenDraft:
    found = sessions.open_session(token)
    assert found is not None
    assert found.draft is not None
    return drafts.open_draft(found.draft, found.secret)


def begun(agency: Agency) -> OpenDraft:
    return opened(drafts.start(agency=agency, language="ar"))


def test_a_draft_says_again_what_was_written_and_its_row_says_nothing(agency: Agency) -> None:
    draft = begun(agency)
    drafts.save(opened=draft, answers={"narrative": "He wrote to me"}, language="fr", pin="2580")
    row = Draft.objects.get()
    again = drafts.open_draft(row, draft.key)
    assert again.content.answers == {"narrative": "He wrote to me"}
    assert (again.content.language, again.content.pin) == ("fr", "2580")
    assert again.content.receipt == draft.content.receipt
    assert b"He wrote" not in bytes(row.sealed)
    assert "He wrote" not in repr(again)
    assert "2580" not in repr(again)


def test_an_empty_pin_takes_it_away_and_none_keeps_it(agency: Agency) -> None:
    draft = drafts.save(opened=begun(agency), answers={}, pin="2580")
    assert drafts.save(opened=draft, answers={}).content.pin == "2580"
    assert drafts.save(opened=draft, answers={}, pin="").content.pin == ""


def test_two_windows_never_write_over_each_other(agency: Agency) -> None:
    draft = begun(agency)
    second = drafts.open_draft(Draft.objects.get(), draft.key)
    drafts.save(opened=draft, answers={"narrative": "first"})
    with pytest.raises(DraftChanged):
        drafts.save(opened=second, answers={"narrative": "second"})
    stored = drafts.open_draft(Draft.objects.get(), draft.key)
    assert stored.content.answers == {"narrative": "first"}


def test_a_deleted_draft_takes_no_word_and_opens_nowhere(agency: Agency) -> None:
    draft = begun(agency)
    drafts.delete(opened=draft)
    assert not PortalSession.objects.exists()
    with pytest.raises(DraftGone):
        drafts.save(opened=draft, answers={})
    assert drafts.resume(agency=agency, code=draft.content.code) is None


@pytest.mark.parametrize(("days", "lives"), [(0, True), (29.9, True), (30, False), (99, False)])
def test_a_draft_lives_for_thirty_days(agency: Agency, days: float, lives: bool) -> None:
    moment = now()
    with time_machine.travel(moment, tick=False):
        draft = begun(agency)
    with time_machine.travel(moment + timedelta(days=days), tick=False):
        assert (drafts.resume(agency=agency, code=draft.content.code) is not None) is lives
        if lives:
            drafts.open_draft(Draft.objects.get(), draft.key)
        else:
            with pytest.raises(DraftGone):
                drafts.open_draft(Draft.objects.get(), draft.key)
        sweep()
        assert Draft.objects.exists() is lives
        assert Event.objects.filter(tag=Tag.DRAFT_EXPIRE).count() == int(not lives)
        assert sweep() == 0


def test_the_code_of_a_draft_opens_it_elsewhere_and_another_code_nothing(agency: Agency) -> None:
    draft, stranger = begun(agency), begun(agency)
    token = drafts.resume(agency=agency, code=draft.content.code)
    assert token is not None
    assert opened(token).content.code == draft.content.code
    assert drafts.resume(agency=agency, code=draft.content.receipt) is None
    mixed = type(draft.content.code)(draft.content.code.locator, stranger.content.code.secret)
    assert drafts.resume(agency=agency, code=mixed) is None


def test_a_draft_that_was_filed_ends_within_the_hour_and_without_a_leaf_of_its_own(
    agency: Agency,
) -> None:
    draft = begun(agency)
    report = make.report(agency)
    moment = now()
    with time_machine.travel(moment, tick=False), transaction.atomic():
        drafts.claim(draft, report)
    assert drafts.open_draft(Draft.objects.get(), draft.key).content.answers == {}
    with pytest.raises(drafts.AlreadyFiled):
        drafts.claim(draft, report)
    with time_machine.travel(moment + timedelta(minutes=61), tick=False):
        sweep()
    assert not Draft.objects.exists()
    assert not Event.objects.filter(tag=Tag.DRAFT_EXPIRE).exists()


def test_sweeping_does_a_bounded_piece_and_then_the_rest(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amana.reports.services.sweeping.AT_ONCE", 2)
    for _ in range(3):
        begun(agency)
    PortalSession.objects.all().delete()
    Draft.objects.update(expires_at=now() - timedelta(seconds=1))
    assert sweep() == 2
    assert sweep() == 1
    assert sweep() == 0


@pytest.mark.parametrize(
    "key",
    [
        "", "short", "a" * 22, "abcdefg" * 5, "x" * 129, "abcdefgh" * 17,
        "Zm9vYmFyYmF6cXV4MTIzN\n", "Zm9vYmFyYmF6cXV4MTIzNé", "Zm9vYmFyYmF6cXV4MTIz\x00A",
    ],
)  # fmt: skip
def test_a_key_that_could_be_guessed_is_none(key: str) -> None:
    with pytest.raises(WeakKey):
        check_key(key)


@settings(max_examples=30)
@given(st.binary(min_size=16, max_size=64))
def test_a_key_of_random_bits_is_taken_unless_it_hardly_varies(raw: bytes) -> None:
    key = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    if len(set(key)) >= idempotency.FEWEST_DIFFERENT:
        assert check_key(key) == key
    else:
        with pytest.raises(WeakKey):
            check_key(key)


def test_the_same_request_has_one_answer_and_another_one_is_told_so() -> None:
    first, other = digest(KEY, b"one"), digest(KEY, b"two")
    assert kept(KEY, first) is None
    keep(KEY, first, b"the receipt")
    assert kept(KEY, first) == b"the receipt"
    with pytest.raises(OtherRequest):
        kept(KEY, other)
    assert kept(KEY[::-1], first) is None


def test_of_two_at_once_the_second_is_rolled_back() -> None:
    keep(KEY, digest(KEY, b"one"), b"first")
    with pytest.raises(IntegrityError), transaction.atomic():
        keep(KEY, digest(KEY, b"one"), b"second")
    assert kept(KEY, digest(KEY, b"one")) == b"first"


def test_an_answer_is_kept_for_a_day_and_its_key_may_be_used_again() -> None:
    moment = now()
    with time_machine.travel(moment, tick=False):
        keep(KEY, digest(KEY, b"one"), b"first")
    with time_machine.travel(moment + timedelta(hours=23), tick=False):
        assert kept(KEY, digest(KEY, b"one")) == b"first"
        assert sweep() == 0
    with time_machine.travel(moment + timedelta(days=1), tick=False):
        assert kept(KEY, digest(KEY, b"two")) is None
        keep(KEY, digest(KEY, b"two"), b"second")
        assert kept(KEY, digest(KEY, b"two")) == b"second"
    with time_machine.travel(moment + timedelta(days=3), tick=False):
        assert sweep() == 1


def test_the_row_tells_neither_key_nor_request_nor_answer() -> None:
    keep(KEY, digest(KEY, b"what she said"), b"the receipt")
    row = KeptAnswer.objects.get()
    stored = bytes(row.key_hash) + bytes(row.request_hash) + bytes(row.wrapped)
    for secret in (KEY.encode(), b"what she said", b"the receipt"):
        assert secret not in stored
    assert digest(KEY, b"x") != digest(KEY[::-1], b"x")

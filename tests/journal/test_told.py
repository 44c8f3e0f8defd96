# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the log tells: proofs to whoever is handed entries, and its own health to the operator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana.cli.doctor import running
from amana.config.clock import now
from amana.config.node import signing_key
from amana.journal import origins, selectors, state
from amana.journal.accepting import accept
from amana.journal.handed_out import inclusions
from amana.journal.models import Auditor, Enrolled, Event, Witnessed
from amana.journal.proofs import latest_public
from amana.journal.sequencer import HOUR, head, publish_hour, sequence_all
from amana.journal.vouching import Vouchers, digest_of
from amana.kernel.ledger import verify_proof_file
from tests.journal.builders import add, log_of

pytestmark = pytest.mark.db
AT = 500_000


def test_what_was_published_is_proven_under_the_public_checkpoint_the_rest_under_the_newest() -> (
    None
):
    early = log_of(5)
    late = add(3)
    sequence_all()
    waiting = add(2)
    events = list(Event.objects.filter(pk__in=[each.pk for each in [*early, *late, *waiting]]))
    proofs = inclusions(events)
    public, last = latest_public(), head()
    assert public is not None
    assert last is not None
    sizes = {}
    for event in events:
        if event.pk in proofs:
            leaf = bytes(event.commitment)
            sizes[event.pk] = verify_proof_file(proofs[event.pk], leaf, [signing_key().vkey]).size
    assert {sizes[each.pk] for each in early} == {public.checkpoint_id}
    assert {sizes[each.pk] for each in late} == {last.size}
    assert not {each.pk for each in waiting} & set(proofs)
    assert not any("extra" in text for text in proofs.values())


def test_before_anything_was_signed_nobody_is_handed_a_proof() -> None:
    assert inclusions(add(2)) == {}


def test_an_empty_log_says_so() -> None:
    said = selectors.log_state()
    assert (said.origin, said.size, said.waiting) == (origins.first(), 0, 0)
    assert (said.behind, said.held_back, said.public_hour) == (timedelta(), "", None)
    assert selectors.hours_since_published() is None
    assert selectors.keeps_up()


def test_a_log_with_entries_says_how_many_wait_and_since_when() -> None:
    log_of(4, hour=AT)
    sequence_all()
    with time_machine.travel(now() - timedelta(minutes=1), tick=False):
        add(3)
    add(2)
    said = selectors.log_state()
    last = head()
    assert last is not None
    assert (said.size, said.waiting, said.public_hour) == (last.size, 5, AT)
    assert timedelta(minutes=1) <= said.behind < timedelta(hours=1)
    assert not selectors.keeps_up()
    sequence_all()
    assert selectors.keeps_up()
    assert selectors.log_state().behind == timedelta()


def test_entries_from_a_clock_that_was_ahead_are_not_behind() -> None:
    with time_machine.travel(now() + timedelta(days=400), tick=False):
        add(1)
    assert selectors.behind() == timedelta()


def test_a_log_that_is_held_back_turns_nobody_away() -> None:
    log_of(3)
    with time_machine.travel(now() - timedelta(minutes=1), tick=False):
        add(1)
    assert not selectors.keeps_up()
    assert state.dispute("a witness says otherwise")
    assert selectors.keeps_up()
    assert selectors.log_state().held_back == "a witness says otherwise"


@pytest.mark.parametrize("hours", [0, 1, 49])
def test_the_operator_sees_how_long_nothing_was_published(hours: int) -> None:
    log_of(3, hour=AT)
    with time_machine.travel(datetime.fromtimestamp((AT + hours) * HOUR + 5, UTC), tick=False):
        assert selectors.hours_since_published() == hours


@pytest.mark.parametrize(
    ("hours", "level", "said"),
    [
        (-30, "red", "30 hours ahead"),
        (0, "green", "of this hour"),
        (1, "green", "of the last hour"),
        (2, "red", "2 hours old"),
    ],
)
def test_the_doctor_tells_a_clock_that_was_ahead_from_a_worker_that_sleeps(
    hours: int, level: str, said: str
) -> None:
    log_of(3, hour=AT)
    with time_machine.travel(datetime.fromtimestamp((AT + hours) * HOUR + 5, UTC), tick=False):
        line = running.published()
    assert line.level == level
    assert said in line.text


def test_all_names_of_the_log_are_told_the_present_one_first() -> None:
    log_of(3, hour=AT)
    assert [key.name for key in selectors.vkeys()] == [origins.first()]
    for _ in range(2):
        state.path().unlink()
        accept(reason="the state was lost")
    names = [key.name for key in selectors.vkeys()]
    assert names[-1] == origins.first()
    assert names[0] == selectors.log_state().origin
    assert len(set(names)) == 3
    assert all(origins.ours(name) for name in names)
    assert not origins.ours("elsewhere.example/log")
    publish_hour(hour=AT + 1)
    assert selectors.log_state().origin == names[0]


ROWS = (
    Enrolled(name="a", key_id="00000000", kind=1, vkey="a", url="", added_at=now()),
    Witnessed(origin="a", size=1, root=bytes(32), note="a", signed_at=1),
    Auditor(name="a", token_hash=bytes(32), added_at=now()),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row).__name__)
def test_the_digest_of_a_row_is_another_for_any_other_value(
    row: Enrolled | Witnessed | Auditor,
) -> None:
    whole = digest_of(row)
    for field in row._meta.local_concrete_fields:
        before = getattr(row, field.attname)
        other: object = {
            str: f"{before}x",
            int: 77,
            bytes: b"\x01" * 32,
            datetime: now() + timedelta(days=1),
        }.get(type(before), "x")
        setattr(row, field.attname, other)
        assert digest_of(row) != whole, field.name
        setattr(row, field.attname, before)
    assert digest_of(row) == whole


def test_of_several_leaves_on_a_row_the_latest_turn_counts_in_any_order() -> None:
    @settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.permutations(range(6)))
    def holds(turns: list[int]) -> None:
        heard = Vouchers()
        for turn in turns:
            heard.hear({"subject_id": "row", "facts": {"turn": turn, "digest": f"d{turn}"}})
        assert heard.said == {"row": (5, "d5")}

    holds()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"facts": None},
        {"facts": []},
        {"facts": {"turn": "1", "digest": "d"}, "subject_id": "row"},
        {"facts": {"turn": 1, "digest": 7}, "subject_id": "row"},
        {"facts": {"turn": 1, "digest": "d"}, "subject_id": None},
        {"facts": {"turn": 1, "digest": "d"}},
    ],
)
def test_other_leaves_say_nothing_of_rows(said: dict[str, object]) -> None:
    heard = Vouchers()
    heard.hear(said)
    assert heard.said == {}
    assert list(heard.problems()) == []

# SPDX-License-Identifier: AGPL-3.0-or-later
"""This node as a witness (c2sp.org/tlog-witness): every status, and nothing that rolls it back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from amana.config.node import cosigner_vkeys
from amana.journal import enrolling, state, witnessing
from amana.journal.models import Event, Witnessed
from amana.journal.verify import verify
from amana.kernel.ledger import Vkey, cosignatures_in
from amana.kernel.ledger.schemes import time_of
from tests.journal.partners import PartnerLog

pytestmark = pytest.mark.db
ADDRESS = "/log/add-checkpoint"


@pytest.fixture
def partner() -> PartnerLog:
    log = PartnerLog()
    enrolling.enrol(vkey=str(log.key.vkey))
    return log


def ask(body: str | bytes) -> tuple[int, str, str]:
    answer = Client().post(ADDRESS, body, content_type="text/plain")
    return answer.status_code, answer["Content-Type"], answer.content.decode()


def good(answer: tuple[int, str, str], note: str) -> bool:
    """Whether an answer holds a good cosignature of each of our keys."""
    status, _kind, lines = answer
    found = cosignatures_in(note.partition("\n\n")[0] + "\n\n" + lines, cosigner_vkeys())
    return status == 200 and len(found) == 2


def test_the_first_checkpoint_and_its_continuation_are_cosigned(partner: PartnerLog) -> None:
    partner.grow(5)
    assert good(ask(partner.request(0)), partner.note())
    partner.grow(7)
    assert good(ask(partner.request(5)), partner.note())
    row = Witnessed.objects.get()
    assert (row.origin, row.size) == (partner.key.name, 12)
    assert bytes(row.root) == partner.checkpoint().root
    assert verify().problems == []


def test_the_same_checkpoint_again_is_cosigned_and_leaves_no_leaf(partner: PartnerLog) -> None:
    partner.grow(5)
    ask(partner.request(0))
    leaves = Event.objects.count()
    assert good(ask(partner.request(5)), partner.note())
    assert Event.objects.count() == leaves


def test_an_empty_log_can_be_cosigned(partner: PartnerLog) -> None:
    assert good(ask(partner.request(0)), partner.note())
    partner.grow(3)
    assert good(ask(partner.request(0)), partner.note())


def test_another_old_size_is_answered_with_ours(partner: PartnerLog) -> None:
    partner.grow(5)
    ask(partner.request(0))
    partner.grow(5)
    for old in (0, 3, 10):
        assert ask(partner.request(old)) == (409, "text/x.tlog.size", "5\n")
    assert Witnessed.objects.get().size == 5


def test_an_old_size_beyond_the_checkpoint_is_malformed(partner: PartnerLog) -> None:
    partner.grow(5)
    body = partner.request(0).replace("old 0\n", "old 6\n", 1)
    assert ask(body)[0] == 400


def test_a_name_that_no_database_takes_is_malformed(partner: PartnerLog) -> None:
    body = partner.request(0).replace("\n\n", "\n\nx\x00", 1)
    assert ask(body)[0] == 400


def test_an_unknown_log_is_not_found(partner: PartnerLog) -> None:
    stranger = PartnerLog("stranger.example/log", seed=9)
    stranger.grow(5)
    assert ask(stranger.request(0))[0] == 404


def test_a_log_that_was_removed_is_not_found_and_what_it_signed_still_holds(
    partner: PartnerLog,
) -> None:
    partner.grow(5)
    ask(partner.request(0))
    enrolling.remove(name=partner.key.name)
    assert ask(partner.request(5))[0] == 404
    assert verify().problems == []
    enrolling.enrol(vkey=str(partner.key.vkey))
    assert ask(partner.request(0))[0] == 409


def test_a_signature_of_nobody_trusted_is_forbidden(partner: PartnerLog) -> None:
    other = PartnerLog(partner.key.name, seed=9)
    other.grow(5)
    assert ask(other.request(0))[0] == 403


def test_a_bad_signature_of_the_log_is_forbidden(partner: PartnerLog) -> None:
    partner.grow(5)
    body = partner.request(0)
    other = body.replace(f"\n{partner.size}\n", "\n6\n", 1)
    assert ask(other)[0] == 403
    assert not Witnessed.objects.exists()


def test_a_history_that_does_not_continue_is_refused(partner: PartnerLog) -> None:
    partner.grow(5)
    ask(partner.request(0))
    fork = PartnerLog(partner.key.name, entries=b"forked %d")
    fork.grow(9)
    assert ask(fork.request(5))[0] == 422
    assert Witnessed.objects.get().size == 5


def test_an_equal_size_with_another_root_is_refused(partner: PartnerLog) -> None:
    partner.grow(5)
    ask(partner.request(0))
    fork = PartnerLog(partner.key.name, entries=b"forked %d")
    fork.grow(5)
    assert ask(fork.request(5))[0] == 422


def test_an_empty_tree_with_another_root_is_refused(partner: PartnerLog) -> None:
    text = f"{partner.key.name}\n0\n{'A' * 43}=\n"
    from amana.kernel.ledger.notes import sign_note

    assert ask(f"old 0\n\n{sign_note(text, partner.key)}")[0] == 422


def test_a_proof_from_nothing_is_refused(partner: PartnerLog) -> None:
    partner.grow(5)
    body = partner.request(0).replace("old 0\n", f"old 0\n{'A' * 43}=\n", 1)
    assert ask(body)[0] == 422


@pytest.mark.parametrize("change", ["cut", "more", "flip"])
def test_a_proof_that_is_not_exact_is_refused(partner: PartnerLog, change: str) -> None:
    partner.grow(5)
    ask(partner.request(0))
    partner.grow(6)
    head, _, note = partner.request(5).partition("\n\n")
    lines = head.split("\n")
    if change == "cut":
        lines.pop()
    elif change == "more":
        lines.append(f"{'A' * 43}=")
    else:
        lines[1] = ("A" if lines[1][0] != "A" else "B") + lines[1][1:]
    assert ask("\n".join(lines) + "\n\n" + note)[0] == 422


def test_extension_lines_are_not_cosigned(partner: PartnerLog) -> None:
    """Pitfall 8: one of our two signatures would not cover them."""
    from amana.kernel.ledger.notes import sign_note

    partner.grow(5)
    text = partner.checkpoint().format() + "more\n"
    assert ask(f"old 0\n\n{sign_note(text, partner.key)}")[0] == 400


MALFORMED = [
    b"",
    b"\n\n",
    b"old\n\nx\n",
    b"old 01\n\n{note}",
    b"old -1\n\n{note}",
    b"old 0 \n\n{note}",
    b"Old 0\n\n{note}",
    b"old 0\n{note}",
    b"old 0\nnot base64\n\n{note}",
    b"old 99999999999999999999\n\n{note}",
    b"\xff\xfe",
    b"old 0\n" + b"AAAA\n" * 64 + b"\n{note}",
    b"old 0\n\n" + b"x" * (witnessing.MAX_BODY + 1),
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_what_is_malformed_is_said_to_be(partner: PartnerLog, body: bytes) -> None:
    partner.grow(5)
    assert ask(body.replace(b"{note}", partner.note().encode()))[0] in {400, 404}
    assert not Witnessed.objects.exists()


def test_only_post_is_answered() -> None:
    assert Client().get(ADDRESS).status_code == 405


def test_signatures_of_others_under_the_checkpoint_are_ignored(partner: PartnerLog) -> None:
    partner.grow(5)
    key = Vkey.of("stranger.example", bytes(40), kind=0xFF)
    line = f"\u2014 stranger.example {'A' * 96}\n"
    assert key.can_verify is False
    assert good(ask(partner.request(0) + line), partner.note())
    assert "stranger" not in Witnessed.objects.get().note


def test_a_witness_from_an_older_copy_helps_to_no_second_history(partner: PartnerLog) -> None:
    """The copy outside of the database counts when it is further."""
    partner.grow(5)
    ask(partner.request(0))
    old = Witnessed.objects.get()
    partner.grow(5)
    ask(partner.request(5))
    Witnessed.objects.filter(pk=old.pk).update(size=old.size, root=old.root, note=old.note)
    fork = PartnerLog(partner.key.name)
    fork.grow(5)
    fork.entries = b"forked %d"
    fork.grow(5)
    assert ask(fork.request(5)) == (409, "text/x.tlog.size", "10\n")
    assert ask(fork.request(10))[0] == 422
    assert good(ask(partner.request(10)), partner.note())


def test_a_node_whose_log_is_held_back_cosigns_nothing(partner: PartnerLog) -> None:
    partner.grow(5)
    state.dispute("somebody says otherwise")
    assert ask(partner.request(0))[0] == 503
    assert not Witnessed.objects.exists()


def test_a_clock_that_jumps_back_never_takes_the_time_of_a_cosignature_back(
    partner: PartnerLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two trees at one time would be two truths."""
    from datetime import UTC, datetime

    times = []
    for stamp in (2_000_000_000, 1_000_000_000):
        partner.grow(3)
        monkeypatch.setattr(witnessing, "now", lambda at=stamp: datetime.fromtimestamp(at, UTC))
        _status, _kind, lines = ask(partner.request(partner.size - 3))
        note = partner.note().partition("\n\n")[0] + "\n\n" + lines
        times += [time_of(each.value) for each in cosignatures_in(note, cosigner_vkeys())]
    assert times == [2_000_000_000] * 4


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_none_rolls_the_state_back() -> None:
    """The race of the specification: checking and keeping are one step."""
    partner = PartnerLog()
    enrolling.enrol(vkey=str(partner.key.vkey))
    partner.grow(1)
    assert ask(partner.request(0))[0] == 200
    bodies = []
    for _ in range(12):
        partner.grow(1)
        bodies.append(partner.request(1))
    ready = threading.Barrier(4)

    def run(part: list[str]) -> list[int]:
        ready.wait(20)
        try:
            return [ask(body)[0] for body in part]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = [s for part in pool.map(run, [bodies[n::4] for n in range(4)]) for s in part]
    assert sorted(statuses) == [200] + [409] * 11
    row = Witnessed.objects.get()
    winner = bodies[[f"\n{row.size}\n" in body for body in bodies].index(True)]
    assert ask(winner)[0] == 409
    assert verify().problems == []


@pytest.mark.django_db(transaction=True)
def test_of_many_first_requests_at_once_one_is_cosigned() -> None:
    partner = PartnerLog()
    enrolling.enrol(vkey=str(partner.key.vkey))
    partner.grow(3)
    bodies = [partner.request(0)]
    partner.grow(3)
    bodies.append(partner.request(0))
    ready = threading.Barrier(2)

    def run(body: str) -> int:
        ready.wait(20)
        try:
            return ask(body)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, bodies)) == [200, 409]
    assert verify().problems == []

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Asking partners to cosign, with every answer a partner may give."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from amana.config.node import cosigner_vkeys, signing_key
from amana.journal import asking, cosigning, enrolling, state
from amana.journal.accepting import NotHeldBack, accept, settle
from amana.journal.models import Checkpoint, Cosignature, Event, PublicCheckpoint
from amana.journal.proofs import latest_public
from amana.journal.quorum import quorum_state
from amana.journal.sequencer import publish_hour, sequence_all
from amana.journal.state import LogHeldBack
from amana.journal.verify import verify
from amana.kernel.ledger import cosignatures_in, open_checkpoint
from tests.journal.builders import add, log_of
from tests.journal.partners import PartnerWitness, served

pytestmark = pytest.mark.db
HOUR = 500_000


@pytest.fixture
def witness() -> Iterator[PartnerWitness]:
    asking.forget_pauses()
    partner = PartnerWitness()
    with served(partner) as url:
        for each in partner.cosigners:
            enrolling.enrol(vkey=str(each.vkey), url=url)
        yield partner
    asking.forget_pauses()


def public() -> Checkpoint:
    found = latest_public()
    assert found is not None
    return found.checkpoint


def test_a_public_checkpoint_is_signed_with_both_kinds_at_once() -> None:
    log_of(5)
    note = cosigning.whole_note(public())
    assert open_checkpoint(note, [signing_key().vkey]).size == 64
    (own,) = cosignatures_in(note, cosigner_vkeys())
    assert len(own.value) == 2428
    internal = Checkpoint.objects.exclude(pk=public().pk).first()
    assert internal is not None
    assert cosigning.whole_note(internal) == internal.note


def test_a_partner_cosigns_once_each_hour(witness: PartnerWitness) -> None:
    log_of(5)
    assert asking.ask_witnesses() == 2
    assert asking.ask_witnesses() == 0
    assert len(witness.asked) == 1
    assert witness.asked[0].startswith("old 0\n\n")
    publish_hour(hour=HOUR + 1)
    assert asking.ask_witnesses() == 2
    assert witness.asked[1].startswith("old 64\n")
    assert Cosignature.objects.count() == 6
    sequence_all()
    assert verify().problems == []


def test_only_what_the_world_may_see_is_sent(witness: PartnerWitness) -> None:
    log_of(5)
    add(10)
    sequence_all()
    asking.ask_witnesses()
    assert public().note in witness.asked[0]


def test_the_whole_note_opens_for_partners_and_the_short_one_is_short(
    witness: PartnerWitness,
) -> None:
    log_of(5)
    asking.ask_witnesses()
    whole, short = cosigning.whole_note(public()), cosigning.whole_note(public(), short=True)
    keys = [each.vkey for each in witness.cosigners]
    assert len(cosignatures_in(whole, [*keys, *cosigner_vkeys()])) == 3
    assert len(cosignatures_in(short, [*keys, *cosigner_vkeys()])) == 1
    assert len(short) < 500


def test_a_witness_that_has_forgotten_is_told_from_the_beginning(witness: PartnerWitness) -> None:
    log_of(5)
    asking.ask_witnesses()
    publish_hour(hour=HOUR + 1)
    witness.size = 0
    assert asking.ask_witnesses() == 2
    assert [body.partition("\n")[0] for body in witness.asked[1:]] == ["old 64", "old 0"]


def test_a_witness_asked_by_another_worker_meanwhile_is_no_fault(witness: PartnerWitness) -> None:
    log_of(5)
    asking.ask_witnesses()
    Cosignature.objects.exclude(name=cosigner_vkeys()[0].name).delete()
    assert asking.ask_witnesses() == 2
    assert [body.partition("\n")[0] for body in witness.asked[1:]] == ["old 0", "old 64"]


def test_a_witness_that_saw_more_than_was_ever_published_holds_the_log_back(
    witness: PartnerWitness,
) -> None:
    """The database is older than what a partner has seen, and the state beside it too."""
    log_of(5)
    witness.size = 9_999
    assert asking.ask_witnesses() == 0
    add()
    with pytest.raises(LogHeldBack, match=r"witness\.example/w contradicts"):
        sequence_all()
    with pytest.raises(LogHeldBack):
        publish_hour(hour=HOUR + 1)
    assert Event.objects.filter(tag="node:log:dispute").count() == 1
    assert any("contradicts" in said for said in verify().problems)
    assert asking.ask_witnesses() == 0


def test_a_witness_with_another_history_holds_the_log_back(witness: PartnerWitness) -> None:
    log_of(5)
    witness.instead = (422, "text/plain", b"no\n")
    asking.ask_witnesses()
    assert "another history" in state.disputed()


def test_the_operator_can_give_the_name_up(witness: PartnerWitness) -> None:
    log_of(5)
    witness.size = 9_999
    asking.ask_witnesses()
    accepted = accept(reason="restored from an old copy")
    assert not state.disputed()
    add()
    assert sequence_all() > 0
    assert accepted.origin != signing_key().name
    assert verify().problems == []


def test_the_operator_can_find_the_fault_on_the_other_side(witness: PartnerWitness) -> None:
    log_of(5)
    witness.size = 9_999
    asking.ask_witnesses()
    settle(reason="the partner has mixed up two logs; agreed by telephone")
    add()
    assert sequence_all() > 0
    assert verify().problems == []
    leaf = Event.objects.get(tag="node:log:settle")
    assert b"agreed by telephone" in bytes(leaf.body or b"")
    with pytest.raises(NotHeldBack):
        settle(reason="again")


def test_a_newer_checkpoint_cosigned_for_another_worker_is_no_dispute(
    witness: PartnerWitness,
) -> None:
    log_of(5)
    older = public()
    publish_hour(hour=HOUR + 1)
    asking.ask_witnesses()
    with pytest.raises(asking._Failed, match="newer"):
        asking.ask(asking.witnesses()[0], older)
    assert not state.disputed()


ANSWERS = {
    "unknown log": (404, "text/plain", b"no\n"),
    "not signed": (403, "text/plain", b"no\n"),
    "malformed": (400, "text/plain", b"no\n"),
    "broken": (500, "text/html", b"<h1>oops"),
    "elsewhere": (302, "text/plain", b""),
    "nothing": (200, "text/plain", b""),
    "nonsense": (200, "text/plain", b"\xff\xfe"),
    "another signature": (200, "text/plain", "\u2014 x AAAAAAAA\n".encode()),
    "a size that is none": (409, "text/x.tlog.size", b"many\n"),
    "a size without its type": (409, "text/plain", b"7\n"),
    "the same size again": (409, "text/x.tlog.size", b"0\n"),
    "endless": (200, "text/plain", b"x" * 100_000),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_that_is_none_is_not_kept_and_asked_for_again_later(
    witness: PartnerWitness, answer: tuple[int, str, bytes]
) -> None:
    log_of(5)
    witness.instead = answer
    assert asking.ask_witnesses() == 0
    tries = len(witness.asked)
    assert asking.ask_witnesses() == 0
    assert len(witness.asked) == tries
    assert not state.disputed()
    witness.instead = None
    asking.forget_pauses()
    assert asking.ask_witnesses() == 2


def test_a_cosignature_that_is_wrong_is_not_kept(witness: PartnerWitness) -> None:
    log_of(5)
    other = f"{signing_key().name}\n64\n{'A' * 43}=\n"
    lines = "".join(f"{each.cosign(other, 1).format()}\n" for each in witness.cosigners)
    witness.instead = (200, "text/plain", lines.encode())
    assert asking.ask_witnesses() == 0
    assert Cosignature.objects.filter(name="witness.example/w").count() == 0


def test_one_silent_partner_keeps_no_other_from_cosigning(witness: PartnerWitness) -> None:
    silent = PartnerWitness("silent.example/w", seed=31)
    enrolling.enrol(vkey=str(silent.cosigners[0].vkey), url="http://127.0.0.1:9/w")
    log_of(5)
    assert asking.ask_witnesses() == 2


def test_a_removed_partner_is_not_asked_and_its_cosignatures_still_hold(
    witness: PartnerWitness,
) -> None:
    log_of(5)
    asking.ask_witnesses()
    assert len(enrolling.remove(name="witness.example/w")) == 2
    publish_hour(hour=HOUR + 1)
    assert asking.ask_witnesses() == 0
    assert verify().problems == []


def test_under_a_new_name_a_witness_is_asked_from_the_beginning(witness: PartnerWitness) -> None:
    log_of(5)
    asking.ask_witnesses()
    state.dispute("something else")
    accept(reason="it broke")
    publish_hour(hour=HOUR + 1)
    witness.size = 0
    assert asking.ask_witnesses() == 2
    assert witness.asked[-1].startswith("old 0\n\n")


def test_without_a_policy_the_partners_are_listed_and_none_is_wanted(
    witness: PartnerWitness,
) -> None:
    log_of(5)
    before = quorum_state()
    assert (before.wanted, before.reached, before.cosigned) == ("none", True, ())
    asking.ask_witnesses()
    after = quorum_state()
    assert after.cosigned == ("witness.example/w", "witness.example/w#2")
    assert after.missing == ()
    assert after.size == 64


def test_nothing_is_judged_before_the_first_hour() -> None:
    assert quorum_state().problem
    assert not PublicCheckpoint.objects.exists()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana journal` for the node's own log: whether it holds, what proves a receipt, and how it goes
on after a restore."""

from __future__ import annotations

import base64
import json

import pytest

from amana.cli import main
from amana.config.node import signing_key
from amana.journal import state
from amana.journal.events import Tag
from amana.journal.models import Checkpoint, Event, PublicCheckpoint, Tile
from amana.journal.sequencer import publish_hour, sequence_all
from amana.kernel.ledger import commit, open_checkpoint, verify_proof_file
from amana.kernel.ledger.errors import LedgerError
from amana.reports.models import Receipt
from tests.journal.builders import add, log_of
from tests.support import builders as make
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
Out = pytest.CaptureFixture[str]


def run(capsys: Out, *arguments: str, code: int = 0) -> str:
    assert main(["journal", *arguments]) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.out if code == 0 else said.out + said.err


def older_copy(size: int) -> None:
    """The database as it was at `size`; what was signed since stands in the state alone."""
    hashes = bytes(Tile.objects.get(level=0, index=0).hashes)[: 32 * size]
    PublicCheckpoint.objects.filter(checkpoint_id__gt=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    Event.objects.filter(leaf_index__gte=size).delete()
    Tile.objects.filter(level=0, index=0).update(hashes=hashes)


# --- verify and status


def test_a_log_that_holds_says_how_much_of_it_there_is(capsys: Out) -> None:
    log_of(5, hour=None)
    add(2)
    said = run(capsys, "verify")
    assert said == "5 entries, 2 checkpoints, 2 waiting for their place: all of it holds\n"
    assert json.loads(run(capsys, "verify", "--json"))["holds"] is True


def test_an_empty_log_holds(capsys: Out) -> None:
    assert "0 entries, 0 checkpoints" in run(capsys, "verify")
    assert json.loads(run(capsys, "status", "--json"))["size"] == 0


def test_an_entry_that_was_changed_is_one_line_and_the_exit_code_says_so(capsys: Out) -> None:
    event = log_of(4)[1]
    Event.objects.filter(pk=event.pk).update(body=bytes(event.body or b"") + b" ")
    *problems, last = run(capsys, "verify", code=1).splitlines()
    assert len(problems) >= 1
    assert last.endswith(f"{len(problems)} problems")
    verdict = json.loads(run(capsys, "verify", "--json", code=1))
    assert (verdict["holds"], verdict["problems"]) == (False, problems)


def test_a_log_that_is_held_back_is_told_by_words_and_by_the_exit_code(capsys: Out) -> None:
    log_of(10, hour=None)
    assert "10 signed, 0 waiting" in run(capsys, "status")
    older_copy(5)
    add()
    said = run(capsys, "status", code=1)
    assert "5 signed, 1 waiting" in said
    assert "held back: " in said
    assert json.loads(run(capsys, "status", "--json", code=1))["held_back"]
    assert "older copy" in run(capsys, "publish", code=1)


def test_the_hour_has_one_checkpoint_however_often_it_is_asked_for(capsys: Out) -> None:
    add(3)
    sequence_all()
    assert run(capsys, "publish").startswith("published: ")
    add()
    sequence_all()
    assert "there already" in run(capsys, "publish")
    assert PublicCheckpoint.objects.count() == 1


# --- proofs of receipts


def receipt() -> Receipt:
    return Receipt.objects.get(report=make.report(make.node()))


def test_before_a_public_checkpoint_there_is_a_promise_and_afterwards_a_proof(capsys: Out) -> None:
    locator = receipt().report.locator
    assert main(["journal", "proof", locator]) == 0
    said = capsys.readouterr()
    assert "this is the promise" in said.err
    assert said.out
    sequence_all()
    publish_hour()
    assert main(["journal", "proof", locator]) == 0
    proven = capsys.readouterr()
    assert proven.err == ""
    assert proven.out != said.out
    whole = run(capsys, "proof", locator, "--whole")
    assert len(whole) > len(proven.out)


def test_what_a_program_is_given_opens_the_leaf_that_is_proven(capsys: Out) -> None:
    one = receipt()
    sequence_all()
    publish_hour()
    said = json.loads(run(capsys, "proof", one.report.locator, "--json"))
    salt, entry = (base64.b64decode(said[name]) for name in ("salt", "entry"))
    found = verify_proof_file(said["text"], commit(salt, entry), [signing_key().vkey])
    assert found == open_checkpoint(run(capsys, "checkpoint"), [signing_key().vkey])
    with pytest.raises(LedgerError):
        verify_proof_file(said["text"], commit(salt, entry + b" "), [signing_key().vkey])
    assert one.report.locator not in run(capsys, "proof", one.report.locator)


@pytest.mark.parametrize("between", [" ", "-", "·", "\u00a0"])
def test_a_locator_is_found_as_it_is_shown_or_dictated(between: str, capsys: Out) -> None:
    locator = receipt().report.locator
    wanted = run(capsys, "proof", locator)
    assert run(capsys, "proof", f" {locator[:4]}{between}{locator[4:]} ") == wanted
    assert run(capsys, "proof", locator.translate(ARABIC)) == wanted


@pytest.mark.parametrize(
    "locator", ["00000000", "99999999", "", "nothing", "9" * 3000, "'; --", "²"]
)
def test_a_locator_that_nobody_has_is_no_traceback(locator: str, capsys: Out) -> None:
    receipt()
    assert "no report here has this locator" in run(capsys, "proof", locator, code=1)


def test_of_an_entry_that_was_destroyed_nothing_can_be_proven(capsys: Out) -> None:
    one = receipt()
    sequence_all()
    publish_hour()
    assert one.leaf_event_id is not None
    Event.objects.filter(pk=one.leaf_event_id).update(body=None, salt=None)
    assert "was destroyed" in run(capsys, "proof", one.report.locator, code=1)


# --- going on after a restore


def test_nothing_is_accepted_where_nothing_is_held_back(capsys: Out) -> None:
    log_of(4, hour=None)
    signed = Checkpoint.objects.count()
    assert "nothing to accept" in run(capsys, "accept", "--reason", "the disk broke", code=2)
    assert Checkpoint.objects.count() == signed


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_nothing_is_accepted_without_a_reason(reason: str, capsys: Out) -> None:
    log_of(10, hour=None)
    older_copy(5)
    assert "say in a sentence" in run(capsys, "accept", "--reason", reason, code=2)
    assert "say in a sentence" in run(capsys, "witness", "settle", "--reason", reason, code=2)
    assert not Event.objects.filter(leaf_index__gte=5).exists()


def test_the_log_goes_on_under_a_new_name_and_says_how_much_is_lost(capsys: Out) -> None:
    log_of(10, hour=None)
    old = run(capsys, "keys").splitlines()[0]
    older_copy(5)
    said = run(capsys, "accept", "--reason", " the disk broke ")
    assert "from entry 5; 5 signed lost" in said
    new = run(capsys, "key").splitlines()
    assert old not in new[:1]
    assert new[0].split("+")[0] in said
    assert old in new
    assert "all of it holds" in run(capsys, "verify")
    run(capsys, "status")
    assert "nothing to accept" in run(capsys, "accept", "--reason", "again", code=2)


def test_where_no_state_is_left_nobody_claims_to_know_what_is_lost(capsys: Out) -> None:
    log_of(4, hour=None)
    state.path().unlink()
    assert "an unknown number of signed lost" in run(capsys, "accept", "--reason", "a new disk")
    assert Event.objects.filter(leaf_index=4, tag=Tag.RESTORE_ACCEPT).exists()


def test_what_does_not_hold_in_itself_is_never_signed_again(capsys: Out) -> None:
    log_of(10, hour=None)
    older_copy(5)
    event = Event.objects.get(leaf_index=2)
    Event.objects.filter(pk=event.pk).update(body=bytes(event.body or b"") + b" ")
    said = run(capsys, "accept", "--reason", "the disk broke", code=1)
    assert "what is here does not hold, so it is not signed" in said
    assert len(said.splitlines()) >= 2
    assert not Event.objects.filter(leaf_index__gte=5).exists()
    run(capsys, "status", code=1)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana journal`: partners, auditors, policies and proofs, as an operator types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amana.cli import main
from amana.cli.doctor import running
from amana.config.env import env
from amana.config.node import cosigner_vkeys, signing_key
from amana.journal import asking, cosigning, enrolling, quorum, state
from amana.journal.proofs import latest_public
from amana.kernel.ledger import Vkey, cosignatures_in
from tests.journal.builders import log_of
from tests.journal.partners import PartnerLog, PartnerWitness
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db
WITNESS, LOG = PartnerWitness(), PartnerLog()
PLAIN = WITNESS.cosigners[0].vkey
Out = pytest.CaptureFixture[str]


def run(capsys: Out, *arguments: str, code: int = 0) -> str:
    assert main(["journal", *arguments]) == code
    said = capsys.readouterr()
    return said.out if code == 0 else said.out + said.err


def test_the_keys_to_give_away(capsys: Out) -> None:
    lines = run(capsys, "keys").split()
    assert [Vkey.parse(line) for line in lines] == [signing_key().vkey, *cosigner_vkeys()]


def test_partners_are_added_listed_and_removed(capsys: Out) -> None:
    assert "nobody" in run(capsys, "witness", "list")
    assert "a log" in run(capsys, "witness", "add", str(LOG.key.vkey))
    url = "https://partner.example/log"
    assert f"asked at {url}\n" in run(capsys, "witness", "add", str(PLAIN), "--url", f"{url}/")
    shown = run(capsys, "witness", "list")
    assert f"witness  {PLAIN.name}+{PLAIN.key_id.hex()} {url} nothing yet" in shown
    rows = json.loads(run(capsys, "witness", "list", "--json"))["keys"]
    assert [row["is"] for row in rows] == ["log", "witness"]
    assert "1 keys" in run(capsys, "witness", "remove", PLAIN.name)
    assert "nobody" in run(capsys, "witness", "remove", PLAIN.name, code=1)


@pytest.mark.parametrize("vkey", ["nonsense", "a+b+c", ""])
def test_a_key_that_is_none_is_refused(capsys: Out, vkey: str) -> None:
    assert "verifier key" in run(capsys, "witness", "add", vkey, code=2)


def test_a_dispute_is_settled_with_a_reason(capsys: Out) -> None:
    assert "no witness" in run(capsys, "witness", "settle", "--reason", "x", code=2)
    state.dispute("a witness contradicts this log")
    log_state = run(capsys, "status", code=1)
    assert "held back: a witness contradicts" in log_state
    assert "sentence" in run(capsys, "witness", "settle", "--reason", " ", code=2)
    assert "goes on" in run(capsys, "witness", "settle", "--reason", "mixed up")
    assert "held back" not in run(capsys, "status")


def test_an_auditor_gets_a_token_once(capsys: Out) -> None:
    token = run(capsys, "auditor", "add", "Court").strip()
    assert enrolling.is_auditor(token)
    assert "already" in run(capsys, "auditor", "add", "Court", code=2)
    shown = run(capsys, "auditor", "list")
    assert "has a token" in shown
    assert token not in shown
    assert "ended" in run(capsys, "auditor", "end", "Court")
    assert "no auditor" in run(capsys, "auditor", "end", "Court", code=1)


def test_a_consistency_proof_is_printed_and_none_from_size_0(capsys: Out) -> None:
    log_of(100)
    assert len(run(capsys, "consistency", "64", "128").split()) == 1
    assert "size 0" in run(capsys, "consistency", "0", "64", code=1)
    assert "not been published" in run(capsys, "consistency", "1", "129", code=1)


def test_the_printed_checkpoint_carries_all_signatures(capsys: Out) -> None:
    assert "nothing" in run(capsys, "checkpoint", code=1).replace("no checkpoint", "nothing")
    log_of(5)
    assert len(cosignatures_in(run(capsys, "checkpoint"), cosigner_vkeys())) == 1


def policy(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "policy.txt"
    file.write_text(text)
    return file


def test_a_policy_is_checked_against_the_newest_checkpoint(capsys: Out, tmp_path: Path) -> None:
    file = policy(tmp_path, f"log {signing_key().vkey}\nwitness w {PLAIN}\nquorum w\n")
    assert "nothing has been published" in run(capsys, "policy", "check", str(file), code=1)
    log_of(5)
    assert "not reached" in run(capsys, "policy", "check", str(file), code=1)
    public = latest_public()
    assert public is not None
    signature = WITNESS.cosigners[0].cosign(cosigning.text_of(public.checkpoint), 1_700_000_000)
    enrolling.enrol(vkey=str(PLAIN))
    cosigning.keep(public.checkpoint, [signature], [PLAIN])
    assert "is reached" in run(capsys, "policy", "check", str(file))
    note = tmp_path / "note"
    note.write_text(LOG.note())
    run(capsys, "policy", "check", str(file), "--checkpoint", str(note), code=1)


@pytest.mark.parametrize("text", ["", "quorum x\n", "nonsense\n"])
def test_a_policy_that_cannot_be_read_is_named(capsys: Out, tmp_path: Path, text: str) -> None:
    file = policy(tmp_path, text)
    assert str(file) in run(capsys, "policy", "check", str(file), code=2)
    assert "missing" in run(capsys, "policy", "check", str(tmp_path / "missing"), code=2)


def test_a_policy_to_begin_with_can_be_read_again(capsys: Out, tmp_path: Path) -> None:
    for each in WITNESS.cosigners:
        enrolling.enrol(vkey=str(each.vkey), url="https://partner.example/log")
    log_of(5)
    text = run(capsys, "policy", "show")
    assert text.count("witness ") == 2
    assert "reached" in run(capsys, "policy", "check", str(policy(tmp_path, text)))


def with_policy(patch: pytest.MonkeyPatch, file: Path | None) -> None:
    said = env().model_copy(update={"witness_policy": file})
    patch.setattr(quorum, "env", lambda: said)


def test_status_and_doctor_say_how_the_quorum_stands(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert running.witnesses().level == "amber"
    log_of(5)
    assert running.witnesses().level == "amber"
    with_policy(monkeypatch, policy(tmp_path, f"witness w {PLAIN}\nquorum w\n"))
    assert "quorum w not reached; cosigned by nobody; missing w" in run(capsys, "status")
    assert running.witnesses().level == "red"
    public = latest_public()
    assert public is not None
    signature = WITNESS.cosigners[0].cosign(cosigning.text_of(public.checkpoint), 1_700_000_000)
    cosigning.keep(public.checkpoint, [signature], [PLAIN])
    assert running.witnesses().level == "green"
    assert json.loads(run(capsys, "status", "--json"))["quorum"]["reached"] is True
    with_policy(monkeypatch, tmp_path / "missing")
    assert running.witnesses().level == "amber"


def test_asking_by_hand(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ask_witnesses", lambda: 2)
    assert run(capsys, "witness", "ask") == "2 new cosignatures\n"

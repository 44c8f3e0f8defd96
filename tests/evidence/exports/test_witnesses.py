# SPDX-License-Identifier: AGPL-3.0-or-later
"""A policy from outside the bag: enough witnesses must have seen the log when the file came in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amana.cli import main
from amana.evidence.exports.checking import Verdict, check_bag
from amana.evidence.exports.witnessing import Trust
from amana.kernel.ledger import Ed25519Cosigner, MldsaCosigner, parse_policy
from tests.evidence.exports.bags import Node, contents, names, rewrite, write
from tests.evidence.exports.verifiers import Found, Script

ALICE = Ed25519Cosigner("alice.example", b"a" * 32)
BELA = Ed25519Cosigner("bela.example", b"b" * 32)
CARLA = MldsaCosigner("carla.example", b"c" * 32)


def rule(node: Node, quorum: str) -> str:
    return (
        f"log {node.key.vkey}\n"
        f"witness alice {ALICE.vkey}\nwitness bela {BELA.vkey}\nwitness carla {CARLA.vkey}\n"
        f"group old 2 alice bela\ngroup new any carla\n"
        f"group everybody all old new\nquorum {quorum}\n"
    )


def judged(bag: Path, text: str) -> Verdict:
    return check_bag(bag, keys=[], trust=Trust(policy=parse_policy(text.encode())))


def by_script(bag: Path, text: str, folder: Path) -> Found:
    (folder / "policy").write_text(text, "utf-8")
    done = Script(folder).run(str(bag), "--policy", str(folder / "policy"), "--json")
    return Found.of(json.loads(done.stdout))


@pytest.fixture(scope="module")
def witnessed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Node, Path]:
    node = Node(witnesses=[ALICE, BELA, CARLA])
    return node, write(contents(node), tmp_path_factory.mktemp("witnessed"))


def test_enough_witnesses_are_enough_for_both(witnessed: tuple[Node, Path], tmp_path: Path) -> None:
    node, bag = witnessed
    verdict = judged(bag, rule(node, "everybody"))
    assert verdict.exit == 0
    assert verdict.checked == [
        "witness alice (Ed25519)",
        "witness bela (Ed25519)",
        "witness carla (ML-DSA-44)",
    ]
    found = by_script(bag, rule(node, "old"), tmp_path)
    assert found.exit == 0
    assert found.items[0]["witnessed"] == node.at


def test_the_script_does_not_count_what_it_cannot_check(
    witnessed: tuple[Node, Path], tmp_path: Path
) -> None:
    """ML-DSA is left to the program: a quorum that needs it is not reached here, and said so."""
    node, bag = witnessed
    assert by_script(bag, rule(node, "everybody"), tmp_path).codes == {"quorum"}


def test_too_few_witnesses_are_too_few(tmp_path: Path) -> None:
    node = Node(witnesses=[ALICE])
    bag = write(contents(node), tmp_path)
    verdict = judged(bag, rule(node, "old"))
    assert (verdict.exit, names(verdict.problems)) == (1, {"quorum"})
    assert by_script(bag, rule(node, "old"), tmp_path).codes == {"quorum"}
    assert by_script(bag, rule(node, "alice"), tmp_path).exit == 0
    assert by_script(bag, rule(node, "none"), tmp_path).exit == 0


def test_a_false_signature_of_a_witness_is_no_signature_at_all(tmp_path: Path) -> None:
    """A known name and id with a bad signature makes the note malformed (signed-note)."""

    class Liar(Ed25519Cosigner):
        def cosign(self, text: str, at: int):  # type: ignore[no-untyped-def]
            return super().cosign(text.replace("\n", "0\n", 2).replace("0\n", "\n", 1), at)

    node = Node(witnesses=[Liar("alice.example", b"a" * 32), BELA])
    bag = write(contents(node), tmp_path)
    assert names(judged(bag, rule(node, "bela")).problems) == {"proof"}
    assert by_script(bag, rule(node, "bela"), tmp_path).codes == {"proof"}


def test_what_came_after_the_witnessed_hour_is_said_and_no_fault(tmp_path: Path) -> None:
    """The record of the export itself is always younger than the last published hour."""
    node = Node(witnesses=[ALICE, BELA])
    what = contents(node)
    bag = write(what, tmp_path)
    node.witnesses = []
    prove = node.prove()
    last = what.released[0].links[-1]
    index = node.entries.index(last.leaf)
    (bag / "proofs" / f"0001-{last.number:04d}.tlog-proof").write_text(prove(index), "utf-8")
    rewrite(bag)
    verdict = judged(bag, rule(node, "old"))
    assert verdict.exit == 0
    assert "1 records that no witness has seen yet" in verdict.not_checked
    assert by_script(bag, rule(node, "old"), tmp_path).exit == 0


@pytest.mark.parametrize(
    "text",
    [
        "quorum none",
        "nonsense\n",
        "quorum nobody\n",
        "group all any nobody\nquorum all\n",
        "quorum none\nquorum none\n",
        "witness alice x+00000000+AA==\nquorum alice\n",
    ],
)
def test_a_policy_that_is_not_understood_is_refused(
    witnessed: tuple[Node, Path], tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    node, bag = witnessed
    whole = text if text == "quorum none" else f"log {node.key.vkey}\n{text}"
    found = by_script(bag, whole, tmp_path)
    assert found.exit == 1 or text == "quorum none"
    asked = ["evidence", "verify", str(bag), "--policy", str(tmp_path / "policy")]
    assert main(asked) == 1
    assert capsys.readouterr().err or text == "quorum none"


def test_a_policy_from_inside_the_bag_proves_nothing(
    witnessed: tuple[Node, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _node, bag = witnessed
    inside = str(bag / "policy.txt")
    done = Script(tmp_path).run(str(bag), "--policy", inside)
    assert done.returncode == 1
    assert b"inside the bag proves nothing" in done.stdout
    assert main(["evidence", "verify", str(bag), "--policy", inside]) == 1
    assert "inside the bag proves nothing" in capsys.readouterr().err

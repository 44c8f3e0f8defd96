# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trust policies (c2sp.org/tlog-policy)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import (
    Checkpoint,
    Ed25519Cosigner,
    LedgerError,
    MldsaCosigner,
    NoteError,
    PolicyError,
    Vkey,
    parse_policy,
    sign_checkpoint,
)
from tests.kernel.ledger.builders import ORIGIN, flipped, signing_key

LOG = signing_key()
CHECKPOINT = Checkpoint(ORIGIN, 5, b"\x01" * 32)
NAMES = ["X1", "X2", "X3", "Y1", "Y2"]
COSIGNERS = {
    name: (MldsaCosigner if name == "Y2" else Ed25519Cosigner)(
        f"{name.lower()}.example", bytes([number]) * 32
    )
    for number, name in enumerate(NAMES, start=10)
}
WITNESSES = "".join(f"witness {name} {COSIGNERS[name].vkey}\n" for name in NAMES)
POLICY = f"""# two levels
log {LOG.vkey} https://node.example/log

{WITNESSES}group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def cosigned(*names: str) -> str:
    note = sign_checkpoint(CHECKPOINT, LOG)
    lines = [COSIGNERS[name].cosign(CHECKPOINT.format(), 1_700_000_000) for name in names]
    return note + "".join(f"{line.format()}\n" for line in lines)


@pytest.mark.parametrize(
    ("names", "reached"),
    [
        ([], False),
        (["X1", "Y1"], False),
        (["X1", "X2"], False),
        (["X1", "X3", "Y2"], True),
        (["X2", "X3", "Y1"], True),
        (NAMES, True),
    ],
)
def test_a_quorum_of_two_levels(names: list[str], reached: bool) -> None:
    found = parse_policy(POLICY.encode()).judge(cosigned(*names))
    assert found.cosigned == frozenset(names)
    assert found.reached == reached
    assert found.checkpoint == CHECKPOINT


def test_a_checkpoint_of_an_unlisted_log_is_refused() -> None:
    other = signing_key("other.example/log", 9)
    note = sign_checkpoint(Checkpoint("other.example/log", 5, b"\x01" * 32), other)
    with pytest.raises(NoteError):
        parse_policy(POLICY.encode()).judge(note)


def test_a_bad_cosignature_of_a_listed_witness_is_refused() -> None:
    note = cosigned("X1").encode()
    with pytest.raises(LedgerError):
        parse_policy(POLICY.encode()).judge(flipped(note, len(note) * 8 - 100).decode())


def test_no_quorum_wants_no_witness() -> None:
    policy = parse_policy(f"log {LOG.vkey}\nquorum none\n".encode())
    assert policy.judge(cosigned()).reached


def test_a_single_witness_can_be_the_quorum() -> None:
    policy = parse_policy(f"{WITNESSES}quorum X2\n".encode())
    assert policy.reached_by({"X2"})
    assert not policy.reached_by({"X1", "Y1"})


def test_spaces_tabs_comments_and_other_scripts_are_allowed() -> None:
    name, vkey = "شاهد", COSIGNERS["X1"].vkey
    text = f"\t# تعليق\n \t\n  witness\t{name}  {vkey}\thttps://w.example/  \nquorum {name}\n"
    policy = parse_policy(text.encode())
    assert policy.witnesses[name].url == "https://w.example/"
    assert policy.quorum == name


def test_a_name_that_is_no_utf8_is_opaque() -> None:
    vkey = str(COSIGNERS["X1"].vkey).encode()
    policy = parse_policy(b"witness \xff\xfe " + vkey + b"\nquorum \xff\xfe\n")
    assert policy.reached_by({policy.quorum})
    with pytest.raises(PolicyError, match="not defined"):
        parse_policy(b"witness \xff\xfe " + vkey + b"\nquorum \xff\xfd\n")


def test_thirty_two_of_everything_are_read() -> None:
    keys = [signing_key(f"log{n}.example", n + 1).vkey for n in range(32)]
    witnesses = [Ed25519Cosigner(f"w{n}.example", bytes([n + 99]) * 32).vkey for n in range(32)]
    lines = [f"log {key}" for key in keys]
    lines += [f"witness w{n} {key}" for n, key in enumerate(witnesses)]
    lines += [f"group g{n} 1 w{n}" for n in range(32)]
    lines += ["group all-of-them 20 " + " ".join(f"g{n}" for n in range(32)), "quorum all-of-them"]
    policy = parse_policy(("\n".join(lines) + "\n").encode())
    assert policy.reached_by({f"w{n}" for n in range(20)})
    assert not policy.reached_by({f"w{n}" for n in range(19)})


W1 = f"witness X1 {COSIGNERS['X1'].vkey}\n"
W2 = f"witness X2 {COSIGNERS['X2'].vkey}\n"
RENAMED = Vkey.of("again.example", COSIGNERS["X1"].vkey.public, kind=0x04)
REFUSED = {
    "no quorum": W1,
    "two quorums": f"{W1}quorum X1\nquorum none\n",
    "quorum before its name": f"quorum X1\n{W1}",
    "unknown quorum": f"{W1}quorum X2\n",
    "empty": "\n",
    "unknown word": f"{W1}quorum X1\nwitnesses X1\n",
    "log key as witness": f"witness X1 {LOG.vkey}\nquorum X1\n",
    "witness key as log": f"log {COSIGNERS['X1'].vkey}\nquorum none\n",
    "same key under another name": f"{W1}witness X9 {RENAMED}\nquorum X1\n",
    "same log twice": f"log {LOG.vkey}\nlog {LOG.vkey} https://x.example\nquorum none\n",
    "name twice": f"{W1}witness X1 {COSIGNERS['X2'].vkey}\nquorum X1\n",
    "group named like a witness": f"{W1}{W2}group X1 any X2\nquorum X1\n",
    "reserved name": f"witness none {COSIGNERS['X1'].vkey}\nquorum none\n",
    "none as member": f"{W1}group g any none\nquorum g\n",
    "member before its name": f"group g any X1\n{W1}quorum g\n",
    "member of itself": f"{W1}group g any g\nquorum g\n",
    "member twice": f"{W1}group g 1 X1 X1\nquorum g\n",
    "member of two groups": f"{W1}{W2}group g 1 X1 X2\ngroup h 1 X2\nquorum g\n",
    "zero of them": f"{W1}group g 0 X1\nquorum g\n",
    "more than there are": f"{W1}group g 2 X1\nquorum g\n",
    "leading zero": f"{W1}group g 01 X1\nquorum g\n",
    "negative": f"{W1}group g -1 X1\nquorum g\n",
    "nobody": f"{W1}group g any\nquorum g\n",
    "unknown rule": f"{W1}group g most X1\nquorum g\n",
    "broken key": "witness X1 nonsense\nquorum X1\n",
    "words too many": f"{W1}quorum X1 X1\n",
    "carriage return": f"{W1}quorum X1\r\n",
    "no last newline": f"{W1}quorum X1",
    "zero byte": f"{W1}quorum X1\n#\0\n",
    "vertical tab": f"{W1}quorum\vX1\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_contradicts_itself_is_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        parse_policy(text.encode())


def test_the_line_is_named() -> None:
    with pytest.raises(PolicyError, match="line 2: X2 is not defined above"):
        parse_policy(f"{W1}quorum X2\n".encode())


def test_an_endless_policy_is_refused() -> None:
    with pytest.raises(PolicyError, match="too long"):
        parse_policy(b"#\n" * 5000)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse_policy(data)
    except PolicyError:
        return
    assert b"quorum" in data

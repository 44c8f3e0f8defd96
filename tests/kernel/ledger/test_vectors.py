# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other projects' vectors; collected only where they lie (tests/support/vectors.py)."""

from __future__ import annotations

import base64
import json
import tarfile
from typing import cast

import pytest
from _pytest.mark.structures import ParameterSet

from amana.kernel.ledger import (
    EMPTY_ROOT,
    LedgerError,
    ProofError,
    Vkey,
    append,
    leaf_hash,
    open_checkpoint,
    open_note,
    verify_consistency,
    verify_inclusion,
)
from amana.kernel.ledger.ed25519 import check_public_key, signature_holds
from amana.kernel.ledger.encoding import decode_base64, encode_base64
from amana.kernel.ledger.tiles import MemoryTileStore
from tests.kernel.ledger.builders import flipped
from tests.support.vectors import PLACE as VECTORS

TESSERA = VECTORS / "tlog-tiles-log" / "log"
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def merkle_cases(kind: str) -> list[ParameterSet]:
    cases = []
    with tarfile.open(VECTORS / "merkle-rfc6962.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file and f"/{kind}/" in member.name and member.name.endswith(".json"):
                name = member.name.partition(f"/{kind}/")[2]
                cases.append(pytest.param(json.load(file), id=name))
    return cases


def raw(value: object) -> bytes:
    return base64.b64decode(cast("str", value or ""))


def raws(value: object) -> list[bytes]:
    return [raw(each) for each in cast("list[str] | None", value) or []]


def test_no_case_is_left_out() -> None:
    """98 of each kind, and a log of every size but one up to 15 whose checkpoints are there."""
    assert [len(merkle_cases(kind)) for kind in ("inclusion", "consistency")] == [98, 98]
    assert sum((TESSERA / f"checkpoint.{size}").exists() for size in range(1, 16)) == 15


@pytest.mark.parametrize("case", merkle_cases("inclusion"))
def test_inclusion(case: dict[str, object]) -> None:
    index, size = cast("int", case["leafIdx"]), cast("int", case["treeSize"])
    arguments = (raw(case["leafHash"]), index, size, raw(case["root"]), raws(case["proof"]))
    if case["wantErr"]:
        with pytest.raises(ProofError):
            verify_inclusion(*arguments)
    else:
        verify_inclusion(*arguments)


@pytest.mark.parametrize("case", merkle_cases("consistency"))
def test_consistency(case: dict[str, object]) -> None:
    old, new = cast("int", case["size1"]), cast("int", case["size2"])
    arguments = (old, new, raw(case["root1"]), raw(case["root2"]), raws(case["proof"]))
    if case["wantErr"]:
        with pytest.raises(ProofError):
            verify_consistency(*arguments)
    else:
        verify_consistency(*arguments)


def bundle(size: int) -> list[bytes]:
    data = (TESSERA / "tile" / "entries" / "000.p" / str(size)).read_bytes() if size else b""
    entries = []
    while data:
        end = 2 + int.from_bytes(data[:2], "big")
        entries.append(data[2:end])
        data = data[end:]
    return entries


@pytest.mark.parametrize("size", range(16))
def test_a_tiled_log_of_another_implementation(size: int) -> None:
    path = TESSERA / f"checkpoint.{size}"
    if not path.exists():
        assert size not in {0, 1, 15}
        return
    checkpoint = open_checkpoint(path.read_text("utf-8"), [Vkey.parse(TESSERA_KEY)])
    hashes = [leaf_hash(entry) for entry in bundle(size)]
    result = append(MemoryTileStore(), 0, hashes)
    assert (checkpoint.size, checkpoint.root) == (size, result.root)
    if size:
        tile = (TESSERA / "tile" / "0" / "000.p" / str(size)).read_bytes()
        assert result.changed == {(0, 0): tile}
    else:
        assert checkpoint.root == EMPTY_ROOT


def example() -> dict[str, str]:
    text = (VECTORS / "signed-note" / "signed_note.json").read_text("utf-8")
    return cast("dict[str, str]", json.loads(text))


def test_the_published_note_opens() -> None:
    published = example()
    vkey = Vkey.parse(published["vkey"])
    assert vkey.key_id.hex() == published["key_id_hex"]
    assert vkey.public.hex() == published["public_key_hex"]
    note = (VECTORS / "signed-note" / "example.note").read_text("utf-8")
    for text in (note, note + published["must_accept"][1]["append_line"] + "\n"):  # type: ignore[index]
        opened = open_note(text, [vkey])
        assert opened.text == published["text"]
        assert opened.verified[0].value.hex() == published["signature_hex"]


def rejected(case: dict[str, object], published: dict[str, str]) -> list[str]:
    """The broken notes that a case of ``must_reject`` describes."""
    text, lines = published["text"], published["note"].removeprefix(published["text"])
    head, _, encoded = lines.strip("\n").rpartition(" ")
    if "text" in case:
        return [cast("str", case["text"]) + lines]
    if "line" in case:
        return [f"{text}\n{case['line']}\n"]
    if "flip_signature_bit" in case:
        data = flipped(decode_base64(encoded), 32 + cast("int", case["flip_signature_bit"]))
        return [f"{text}\n{head} {encode_base64(data)}\n"]
    name = cast("str", case["case"])
    if name.startswith("no blank line"):
        return [text + lines.removeprefix("\n")]
    if name.startswith("no signature line"):
        return [text, text + "\n"]
    assert name.startswith("hyphen or en dash")
    return [published["note"].replace("\u2014", dash) for dash in "-\u2013"]


@pytest.mark.parametrize(
    "case", example()["must_reject"], ids=lambda case: cast("dict[str, str]", case)["case"][:40]
)
def test_a_broken_published_note_is_refused(case: dict[str, object]) -> None:
    published = example()
    if "vkey" in case:
        with pytest.raises(LedgerError):
            Vkey.parse(cast("str", case["vkey"]))
        return
    for note in rejected(case, published):
        with pytest.raises(LedgerError):
            open_note(note, [Vkey.parse(published["vkey"])])


def test_edge_cases_of_ed25519() -> None:
    """Enrolment and signature check together accept canonical signatures of sound keys alone."""
    cases = json.loads((VECTORS / "ed25519-edge" / "ed25519vectors.json").read_text("utf-8"))
    library_accepts = accepted = 0
    for case in cases:
        flags = set(case["flags"] or [])
        key, signature = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"])
        enrolled = enrols(key)
        assert enrolled == (not flags & {"low_order_A", "non_canonical_A"}), case
        holds = signature_holds(key, case["msg"].encode(), signature)
        library_accepts += holds
        accepted += enrolled and holds
        if enrolled and holds:
            assert not flags & {"non_canonical_R", "low_order_residue"}, case
        if enrolled and not flags & {"non_canonical_R", "low_order_residue"}:
            assert holds, case
    assert len(cases) == 914
    assert library_accepts == 208
    assert 0 < accepted < library_accepts


def enrols(key: bytes) -> bool:
    try:
        check_public_key(key)
    except LedgerError:
        return False
    return True

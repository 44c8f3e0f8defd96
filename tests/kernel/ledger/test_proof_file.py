# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import (
    CheckpointError,
    LedgerError,
    NoteError,
    ProofError,
    ProofFile,
    ProofFileError,
    format_proof_file,
    leaf_hash,
    parse_proof_file,
    verify_proof_file,
)
from amana.kernel.ledger.encoding import encode_base64
from tests.kernel.ledger.builders import ORIGIN, entry, leaves, proof_text, signing_key

VKEY = signing_key().vkey
GOOD = proof_text()
HASH_LINE = encode_base64(leaves(4)[3])


def test_a_proof_file_reads_as_the_specification_says() -> None:
    head, _, checkpoint = proof_text(extra=b"opening").partition("\n\n")
    first, extra, index, *hashes = head.split("\n")
    assert (first, extra, index) == ("c2sp.org/tlog-proof@v1", "extra b3BlbmluZw==", "index 2")
    assert hashes[0] == encode_base64(leaf_hash(entry(3)))
    assert len(hashes) == 3
    assert checkpoint.startswith(f"{ORIGIN}\n5\n")


@given(st.integers(1, 300), st.integers(0, 299))
def test_every_entry_is_proven_offline(count: int, index: int) -> None:
    index %= count
    text = proof_text(count=count, index=index)
    checkpoint = verify_proof_file(text, entry(index), [VKEY], origin=ORIGIN)
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, count)
    with pytest.raises(ProofError):
        verify_proof_file(text, entry(index + 1), [VKEY])


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.none() | st.binary(min_size=1, max_size=300),
)
def test_a_proof_file_survives_the_way_through_text(
    index: int, hashes: tuple[bytes, ...], extra: bytes | None
) -> None:
    proof = ProofFile(index, hashes, "any\ntext\n\nhere", extra)
    assert parse_proof_file(format_proof_file(proof)) == proof


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        GOOD[1:],
        "\n" + GOOD,
        GOOD.replace("@v1", "@v2"),
        GOOD.replace("index 2\n", ""),
        GOOD.replace("index 2\n", "index\n"),
        GOOD.replace("index 2\n", "index \n"),
        GOOD.replace("index 2\n", "index  2\n"),
        GOOD.replace("index 2\n", "index 2 \n"),
        GOOD.replace("index 2\n", "index 02\n"),
        GOOD.replace("index 2\n", "index +2\n"),
        GOOD.replace("index 2\n", "index -2\n"),
        GOOD.replace("index 2\n", "index ٢\n"),
        GOOD.replace("index 2\n", f"index {2**63}\n"),
        GOOD.replace("index 2\n", "Index 2\n"),
        GOOD.replace("index 2\n", "index 2\nindex 2\n"),
        GOOD.replace("index 2\n", "index 2\nextra AAAA\n"),
        GOOD.replace("index 2\n", "extra AAAA\nextra AAAA\nindex 2\n"),
        GOOD.replace("index 2\n", "extra \nindex 2\n"),
        GOOD.replace("index 2\n", "extra\nindex 2\n"),
        GOOD.replace("index 2\n", "extra AAA\nindex 2\n"),
        GOOD.replace("index 2\n", "extra AAB=\nindex 2\n"),
        GOOD.replace("index 2\n", f"extra {'A' * 90_000}\nindex 2\n"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(HASH_LINE, HASH_LINE + " "),
        GOOD.replace(HASH_LINE, HASH_LINE[:-1]),
        GOOD.replace(HASH_LINE, HASH_LINE.replace("=", "")),
        GOOD.replace(HASH_LINE, encode_base64(b"short")),
        GOOD.replace(HASH_LINE, f"{HASH_LINE}\n" * 63 + HASH_LINE),
        GOOD.partition("\n\n")[0],
        GOOD + "A" * 2_000_000,
    ],
    ids=range(32),
)
def test_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(ProofFileError):
        parse_proof_file(text)


@given(st.integers(0, len(GOOD)), st.integers(0, 3), st.text(max_size=3))
def test_a_damaged_file_proves_nothing_else(start: int, cut: int, mess: str) -> None:
    """Whatever still verifies names the same log state; what is read is written the same."""
    text = GOOD[:start] + mess + GOOD[start + cut :]
    try:
        assert format_proof_file(parse_proof_file(text)) == text
        checkpoint = verify_proof_file(text, entry(2), [VKEY])
    except LedgerError:
        return
    assert checkpoint == verify_proof_file(GOOD, entry(2), [VKEY])


@given(st.text())
def test_nonsense_is_refused_and_never_crashes(mess: str) -> None:
    with pytest.raises(ProofFileError):
        parse_proof_file(mess)


def test_wrong_hashes_index_entry_or_size_prove_nothing() -> None:
    proof = parse_proof_file(GOOD)
    for wrong in (
        ProofFile(3, proof.hashes, proof.checkpoint),
        ProofFile(5, proof.hashes, proof.checkpoint),
        ProofFile(2, proof.hashes[:-1], proof.checkpoint),
        ProofFile(2, (*proof.hashes, proof.hashes[0]), proof.checkpoint),
        ProofFile(2, proof.hashes[::-1], proof.checkpoint),
    ):
        with pytest.raises(ProofError):
            verify_proof_file(format_proof_file(wrong), entry(2), [VKEY])
    with pytest.raises(NoteError, match="does not hold"):
        verify_proof_file(GOOD.replace("\n5\n", "\n6\n"), entry(2), [VKEY])


def test_only_keys_the_verifier_trusts_count() -> None:
    """Pitfall 14: a forged log proves its own entry with a key of its own."""
    forged = proof_text(key=signing_key(seed=9))
    with pytest.raises(NoteError, match="no trusted key"):
        verify_proof_file(forged, entry(2), [VKEY])


def test_a_proof_in_another_log_is_refused_when_the_log_is_named() -> None:
    with pytest.raises(CheckpointError, match="another log"):
        verify_proof_file(GOOD, entry(2), [VKEY], origin="other.example/log")


def test_the_extra_line_is_not_authenticated() -> None:
    """Pitfall 15: anyone can change it and the proof still holds, so nothing may rest on it."""
    text = proof_text(extra=b"opening").replace("b3BlbmluZw==", "Zm9yZ2Vk")
    assert verify_proof_file(text, entry(2), [VKEY]).size == 5
    assert parse_proof_file(text).extra == b"forged"


def test_a_proof_in_a_log_of_one_has_no_hashes() -> None:
    text = proof_text(count=1, index=0)
    assert "\nindex 0\n\n" in text
    assert verify_proof_file(text, entry(0), [VKEY]).size == 1


@pytest.mark.parametrize(
    ("index", "hashes", "extra"),
    [(-1, (), None), (2**63, (), None), (0, (b"x",), None), (0, (), b""), (0, (), b"x" * 65_537)],
)
def test_an_impossible_proof_file_cannot_be_made(
    index: int, hashes: tuple[bytes, ...], extra: bytes | None
) -> None:
    with pytest.raises(ProofFileError):
        ProofFile(index, hashes, "checkpoint", extra)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cosignatures (c2sp.org/tlog-cosignature): exact messages, and everything that must not pass."""

from __future__ import annotations

import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import (
    Checkpoint,
    CheckpointError,
    Cosigner,
    Ed25519Cosigner,
    MldsaCosigner,
    NoteError,
    Signature,
    Vkey,
    VkeyError,
    answered,
    cosignatures_in,
    open_checkpoint,
    open_note,
    sign_checkpoint,
)
from amana.kernel.ledger.encoding import MAX_SIZE
from amana.kernel.ledger.schemes import cosigned_subtree, cosigned_text, time_of
from tests.kernel.ledger.builders import ORIGIN, flipped, signing_key

AT = 1_679_315_147
CHECKPOINT = Checkpoint("example.com/behind-the-sofa", 20852163, bytes(range(32)))
TEXT = CHECKPOINT.format()
PLAIN = Ed25519Cosigner("witness.example/w1", b"\x11" * 32)
LATTICE = MldsaCosigner("witness.example/w1", b"\x22" * 32)
BOTH = pytest.mark.parametrize("cosigner", [PLAIN, LATTICE], ids=["ed25519", "ml-dsa-44"])


def under(text: str, *signatures: Signature) -> str:
    return f"{text}\n" + "".join(f"{each.format()}\n" for each in signatures)


def test_the_message_of_an_ed25519_cosigner() -> None:
    expected = (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert cosigned_text(TEXT.encode(), AT) == expected
    signature = PLAIN.cosign(TEXT, AT)
    assert signature.value[:8] == AT.to_bytes(8, "big")
    private = Ed25519PrivateKey.from_private_bytes(b"\x11" * 32)
    assert signature.value[8:] == private.sign(expected)


def test_the_message_of_an_ml_dsa_cosigner() -> None:
    """The structure of the specification, spelled out by hand."""
    assert cosigned_subtree("witness.example/w1", TEXT.encode(), AT) == (
        b"subtree/v1\n\x00"
        b"\x12witness.example/w1"
        b"\x00\x00\x00\x00\x64\x18\x50\xcb"
        b"\x1bexample.com/behind-the-sofa"
        b"\x00\x00\x00\x00\x00\x00\x00\x00"
        b"\x00\x00\x00\x00\x01\x3e\x2d\xc3" + bytes(range(32))
    )


@BOTH
def test_a_cosignature_has_its_size_and_time(cosigner: Cosigner) -> None:
    value = cosigner.cosign(TEXT, AT).value
    assert len(value) == {4: 72, 6: 2428}[cosigner.vkey.kind]
    assert time_of(value) == AT


@BOTH
def test_it_holds_under_the_vkey_as_partners_write_it(cosigner: Cosigner) -> None:
    vkey = Vkey.parse(cosigner.vkey.format())
    (found,) = cosignatures_in(under(TEXT, cosigner.cosign(TEXT, AT)), [vkey])
    assert (found.name, found.key_id) == ("witness.example/w1", vkey.key_id)


@BOTH
@pytest.mark.parametrize(
    "changed",
    [
        Checkpoint("example.com/behind-the-sof4", 20852163, bytes(range(32))),
        Checkpoint("example.com/behind-the-sofa", 20852164, bytes(range(32))),
        Checkpoint("example.com/behind-the-sofa", 20852163, bytes(range(1, 33))),
    ],
)
def test_it_holds_for_no_other_checkpoint(cosigner: Cosigner, changed: Checkpoint) -> None:
    with pytest.raises(NoteError, match="does not hold"):
        cosignatures_in(under(changed.format(), cosigner.cosign(TEXT, AT)), [cosigner.vkey])


@BOTH
@given(bit=st.integers(0, 100_000))
def test_no_bit_of_it_may_change(cosigner: Cosigner, bit: int) -> None:
    good = cosigner.cosign(TEXT, AT)
    bad = Signature(good.name, good.key_id, flipped(good.value, bit))
    assert not cosigner.vkey.holds(TEXT.encode(), bad.value)


@BOTH
@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 71, 73, 2427, 2429])
def test_a_cosignature_of_another_length_does_not_hold(cosigner: Cosigner, length: int) -> None:
    assert not cosigner.vkey.holds(TEXT.encode(), b"\x00" * length)


def test_the_name_is_part_of_an_ml_dsa_cosignature_and_of_the_key_id() -> None:
    other = MldsaCosigner("witness.example/w2", b"\x22" * 32)
    assert other.vkey.public == LATTICE.vkey.public
    assert other.vkey.key_id != LATTICE.vkey.key_id
    assert not other.vkey.holds(TEXT.encode(), LATTICE.cosign(TEXT, AT).value)


def test_extension_lines_are_covered_by_ed25519_and_refused_for_ml_dsa() -> None:
    """Pitfall 8: what a signature does not cover is not signed at all."""
    longer = Checkpoint(CHECKPOINT.origin, CHECKPOINT.size, CHECKPOINT.root, ("more",)).format()
    value = PLAIN.cosign(longer, AT).value
    assert PLAIN.vkey.holds(longer.encode(), value)
    assert not PLAIN.vkey.holds(longer.replace("more", "less").encode(), value)
    with pytest.raises(CheckpointError, match="extension"):
        LATTICE.cosign(longer, AT)


@BOTH
@pytest.mark.parametrize("text", ["", "x\n", "origin\n1\nAAAA\n", "a\nb\nc\n"])
def test_only_checkpoints_are_cosigned(cosigner: Cosigner, text: str) -> None:
    with pytest.raises(CheckpointError):
        cosigner.cosign(text, AT)
    assert not cosigner.vkey.holds(text.encode(), b"\x01" * 2428)


@BOTH
@pytest.mark.parametrize("at", [-1, MAX_SIZE + 1])
def test_a_time_that_cannot_be_said_is_refused(cosigner: Cosigner, at: int) -> None:
    with pytest.raises(CheckpointError):
        cosigner.cosign(TEXT, at)


def test_a_time_beyond_all_time_does_not_hold() -> None:
    with pytest.raises(ValueError, match="time"):
        time_of(b"\xff" * 8 + b"\x00" * 64)


def test_names_too_long_for_the_structure_are_refused() -> None:
    far = Checkpoint("o" * 256, 1, bytes(32)).format()
    with pytest.raises(CheckpointError, match="255"):
        LATTICE.cosign(far, AT)
    assert not LATTICE.vkey.holds(far.encode(), b"\x00" * 2428)
    assert PLAIN.vkey.holds(far.encode(), PLAIN.cosign(far, AT).value)


def test_a_cosigner_cannot_speak_for_the_log() -> None:
    """Even under the log's own name a cosignature is not the log's signature."""
    text = Checkpoint(ORIGIN, 1, bytes(32)).format()
    cosigner = Ed25519Cosigner(ORIGIN, b"\x05" * 32)
    with pytest.raises(NoteError, match="no trusted key"):
        open_checkpoint(under(text, cosigner.cosign(text, AT)), [cosigner.vkey])


def test_a_log_signature_is_no_cosignature_and_the_other_way_round() -> None:
    key = signing_key(CHECKPOINT.origin)
    note = sign_checkpoint(CHECKPOINT, key)
    assert cosignatures_in(note, [key.vkey]) == ()
    as_cosigner = Vkey.of(key.name, key.vkey.public, kind=0x04)
    moved = Signature(key.name, as_cosigner.key_id, key.sign(TEXT.encode()))
    assert not as_cosigner.holds(TEXT.encode(), moved.value)


def test_a_checkpoint_with_both_kinds_opens() -> None:
    key = signing_key(CHECKPOINT.origin)
    note = sign_checkpoint(CHECKPOINT, key)
    note += "".join(f"{each.cosign(TEXT, AT).format()}\n" for each in (PLAIN, LATTICE))
    vkeys = [key.vkey, PLAIN.vkey, LATTICE.vkey]
    assert open_checkpoint(note, vkeys) == CHECKPOINT
    assert len(open_note(note, vkeys).verified) == 3
    assert len(cosignatures_in(note, vkeys)) == 2


def test_a_bad_cosignature_of_a_known_witness_spoils_the_note() -> None:
    key, good = signing_key(CHECKPOINT.origin), PLAIN.cosign(TEXT, AT)
    bad = Signature(good.name, good.key_id, flipped(good.value, 99))
    note = sign_checkpoint(CHECKPOINT, key) + f"{bad.format()}\n"
    assert open_checkpoint(note, [key.vkey]) == CHECKPOINT
    with pytest.raises(NoteError, match="does not hold"):
        cosignatures_in(note, [PLAIN.vkey])


def test_an_answer_is_read_and_strangers_in_it_are_ignored() -> None:
    stranger = Ed25519Cosigner("stranger.example", b"\x07" * 32).cosign(TEXT, AT)
    lines = f"{stranger.format()}\n{PLAIN.cosign(TEXT, AT).format()}\n"
    (found,) = answered(TEXT, lines, [PLAIN.vkey, LATTICE.vkey])
    assert found.key_id == PLAIN.vkey.key_id
    with pytest.raises(NoteError, match="no cosignature"):
        answered(TEXT, f"{stranger.format()}\n", [PLAIN.vkey])


@pytest.mark.parametrize(
    "lines", ["", "\n", "nonsense\n", "\u2014 a b\n", "\u2014 a AAAA", "x\n\n\u2014 w AAAAAAAA\n"]
)
def test_an_answer_of_anything_else_is_refused(lines: str) -> None:
    with pytest.raises(NoteError):
        answered(TEXT, lines, [PLAIN.vkey])


def test_weak_keys_cannot_be_enrolled_as_witnesses() -> None:
    """Pitfall 18; the Ed25519 point 1 has order one."""
    with pytest.raises(VkeyError, match="small order"):
        Vkey.of("witness.example", b"\x01" + b"\x00" * 31, kind=0x04)
    for length in (0, 32, 1311, 1313):
        with pytest.raises(VkeyError, match="1,312"):
            Vkey.of("witness.example", b"\x01" * length, kind=0x06)


@BOTH
def test_a_cosigner_shows_no_secret_and_is_not_copied(cosigner: Cosigner) -> None:
    assert "11111111" not in repr(cosigner)
    assert cosigner.vkey.key_id.hex() in repr(cosigner)
    with pytest.raises(TypeError):
        pickle.dumps(cosigner)

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import (
    EMPTY_ROOT,
    Checkpoint,
    CheckpointError,
    NoteError,
    open_checkpoint,
    sign_checkpoint,
    sign_note,
)
from amana.kernel.ledger.encoding import encode_base64
from tests.kernel.ledger.builders import ORIGIN, signing_key

LOG, OTHER = signing_key(ORIGIN, 1), signing_key("other.example/log", 2)
ROOT = bytes(range(32))
ROOT_TEXT = encode_base64(ROOT)
GOOD = f"{ORIGIN}\n12\n{ROOT_TEXT}\n"

lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1)


def test_a_checkpoint_is_three_lines() -> None:
    assert Checkpoint(ORIGIN, 12, ROOT).format() == GOOD
    assert Checkpoint.parse(GOOD) == Checkpoint(ORIGIN, 12, ROOT)


@given(
    lines,
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(lines).map(tuple),
)
def test_a_checkpoint_survives_the_way_through_text(
    origin: str, size: int, root: bytes, extensions: tuple[str, ...]
) -> None:
    checkpoint = Checkpoint(origin, size, root, extensions)
    assert Checkpoint.parse(checkpoint.format()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n\n",
        GOOD[:-1],
        GOOD + "\n",
        GOOD + "\nextension\n",
        GOOD + "extension",
        "\n" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(ORIGIN, ""),
        GOOD.replace(ORIGIN, "a\tb"),
        GOOD.replace(ORIGIN, "a\x00b"),
        GOOD.replace("\n12\n", "\n012\n"),
        GOOD.replace("\n12\n", "\n00\n"),
        GOOD.replace("\n12\n", "\n+12\n"),
        GOOD.replace("\n12\n", "\n-12\n"),
        GOOD.replace("\n12\n", "\n12 \n"),
        GOOD.replace("\n12\n", "\n 12\n"),
        GOOD.replace("\n12\n", "\n1_2\n"),
        GOOD.replace("\n12\n", "\n0x12\n"),
        GOOD.replace("\n12\n", "\n12.0\n"),
        GOOD.replace("\n12\n", "\n١٢\n"),
        GOOD.replace("\n12\n", "\n\n"),
        GOOD.replace("\n12\n", "\n"),
        GOOD.replace("\n12\n", f"\n{2**63}\n"),
        GOOD.replace("\n12\n", "\n" + "9" * 5000 + "\n"),
        GOOD.replace("\n12\n", "\n0\n"),
        GOOD.replace(ROOT_TEXT, encode_base64(ROOT[:31])),
        GOOD.replace(ROOT_TEXT, encode_base64(ROOT + b"\x00")),
        GOOD.replace(ROOT_TEXT, ROOT_TEXT.rstrip("=")),
        GOOD.replace(ROOT_TEXT, ROOT_TEXT[:-2] + "9="),
        GOOD.replace(ROOT_TEXT, ROOT_TEXT + "="),
        GOOD.replace(ROOT_TEXT, " " + ROOT_TEXT),
        GOOD.replace(ROOT_TEXT, ROOT_TEXT[:10] + " " + ROOT_TEXT[10:]),
        GOOD.replace(ROOT_TEXT, "é" * 44),
        GOOD.replace(ROOT_TEXT, ""),
    ],
    ids=range(36),
)
def test_malformed_text_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        Checkpoint.parse(text)


@given(st.integers(0, len(GOOD)), st.integers(0, 3), st.text(max_size=3))
def test_what_is_read_is_written_the_same(start: int, cut: int, mess: str) -> None:
    """One spelling for each checkpoint: otherwise one root could be signed in two texts."""
    text = GOOD[:start] + mess + GOOD[start + cut :]
    try:
        checkpoint = Checkpoint.parse(text)
    except CheckpointError:
        return
    assert checkpoint.format() == text


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [
        ("", 1, ROOT),
        ("a\nb", 1, ROOT),
        ("a\x1fb", 1, ROOT),
        (ORIGIN, -1, ROOT),
        (ORIGIN, 2**63, ROOT),
        (ORIGIN, 1, ROOT[:31]),
        (ORIGIN, 0, ROOT),
    ],
)
def test_an_impossible_checkpoint_cannot_be_made(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(CheckpointError):
        Checkpoint(origin, size, root)


def test_the_empty_log_has_a_checkpoint() -> None:
    checkpoint = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(checkpoint, LOG), [LOG.vkey]) == checkpoint


def test_a_signed_checkpoint_opens_with_the_log_key() -> None:
    checkpoint = Checkpoint(ORIGIN, 12, ROOT)
    signed = sign_checkpoint(checkpoint, LOG)
    assert signed == sign_note(GOOD, LOG)
    assert open_checkpoint(signed, [OTHER.vkey, LOG.vkey], origin=ORIGIN) == checkpoint


def test_a_log_key_may_be_rotated() -> None:
    new = signing_key(ORIGIN, 9)
    signed = sign_checkpoint(Checkpoint(ORIGIN, 12, ROOT), LOG, new)
    for vkeys in ([LOG.vkey], [new.vkey], [LOG.vkey, new.vkey]):
        assert open_checkpoint(signed, vkeys).size == 12


def test_neither_a_witness_nor_another_log_speaks_for_a_log() -> None:
    signed = sign_note(GOOD, OTHER)
    with pytest.raises(CheckpointError, match="no trusted key of the log itself"):
        open_checkpoint(signed, [LOG.vkey, OTHER.vkey])


def test_a_checkpoint_of_another_log_is_refused() -> None:
    signed = sign_checkpoint(Checkpoint(OTHER.name, 12, ROOT), OTHER)
    assert open_checkpoint(signed, [OTHER.vkey]).origin == OTHER.name
    with pytest.raises(CheckpointError, match=r"another log: other\.example/log"):
        open_checkpoint(signed, [OTHER.vkey], origin=ORIGIN)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(CheckpointError):
        open_checkpoint(sign_note("Good morning.\n", LOG), [LOG.vkey])


def test_an_unsigned_or_foreign_checkpoint_is_refused() -> None:
    for note in (GOOD, sign_note(GOOD, OTHER), sign_note(GOOD, signing_key(ORIGIN, 7))):
        with pytest.raises(NoteError):
            open_checkpoint(note, [LOG.vkey])


def test_a_log_signs_only_under_its_own_name_and_without_extensions() -> None:
    with pytest.raises(CheckpointError, match="named as its origin"):
        sign_checkpoint(Checkpoint(ORIGIN, 12, ROOT), LOG, OTHER)
    with pytest.raises(CheckpointError, match="no extension"):
        sign_checkpoint(Checkpoint(ORIGIN, 12, ROOT, ("more",)), LOG)

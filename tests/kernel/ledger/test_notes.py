# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import copy
import pickle
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.ledger import (
    LedgerError,
    NoteError,
    Signature,
    SigningKey,
    Vkey,
    VkeyError,
    open_note,
    sign_note,
)
from amana.kernel.ledger.encoding import decode_base64, encode_base64
from tests.kernel.ledger.builders import flipped, signing_key

TEXT = "A text.\n\nأمانة\n"
ALICE, BOB = signing_key("alice.example", 1), signing_key("bob.example", 2)
DASH = "\u2014"

# RFC 8032 section 7.1, test 1.
RFC_SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")


def line(key: SigningKey = ALICE, text: str = TEXT) -> str:
    return Signature(key.name, key.vkey.key_id, key.sign(text.encode())).format()


def note(*lines: str, text: str = TEXT) -> str:
    return text + "\n" + "".join(f"{each}\n" for each in lines)


def names(signatures: tuple[Signature, ...]) -> list[str]:
    return [signature.name for signature in signatures]


def test_a_note_is_text_blank_line_and_signature_lines() -> None:
    assert sign_note(TEXT, ALICE, BOB) == note(line(ALICE), line(BOB))
    data = decode_base64(line().rpartition(" ")[2])
    assert line().startswith(f"{DASH} alice.example ")
    assert (data[:4], len(data)) == (ALICE.vkey.key_id, 68)


def test_the_key_id_is_the_one_of_the_specification() -> None:
    key = SigningKey.from_private_bytes("node.example", RFC_SECRET)
    digest = sha256(b"node.example\n\x01" + RFC_PUBLIC).digest()
    assert key.vkey.key_id == digest[:4]
    assert key.vkey.format() == (
        f"node.example+{digest[:4].hex()}+{encode_base64(bytes([1]) + RFC_PUBLIC)}"
    )


def test_all_trusted_signatures_are_verified_and_the_others_left_unknown() -> None:
    stranger = signing_key("stranger.example", 3)
    opened = open_note(sign_note(TEXT, ALICE, stranger, BOB), [ALICE.vkey, BOB.vkey])
    assert opened.text == TEXT
    assert names(opened.verified) == ["alice.example", "bob.example"]
    assert names(opened.unknown) == ["stranger.example"]
    assert opened.signed_by(BOB.vkey)
    assert not opened.signed_by(stranger.vkey)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.just("\n")),
    st.integers(1, 250),
)
def test_any_text_survives_and_is_bound(text: str, seed: int) -> None:
    key = signing_key("node.example", seed)
    signed = sign_note(text + "\n", key)
    assert open_note(signed, [key.vkey]).text == text + "\n"
    with pytest.raises(NoteError):
        open_note("." + signed, [key.vkey])


@given(st.integers(0, 511))
def test_one_flipped_bit_of_a_trusted_signature_spoils_the_note(bit: int) -> None:
    bad = Signature(ALICE.name, ALICE.vkey.key_id, flipped(ALICE.sign(TEXT.encode()), bit))
    for lines in ([bad.format()], [line(BOB), bad.format()], [bad.format(), line(BOB)]):
        with pytest.raises(NoteError, match=r"alice\.example does not hold"):
            open_note(note(*lines), [ALICE.vkey, BOB.vkey])


@pytest.mark.parametrize("length", [1, 4, 63, 65])
def test_a_trusted_signature_of_another_length_spoils_the_note(length: int) -> None:
    bad = Signature(ALICE.name, ALICE.vkey.key_id, b"\x01" * length)
    with pytest.raises(NoteError, match="does not hold"):
        open_note(note(bad.format(), line(BOB)), [ALICE.vkey, BOB.vkey])


@pytest.mark.parametrize(
    "unknown",
    [
        Signature("stranger.example", b"\x00" * 4, b"\x00"),
        Signature("stranger.example", ALICE.vkey.key_id, b"\x00" * 64),
        Signature("alice.example", b"\x00" * 4, b"\x00" * 64),
        Signature("bob.example", ALICE.vkey.key_id, b"\x00" * 2500),
    ],
    ids=["both", "id alone", "name alone", "long"],
)
def test_an_unknown_signature_is_ignored_but_never_enough(unknown: Signature) -> None:
    """A key is known by name and id together."""
    opened = open_note(note(unknown.format(), line()), [ALICE.vkey, BOB.vkey])
    assert (names(opened.verified), opened.unknown) == (["alice.example"], (unknown,))
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(note(unknown.format()), [ALICE.vkey, BOB.vkey])


def test_no_trusted_key_opens_nothing() -> None:
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(sign_note(TEXT, ALICE), [])


def test_a_repeated_line_counts_once() -> None:
    assert names(open_note(note(line(), line()), [ALICE.vkey]).verified) == ["alice.example"]


@pytest.mark.parametrize("kind", [0x02, 0x05, 0xFF])
def test_a_key_of_unknown_type_is_carried_and_its_signatures_ignored(kind: int) -> None:
    other = Vkey.of("witness.example", b"\x09" * 40, kind=kind)
    assert Vkey.parse(other.format()) == other
    assert not other.can_verify
    assert not other.holds(TEXT.encode(), b"\x00" * 64)
    stray = Signature("witness.example", other.key_id, b"\x00" * 72)
    opened = open_note(note(line(), stray.format()), [other, ALICE.vkey])
    assert opened.unknown == (stray,)
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(note(stray.format()), [other])


def test_the_same_material_under_another_type_is_another_key() -> None:
    as_cosigner = Vkey.of(ALICE.name, ALICE.vkey.public, kind=0x04)
    assert as_cosigner.key_id != ALICE.vkey.key_id


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}{line()}\n",
        f"{TEXT.strip()}{line()}\n",
        note(line())[:-1],
        note(line()) + "\n",
        note(line()) + "trailing\n",
        note(line()).replace(DASH, "-"),
        note(line()).replace(DASH, "\u2013"),
        note(line()).replace(f"{DASH} ", DASH),
        note(line()).replace(f"{DASH} ", f"{DASH}  "),
        note(line()).replace(f"{DASH} ", f" {DASH} "),
        note(f"{line()} "),
        note(line().replace("example ", "example  ")),
        note(line().replace("example ", "example\u00a0")),
        note(line().replace("alice.example", "alice+example")),
        note(line().replace("alice.example", "")),
        note(line().rstrip("=")),
        note(line()[:-6] + "===="),
        note(line().replace("=", "A")),
        note(line(), f"{DASH} stranger.example"),
        note(line(), f"{DASH} stranger.example "),
        note(line(), f"{DASH} stranger.example AAAAAA=="),
        note(line(), f"{DASH} stranger.example AAAAAB=="),
        note(line(), f"{DASH} stranger.example AAAA_A=="),
        note(line(), "not a signature"),
        note(line()).replace("\n", "\r\n"),
        note(line(text="a\tb\n"), text="a\tb\n"),
        note(line(text="a\x00b\n"), text="a\x00b\n"),
        note(line(), text="\ud800\n"),
        note(*[line()] * 101),
        note(line(text="a" * 1_000_001), text="a" * 1_000_001),
    ],
    ids=range(35),
)
def test_a_malformed_note_is_refused(broken: str) -> None:
    with pytest.raises(NoteError):
        open_note(broken, [ALICE.vkey])


@given(st.text(max_size=60), st.integers(0, 200), st.integers(0, 200))
def test_a_damaged_note_never_opens_with_another_text(mess: str, start: int, cut: int) -> None:
    signed = sign_note(TEXT, ALICE)
    damaged = signed[:start] + mess + signed[start + cut :]
    try:
        opened = open_note(damaged, [ALICE.vkey])
    except NoteError:
        return
    assert opened.text == TEXT


@given(st.text())
def test_nonsense_is_refused_and_never_crashes(mess: str) -> None:
    for act in (lambda: open_note(mess, [ALICE.vkey]), lambda: Vkey.parse(mess)):
        with pytest.raises(LedgerError):
            act()


def test_sixteen_large_signatures_are_accepted() -> None:
    """The specification's floor, with room for post-quantum signatures of 5 kB."""
    strangers = [Signature(f"w{i}.example", b"\x00" * 4, b"\x01" * 5000) for i in range(15)]
    opened = open_note(note(*(s.format() for s in strangers), line()), [ALICE.vkey])
    assert (len(opened.verified), len(opened.unknown)) == (1, 15)


@pytest.mark.parametrize(
    "text", ["", "no newline", "a\r\n", "a\tb\n", "\ud800\n", "a" * 10**6 + "\n"]
)
def test_a_text_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, ALICE)


def test_a_note_needs_a_key_and_each_key_once() -> None:
    for keys in ((), (ALICE, BOB, ALICE)):
        with pytest.raises(NoteError, match="different keys"):
            sign_note(TEXT, *keys)


@given(st.binary(min_size=32, max_size=32))
def test_a_vkey_survives_the_way_through_text(seed: bytes) -> None:
    vkey = SigningKey.from_private_bytes("node.example/journal", seed).vkey
    assert Vkey.parse(vkey.format()) == vkey
    assert str(vkey) == vkey.format()


GOOD = ALICE.vkey.format()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice.example",
        "alice.example+00000000",
        GOOD.replace("alice", "a lice"),
        GOOD.replace("alice", "al\nice"),
        GOOD.replace("alice", "alicf"),
        GOOD.replace("alice.example", ""),
        GOOD.replace(f"+{ALICE.vkey.key_id.hex()}+", "+00000000+"),
        GOOD.replace(ALICE.vkey.key_id.hex(), ALICE.vkey.key_id.hex() + "0"),
        GOOD.replace(f"+{ALICE.vkey.key_id.hex()}+", f"+0x{ALICE.vkey.key_id.hex()[2:]}+"),
        GOOD[:-4],
        GOOD + "AAAA",
        GOOD + "\n",
        " " + GOOD,
        f"alice.example+{ALICE.vkey.key_id.hex()}+",
        f"alice.example+{ALICE.vkey.key_id.hex()}+AQ==",
    ],
    ids=range(16),
)
def test_a_malformed_vkey_is_refused(text: str) -> None:
    with pytest.raises(VkeyError):
        Vkey.parse(text)


def test_a_weak_key_cannot_be_enrolled_even_with_a_right_id() -> None:
    weak = bytes(32)
    material = encode_base64(b"\x01" + weak)
    digest = sha256(b"node.example\n\x01" + weak).digest()[:4].hex()
    with pytest.raises(VkeyError, match="small order"):
        Vkey.parse(f"node.example+{digest}+{material}")


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u2003b", "a\u0085b", "a\tb", "a\nb", "\udcff"]
)
def test_a_bad_key_name_is_refused(name: str) -> None:
    with pytest.raises(VkeyError, match="key name"):
        SigningKey.generate(name)


@pytest.mark.parametrize(("key_id", "kind"), [(b"abc", 1), (b"abcde", 4), (b"abcd", 256)])
def test_an_impossible_vkey_cannot_be_made(key_id: bytes, kind: int) -> None:
    with pytest.raises(VkeyError, match="four bytes"):
        Vkey("node.example", key_id, kind, ALICE.vkey.public)


def test_two_trusted_keys_with_one_name_and_id_are_refused() -> None:
    """Key ids are short and can be made to collide; then nobody can say who signed."""
    twin = object.__new__(Vkey)
    for field, value in (
        ("name", ALICE.name),
        ("key_id", ALICE.vkey.key_id),
        ("kind", 1),
        ("public", BOB.vkey.public),
    ):
        object.__setattr__(twin, field, value)
    with pytest.raises(VkeyError, match="share the name"):
        open_note(sign_note(TEXT, ALICE), [ALICE.vkey, twin])
    assert open_note(sign_note(TEXT, ALICE), [ALICE.vkey, ALICE.vkey]).text == TEXT


def test_a_signing_key_comes_back_from_its_bytes() -> None:
    key = SigningKey.generate("node.example")
    again = SigningKey.from_private_bytes("node.example", key.private_bytes())
    assert again.vkey == key.vkey
    assert again.sign(b"text") == key.sign(b"text")
    with pytest.raises(ValueError):
        SigningKey.from_private_bytes("node.example", b"\x01" * 31)


def test_the_secret_never_shows() -> None:
    key = SigningKey.from_private_bytes("node.example", RFC_SECRET)
    shown = f"{key!r} {key} {key.vkey!r} {key.vkey} {vars(type(key))}"
    for spelling in (RFC_SECRET.hex(), encode_base64(RFC_SECRET), repr(RFC_SECRET)[2:-1]):
        assert spelling not in shown
    for act in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            act(key)

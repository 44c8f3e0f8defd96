# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signed notes (c2sp.org/signed-note): a text, a blank line, one line for each signature."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .encoding import decode_base64, encode_base64, has_control
from .errors import NoteError, VkeyError
from .schemes import SCHEMES, TYPE_ED25519

MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100

_LINE_START: Final = "\u2014 "
_ID_SIZE: Final = 4
_HEX_ID: Final = re.compile(r"[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Vkey:
    """A verifier key: whose signature it checks, how, and the short id used in signature lines.

    Making one is enrolment: a bad name, a wrong id, or a key of small order or non-canonical
    form raises ``VkeyError``. Of types not known here only the name is checked.
    """

    name: str
    key_id: bytes
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != _ID_SIZE or not 0 <= self.kind <= 0xFF:
            raise VkeyError("a key id has four bytes and a signature type one")
        scheme = SCHEMES.get(self.kind)
        if scheme is None:
            return
        scheme.check_public(self.public)
        if self.key_id != key_id(self.name, self.kind, self.public):
            raise VkeyError(f"the key id of {self.name} does not belong to its key")

    @classmethod
    def of(cls, name: str, public: bytes, *, kind: int = TYPE_ED25519) -> Vkey:
        """The verifier key of this name and public key, its id computed."""
        check_name(name)
        return cls(name, key_id(name, kind, public), kind, public)

    @classmethod
    def parse(cls, text: str) -> Vkey:
        """Read ``<name>+<8 hex digits>+<base64 of type and key>``; ``VkeyError`` otherwise."""
        parts = text.split("+", 2)
        if len(parts) != 3 or not _HEX_ID.fullmatch(parts[1]):
            raise VkeyError("a verifier key reads <name>+<8 hex digits>+<base64>")
        try:
            material = decode_base64(parts[2])
        except ValueError as error:
            raise VkeyError(f"the verifier key is {error}") from error
        if len(material) < 2:
            raise VkeyError("the verifier key holds no key")
        return cls(parts[0], bytes.fromhex(parts[1]), material[0], material[1:])

    def format(self) -> str:
        """Undo :meth:`parse`."""
        material = encode_base64(bytes([self.kind]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def __str__(self) -> str:
        return self.format()

    @property
    def can_verify(self) -> bool:
        """Whether signatures of this type can be checked here."""
        return self.kind in SCHEMES

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Whether ``signature`` over ``message`` is by this key; never for unknown types."""
        scheme = SCHEMES.get(self.kind)
        return scheme is not None and scheme.holds(self.name, self.public, message, signature)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: by whom it claims to be, and the bytes after the key id."""

    name: str
    key_id: bytes
    value: bytes

    def format(self) -> str:
        """The line as it stands in a note, without its newline."""
        return f"{_LINE_START}{self.name} {encode_base64(self.key_id + self.value)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A note that at least one trusted key signed.

    ``verified`` are the signatures checked and found good; nothing is known of ``unknown`` ones.
    """

    text: str
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]

    def signed_by(self, vkey: Vkey) -> bool:
        """Whether a good signature of this key stands under the text."""
        return any((s.name, s.key_id) == (vkey.name, vkey.key_id) for s in self.verified)


class Signer(Protocol):
    """Anything that can put a signature line under a note."""

    @property
    def vkey(self) -> Vkey:
        """The key with which others check the signature."""
        ...

    def sign(self, text: bytes) -> bytes:
        """The signature over the note's text, without the key id."""
        ...


class SigningKey:
    """An Ed25519 key that signs notes under a name. Its secret never appears in a printout."""

    __slots__ = ("_private", "vkey")

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.vkey = Vkey.of(name, private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, name: str) -> SigningKey:
        """A new random key."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_private_bytes(cls, name: str, private: bytes) -> SigningKey:
        """The key of these 32 secret bytes; ``ValueError`` for another length."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(private))

    def private_bytes(self) -> bytes:
        """The 32 secret bytes, to be sealed by the caller."""
        return self._private.private_bytes_raw()

    @property
    def name(self) -> str:
        """The name under which this key signs."""
        return self.vkey.name

    def sign(self, text: bytes) -> bytes:
        """See :class:`Signer`; 64 bytes (RFC 8032)."""
        return self._private.sign(text)

    def __repr__(self) -> str:
        return f"<SigningKey {self.vkey.name}+{self.vkey.key_id.hex()}>"

    def __reduce__(self) -> str:
        raise TypeError("a signing key is not to be pickled or copied")


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """SHA-256(name ‖ newline ‖ type ‖ public key), first four bytes."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_ID_SIZE]


def check_name(name: str) -> None:
    """Raise ``VkeyError`` unless ``name`` may name a key: no spaces, plus or control signs."""
    if not name or "+" in name or has_control(name) or any(c.isspace() for c in name):
        raise VkeyError("a key name is not empty and holds no space, plus or control character")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise VkeyError("a key name is valid Unicode") from error


def sign_note(text: str, *keys: Signer) -> str:
    """The note over ``text`` (which ends in a newline), one signature line for each key.

    Raises ``NoteError`` for a text no note can carry, no key, or the same key twice.
    """
    if not keys or len({(k.vkey.name, k.vkey.key_id) for k in keys}) != len(keys):
        raise NoteError("a note is signed by one or more different keys")
    if not text.endswith("\n"):
        raise NoteError("the text of a note ends in a newline")
    message = _encode(text)
    signatures = [Signature(k.vkey.name, k.vkey.key_id, k.sign(message)) for k in keys]
    return text + "\n" + "".join(f"{s.format()}\n" for s in signatures)


def open_note(note: str, vkeys: Iterable[Vkey]) -> Note:
    """Check a note against the keys trusted for it.

    Signatures of unknown keys are ignored. Raises ``NoteError`` when the note is malformed, when
    the signature of a trusted key is wrong, or when no trusted key signed; ``VkeyError`` when
    two different trusted keys share a name and an id.
    """
    trusted = _by_name_and_id(vkeys)
    text, lines = _split(note)
    message = text.encode()
    verified: list[Signature] = []
    unknown: list[Signature] = []
    for signature in dict.fromkeys(_parse_line(line) for line in lines):
        vkey = trusted.get((signature.name, signature.key_id))
        if vkey is None:
            unknown.append(signature)
        elif vkey.holds(message, signature.value):
            verified.append(signature)
        else:
            raise NoteError(f"the signature of {signature.name} does not hold")
    if not verified:
        raise NoteError("no trusted key signed this note")
    return Note(text, tuple(verified), tuple(unknown))


def parse_signatures(note: str) -> tuple[Signature, ...]:
    """Every signature line of a note, none of them checked. Raises ``NoteError``."""
    return tuple(dict.fromkeys(_parse_line(line) for line in _split(note)[1]))


def _by_name_and_id(vkeys: Iterable[Vkey]) -> dict[tuple[str, bytes], Vkey]:
    trusted: dict[tuple[str, bytes], Vkey] = {}
    for vkey in vkeys:
        if not vkey.can_verify:
            continue
        if trusted.setdefault((vkey.name, vkey.key_id), vkey) != vkey:
            raise VkeyError(f"two trusted keys share the name {vkey.name} and the key id")
    return trusted


def _encode(text: str) -> bytes:
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise NoteError("a note is valid Unicode") from error
    if len(data) > MAX_NOTE_BYTES:
        raise NoteError("the note is too long")
    if has_control(text):
        raise NoteError("a note holds no control character but the newline")
    return data


def _split(note: str) -> tuple[str, list[str]]:
    _encode(note)
    head, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteError("a note is a text, a blank line and signature lines, each with a newline")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("the note has too many signatures")
    return head + "\n", lines


def _parse_line(line: str) -> Signature:
    if not line.startswith(_LINE_START):
        raise NoteError("a signature line reads \u2014 <name> <base64>")
    name, _, encoded = line.removeprefix(_LINE_START).partition(" ")
    try:
        check_name(name)
        data = decode_base64(encoded)
    except ValueError as error:
        raise NoteError(f"malformed signature line: {error}") from error
    if len(data) <= _ID_SIZE:
        raise NoteError("malformed signature line: it holds no signature")
    return Signature(name, data[:_ID_SIZE], data[_ID_SIZE:])

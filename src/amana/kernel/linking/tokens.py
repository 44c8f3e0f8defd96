# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what an opened report says of the other side to its set of keyed tokens.

A set is a string of rows of nine bytes: what the token stands for, and eight bytes of it. Rows
with the mark `NEAR` are spellings of the value in the row before them. Nothing of it can be read
without the key; equal values give equal rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from amana.kernel.identifiers import Identifier, related
from amana.kernel.linking import spellings
from amana.kernel.linking.kinds import NEAR, Kind
from amana.kernel.linking.names import keys_of, parts_of
from amana.kernel.linking.texts import bands
from amana.kernel.sealing.blind import BlindIndex

ROW_BYTES: Final = 9
MOST_VALUES: Final = 60
"""Values of one report that are tokenised: a list of a thousand numbers is no description."""

_KIND: Final = {
    "phone": Kind.PHONE,
    "email": Kind.EMAIL,
    "handle": Kind.HANDLE,
    "url": Kind.URL,
    "domain": Kind.URL,
    "ip": Kind.IP,
    "iban": Kind.IBAN,
    "wallet": Kind.WALLET,
    "btc": Kind.WALLET,
    "eth": Kind.WALLET,
    "tron": Kind.WALLET,
}
_ROLES: Final = re.compile(
    r"(?:no-?reply|do-?not-?reply|support|help|helpdesk|info|contact|service|services|security|"
    r"abuse|admin|office|care|customer[._-]?(?:care|service|support)|hello|mail|notifications?|"
    r"reclamations?|serviceclients?)(?:[._-]?[a-z]{2})?"
)
_SERVICE: Final = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a report says of the other side, in memory only. `own` are values of the person
    herself: they are never tokenised."""

    identifiers: Sequence[Identifier] = field(default=(), repr=False)
    names: Sequence[str] = field(default=(), repr=False)
    words: Collection[bytes] = field(default=(), repr=False)
    files: Sequence[bytes] = field(default=(), repr=False)
    own: Collection[tuple[str, str]] = field(default=(), repr=False)


def packed(index: BlindIndex, said: Said, *, of_platforms: Collection[str] = ()) -> bytes:
    """The token set of a report under the current key. `of_platforms`: mail domains in which
    nobody but a bank or a platform has an address."""
    rows = bytearray()
    seen: set[tuple[str, str]] = set(said.own)
    for value in meant(said.identifiers):
        if (value.kind, value.value) not in seen and len(seen) < MOST_VALUES:
            seen.add((value.kind, value.value))
            rows += _of_value(index, value, of_platforms)
    for name in said.names:
        rows += _rows(Kind.NAME, index.tokens("name", "", keys_of(name)))
        rows += _rows(Kind.NAME_PART, index.tokens("name", "part", parts_of(name)))
    rows += _rows(Kind.FILE, index.tokens("file", "", [digest.hex() for digest in said.files]))
    for band in bands(said.words):
        rows += _row(Kind.TEXT, band.to_bytes(8, "little"))
    return bytes(rows)


def meant(identifiers: Iterable[Identifier]) -> Iterator[Identifier]:
    """Identifiers as they are compared: a link to an account is that account, a chat link is that
    phone, and an address its mailbox, so that one fact is not counted twice."""
    for identifier in identifiers:
        others = related(identifier)
        yield from others or [identifier]


def kind_of(identifier: Identifier, of_platforms: Collection[str] = ()) -> Kind:
    """What the token of an identifier is called; lines and mailboxes of services are told from
    those of persons by their form."""
    kind = _KIND[identifier.kind]
    if kind is Kind.PHONE and _serves_many(identifier.value):
        return Kind.SERVICE_PHONE
    if kind is Kind.EMAIL:
        name, _, host = identifier.value.partition("@")
        return Kind.ROLE_EMAIL if host in of_platforms or _ROLES.fullmatch(name) else kind
    if kind is Kind.HANDLE and identifier.value.startswith("unknown:"):
        return Kind.NICK
    return kind


def value_token(index: BlindIndex, identifier: Identifier, *, version: int | None = None) -> int:
    """The exact token of an identifier as a signed number."""
    return number(index.token("identifier", _field(identifier), identifier.value, version=version))


def name_tokens(index: BlindIndex, name: str) -> list[int]:
    """The tokens under which a name is looked for."""
    return [number(token) for token in index.tokens("name", "", keys_of(name))]


def file_token(index: BlindIndex, digest: bytes, *, version: int | None = None) -> int:
    """The token of a file by its SHA-256."""
    return number(index.token("file", "", digest.hex(), version=version))


def beginning_token(index: BlindIndex, kind: str, front: str, *, version: int | None = None) -> int:
    """The token of a beginning, as `spellings.beginnings` gives it."""
    return number(index.token("beginning", kind, front, version=version))


def number(token: bytes) -> int:
    """Eight bytes of a token as a signed number, as databases keep it."""
    return int.from_bytes(token[:8], "little", signed=True)


def _field(identifier: Identifier) -> str:
    return "wallet" if identifier.kind in {"btc", "eth", "tron"} else identifier.kind


def _of_value(index: BlindIndex, identifier: Identifier, of_platforms: Collection[str]) -> bytes:
    kind, name = kind_of(identifier, of_platforms), _field(identifier)
    rows = _row(kind, index.token("identifier", name, identifier.value))
    forms = spellings.near(kind, identifier.value)
    rows += _rows(kind | NEAR, index.tokens("near", name, forms))
    fronts = spellings.beginnings(kind, identifier.value)
    return rows + _rows(Kind.PREFIX, index.tokens("beginning", name, fronts))


def _rows(kind: int, tokens: Iterable[bytes]) -> bytes:
    return b"".join(_row(kind, token) for token in tokens)


def _row(kind: int, token: bytes) -> bytes:
    return bytes((kind,)) + token[:8]


def _serves_many(value: str) -> bool:
    try:
        number = phonenumbers.parse(value, None)
    except NumberParseException:
        return False
    return phonenumbers.number_type(number) in _SERVICE

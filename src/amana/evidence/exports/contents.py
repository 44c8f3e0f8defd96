# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes into a bag, before it has any form. Nothing here reads a database or a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Final
from uuid import UUID

LANGUAGES: Final = ("ar", "fr", "en", "ur")
EVIDENTIARY: Final = "evidentiary"


class Reason(StrEnum):
    """Why something is left out of a bag. The words are `wording.REASONS`."""

    VICTIM_PRIVACY = "victim_privacy"
    THIRD_PARTY = "third_party"
    MINOR = "minor"
    PRIVILEGE = "privilege"
    COURT_ORDER = "court_order"
    OTHER_CASE = "other_case"
    UNLAWFUL_COPY = "unlawful_copy"
    NOT_ASKED = "not_asked"
    OF_WITHHELD = "of_withheld"
    NO_ACCESS = "no_access"
    DAMAGED = "damaged"
    DESTROYED = "destroyed"


CHOSEN: Final = tuple(
    reason
    for reason in Reason
    if reason not in (Reason.OF_WITHHELD, Reason.NO_ACCESS, Reason.DAMAGED, Reason.DESTROYED)
)
"""The reasons a person may give; the others follow from what is there."""


@dataclass(frozen=True, slots=True)
class Link:
    """One record of custody: what opens it, and the proof that its leaf stands in the log.

    With `withheld` (a reason) nothing opens it, and only the leaf is shown. `proof` is the text
    of a tlog-proof, empty while no signed checkpoint covers the leaf."""

    number: int
    leaf: bytes
    proof: str
    withheld: str = ""
    entry: str = field(default="", repr=False)
    entry_salt: bytes = field(default=b"", repr=False)
    record: str = field(default="", repr=False)
    record_salt: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Released:
    """One file of the bag. `of` is the number of what it was made from; `name` what its bringer
    called it, or empty. `open` gives its bytes, which are `size` and hash to `sha256` and
    `sha512` (hex)."""

    number: int
    id: UUID
    copy: str
    of: int | None
    kind: str
    name: str = field(repr=False)
    size: int
    sha256: str
    sha512: str
    cipher_sha256: str
    salt: bytes = field(repr=False)
    links: tuple[Link, ...]
    open: Callable[[], BinaryIO] = field(repr=False)

    @property
    def path(self) -> str:
        """Where it lies in the bag: by number, never by a name that somebody chose."""
        folder = "evidence" if self.copy == EVIDENTIARY else "working"
        return f"data/{folder}/{self.number:04d}.{ending(self.name, self.kind)}"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A file that is left out: that it exists and why, and nothing by which it could be told."""

    number: int
    id: UUID
    copy: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Made:
    """Who made the bag, when, for what and with what. `agency` is its name in the language of
    the papers; `locator` the public number of the report."""

    bag: UUID
    at: datetime
    role: str
    pseudonym: str
    purpose: str
    tool: str
    agency: str
    locator: str
    language: str


@dataclass(frozen=True, slots=True)
class Contents:
    """All of a bag. `fields` names what was left out of every item, with the reason; `log_keys`
    are shown and never to be trusted; `stamps` are files about trusted time, by name."""

    made: Made
    released: tuple[Released, ...]
    withheld: tuple[Withheld, ...] = ()
    fields: tuple[tuple[str, Reason], ...] = ()
    log_keys: tuple[str, ...] = ()
    policy: str = ""
    stamps: tuple[tuple[str, bytes], ...] = ()

    @property
    def name(self) -> str:
        """The name of the bag's folder: neutral, and different for each."""
        made = self.made
        return f"bag-{made.locator}-{made.at:%Y%m%d}-{made.bag.hex[-8:]}"


_BY_KIND: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/plain": "txt",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "application/zip": "zip",
    "application/json": "json",
}
_HARMLESS: Final = frozenset(
    "png jpg jpeg gif webp heic bmp tif tiff pdf txt csv json xml eml mbox msg "  # noqa: SIM905
    "mp3 m4a ogg opus wav aac mp4 mov avi mkv webm 3gp zip gz 7z tar wacz warc har mhtml "
    "doc docx xls xlsx ppt pptx odt ods odp rtf vcf ics db sqlite".split()
)


def ending(name: str, kind: str) -> str:
    """An ending that no system runs: the file's own if it is harmless, else by its type."""
    last = name.rpartition(".")[2].lower()
    if "." in name and last in _HARMLESS:
        return last
    return _BY_KIND.get(kind, "bin")

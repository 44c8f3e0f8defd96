# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands in the files of the key folder: one JSON object each."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from amana.kernel.sealing import boxes
from amana.kernel.sealing.encoding import join
from amana.kernel.sealing.errors import CannotOpen, KeyringDamaged

_KEY_FORMAT: Final = "amana-key/1"
_RING_FORMAT: Final = "amana-keyring/1"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key file: in clear, or sealed under the folder key and bound to its file name."""

    name: str
    label: str
    sealed: bool
    value: bytes = field(repr=False)

    @classmethod
    def plain(cls, name: str, key: bytes, label: str = "") -> Self:
        """A key in clear; `label` is what the file name cannot say (a unit's id)."""
        return cls(name=name, label=label, sealed=False, value=key)

    @classmethod
    def load(cls, name: str, raw: bytes) -> Self:
        """Raises `KeyringDamaged`."""
        fields = _object(raw, _KEY_FORMAT)
        label, sealed = fields.get("label"), fields.get("sealed")
        if not isinstance(label, str) or not isinstance(sealed, bool):
            raise KeyringDamaged
        record = cls(name=name, label=label, sealed=sealed, value=_bytes(fields, "value"))
        if not sealed and len(record.value) != boxes.KEY_BYTES:
            raise KeyringDamaged
        return record

    def dump(self) -> bytes:
        """The bytes of the file."""
        return _dump(
            {
                "format": _KEY_FORMAT,
                "label": self.label,
                "sealed": self.sealed,
                "value": _text(self.value),
            }
        )

    def open(self, folder_key: bytes | None) -> bytes:
        """The key itself. Raises `KeyringDamaged`."""
        if not self.sealed or folder_key is None:
            return self.value
        try:
            key = boxes.open_box(folder_key, self.value, context=self._context)
        except CannotOpen:
            raise KeyringDamaged(f"The key file {self.name} is damaged.") from None
        if len(key) != boxes.KEY_BYTES:
            raise KeyringDamaged
        return key

    def seal(self, folder_key: bytes) -> Self:
        """The same key under the folder key."""
        box = boxes.seal(folder_key, self.value, context=self._context)
        return replace(self, sealed=True, value=box)

    def unseal(self, folder_key: bytes) -> Self:
        """The same key in clear. Raises `KeyringDamaged`."""
        return replace(self, sealed=False, value=self.open(folder_key))

    @property
    def _context(self) -> bytes:
        return join("keyring", self.name, self.label)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the folder must hold, and how it is locked."""

    signing_public: bytes
    blind_versions: tuple[int, ...]
    blind_current: int
    lock: bytes | None = field(repr=False)
    cosigner_public: bytes = b""
    """Empty in a folder that an older version made; the next start adds the key."""

    @classmethod
    def load(cls, raw: bytes) -> Self:
        """Raises `KeyringDamaged`."""
        fields = _object(raw, _RING_FORMAT)
        versions, current = fields.get("blind_versions"), fields.get("blind_current")
        if not isinstance(versions, list) or not isinstance(current, int):
            raise KeyringDamaged
        if current not in versions or not all(type(v) is int and v > 0 for v in versions):
            raise KeyringDamaged
        return cls(
            signing_public=_bytes(fields, "signing_public"),
            blind_versions=tuple(versions),
            blind_current=current,
            lock=None if fields.get("lock") is None else _bytes(fields, "lock"),
            cosigner_public=_bytes(fields, "cosigner_public")
            if "cosigner_public" in fields
            else b"",
        )

    def dump(self) -> bytes:
        """The bytes of the file."""
        fields = {
            "format": _RING_FORMAT,
            "signing_public": _text(self.signing_public),
            "blind_versions": list(self.blind_versions),
            "blind_current": self.blind_current,
            "lock": None if self.lock is None else _text(self.lock),
        }
        if self.cosigner_public:
            fields["cosigner_public"] = _text(self.cosigner_public)
        return _dump(fields)

    def with_blind(self, version: int) -> Self:
        """With one more blind-index key, which becomes the current one."""
        return replace(self, blind_versions=(*self.blind_versions, version), blind_current=version)

    def with_cosigner(self, public: bytes) -> Self:
        """With the public halves of the cosigner key."""
        return replace(self, cosigner_public=public)

    def with_lock(self, lock: bytes | None) -> Self:
        """With another lock, or none."""
        return replace(self, lock=lock)


def _object(raw: bytes, expected: str) -> Mapping[str, object]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise KeyringDamaged from None
    if not isinstance(value, dict) or value.get("format") != expected:
        raise KeyringDamaged
    return value


def _bytes(fields: Mapping[str, object], name: str) -> bytes:
    text = fields.get(name)
    if not isinstance(text, str):
        raise KeyringDamaged
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise KeyringDamaged from None


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _dump(fields: Mapping[str, object]) -> bytes:
    return (json.dumps(fields, indent=1) + "\n").encode("utf-8")

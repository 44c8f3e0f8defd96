# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys of items, and what is derived from them.

The salt of an item's commitment is derived from its key: there is one secret to destroy, and
nothing of it can be left behind."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from amana.evidence.models import EvidenceItem, ItemKey
from amana.kernel.sealing.boxes import derive
from amana.kernel.sealing.pairs import unwrap, wrap

_LABEL: Final = b"evidence/v1\x00"
_SALT_INFO: Final = b"amana/item/commitment/1\x00"


@dataclass(frozen=True, slots=True)
class Digests:
    """What a commitment binds: raw digests of plaintext and ciphertext, plaintext bytes."""

    sha256: bytes
    sha512: bytes
    cipher_sha256: bytes
    size: int


def bytes_context(item_id: UUID) -> bytes:
    return f"amana/item/{item_id}/bytes".encode()


def meta_context(item_id: UUID) -> bytes:
    return f"amana/item/{item_id}/meta".encode()


def key_context(item_id: UUID) -> bytes:
    return f"amana/item/{item_id}/key".encode()


def commitment_salt(key: bytes, item_id: UUID) -> bytes:
    """32 bytes without which a commitment says nothing; shown for a released item, they say
    nothing of the key."""
    return derive(key, salt=item_id.bytes, info=_SALT_INFO)


def commitment(salt: bytes, digests: Digests) -> bytes:
    """HMAC-SHA256(salt, "evidence/v1\\0" || sha256(plain) || sha512(plain) || sha256(cipher) ||
    size), the size as eight bytes, most significant first. 32 bytes."""
    said = digests.sha256 + digests.sha512 + digests.cipher_sha256 + digests.size.to_bytes(8, "big")
    return hmac.digest(salt, _LABEL + said, "sha256")


def item_key(item: EvidenceItem, private: bytes) -> bytes:
    """The key of an item, by the private half of its part.

    Raises `ItemKey.DoesNotExist` once it was destroyed, `CannotOpen` for another part's half."""
    return unwrap(private, bytes(item.key.wrapped), context=key_context(item.id))


def wrapped_to(public: bytes, item_id: UUID, key: bytes) -> ItemKey:
    """The unsaved row that holds an item's key for whoever opens a part."""
    return ItemKey(item_id=item_id, wrapped=wrap(public, key, context=key_context(item_id)))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The layout of an encrypted file: that of Tink's AES256_GCM_HKDF_1MB (RAW prefix).

    header   length byte 40 | salt (32) | nonce prefix (7)
    segment  AES-256-GCM under HKDF-SHA256(key, salt, info=associated data), 1 MiB with its tag;
             nonce = prefix | segment number (32-bit big-endian) | 1 in the last segment, else 0

Any Tink opens it with the same key and `LABEL + context` as associated data. Order, number and
end of the segments are authenticated (the STREAM construction).
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amana.kernel.sealing import boxes
from amana.kernel.sealing.errors import BadKey

SEGMENT_BYTES: Final = 1 << 20
TAG_BYTES: Final = 16
SALT_BYTES: Final = 32
PREFIX_BYTES: Final = 7
HEADER_BYTES: Final = 1 + SALT_BYTES + PREFIX_BYTES
SEGMENTS_MAX: Final = 1 << 32
LABEL: Final = b"amana/stream/1\x00"


def sealed_size(plain: int) -> int:
    """How many bytes a file of `plain` bytes has once encrypted."""
    first = segment_capacity(0)
    later = 0 if plain <= first else -(-(plain - first) // segment_capacity(1))
    return HEADER_BYTES + plain + TAG_BYTES * (1 + later)


def segment_capacity(number: int) -> int:
    """Plaintext bytes of segment `number` when full; the first one shares with the header."""
    return SEGMENT_BYTES - TAG_BYTES - (HEADER_BYTES if number == 0 else 0)


def segment_cipher(key: bytes, salt: bytes, context: bytes) -> AESGCM:
    """The cipher of one file. Raises `BadKey`."""
    if len(key) != boxes.KEY_BYTES:
        raise BadKey
    return AESGCM(boxes.derive(key, salt=salt, info=LABEL + context))


def segment_nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    """12 bytes that fix the place of a segment and whether the file ends with it."""
    return prefix + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")

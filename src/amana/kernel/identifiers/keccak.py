# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keccak-256 as Ethereum uses it: SHA-3 with the older padding, which hashlib does not offer."""

from __future__ import annotations

from typing import Final

_MASK: Final = (1 << 64) - 1
_RATE: Final = 136


def _round_constants() -> tuple[int, ...]:
    """The 24 constants from their shift register (FIPS 202, algorithm 5)."""
    constants, register = [], 1
    for _ in range(24):
        value = 0
        for power in range(7):
            if register & 1:
                value |= 1 << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(value)
    return tuple(constants)


def _moves() -> tuple[tuple[int, int, int], ...]:
    """Steps rho and pi as (from, to, turned by); a lane (x, y) is at x + 5y."""
    found, x, y = [(0, 0, 0)], 1, 0
    for step in range(24):
        found.append((x + 5 * y, y + 5 * ((2 * x + 3 * y) % 5), (step + 1) * (step + 2) // 2 % 64))
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(found)


_CONSTANTS: Final = _round_constants()
_MOVES: Final = _moves()


def _permute(lanes: list[int]) -> list[int]:
    moved = [0] * 25
    for constant in _CONSTANTS:
        a, b, c, d, e = (
            lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            for x in range(5)
        )
        mixed = (
            e ^ (b << 1 & _MASK | b >> 63),
            a ^ (c << 1 & _MASK | c >> 63),
            b ^ (d << 1 & _MASK | d >> 63),
            c ^ (e << 1 & _MASK | e >> 63),
            d ^ (a << 1 & _MASK | a >> 63),
        ) * 5
        for start, to, by in _MOVES:
            lane = lanes[start] ^ mixed[start]
            moved[to] = lane << by & _MASK | lane >> (64 - by)
        lanes = []
        for row in (0, 5, 10, 15, 20):
            a, b, c, d, e = moved[row : row + 5]
            lanes += (a ^ ~b & c, b ^ ~c & d, c ^ ~d & e, d ^ ~e & a, e ^ ~a & b)
        lanes[0] ^= constant
    return lanes


def keccak_256(data: bytes) -> bytes:
    """Return the 32-byte digest of `data`."""
    padding = bytearray(_RATE - len(data) % _RATE)
    padding[0] ^= 0x01
    padding[-1] ^= 0x80
    padded = data + bytes(padding)
    lanes = [0] * 25
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            at = start + lane * 8
            lanes[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keccak-256 as Ethereum uses it: SHA-3 with the older padding, which hashlib does not offer."""

from __future__ import annotations

_MASK = (1 << 64) - 1
_RATE = 136
_LANES = tuple((x, y) for x in range(5) for y in range(5))


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


_CONSTANTS = _round_constants()


def _turn(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK if by else lane


def _permute(state: dict[tuple[int, int], int]) -> None:
    for constant in _CONSTANTS:
        column = [
            state[x, 0] ^ state[x, 1] ^ state[x, 2] ^ state[x, 3] ^ state[x, 4] for x in range(5)
        ]
        for x, y in _LANES:
            state[x, y] ^= column[(x - 1) % 5] ^ _turn(column[(x + 1) % 5], 1)
        x, y, current = 1, 0, state[1, 0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, state[x, y] = state[x, y], _turn(current, (step + 1) * (step + 2) // 2 % 64)
        for row in range(5):
            lanes = [state[x, row] for x in range(5)]
            for x in range(5):
                state[x, row] = lanes[x] ^ (~lanes[(x + 1) % 5] & lanes[(x + 2) % 5] & _MASK)
        state[0, 0] ^= constant


def keccak_256(data: bytes) -> bytes:
    """Return the 32-byte digest of `data`."""
    padding = bytearray(_RATE - len(data) % _RATE)
    padding[0] ^= 0x01
    padding[-1] ^= 0x80
    padded = data + bytes(padding)
    state = dict.fromkeys(_LANES, 0)
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            at = start + lane * 8
            state[lane % 5, lane // 5] ^= int.from_bytes(padded[at : at + 8], "little")
        _permute(state)
    return b"".join(state[lane % 5, lane // 5].to_bytes(8, "little") for lane in range(4))

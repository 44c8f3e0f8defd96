# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wallet addresses whose checksums can be verified: Bitcoin, Ethereum and its kin, TRON.

Written here because the validators that exist refuse taproot (triage.md §2). Sources: Base58Check
(Bitcoin), BIP 173 and 350 (bech32, bech32m), BIP 141 (programs), EIP-55, TRON's address format.
"""

from __future__ import annotations

import hashlib
import re

from amana.kernel.identifiers.keccak import keccak_256
from amana.kernel.identifiers.text import no_blanks, tidy
from amana.kernel.identifiers.types import BadIdentifier, Identifier

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32M = 0x2BC830A3
_VERSIONS = {0x00: "btc", 0x05: "btc", 0x41: "tron"}
_URI = re.compile(r"^(?:bitcoin|ethereum|tron):", re.IGNORECASE)


def wallet(value: str) -> Identifier:
    """Normalise an address of a main network; `note` is ``btc``, ``evm`` or ``tron``."""
    text = no_blanks(_URI.sub("", tidy(value)).split("?")[0], "not_a_wallet")
    if re.fullmatch(r"0x[0-9a-fA-F]{40}", text, re.IGNORECASE):
        return _evm(text[2:])
    if text.lower().startswith("bc1"):
        address = _segwit(text)
        return Identifier("wallet", address, address, note="btc")
    if re.fullmatch(rf"[{_BASE58}]{{25,36}}", text):
        return Identifier("wallet", text, text, note=_base58(text))
    raise BadIdentifier("not_a_wallet")


def checksummed(digits: str) -> str:
    """Return 40 hex digits with the capitals of EIP-55, and 0x before them."""
    small = digits.lower()
    marks = keccak_256(small.encode()).hex()
    cased = (c.upper() if int(m, 16) > 7 else c for c, m in zip(small, marks, strict=False))
    return "0x" + "".join(cased)


def _evm(digits: str) -> Identifier:
    proper = checksummed(digits)
    is_cased = digits not in {digits.lower(), digits.upper()}
    if is_cased and proper != "0x" + digits:
        raise BadIdentifier("bad_checksum")
    return Identifier("wallet", proper.lower(), proper, note="evm")


def _base58(text: str) -> str:
    number = 0
    for char in text:
        number = number * 58 + _BASE58.index(char)
    zeros = len(text) - len(text.lstrip("1"))
    raw = b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) != 25:
        raise BadIdentifier("not_a_wallet")
    digest = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()
    if digest[:4] != raw[-4:]:
        raise BadIdentifier("bad_checksum")
    if raw[0] not in _VERSIONS:
        raise BadIdentifier("unknown_network")
    return _VERSIONS[raw[0]]


def _segwit(text: str) -> str:
    small = text.lower()
    if text not in {small, text.upper()} or len(text) > 90:
        raise BadIdentifier("not_a_wallet")
    data = [_BECH32.find(char) for char in small[3:]]
    if min(data, default=-1) < 0 or len(data) < 7:
        raise BadIdentifier("not_a_wallet")
    version = data[0]
    if _polymod([3, 3, 0, 2, 3, *data]) != (_BECH32M if version else 1):
        raise BadIdentifier("bad_checksum")
    size = _program_size(data[1:-6])
    if version > 16 or not 2 <= size <= 40 or (version == 0 and size not in {20, 32}):
        raise BadIdentifier("not_a_wallet")
    return small


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for index, factor in enumerate(_GENERATOR):
            check ^= factor if top >> index & 1 else 0
    return check


def _program_size(groups: list[int]) -> int:
    """Return the bytes that five-bit groups hold; 0 when the padding is not as BIP 173 wants."""
    bits = len(groups) * 5
    spare = bits % 8
    if spare > 4 or (groups and groups[-1] & ((1 << spare) - 1)):
        return 0
    return bits // 8

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented bank accounts and wallets with right checksums, and the sentences they stand in."""

from __future__ import annotations

import hashlib
import random

from amana.kernel.identifiers.wallet import checksummed

Value = tuple[str, str]
_AR = "٠١٢٣٤٥٦٧٨٩"


def digits(draw: random.Random, count: int) -> str:
    """Return digits drawn as they come."""
    return "".join(draw.choice("0123456789") for _ in range(count))


def iban(draw: random.Random, _: object) -> tuple[str, list[Value]]:
    """Return a sentence with an account of one of seven countries, and its value."""
    country = draw.choice(["MA", "DZ", "JO", "PK", "TN", "FR", "EG"])
    body = {
        "MA": lambda: digits(draw, 24),
        "DZ": lambda: digits(draw, 22),
        "JO": lambda: "CBJO" + digits(draw, 22),
        "PK": lambda: "SCBL" + digits(draw, 16),
        "TN": lambda: digits(draw, 20),
        "FR": lambda: digits(draw, 23),
        "EG": lambda: digits(draw, 25),
    }[country]()
    turned = body + country + "00"
    check = 98 - int("".join(str(int(char, 36)) for char in turned)) % 97
    account = f"{country}{check:02}{body}"
    way = draw.randrange(4)
    shown = account
    if way == 0:
        shown = " ".join(account[at : at + 4] for at in range(0, len(account), 4))
    elif way == 1:
        shown = "-".join(account[at : at + 4] for at in range(0, len(account), 4))
    elif way == 2:
        shown = account.translate(str.maketrans("0123456789", _AR))
    return draw.choice(["IBAN {}", "rib: {}", "virement {}"]).format(shown), [("iban", account)]


_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _base58(raw: bytes) -> str:
    whole = raw + hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(whole), ""
    while number:
        number, rest = divmod(number, 58)
        text = _ALPHABET[rest] + text
    return "1" * (len(whole) - len(whole.lstrip(b"\0"))) + text


def btc(draw: random.Random, _: object) -> tuple[str, list[Value]]:
    """Return a sentence with a Bitcoin address of an old or a new form, and its value."""
    if draw.random() < 0.4:
        address = draw.choice(
            [
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            ]
        )
        shown = address.upper() if draw.random() < 0.2 else address
    else:
        shown = address = _base58(draw.choice([b"\x00", b"\x05"]) + draw.randbytes(20))
    return draw.choice(["btc {}", "bitcoin:{}", "0.02 BTC -> {}"]).format(shown), [("btc", address)]


def eth(draw: random.Random, _: object) -> tuple[str, list[Value]]:
    """Return a sentence with an address in one of the three cases, and its value."""
    plain = draw.randbytes(20).hex()
    shown = draw.choice([checksummed(plain), "0x" + plain, "0x" + plain.upper()])
    return draw.choice(["wallet {}", "USDT (ERC20) {}"]).format(shown), [("eth", shown)]


def tron(draw: random.Random, _: object) -> tuple[str, list[Value]]:
    """Return a sentence with a TRON address, and its value."""
    address = _base58(b"\x41" + draw.randbytes(20))
    return draw.choice(["TRC20 {}", "usdt {} trc20"]).format(address), [("tron", address)]

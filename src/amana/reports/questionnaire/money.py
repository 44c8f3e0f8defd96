# SPDX-License-Identifier: AGPL-3.0-or-later
"""Amounts as people write them, stored as a whole number of the smallest unit."""

from __future__ import annotations

import re
from decimal import Decimal

from .clean import fold_digits

# ISO 4217 minor units; two where nothing else stands here. Crypto: satoshi, gwei, and the like.
_DIGITS = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("DJF", "JPY", "KMF", "KRW", "UGX", "XAF", "XOF"), 0),
    "BTC": 8,
    "ETH": 9,
    "USDT": 6,
}
CURRENCIES = (
    *("AED", "AUD", "BDT", "BHD", "BTC", "CAD", "CHF", "CNY", "DJF", "DZD", "EGP", "ETH", "EUR"),
    *("GBP", "INR", "IQD", "IRR", "JOD", "JPY", "KWD", "LBP", "LYD", "MAD", "MRU", "MYR", "NGN"),
    *("OMR", "PHP", "PKR", "QAR", "SAR", "SDG", "SEK", "SOS", "SYP", "TND", "TRY", "USD", "USDT"),
    *("XAF", "XOF", "YER"),
)
MEANS = ("bank", "card", "mobile_wallet", "transfer_office", "crypto", "voucher", "cash", "other")


def minor_digits(currency: str) -> int:
    """Return how many decimal digits `currency` is counted in (JOD 3, EUR 2, JPY 0)."""
    return _DIGITS.get(currency, 2)


def read_amount(raw: str, currency: str) -> int:
    """Return `raw` ("١٬٢٥٠٫٥٠", "1 250,50", "1,250.50") in the smallest unit of `currency`.

    Raises `ValueError` when it is no amount, or more than a billion of the main unit.
    """
    text = fold_digits(raw).translate({0x066B: ".", 0x066C: "'", 0x060C: ","})
    text = re.sub(r"[\s'\u00a0\u202f]", "", text)
    if not re.fullmatch(r"\d{1,13}(?:[.,]\d+)*", text):
        raise ValueError("not an amount")
    digits = minor_digits(currency)
    whole, fraction = _split(text, digits)
    if len(fraction) > digits or len(whole) > 10:
        raise ValueError("not an amount")
    return int(Decimal(f"{whole}.{fraction or '0'}").scaleb(digits))


def _split(text: str, digits: int) -> tuple[str, str]:
    marks = re.findall(r"[.,]", text)
    if not marks:
        return text, ""
    parts = re.split(r"[.,]", text)
    grouped = all(len(part) == 3 for part in parts[1:])
    if len(set(marks)) == 1 and grouped and (len(marks) > 1 or digits != 3):
        # "1.250" and "1,250,000": groups of thousands, unless the currency has three decimals.
        return "".join(parts), ""
    if len(set(marks)) == 1 and len(marks) > 1:
        raise ValueError("not an amount")
    return "".join(parts[:-1]), parts[-1]


def show_amount(minor: int, currency: str) -> str:
    """Return an amount to read, with ASCII digits: `show_amount(1250500, "JOD")` "1250.500 JOD"."""
    digits = minor_digits(currency)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f} {currency}"

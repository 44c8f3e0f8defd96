# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reporter's code: what it looks like, how it is read, and the keys that come from it.

36 digits: public locator (8; the first is 0 for a draft, 1-9 for a receipt), secret (27 digits,
89 bits), one check digit (Damm) over all before it. Shown as nine groups of four.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from amana.kernel.sealing.boxes import derive
from amana.kernel.sealing.encoding import join
from amana.kernel.sealing.errors import BadCode, BadKey
from amana.kernel.sealing.pairs import KeyPair, pair_from_seed
from amana.kernel.sealing.passphrases import PIN_COST, Cost, stretch

LOCATOR_DIGITS: Final = 8
SECRET_DIGITS: Final = 27
CODE_DIGITS: Final = LOCATOR_DIGITS + SECRET_DIGITS + 1
MIN_SALT_BYTES: Final = 16

_GROUP: Final = 4
_TYPED_MAX: Final = 240
_LOCATOR_GROUPS: Final = LOCATOR_DIGITS // _GROUP
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)
_SEPARATORS: Final = frozenset(".·•‧∙⋅・,،:_/|−")
_SEPARATOR_CATEGORIES: Final = frozenset({"Zs", "Pd", "Cf"})
_LOCATOR: Final = re.compile(r"[0-9]{8}")
_SECRET: Final = re.compile(r"[0-9]{27}")

# Damm's quasigroup of order 10: finds every single wrong digit and every swap of neighbours.
_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_WORDS: Final = {
    "en": "zero one two three four five six seven eight nine",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "ar": "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة",
    "ur": "صفر ایک دو تین چار پانچ چھ سات آٹھ نو",
}


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """A code in its two parts, in Western digits. Raises `BadCode` when it cannot be one."""

    locator: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (_LOCATOR.fullmatch(self.locator) and _SECRET.fullmatch(self.secret)):
            raise BadCode

    @property
    def is_draft(self) -> bool:
        """Whether it belongs to a draft and not yet to a filed report."""
        return self.locator.startswith("0")


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """What a code (and PIN) opens: a proof of knowing it, and the content key pair."""

    verifier: bytes = field(repr=False)
    pair: KeyPair


def new_receipt_code(*, draft: bool = False) -> ReceiptCode:
    """A fresh random code. Locators may collide; the database row decides (draw again)."""
    low = 0 if draft else 10 ** (LOCATOR_DIGITS - 1)
    high = 10 ** (LOCATOR_DIGITS - 1) if draft else 10**LOCATOR_DIGITS
    locator = low + secrets.randbelow(high - low)
    secret = secrets.randbelow(10**SECRET_DIGITS)
    return ReceiptCode(f"{locator:0{LOCATOR_DIGITS}d}", f"{secret:0{SECRET_DIGITS}d}")


def parse_code(text: str) -> ReceiptCode:
    """Read a code as people type, paste or dictate it. Raises `BadCode`, never saying why.

    Western, Arabic-Indic and Extended (Persian, Urdu) digits; spaces of any kind, dashes, dots,
    commas and invisible direction marks are passed over.
    """
    if len(text) > _TYPED_MAX:
        raise BadCode
    digits = "".join(c for c in text.translate(_DIGITS) if not _is_separator(c))
    # `str.isdigit` alone would let digits of other scripts through.
    if len(digits) != CODE_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise BadCode
    if damm(digits) != 0:
        raise BadCode
    return ReceiptCode(digits[:LOCATOR_DIGITS], digits[LOCATOR_DIGITS:-1])


def format_code(code: ReceiptCode) -> str:
    """The code as it is shown: groups of four, a middle dot after the locator.

    Isolate it left-to-right wherever it stands in right-to-left text.
    """
    shown = groups(code)
    return " ".join([*shown[:_LOCATOR_GROUPS], "·", *shown[_LOCATOR_GROUPS:]])


def groups(code: ReceiptCode) -> list[str]:
    """The nine groups of four digits; the first two are the locator."""
    body = code.locator + code.secret
    whole = f"{body}{damm(body)}"
    return [whole[i : i + _GROUP] for i in range(0, CODE_DIGITS, _GROUP)]


def spoken(code: ReceiptCode, language: str) -> list[str]:
    """Each group as digit words to read aloud, in en, fr, ar or ur; any other gets English."""
    words = _WORDS.get(language[:2].lower(), _WORDS["en"]).split()
    return [" ".join(words[int(digit)] for digit in group) for group in groups(code)]


def damm(digits: str) -> int:
    """Check digit of a row of Western digits (Damm 2004); 0 for a row that ends in its own."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def receipt_verifier(code: ReceiptCode, *, salt: bytes) -> bytes:
    """The proof of knowing the code, without any PIN: a few microseconds.

    Check it first; only then is the PIN worth its stretching. `salt`: 16 random bytes of this
    report, so that a guess costs work per report (T-01). Raises `BadKey`.
    """
    if len(salt) < MIN_SALT_BYTES:
        raise BadKey
    return derive(_knowledge(code), salt=salt, info=b"amana/receipt/1 verify")


def receipt_keys(
    code: ReceiptCode, *, salt: bytes, pin: str | None, pin_cost: Cost = PIN_COST
) -> ReceiptKeys:
    """The verifier (independent of the PIN) and the content pair (which needs it, if set).

    With a PIN it waits for the stretching pool. Raises `BadKey`, `UnusablePassphrase`, `Busy`.
    """
    verifier = receipt_verifier(code, salt=salt)
    known = _knowledge(code)
    parts = [known]
    if pin is not None:
        # Salted with the secret too: no table of PINs can be made before the code is known.
        pin_salt = derive(known, salt=salt, info=b"amana/receipt/1 pin", length=16)
        parts.append(stretch(pin, salt=pin_salt, cost=pin_cost))
    seed = derive(join(*parts), salt=salt, info=b"amana/receipt/1 content")
    return ReceiptKeys(verifier=verifier, pair=pair_from_seed(seed))


def stored_verifier(verifier: bytes) -> bytes:
    """What the database keeps: SHA-256 of the verifier, which opens nothing."""
    return hashlib.sha256(verifier).digest()


def verify(stored: bytes, candidate: bytes) -> bool:
    """Whether `candidate` is the verifier behind `stored`, in constant time."""
    return hmac.compare_digest(stored, stored_verifier(candidate))


def _knowledge(code: ReceiptCode) -> bytes:
    return join(code.locator, code.secret)


def _is_separator(character: str) -> bool:
    return (
        character.isspace()
        or character in _SEPARATORS
        or unicodedata.category(character) in _SEPARATOR_CATEGORIES
    )

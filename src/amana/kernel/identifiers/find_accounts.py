# SPDX-License-Identifier: AGPL-3.0-or-later
"""Wallets, bank accounts and cards in running text. Only what its checksum confirms is taken."""

from __future__ import annotations

import re

from amana.kernel.identifiers.found import Sheet
from amana.kernel.identifiers.iban import iban
from amana.kernel.identifiers.types import BadIdentifier
from amana.kernel.identifiers.wallet import wallet

_WALLET = re.compile(
    r"(?<![0-9A-Za-z\0])(?:(?:bitcoin|ethereum|tron):)?"
    r"(?P<address>0[xX][0-9a-fA-F]{40}|[bB][cC]1[0-9A-Za-z]{11,87}|[13T][1-9A-HJ-NP-Za-km-z]{24,34})"
    r"(?![0-9A-Za-z])"
)
_UNCASED = re.compile(r"0[xX](?:[0-9a-f]{40}|[0-9A-F]{40})")
_CHAINS = {"btc": "btc", "evm": "eth", "tron": "tron"}
_IBAN = re.compile(
    r"(?<![0-9A-Za-z\0])(?P<country>[A-Za-z]{2})[ \-.]?(?P<check>\d[ ]?\d)"
    r"(?P<rest>(?:[ \-.\n\r\t_/]{0,2}[0-9A-Za-z]){11,32})"
)
# Lengths of ISO 13616 accounts, by the SWIFT registry and, for those not in it, ECBS practice.
_LENGTHS = {
    code: int(length)
    for code, length in re.findall(
        r"([A-Z]{2})(\d{2})",
        "AD24 AE23 AL28 AO25 AT20 AX18 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BL27 BR29 BY28 CF27"
        " CG27 CH21 CI28 CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18"
        " FO18 FR27 GA27 GB22 GE22 GF27 GG22 GI23 GL18 GP27 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22"
        " IL23 IM22 IQ23 IR26 IS26 IT27 JE22 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25"
        " MA28 MC27 MD24 ME22 MF27 MG27 MK19 ML28 MN20 MQ27 MR27 MT31 MU30 MZ25 NC27 NE28 NI28 NL18"
        " NO15 OM23 PF27 PK24 PL28 PM27 PS29 PT25 QA29 RE27 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19"
        " SK24 SM27 SN28 SO23 ST25 SV28 TD27 TF27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 WF27 XK20 YE30"
        " YT27",
    )
}
_CARD = re.compile(r"(?<![\d+\0.])(?:\d[ \-.]{0,2}){12,18}\d(?!\d|\.\d)")
# What an issuer puts first (ISO/IEC 7812): Visa, Mastercard, American Express, Discover, UnionPay…
_ISSUER = re.compile(r"4|5[0-9]|2[2-7]|3[47]|6")
# A row of marks is begun once and taken whole, or a line of asterisks would be tried in every cut.
_FRAGMENT = re.compile(
    r"(?<![\w*•·#])(?:\d{4,6}[ \-]?)?(?:[*xX•·#]{2,24}+[ \-]?+){1,4}+(?P<last>\d{3,4})(?!\d)"
)


def find_accounts(sheet: Sheet) -> None:
    """Take wallets, then bank accounts, then cards."""
    for match in list(_WALLET.finditer(sheet.rest)):
        try:
            chain, value = _wallet(match["address"])
        except BadIdentifier:
            sheet.strike(match.start(), match.end())  # a mistyped address is no phone either
            continue
        sheet.take(chain, value, match.start(), match.end())
    at = 0
    while account := _IBAN.search(sheet.rest, at):
        at = _take_iban(sheet, account)
    _cards(sheet)


def _wallet(address: str) -> tuple[str, str]:
    """The chain and the address. One of Ethereum keeps its letters: its capitals are a checksum
    (EIP-55). Stores compare what `tolerant` makes of it, which has no capitals."""
    if _UNCASED.fullmatch(address):  # no capitals, no checksum: nothing to reckon
        return "eth", f"0x{address[2:]}"
    found = wallet(address)
    chain = _CHAINS[found.note]
    return chain, found.display if chain == "eth" else found.value


def _take_iban(sheet: Sheet, match: re.Match[str]) -> int:
    """Take the account that begins here, if there is one; return where to look on."""
    country = match["country"].upper()
    for length in (_LENGTHS.get(country, 0), 24 if country == "DZ" else 0):
        stop = _place_of(match.group(), length)
        text = re.sub(r"[^0-9A-Za-z]", "", match.group()[:stop]).upper()
        if not length or len(text) < length or not _mod_97(text):
            continue
        end = match.start() + stop
        if sheet.rest[end : end + 1].isalnum() and sheet.rest[end - 1 : end + 1].isascii():
            continue
        try:
            value = iban(text).value
        except BadIdentifier:
            if length != 24 or country != "DZ":
                continue
            value = text  # Algeria's banks also print 24 places; no registry knows them
        sheet.take("iban", value, match.start(), end, region=country)
        return end
    return match.start() + 1


def _place_of(text: str, count: int) -> int:
    """Return where the first `count` letters and digits of `text` end."""
    seen = 0
    for place, char in enumerate(text):
        seen += char.isalnum()
        if seen == count:
            return place + 1
    return len(text)


def _mod_97(account: str) -> bool:
    turned = account[4:] + account[:4]
    if not turned.isascii() or not turned.isalnum():
        return False
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _cards(sheet: Sheet) -> None:
    for match in list(_CARD.finditer(sheet.rest)):
        digits = re.sub(r"\D", "", match.group())
        if _ISSUER.match(digits) and luhn(digits) and len(set(digits)) > 1:
            sheet.take("card", masked_card(digits), match.start(), match.end())
    for match in list(_FRAGMENT.finditer(sheet.rest)):
        sheet.take("card", f"···· {match['last']}", match.start(), match.end(), note="fragment")


def luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def masked_card(digits: str) -> str:
    """Return a card as the issuer's first four and the last four digits; the rest is not kept."""
    return f"{digits[:4]} ···· {digits[-4:]}"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A receipt presented by a program: looked up at the same cost whatever was sent, wrong ones
counted (T-01)."""

from __future__ import annotations

from typing import Final

from amana.agencies.models import Agency
from amana.kernel.sealing.errors import BadCode
from amana.kernel.sealing.receipts import ReceiptCode, parse_code
from amana.limits.rules import WRONG_CODE, WRONG_PIN, allow, exhausted
from amana.limits.sources import keyed
from amana.reports.services.mailbox import OpenReceipt, open_receipt

NOBODY: Final = ReceiptCode("10000000", "0" * 27)


class UnknownCode(Exception):
    """The code, or the code with this PIN, opens nothing."""


class TooManyTries(Exception):
    """Too many wrong codes from one source, or too many wrong PINs for one report."""


def present(*, agency: Agency, code: str, pin: str, source: bytes) -> OpenReceipt:
    """What a code and a PIN open; `stage_only` while a PIN is set and none was given.

    Raises `UnknownCode`, `TooManyTries`, and `Busy` when a PIN cannot be stretched now."""
    opened = _open(agency, _read(code), pin)
    if opened is not None:
        return opened
    # Only wrong codes wait: a stranger who guesses behind her address must not lock her out.
    raise UnknownCode if allow(WRONG_CODE, source) else TooManyTries


def _open(agency: Agency, code: ReceiptCode, pin: str) -> OpenReceipt | None:
    opened = open_receipt(agency=agency, code=code, pin=None)
    if opened is None or not opened.stage_only or not pin:
        return opened
    # Only the holder of the right code comes here. A PIN may have four digits, and a count by
    # address would let many addresses try them all: it is counted by report.
    counted = keyed(b"pin", opened.report.id.bytes)
    if exhausted(WRONG_PIN, counted):
        raise TooManyTries
    opened = open_receipt(agency=agency, code=code, pin=pin)
    if opened is None:
        allow(WRONG_PIN, counted)
    return opened


def _read(text: str) -> ReceiptCode:
    """Malformed codes cost the same look-up as well-formed ones: no oracle."""
    try:
        return parse_code(text)
    except BadCode:
        return NOBODY

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring what a person typed into one comparable form; keep it when that cannot be done."""

from __future__ import annotations

from amana.kernel.identifiers.masking import masked
from amana.kernel.identifiers.normalising import normalise, related, tolerant
from amana.kernel.identifiers.phone import country_of_phone
from amana.kernel.identifiers.types import KINDS, LONGEST, BadIdentifier, Identifier

__all__ = [
    "KINDS",
    "LONGEST",
    "BadIdentifier",
    "Identifier",
    "country_of_phone",
    "masked",
    "normalise",
    "related",
    "tolerant",
]

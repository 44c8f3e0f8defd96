# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring what a person typed into one comparable form; keep it when that cannot be done."""

from __future__ import annotations

from amana.kernel.identifiers.finding import find_identifiers
from amana.kernel.identifiers.found import TYPES, Found, Reading
from amana.kernel.identifiers.handle import is_front_page
from amana.kernel.identifiers.masking import masked
from amana.kernel.identifiers.normalising import normalise, related, tolerant
from amana.kernel.identifiers.operators import OperatorHint, operator_hint
from amana.kernel.identifiers.phone import country_of_phone
from amana.kernel.identifiers.types import KINDS, LONGEST, BadIdentifier, Identifier

__all__ = [
    "KINDS",
    "LONGEST",
    "TYPES",
    "BadIdentifier",
    "Found",
    "Identifier",
    "OperatorHint",
    "Reading",
    "country_of_phone",
    "find_identifiers",
    "is_front_page",
    "masked",
    "normalise",
    "operator_hint",
    "related",
    "tolerant",
]

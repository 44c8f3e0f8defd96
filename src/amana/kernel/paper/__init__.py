# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small typesetting for receipts and notices: Arabic, Urdu, French and English on A4."""

from __future__ import annotations

from amana.kernel.paper.isolates import clean, isolate_codes, ltr, plain
from amana.kernel.paper.sheet import Sheet, Step
from amana.kernel.paper.type import PaperError

__all__ = ["PaperError", "Sheet", "Step", "clean", "isolate_codes", "ltr", "plain"]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folding of Arabic, Urdu and Latin text for search keys; never for what is stored or shown."""

from __future__ import annotations

from amana.kernel.language.folding import fold, fold_digits
from amana.kernel.language.scripts import Script, script_of
from amana.kernel.language.tokens import LONGEST_WORD, MOST_WORDS, words

__all__ = ["LONGEST_WORD", "MOST_WORDS", "Script", "fold", "fold_digits", "script_of", "words"]

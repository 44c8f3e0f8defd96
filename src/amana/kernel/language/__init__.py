# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which language a text is in, and folding of Arabic, Urdu and Latin text for search keys; folding
is never for what is stored or shown."""

from __future__ import annotations

from amana.kernel.language.folding import fold, fold_digits
from amana.kernel.language.identify import FORMS, Guess, identify
from amana.kernel.language.scripts import Script, script_of
from amana.kernel.language.tokens import LONGEST_WORD, MOST_WORDS, words

__all__ = [
    "FORMS",
    "LONGEST_WORD",
    "MOST_WORDS",
    "Guess",
    "Script",
    "fold",
    "fold_digits",
    "identify",
    "script_of",
    "words",
]

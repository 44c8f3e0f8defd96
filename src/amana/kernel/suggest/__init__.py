# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a text may be about, and which risks it speaks of. It orders and suggests; a person decides.

Risks come from rules over words by meaning (`lexicon/`) and from a second reader for hints; kinds
of report from a linear model over words, pieces of words and the same meanings. No text leaves the
process, and nothing is unpickled.
"""

from __future__ import annotations

from amana.kernel.suggest.hints import risks_in
from amana.kernel.suggest.lexicon import FORMS, LexiconError
from amana.kernel.suggest.model import Model, Suggestion
from amana.kernel.suggest.reading import Reading, read
from amana.kernel.suggest.risks import RISKS, Sign, signs
from amana.kernel.suggest.store import BadModel, Stored, load, save, starter

__all__ = [
    "FORMS",
    "RISKS",
    "BadModel",
    "LexiconError",
    "Model",
    "Reading",
    "Sign",
    "Stored",
    "Suggestion",
    "load",
    "read",
    "risks_in",
    "save",
    "signs",
    "starter",
]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a text may be about, and which risks it speaks of. It orders and suggests; a person decides.

Risks come from rules over words by meaning (`lexicon/`) and from a second reader for hints; kinds
of report from a linear model over words, pieces of words and the same meanings. A small network
hears the whole report for both. No text leaves the process, and nothing is unpickled.
"""

from __future__ import annotations

from amana.kernel.suggest.lexicon import FORMS, LexiconError
from amana.kernel.suggest.listening import Listened, listen, risks_in
from amana.kernel.suggest.model import Model, Suggestion
from amana.kernel.suggest.reading import Reading, read
from amana.kernel.suggest.risks import RISKS, Sign, signs
from amana.kernel.suggest.store import BadModel, Stored, load, save, starter

__all__ = [
    "FORMS",
    "RISKS",
    "BadModel",
    "LexiconError",
    "Listened",
    "Model",
    "Reading",
    "Sign",
    "Stored",
    "Suggestion",
    "listen",
    "load",
    "read",
    "risks_in",
    "save",
    "signs",
    "starter",
]

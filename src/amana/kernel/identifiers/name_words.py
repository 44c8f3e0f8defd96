# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words around the names of accounts, by what they say of the name beside them."""

from __future__ import annotations

from amana.kernel.language import fold
from amana.kernel.language.lists import word_lists

_LISTS = {
    key: frozenset(map(fold, found))
    for key, found in word_lists("amana.kernel.identifiers", "names").items()
}
# What announces a name; what may stand between; what leads back to a platform; where a clause
# begins that no longer speaks of it; what is never a name; forms of "is" and "is called".
MARKERS, FILLERS, ON = _LISTS["markers"], _LISTS["fillers"], _LISTS["on"]
ENDS, STOP, BEING = _LISTS["ends"], _LISTS["stop"], _LISTS["being"]
ACCOUNTS, PLACES = _LISTS["accounts"], _LISTS["places"]
# Words that make a platform of a word that may be another ("on X", "ایکس پر").
BEFORE_IT, AFTER_IT = _LISTS["prepositions"], _LISTS["postpositions"]
# "signing as …", "calls himself …", "… naam se"; from whom, and by whom in Urdu.
NAMING, SELVES, NAMED = _LISTS["naming"], _LISTS["selves"], _LISTS["named"]
GIVERS, TAKERS = _LISTS["givers"], _LISTS["takers"]
# "his name in the game is …".
GAMES, OF_GAMES = _LISTS["games"], _LISTS["of_games"]
# Beside a platform: what happened to her account there says nothing of his name.
OWN = _LISTS["own"]

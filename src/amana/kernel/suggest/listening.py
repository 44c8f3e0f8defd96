# SPDX-License-Identifier: AGPL-3.0-or-later
"""A text read once by all readers: kinds by two, risks by rules and two.

The linear readers see words and stretches, the network the whole report. Of both the mean is taken
(of the logarithms), which is right more often than either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from amana.kernel.suggest.features import Features, features, with_meanings
from amana.kernel.suggest.hints import hints, meant_in, part_of
from amana.kernel.suggest.model import Model, Suggestion
from amana.kernel.suggest.network import Heard, network
from amana.kernel.suggest.reading import Reading, read
from amana.kernel.suggest.risks import RISKS, Sign, Silent, Spoken, sign_of, weighed, with_rules
from amana.kernel.suggest.store import starter
from amana.kernel.suggest.windows import Around, windows

MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Listened:
    """The likeliest kinds, and every sign of a risk in the order of `RISKS`."""

    kinds: list[Suggestion]
    signs: list[Sign]


def listen(text: str, model: Model | None = None) -> Listened:
    """What a text may be about and which risks it speaks of; `model` suggests kinds instead of
    the one that ships."""
    reading = read(text)
    found, silent = weighed(reading)
    seen = features(text, reading)
    told = with_rules(reading, found)
    heard = network().hear(with_meanings(seen, told))
    kinds = _kinds(model or starter().model, seen, heard)
    return Listened(kinds, _signs(text, told, found, silent, heard))


def risks_in(text: str, reading: Reading | None = None) -> list[Sign]:
    """Every sign of a risk in `text`, which may have been read before, in the order of `RISKS`: at
    most one for each rule. Where no rule is sure, what the readers hear: rules, or one hint."""
    reading = read(text) if reading is None else reading
    found, silent = weighed(reading)
    return _signs(text, with_rules(reading, found), found, silent)


def _kinds(model: Model, seen: Features, heard: Heard) -> list[Suggestion]:
    scores = model.scores(seen)
    if seen.words:
        scores = np.sqrt(scores * heard.of(model.codes, scores))
        scores /= scores.sum()
    return model.best(seen, scores, MOST)


def _signs(
    text: str,
    told: Reading,
    found: Sequence[Spoken],
    silent: Sequence[Silent],
    whole: Heard | None = None,
) -> list[Sign]:
    sure = [sign_of(told, rule, spans[0]) for rule, spans in found if rule.sure]
    named = {sign.risk for sign in sure}
    heard = hints(text, told, found, named, silent, _around(text, told, whole))
    return sorted([*sure, *heard], key=lambda sign: RISKS.index(sign.risk))


def _around(text: str, told: Reading, whole: Heard | None) -> Around:
    """What each window of a text says of each risk; that of a short one is the `whole`, which may
    have been heard already."""
    parts = windows(len(told.words))
    if len(parts) == 1:
        whole = whole or network().hear(features(text, told))
        return Around(parts, whole.risks[None])
    spans = meant_in(told)
    heard = [network().hear(features(*part_of(text, told, spans, part))) for part in parts]
    return Around(parts, np.array([one.risks for one in heard]))

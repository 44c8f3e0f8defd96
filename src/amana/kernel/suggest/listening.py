# SPDX-License-Identifier: AGPL-3.0-or-later
"""A text read once by all readers: kinds by two, risks by rules and two.

The linear readers see words and stretches, the network the whole report. Of both the mean is taken
(of the logarithms), which is right more often than either.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from amana.kernel.suggest.features import Features, features, with_meanings
from amana.kernel.suggest.hints import hints
from amana.kernel.suggest.model import Model, Suggestion
from amana.kernel.suggest.network import Heard, network
from amana.kernel.suggest.reading import Reading, read
from amana.kernel.suggest.risks import RISKS, Sign, Silent, Spoken, sign_of, weighed, with_rules
from amana.kernel.suggest.running import Meant, meant_in
from amana.kernel.suggest.store import starter
from amana.kernel.suggest.windows import Around, Stretch, windows

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
    return Listened(kinds, _signs(told, found, silent, heard))


def risks_in(text: str, reading: Reading | None = None) -> list[Sign]:
    """Every sign of a risk in `text`, which may have been read before, in the order of `RISKS`: at
    most one for each rule. Where no rule is sure, what the readers hear: rules, or one hint."""
    reading = read(text) if reading is None else reading
    found, silent = weighed(reading)
    return _signs(with_rules(reading, found), found, silent)


def _kinds(model: Model, seen: Features, heard: Heard) -> list[Suggestion]:
    scores = model.scores(seen)
    if seen.words:
        scores = np.sqrt(scores * heard.of(model.codes, scores))
        scores /= scores.sum()
    return model.best(seen, scores, MOST)


def _signs(
    told: Reading,
    found: Sequence[Spoken],
    silent: Sequence[Silent],
    whole: Heard | None = None,
) -> list[Sign]:
    sure = [sign_of(told, rule, spans[0]) for rule, spans in found if rule.sure]
    named = {sign.risk for sign in sure}
    heard = hints(told, found, named, silent, _around(told, whole))
    return sorted([*sure, *heard], key=lambda sign: RISKS.index(sign.risk))


def _around(told: Reading, whole: Heard | None) -> Around:
    """What each window of a text says of each risk; that of a short one is the `whole`, which may
    have been heard already."""
    parts = windows(len(told.words))
    if len(parts) == 1:
        whole = whole or network().hear(features(told.text, told))
        return Around(parts, whole.risks[None])
    spans = meant_in(told)
    heard = [network().hear(features(*part_of(told, spans, part))) for part in parts]
    return Around(parts, np.array([one.risks for one in heard]))


def part_of(told: Reading, spans: Sequence[Meant], part: Stretch) -> tuple[str, Reading]:
    """The words of a stretch, and what of the reading lies within it; `spans` are all places where
    something is meant, in their order."""
    first, end = part
    tokens = told.tokens[first:end]
    hits: dict[str, list[tuple[int, int]]] = {}
    for start, last, meaning in spans[bisect_left(spans, (first,)) : bisect_left(spans, (end,))]:
        if last < end:
            hits.setdefault(meaning, []).append((start, last))
    text = told.text[tokens[0].start : tokens[-1].end]
    return text, Reading(text, told.words[first:end], told.sentences[first:end], hits)

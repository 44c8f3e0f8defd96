# SPDX-License-Identifier: AGPL-3.0-or-later
"""The slow second opinion is left out only where it could change nothing."""

from __future__ import annotations

from collections import Counter
from importlib import import_module

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amana.kernel.language.latin import CLASSES, model, tokens_of
from benchmarks.triage_text import held_out

identifying = import_module("amana.kernel.language.identify")
PARTS = st.lists(st.floats(0.001, 1), min_size=len(CLASSES), max_size=len(CLASSES))
OPINIONS = [(e / 20, f / 20) for e in range(21) for f in range(21 - e)]


def decided(shares: dict[str, float], english: float, french: float) -> str:
    code, _score = identifying._decided(identifying._weighed(shares, english, french))
    return str(code)


@settings(max_examples=300, deadline=None)
@given(PARTS, st.integers(0, len(CLASSES) - 1), st.floats(1, 60))
def test_what_is_settled_no_opinion_changes(parts: list[float], at: int, much: float) -> None:
    parts[at] *= much
    shares = {code: part / sum(parts) for code, part in zip(CLASSES, parts, strict=True)}
    assume(identifying._is_settled(shares))
    code, _score = identifying._decided(shares)
    assert {decided(shares, *opinion) for opinion in OPINIONS} == {code}


@pytest.mark.parametrize("code", CLASSES)
def test_an_even_doubt_is_not_settled(code: str) -> None:
    shares = {each: 0.5 if each == code else 0.125 for each in CLASSES}
    assert not identifying._is_settled(shares)


def test_of_real_texts_some_are_settled_and_some_are_not() -> None:
    told: Counter[bool] = Counter()
    for _, text in held_out()["ary-Latn"] + held_out()["en"]:
        shares = model().probabilities(tokens_of(text))
        if max(shares.values()) < identifying._SURE:
            told[identifying._is_settled(shares)] += 1
    assert told[True] >= 10
    assert told[False] >= 10


def test_an_opinion_moves_what_is_in_doubt() -> None:
    shares = dict.fromkeys(CLASSES, 0.0) | {"en": 0.4, "ur-Latn": 0.4, "other": 0.2}
    assert decided(shares, 1.0, 0.0) == "en"
    assert decided(shares, 0.0, 0.0) == "ur-Latn"
    told = identifying._weighed(shares, 0.3, 0.1)
    assert np.isclose(sum(told.values()), 1)

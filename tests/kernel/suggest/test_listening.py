# SPDX-License-Identifier: AGPL-3.0-or-later
"""All readers over one text: the mean of two for kinds, rules and two for risks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest import RISKS, listen, risks_in, starter
from amana.kernel.suggest.features import features, with_meanings
from amana.kernel.suggest.listening import MOST
from amana.kernel.suggest.network import network
from amana.kernel.suggest.reading import read
from amana.kernel.suggest.risks import weighed, with_rules
from amana.kernel.suggest.training import Example, train

TEXTS = [
    "Il me menace de publier mes photos si je ne paie pas avant vendredi.",
    "the parcel never came and the shop is gone",
    "قال لي انه سيقتلني اذا تكلمت",
    "bechan liya lcompte dyali o ma b9itch n9der ndkhol",
]


@pytest.mark.parametrize("text", TEXTS)
def test_risks_are_the_same_by_either_door(text: str) -> None:
    assert listen(text).signs == risks_in(text)


@pytest.mark.parametrize("text", TEXTS)
def test_the_score_of_a_kind_is_the_mean_of_both_readers(text: str) -> None:
    reading = read(text)
    seen = features(text, reading)
    told = features(text, with_rules(reading, weighed(reading)[0]))
    one, other = starter().model.scores(seen), network().hear(told).shares
    both = np.sqrt(one * other)
    both /= both.sum()
    wanted = {code: float(share) for code, share in zip(network().codes, both, strict=True)}
    kinds = listen(text).kinds
    assert len(kinds) == MOST
    assert [kind.score for kind in kinds] == pytest.approx(
        sorted(wanted.values(), reverse=True)[:MOST], abs=1e-3
    )
    assert all(kind.score == pytest.approx(wanted[kind.code], abs=1e-3) for kind in kinds)


def test_another_model_suggests_kinds_of_its_own() -> None:
    """A code that the network does not know keeps what the model says of it."""
    texts = [("zebra stripes", "ZZ"), ("zebra crossing", "ZZ"), ("parcel shop", "F1")] * 3
    model = train([Example(text, code) for text, code in texts], rounds=8)
    assert {kind.code for kind in listen("the zebra has stripes", model).kinds} == {"ZZ", "F1"}
    assert listen("the zebra has stripes", model).kinds[0].code == "ZZ"


def test_nothing_written_says_nothing() -> None:
    said = listen("?! ")
    assert said.signs == []
    assert len({kind.score for kind in said.kinds}) == 1


@pytest.mark.parametrize("text", TEXTS)
def test_other_meanings_leave_the_words_as_they_are(text: str) -> None:
    reading = read(text)
    told = with_rules(reading, weighed(reading)[0])
    swapped, fresh = with_meanings(features(text, reading), told), features(text, told)
    assert swapped.words == fresh.words
    assert np.array_equal(swapped.buckets, fresh.buckets)
    assert swapped.weights == pytest.approx(fresh.weights)


@given(st.text(max_size=300))
@settings(max_examples=80, deadline=None)
def test_any_text_is_listened_to(text: str) -> None:
    said = listen(text)
    assert 0 < len(said.kinds) <= MOST
    assert all(0 <= kind.score <= 1 for kind in said.kinds)
    assert all(0 <= sign.start < sign.end <= len(text) for sign in said.signs)
    assert [RISKS.index(sign.risk) for sign in said.signs] == sorted(
        RISKS.index(sign.risk) for sign in said.signs
    )

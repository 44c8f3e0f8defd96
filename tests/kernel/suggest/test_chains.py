# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a rule is read: near, after, before, excused, and never across the end of a sentence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.suggest import read, signs
from amana.kernel.suggest.features import BUCKETS, MOST_WORDS, features
from amana.kernel.suggest.grammar import GrammarError, draw, expand
from amana.kernel.suggest.lexicon import FORMS, firsts, inner_keys
from amana.kernel.suggest.reading import Reading
from amana.kernel.suggest.risks import MOST_SPOKEN, Link, Span, _linked, rules, weighed


def linked(here: Span, there: Span, link: Link, *sentences: int) -> bool:
    """Whether the meaning of `link` at `there` hangs on `here`; `sentences` count their tokens."""
    numbers = [at for at, count in enumerate(sentences) for _ in range(count)]
    words = ["a"] * len(numbers)
    told = Reading(" ".join(words), words, numbers, {link.meaning: [there]})
    return there in _linked(here, link, told)


@pytest.mark.parametrize(
    ("side", "reach", "here", "there", "hangs"),
    [
        ("~", 2, (3, 3), (5, 5), True),
        ("~", 2, (3, 3), (1, 1), True),
        ("~", 2, (3, 3), (6, 6), False),
        (">", 2, (3, 3), (5, 5), True),
        (">", 2, (3, 3), (2, 2), False),
        ("<", 2, (3, 3), (2, 2), True),
        ("<", 2, (3, 3), (4, 4), False),
        ("~", 1, (3, 5), (4, 4), True),
        (">", 1, (3, 5), (4, 4), False),
        ("<", 1, (3, 5), (3, 3), False),
        (">", 1, (3, 5), (6, 7), True),
        ("<", 1, (3, 5), (1, 2), True),
    ],
)
def test_what_is_near_after_and_before(
    side: str, reach: int, here: Span, there: Span, hangs: bool
) -> None:
    assert linked(here, there, Link(side, reach, "x"), 9) is hangs


@pytest.mark.parametrize("side", ["~", ">"])
def test_no_chain_reaches_into_the_next_sentence(side: str) -> None:
    assert linked((1, 1), (2, 2), Link(side, 9, "x"), 3)
    assert not linked((1, 1), (2, 2), Link(side, 9, "x"), 2, 1)


def test_every_rule_speaks_of_meanings_that_stand_in_some_lexicon() -> None:
    known = {
        meaning for form in FORMS for first in firsts(form).values() for meaning, _ in first.entries
    } | {"minor_number", "adult_number", "number"}
    used = {
        meaning
        for rule in rules()
        for meaning in (rule.first, *(link.meaning for link in (*rule.then, *rule.unless)))
    }
    assert used <= known


def test_what_excuses_is_told_with_its_place() -> None:
    text = "the film was about suicide"
    found, silent = weighed(read(text))
    assert found == []
    assert "self_harm" in {risk for risk, _ in silent}
    assert all(0 <= first <= last < len(read(text).tokens) for _, (first, last) in silent)


def test_one_sentence_that_is_excused_excuses_no_other() -> None:
    text = "the film was about suicide. I want to die"
    assert "self_harm" in {sign.risk for sign in signs(read(text))}


@given(st.text(max_size=200))
def test_signs_are_those_that_were_weighed(text: str) -> None:
    told = read(text)
    found = weighed(told)[0]
    assert [sign.rule for sign in signs(told)] == [rule.name for rule, _ in found]
    assert all(1 <= len(spans) <= MOST_SPOKEN for _, spans in found)


def test_a_rule_tells_every_place_where_it_speaks_up_to_a_number() -> None:
    said = [
        len(spans)
        for rule, spans in weighed(read("I want to die. " * 20))[0]
        if rule.name == "want ~3 die"
    ]
    assert said == [MOST_SPOKEN]


def test_a_rule_says_whether_it_is_sure() -> None:
    sure = {rule.name: rule.sure for rule in rules()}
    assert sure["want ~3 die"]
    assert not sure["school_word"]


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ("kill", ["kill"]),
        ("kill(s|ed|)", ["kills", "killed", "kill"]),
        ("(a|b) (c|d)", ["a c", "b c", "a d", "b d"]),
        ("a(b(c|)|d)", ["abc", "ab", "ad"]),
        ("(|)", [""]),
    ],
)
def test_a_line_stands_for_its_texts(written: str, texts: list[str]) -> None:
    assert sorted(expand(written)) == sorted(texts)


@pytest.mark.parametrize("written", ["(a", "a)", "a|b", "((a)", "(a|b))"])
def test_brackets_must_match(written: str) -> None:
    with pytest.raises(GrammarError):
        expand(written)


@given(st.integers(min_value=0, max_value=2**32))
def test_what_is_drawn_is_one_of_all(seed: int) -> None:
    from random import Random

    line = "k(e|i)ll(s|ing|) (me|h(er|im)|)"
    assert draw(line, Random(seed), {}) in expand(line)


@pytest.mark.parametrize("form", FORMS)
def test_every_key_inside_a_phrase_is_known_as_such(form: str) -> None:
    inner = inner_keys(form)
    for first in firsts(form).values():
        for _, places in first.entries:
            assert all(key in inner for place in places for word in place.choices for key in word)


@given(st.text(max_size=300))
def test_features_lie_in_their_buckets_and_have_a_length(text: str) -> None:
    found = features(text)
    assert np.all((found.buckets >= 0) & (found.buckets < BUCKETS))
    assert found.buckets.shape == found.weights.shape
    assert np.all(np.isfinite(found.weights))
    assert len(found.words) <= MOST_WORDS
    assert float(np.sqrt(np.square(found.weights).sum())) <= 1.01


@given(st.text(alphabet="abc dé ابت ", max_size=80))
def test_features_are_the_same_each_time(text: str) -> None:
    one, other = features(text), features(text)
    assert np.array_equal(one.buckets, other.buckets)
    assert np.array_equal(one.weights, other.weights)


@pytest.mark.parametrize(
    ("one", "other"), [("KILLED me", "killed me"), ("مُحَمَّد", "محمد"), ("room 250", "room 901")]
)
def test_how_it_is_typed_changes_no_feature(one: str, other: str) -> None:
    assert np.array_equal(features(one).buckets, features(other).buckets)


def test_a_childs_age_is_no_other_number() -> None:
    child, grown = features("aged 12"), features("aged 34")
    assert not np.array_equal(child.buckets, grown.buckets)

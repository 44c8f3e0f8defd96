# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading finds what a lexicon says, neither more nor less: against the plainest way to read it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.suggest import risks_in
from amana.kernel.suggest.affixes import MORPHOLOGY
from amana.kernel.suggest.features import features
from amana.kernel.suggest.lexicon import FORMS, Entry, Place, firsts, inner_keys
from amana.kernel.suggest.reading import _STOP, _TOKEN, MOST_TOKENS, Reading, _known, read
from benchmarks.filing import body

LATIN = ("en", "fr", "ary-Latn", "ur-Latn")
ARABIC = ("ar", "ur")
WORDS = [
    *("end", "my", "life", "he", "will", "kill", "me", "if", "i", "want", "to", "die", "don't"),
    *("live", "anymore", "tonight", "ghadi", "n9tlek", "ila", "je", "vais", "te", "tuer", "jan"),
    *("se", "maar", "dunga", "يقتلني", "سأقتلك", "غدا", "انشر", "صورك", "خلال", "24", "ساعة", "13"),
    *("put", "a", "bullet", "in", "head", "own", "zzz", "قبل", "يوم", "الخميس", "self", "harm"),
    *("born", "2014", "2012", "7777", "0612", "612345678"),
]


def plainly(text: str) -> dict[str, set[tuple[int, int]]]:
    """Each entry tried at each word; words here are letters and digits with spaces between."""
    keys = [_keys(word) for word in text.split()]
    hits: dict[str, set[tuple[int, int]]] = {}
    for at, forms in enumerate(keys):
        for form, own in forms.items():
            for key in own:
                first = firsts(form).get(key)
                for meaning, places in first.entries if first else ():
                    end = next(_ends(places, form, keys, at + 1), None)
                    if end is not None:
                        hits.setdefault(meaning, set()).add((at, end - 1))
    return hits


def _keys(word: str) -> Mapping[str, tuple[str, ...]]:
    if word.isdigit():
        return dict.fromkeys(FORMS, (word,))
    return {f: MORPHOLOGY[f](word) for f in (ARABIC if word[0] >= "\u0600" else LATIN)}


def _ends(
    places: tuple[Place, ...], form: str, keys: list[Mapping[str, tuple[str, ...]]], at: int
) -> Iterator[int]:
    if not places:
        yield at
        return
    for choice in places[0].choices:
        there = keys[at : at + len(choice)]
        if len(there) == len(choice) and all(
            word in own.get(form, ()) for word, own in zip(choice, there, strict=True)
        ):
            yield from _ends(places[1:], form, keys, at + len(choice))


def found(reading: Reading) -> dict[str, set[tuple[int, int]]]:
    numbers = {"minor_number", "adult_number", "number"}
    return {name: set(spans) for name, spans in reading.hits.items() if name not in numbers}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_reads_what_the_plainest_way_reads(said: list[str]) -> None:
    text = " ".join(said)
    assert found(read(text)) == plainly(text)


PIECES = [*WORDS, ".", "...", "?!", "\n", "۔", "؟", "a.b", "3.5", " ", " ", "can't", "12a", "'ll"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_a_text_read_by_sentences_has_the_tokens_of_the_whole(said: list[str]) -> None:
    text = "".join(said)
    reading = read(text)
    stops = [stop.start() for stop in _STOP.finditer(text)]
    whole = [token.span() for token in _TOKEN.finditer(text)]
    assert [tuple(token) for token in reading.tokens] == whole
    assert reading.sentences == [sum(stop <= start for stop in stops) for start, _end in whole]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_where_a_meaning_stands_is_told_from_the_front(said: list[str]) -> None:
    """The search for a rule ends at the first that is too far behind."""
    for spans in read(" ".join(said)).hits.values():
        firsts_of = [first for first, _last in spans]
        assert firsts_of == sorted(firsts_of)


@pytest.mark.parametrize("form", FORMS)
def test_each_phrase_of_a_lexicon_is_met_where_it_stands(form: str) -> None:
    """The index by the second word loses no entry: whatever it leaves out cannot go on."""
    for first in firsts(form).values():
        for entry in first.entries:
            assert (entry in first.alone) == _may_end(entry)
        for second, entries in first.after.items():
            assert {e for e in first.entries if _goes_on(e, second) or _may_end(e)} == {*entries}


def _may_end(entry: Entry) -> bool:
    return all(() in place.choices for place in entry[1])


def _goes_on(entry: Entry, second: str) -> bool:
    for place in entry[1]:
        if any(word and word[0] == second for word in place.choices):
            return True
        if () not in place.choices:
            return False
    return False


def test_the_keys_inside_phrases_are_those_of_its_places() -> None:
    assert {"my", "life"} <= inner_keys("en")
    assert "zzz" not in inner_keys("en")


def test_a_figure_reads_every_lexicon() -> None:
    """The node warms up with one, so that nobody waits for it when she files."""
    firsts.cache_clear()
    _known.cache_clear()
    risks_in("24")
    assert firsts.cache_info().currsize == len(FORMS)


def test_a_very_long_text_is_read_to_its_limit() -> None:
    reading = read("kill me now. " * MOST_TOKENS)
    assert len(reading.tokens) == len(reading.sentences) == MOST_TOKENS
    assert max(last for spans in reading.hits.values() for _first, last in spans) < MOST_TOKENS
    one_sentence = read("kill me now " * MOST_TOKENS)
    assert len(one_sentence.tokens) == MOST_TOKENS


def test_to_read_a_report_costs_a_few_times_what_its_words_cost() -> None:
    """Every report is read while its sender waits. Beside what its features take in the same run,
    the best of many: about twelve times is usual, trying every phrase took more than a hundred."""
    said = json.loads(body(7))["narrative"]
    reading = read(said)
    risks_in(said)
    words = min(_spent(lambda: features(said, reading)) for _ in range(40))
    assert min(_spent(lambda: risks_in(said)) for _ in range(40)) < 40 * words


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def test_no_sign_of_any_script_breaks_the_reading() -> None:
    """A word of nothing but a stretched line is empty once it is folded; some digits of the world
    are no decimals. At filing either would keep a report out."""
    blocks = (range(0x600, 0x700), range(0x750, 0x780), range(0x8A0, 0x900), range(0xFB50, 0xFF00))
    signs = {chr(code) for block in blocks for code in block}
    signs |= {chr(code) for code in range(0x110000) if chr(code).isdigit()}
    for repeated in (1, 3):
        text = [sign * repeated for sign in sorted(signs)]
        for start in range(0, len(text), 1000):
            assert read(" ".join(text[start : start + 1000])).tokens

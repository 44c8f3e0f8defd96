# SPDX-License-Identifier: AGPL-3.0-or-later
"""One entry for the many forms of a word: stems, verbs with objects, consonants, spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.suggest.affixes import (
    MORPHOLOGY,
    consonants,
    entry_key,
    of_arabic,
    of_arabizi,
    of_plain,
    of_roman_urdu,
    plain,
)
from amana.kernel.suggest.lexicon import FORMS

ARABIC = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئء", max_size=16)


@pytest.mark.parametrize(
    ("token", "key"),
    [
        ("KILLED", "kiled"),
        ("été", "ete"),
        ("noooo", "no"),
        ("don't", "dont"),
        ("i'll", "iwl"),
        ("I’LL", "iwl"),
        ("il", "il"),
        ("hahaha", "haha"),
        ("hhhhh", "haha"),
        ("ههههه", "haha"),
        ("٢٤", "24"),
        ("لاااا", "لا"),
    ],
)
def test_a_token_in_its_plain_form(token: str, key: str) -> None:
    assert plain(token).replace("ا" * 2, "ا") == key


@given(st.text(max_size=30))
def test_a_plain_form_is_settled(token: str) -> None:
    once = plain(token)
    assert plain(once) == once or "'" in token or "ll" in once


@pytest.mark.parametrize(
    "token", ["قتل", "يقتل", "سيقتله", "وقتلني", "بيقتلك", "هيقتلني", "غيقتلني", "القتل", "بالقتل"]
)
def test_a_stem_is_found_under_what_is_written_onto_it(token: str) -> None:
    assert entry_key("ar", "قتل+") in of_arabic(token)


@pytest.mark.parametrize("token", ["يقتلني", "هيقتلك", "غادي"[:0] + "نقتلك", "سيقتلها", "بيقتلنا"])
def test_a_verb_with_somebody_as_its_object(token: str) -> None:
    assert entry_key("ar", "قتل@") in of_arabic(token)


@pytest.mark.parametrize("token", ["القتل", "مقتول", "قتال", "قاتل"])
def test_a_noun_has_no_object(token: str) -> None:
    assert entry_key("ar", "قتل@") not in of_arabic(token)


@given(ARABIC)
def test_a_word_is_always_among_its_own_keys(token: str) -> None:
    assert of_arabic(token)[0] == plain(token)
    assert of_plain(token) == (plain(token),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ghadi", "ghady"[:4] + "i"),
        ("khouya", "5ouya"),
        ("wa7ed", "wahed"),
        ("qtel", "9tel"),
        ("chouf", "shouf"),
        ("sghir", "s8ir"),
        ("bnti", "binti"),
    ],
)
def test_spellings_of_romanised_arabic_share_their_consonants(one: str, other: str) -> None:
    assert consonants(one) == consonants(other)


@pytest.mark.parametrize("token", ["y9tlni", "ghayqtelni", "yqetelni", "i9tolni"[1:]])
def test_a_romanised_stem_is_found_in_its_verbs(token: str) -> None:
    assert entry_key("ary-Latn", "9tl+") in of_arabizi(token)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nahi", "naahi"),
        ("zindagi", "zindaagi"),
        ("khoon", "khun"),
        ("waqt", "vakt"),
        ("phir", "fir"),
        ("achha", "acchha"),
        ("bohat", "bohatt"),
    ],
)
def test_spellings_of_roman_urdu_meet(one: str, other: str) -> None:
    assert set(of_roman_urdu(one)) & set(of_roman_urdu(other))


@pytest.mark.parametrize(
    ("form", "word", "written"),
    [
        ("ary-Latn", "tsawri", "tsawiri"),
        ("ary-Latn", "kaysift", "kaysifet"),
        ("ur-Latn", "tasveer", "tasvir"),
        ("ur-Latn", "zabardasti", "zbrdsti"),
        ("ur-Latn", "warghala", "werghla"),
    ],
)
def test_in_a_phrase_vowels_are_free(form: str, word: str, written: str) -> None:
    assert entry_key(form, word, in_phrase=True) in MORPHOLOGY[form](written)


@pytest.mark.parametrize(
    ("form", "word", "other"), [("ary-Latn", "kaysift", "kaysifet"), ("ur-Latn", "mera", "mara")]
)
def test_alone_a_word_is_itself(form: str, word: str, other: str) -> None:
    assert entry_key(form, word) not in MORPHOLOGY[form](other)


@pytest.mark.parametrize("form", ["ary-Latn", "ur-Latn"])
def test_a_short_word_stays_itself_in_a_phrase_too(form: str) -> None:
    assert entry_key(form, "mera"[:2] + "a", in_phrase=True) == entry_key(form, "mea")


@pytest.mark.parametrize("form", FORMS)
@given(token=st.text(max_size=24))
def test_any_token_has_keys(form: str, token: str) -> None:
    keys = MORPHOLOGY[form](token)
    assert keys
    assert all(isinstance(key, str) for key in keys)
    assert len(keys) < 400


@pytest.mark.parametrize("form", FORMS)
@given(word=st.text(alphabet="abdeghiklmnorstuwyz379", min_size=1, max_size=12))
def test_an_entry_finds_the_word_it_was_written_with(form: str, word: str) -> None:
    assert entry_key(form, word) in MORPHOLOGY[form](word)
    assert entry_key(form, word, in_phrase=True) in MORPHOLOGY[form](word)

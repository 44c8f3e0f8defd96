# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts in several languages, and which one the reader gets."""

from __future__ import annotations

import pickle

import pytest
from pydantic import BaseModel, ValidationError

from amana.packs import Words

FOUR = {"en": "Money", "fr": "De l'argent", "ar": "المال", "ur": "پیسے"}


class Note(BaseModel):
    text: Words


@pytest.mark.parametrize("lang", FOUR)
def test_the_reader_gets_the_text_in_the_language_asked_for(lang: str) -> None:
    assert Words(FOUR).in_(lang) == FOUR[lang]


@pytest.mark.parametrize("tag", ["ar-JO", "ar_MA", "AR-jo", "ar-Arab-SY"])
def test_a_regional_form_means_its_language(tag: str) -> None:
    assert Words(FOUR).in_(tag) == FOUR["ar"]


def test_another_language_falls_back_to_that_of_the_pack_and_then_to_english() -> None:
    assert Words(FOUR, default="ar").in_("de") == FOUR["ar"]
    assert Words(FOUR, default="es").in_("de") == FOUR["en"]
    assert Words({"fr": "Oui"}).in_("de") == "Oui"
    assert Words({}).in_("de") == ""


def test_a_further_language_is_kept() -> None:
    assert Note.model_validate({"text": {**FOUR, "es": "Dinero"}}).text.in_("es") == "Dinero"


@pytest.mark.parametrize("missing", FOUR)
def test_a_missing_language_is_refused_and_named(missing: str) -> None:
    texts = {lang: text for lang, text in FOUR.items() if lang != missing}
    with pytest.raises(ValidationError, match=f"has no text in {missing}"):
        Note.model_validate({"text": texts})


@pytest.mark.parametrize(
    "value", ["Money", 3, None, ["Money"], {**FOUR, "fr": 7}, {**FOUR, "ar": ""}]
)
def test_what_is_not_a_text_in_four_languages_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Note.model_validate({"text": value})


def test_words_are_values() -> None:
    words = Words(FOUR)
    assert words == Words(dict(reversed(FOUR.items())))
    assert hash(words) == hash(Words(FOUR))
    assert words != Words({**FOUR, "en": "Cash"})
    assert pickle.loads(pickle.dumps(words)) == words
    assert dict(words) == FOUR
    assert len(words) == 4
    assert str(Words(FOUR, default="fr")) == "De l'argent"
    assert "المال" in repr(words)


def test_words_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        Words(FOUR)["en"] = "Cash"  # type: ignore[index]


def test_words_go_back_into_plain_data() -> None:
    note = Note.model_validate({"text": FOUR})
    assert note.model_dump() == {"text": FOUR}
    assert Note.model_validate(note.model_dump()) == note

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Arabic, French and Urdu are equals of English: no text is missing, no place in one is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[2] / "src" / "amana"
LANGUAGES = ("ar", "fr", "ur")
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}|</?\w+[^>]*>")
TEMPLATE_TEXT = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")


def catalogue(language: str) -> Catalog:
    with (SOURCE / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def entries(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(part) for part in value]  # type: ignore[attr-defined]


def keeps_places(english: list[str], text: str) -> bool:
    """A translation has no place of its own; only a plural form may leave one out."""
    wanted = {place for one in english for place in PLACES.findall(one)}
    there = set(PLACES.findall(text))
    return there == wanted or (len(english) > 1 and there < wanted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_or_guessed(language: str) -> None:
    missing = [m.id for m in entries(language) if m.fuzzy or not all(texts(m.string))]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_of_the_english_text_is_kept(language: str) -> None:
    lost = [
        (message.id, text)
        for message in entries(language)
        for text in texts(message.string)
        if not keeps_places(texts(message.id), text)
    ]
    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_a_template_is_in_the_catalogue(language: str) -> None:
    known = {text for message in entries(language) for text in texts(message.id)}
    asked = {
        first or second
        for template in SOURCE.rglob("*.html")
        for first, second in TEMPLATE_TEXT.findall(template.read_text("utf-8"))
    }
    assert asked - known == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_never_reads_the_word_crime(language: str) -> None:
    words = {"ar": ("جريمة", "جرائم"), "fr": ("crime", "criminel"), "ur": ("جرم ", "جرائم")}
    found = [
        message.id
        for message in entries(language)
        if all(str(place).startswith("portal/") for place, _ in message.locations)
        and any(word in text for text in texts(message.string) for word in words[language])
    ]
    assert found == []

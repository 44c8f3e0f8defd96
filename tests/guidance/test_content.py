# SPDX-License-Identifier: AGPL-3.0-or-later
"""The advice: four equal languages, the order that protects, no word that gives a visit away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from amana.guidance import selectors
from amana.guidance.content import Page, Review, all_pages
from amana.guidance.selectors import NoSuchPageError, awaiting_review, published, reading, shelves
from amana.packs.words import LANGUAGES, Words

SCRIPT = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "ur": re.compile(r"[\u0600-\u06ff]"),
    "fr": re.compile(r"[A-Za-zÀ-ÿ]"),
    "en": re.compile(r"[A-Za-z]"),
}
BRANDS = {"StopNCII", "Take It Down", "WhatsApp", "Instagram", "TikTok", "Snapchat", "Telegram"}
FORBIDDEN_IN_TITLES = re.compile(
    r"crime|criminal|police|sext|chantage|blackmail|جريم|جرائم|جرم|ابتزاز|شرطة|پولیس|بلیک میل",
    re.IGNORECASE,
)
BLAME = re.compile(
    r"child pornography|false report|you should have|why did you let|victim number|"
    r"تسبّبت|غلطتك|fausse déclaration",
    re.IGNORECASE,
)
MASCULINE_ONLY = re.compile(r"(?<![\u0600-\u06ff])(أنتَ|عليكَ|كنتَ)")
REQUIRED = {
    "before-you-start",
    "private-visit",
    "device",
    "first-steps",
    "keep",
    "contact",
    "someone-else",
    "next",
    "expect",
    "rights",
    "lost-code",
}


def texts(page: Page) -> Iterator[Words]:
    yield page.title
    yield page.lead
    for block in page.blocks:
        yield from (words for words in (block.title, block.text) if words)
        yield from (link.words for link in block.links if link.words)
        for item in block.items:
            yield item.text
            yield from (words for words in (item.title,) if words)
            yield from (link.words for link in item.links if link.words)


def test_the_pages_that_people_need_are_there() -> None:
    assert {page.slug for page in published()} >= REQUIRED


def test_every_text_stands_in_its_own_script_in_every_language() -> None:
    for page in all_pages():
        for words in texts(page):
            assert set(words) == set(LANGUAGES), (page.slug, words["en"])
            if words["en"] in BRANDS or words["en"].startswith("X "):
                continue
            for language in LANGUAGES:
                assert SCRIPT[language].search(words[language]), (page.slug, words["en"])


def test_no_language_was_left_in_english() -> None:
    for page in all_pages():
        for words in texts(page):
            if words["en"] not in BRANDS:
                assert words["ar"] != words["en"]
                assert words["ur"] != words["en"]
                assert words["ur"] != words["ar"], words["en"]


def test_translations_say_about_as_much_as_the_original() -> None:
    for page in all_pages():
        for words in texts(page):
            for language in LANGUAGES:
                ratio = (len(words[language]) + 15) / (len(words["en"]) + 15)
                assert 0.45 < ratio < 1.9, (page.slug, language, words["en"])


def test_u04_titles_and_addresses_give_nothing_away() -> None:
    for page in published():
        assert not FORBIDDEN_IN_TITLES.search(page.slug)
        for language in LANGUAGES:
            assert not FORBIDDEN_IN_TITLES.search(page.title[language]), page.title[language]


def test_nobody_is_blamed() -> None:
    for page in published():
        for words in texts(page):
            for language in LANGUAGES:
                assert not BLAME.search(words[language])
                assert not MASCULINE_ONLY.search(words[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_m165_save_then_mute_then_block(language: str) -> None:
    steps = [item for block in reading("first-steps", language).blocks for item in block.items]
    order = [step.id for step in steps]
    assert order.index("save") < order.index("mute") < order.index("block")
    assert all(step.title and step.text for step in steps)


def test_first_aid_keeps_the_order_of_the_field() -> None:
    order = [item.id for item in reading("first-steps", "en").blocks[0].items]
    assert order == [
        "not-your-fault",
        "do-not-pay",
        "stop-replying",
        "save",
        "mute",
        "block",
        "secure",
        "stop-spread",
        "report",
        "tell-someone",
        "if-published",
        "recovery-scams",
    ]


def test_u02_the_page_before_the_first_question_leads_to_the_safety_page() -> None:
    page = reading("before-you-start", "en")
    links = [link.slug for block in page.blocks for link in block.links]
    assert links == ["private-visit", "device"]
    told = " ".join(item.text for block in page.blocks for item in block.items)
    assert "does not erase the history" in told
    assert "To come back" in told


def test_u03_the_safety_page_says_that_it_is_not_complete() -> None:
    text = " ".join(block.title + block.text for block in reading("private-visit", "en").blocks)
    assert "not a complete protection" in text
    assert "watching program" in text


def test_pictures_of_a_child_are_never_to_be_saved() -> None:
    first = reading("keep", "en").blocks[0]
    assert first.kind == "danger"
    assert "do not save it" in first.text


def test_m055_what_nobody_has_reviewed_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    page = all_pages()[0]
    review = page.review.model_copy(update={"technique": "unreviewed"})
    secret = page.model_copy(update={"slug": "how-we-trace", "review": review})
    monkeypatch.setattr(selectors, "all_pages", lambda: (page, secret))
    assert [shown.slug for shown in published()] == [page.slug]
    assert all(p.slug != "how-we-trace" for shelf in shelves("en") for p in shelf.pages)
    with pytest.raises(NoSuchPageError):
        reading("how-we-trace", "en")


def test_every_page_names_its_review_and_the_unfinished_ones_are_listed() -> None:
    assert all(page.review.technique != "unreviewed" for page in all_pages())
    waiting = {page.slug for page in awaiting_review()}
    for page in published():
        assert (page.slug in waiting) is not page.review.complete


def test_a_review_is_complete_only_with_facts_and_native_readers() -> None:
    native = dict.fromkeys(LANGUAGES, True)
    done = Review(technique="none", facts="checked", native=native)
    assert done.complete
    assert not done.model_copy(update={"facts": "to_check"}).complete
    assert not done.model_copy(update={"native": native | {"ur": False}}).complete


def test_an_address_with_capitals_or_dots_is_refused() -> None:
    page = all_pages()[0].model_dump()
    for slug in ("Help", "a b", "../x", "x.html", ""):
        with pytest.raises(ValidationError):
            Page.model_validate(page | {"slug": slug})


@pytest.mark.parametrize("language", [*LANGUAGES, "de", "ar-JO", ""])
def test_every_page_can_be_read_in_any_language_and_its_links_lead_somewhere(language: str) -> None:
    slugs = {page.slug for page in published()}
    for page in published():
        shown = reading(page.slug, language)
        assert shown.title
        assert {pointer.slug for pointer in shown.next} <= slugs
        for block in shown.blocks:
            for link in [*block.links, *(link for item in block.items for link in item.links)]:
                assert link.words
                assert bool(link.url) != bool(link.slug)


def test_slugs_are_unique_and_shelves_hold_each_page_once() -> None:
    slugs = [page.slug for page in all_pages()]
    assert len(slugs) == len(set(slugs))
    on_shelves = [pointer.slug for shelf in shelves("ar") for pointer in shelf.pages]
    assert sorted(on_shelves) == sorted(page.slug for page in published())
    assert shelves("en")[0].group == "now"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The advice that may be shown, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amana.guidance.content import GROUPS, Block, Group, Item, Link, Page, all_pages
from amana.packs.words import Words


class NoSuchPageError(LookupError):
    """There is no published page with this slug."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link in one language. `slug` for a page of ours, `url` for another site."""

    words: str
    slug: str = ""
    url: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class ReadItem:
    text: str
    title: str = ""
    id: str = ""
    links: Sequence[Pointer] = ()


@dataclass(frozen=True, slots=True)
class ReadBlock:
    kind: str
    title: str
    text: str
    items: Sequence[ReadItem]
    links: Sequence[Pointer]


@dataclass(frozen=True, slots=True)
class Reading:
    """A page in one language."""

    slug: str
    title: str
    lead: str
    picture: str
    blocks: Sequence[ReadBlock]
    next: Sequence[Pointer]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The pages of one group, for the list of all advice."""

    group: Group
    pages: Sequence[Pointer]


def published() -> tuple[Page, ...]:
    """Pages that may be shown: nothing on technique that nobody has reviewed (M-055)."""
    return tuple(page for page in all_pages() if page.review.publishable)


def awaiting_review() -> tuple[Page, ...]:
    """Published pages whose facts or languages nobody has confirmed yet; doctor names them."""
    return tuple(page for page in published() if not page.review.complete)


def shelves(language: str) -> tuple[Shelf, ...]:
    """All published pages in their groups, the most pressing first."""
    return tuple(
        Shelf(group, tuple(_to_page(p, language) for p in published() if p.group == group))
        for group in GROUPS
    )


def reading(slug: str, language: str) -> Reading:
    """The page in `language`. Raises `NoSuchPageError`."""
    page = _page(slug)
    return Reading(
        slug=page.slug,
        title=page.title.in_(language),
        lead=page.lead.in_(language),
        picture=page.picture,
        blocks=tuple(_block(block, language) for block in page.blocks),
        next=tuple(_to_page(_page(slug), language) for slug in page.next),
    )


def _page(slug: str) -> Page:
    for page in published():
        if page.slug == slug:
            return page
    raise NoSuchPageError(slug)


def _to_page(page: Page, language: str) -> Pointer:
    return Pointer(words=page.title.in_(language), slug=page.slug, lead=page.lead.in_(language))


def _block(block: Block, language: str) -> ReadBlock:
    return ReadBlock(
        kind=block.kind,
        title=_say(block.title, language),
        text=_say(block.text, language),
        items=tuple(_item(item, language) for item in block.items),
        links=_links(block.links, language),
    )


def _item(item: Item, language: str) -> ReadItem:
    return ReadItem(
        text=item.text.in_(language),
        title=_say(item.title, language),
        id=item.id,
        links=_links(item.links, language),
    )


def _links(links: Sequence[Link], language: str) -> tuple[Pointer, ...]:
    return tuple(_link(link, language) for link in links)


def _link(link: Link, language: str) -> Pointer:
    if link.to.startswith("https://"):
        return Pointer(words=_say(link.words, language) or link.to, url=link.to)
    target = _to_page(_page(link.to), language)
    words = _say(link.words, language) or target.words
    return Pointer(words=words, slug=target.slug)


def _say(words: Words | None, language: str) -> str:
    return words.in_(language) if words is not None else ""

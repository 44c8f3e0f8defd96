# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public advice as typed data: one YAML file a page, each text in four languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from amana.packs.base import Frozen
from amana.packs.loader import parse, read_yaml
from amana.packs.words import LANGUAGES, Words

FOLDER: Final = Path(__file__).with_name("data")

PageSlug = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
Group = Literal["now", "safety", "after", "about"]
GROUPS: Final[tuple[Group, ...]] = ("now", "safety", "after", "about")
BlockKind = Literal["text", "list", "steps", "fold", "calm", "warn", "danger", "numbers"]


class Review(Frozen):
    """Who has looked. `technique`: does it tell how an investigation works (M-055)? `facts`: does
    it say anything about the world outside this system? `native`: read by a native reader?"""

    technique: Literal["none", "reviewed", "unreviewed"]
    facts: Literal["none", "checked", "to_check"]
    native: dict[str, bool]

    @property
    def publishable(self) -> bool:
        return self.technique != "unreviewed"

    @property
    def complete(self) -> bool:
        """Facts checked at their source and every language read by a native reader."""
        native = all(self.native.get(language, False) for language in LANGUAGES)
        return native and self.facts != "to_check" and self.publishable


class Link(Frozen):
    """To a page of advice by its slug, or to another site with its own words."""

    to: Annotated[str, Field(pattern=r"^([a-z]+(-[a-z]+)*|https://\S+)$")]
    words: Words | None = None


class Item(Frozen):
    """One line of a list, or one step with a title."""

    id: str = ""
    title: Words | None = None
    text: Words
    links: tuple[Link, ...] = ()


class Block(Frozen):
    """A part of a page."""

    kind: BlockKind
    title: Words | None = None
    text: Words | None = None
    items: tuple[Item, ...] = ()
    links: tuple[Link, ...] = ()


class Page(Frozen):
    """One page. `slug` stands in the address, so it must not give the visit away (U-04)."""

    slug: PageSlug
    group: Group
    picture: Literal["", "steps", "keep", "next", "beside"] = ""
    review: Review
    title: Words
    lead: Words
    blocks: tuple[Block, ...] = Field(min_length=1)
    next: tuple[PageSlug, ...] = ()


@cache
def all_pages() -> tuple[Page, ...]:
    """Every page in the order of its file name, read once. Raises `PackError`."""
    return tuple(
        parse(Page, read_yaml(path), name=path.name) for path in sorted(FOLDER.glob("*.yaml"))
    )

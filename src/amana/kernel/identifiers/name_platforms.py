# SPDX-License-Identifier: AGPL-3.0-or-later
"""On which platform an account is that was named without one."""

from __future__ import annotations

from typing import Final

from amana.kernel.identifiers.found import Sheet
from amana.kernel.identifiers.lookalikes import alike, bare
from amana.kernel.identifiers.name_tokens import SENTENCE, Platforms, Token
from amana.kernel.identifiers.name_words import OWN

_KNOWN: Final = 32
"""Accounts that others are held against: a list of thousands is no story."""


def near(tokens: list[Token], place: int, platforms: Platforms) -> str:
    """Return the platform that the same sentence names nearest to a place."""
    for step in range(1, 9):
        for at in (place - step, place + step):
            if at in platforms and platforms[at].name != "whatsapp":
                low, high = sorted((at, place))
                between = tokens[low + 1 : high]
                far = at > place or step > 5
                apart = any(t.text in SENTENCE or (far and t.text in ",،") for t in between)
                if not apart and platforms[at].sure:
                    return platforms[at].name
    return "unknown"


def lookalikes(tokens: list[Token], taken: dict[int, str], sheet: Sheet) -> None:
    """Give a name that is all but one with an account of the text that account's platform."""
    known = {bare(tokens[at].text): name for at, name in taken.items() if name != "unknown"}
    for one in sheet.found:
        platform, _, name = one.value.partition(":")
        if one.type == "handle" and platform != "unknown":
            known.setdefault(name, platform)
    known = {name: known[name] for name in list(known)[:_KNOWN] if len(name) > 4}
    if not known:
        return
    for at, token in enumerate(tokens):
        if (token.shaped or token.opens == "name") and taken.get(at, "unknown") == "unknown":
            mine = bare(token.text)
            platform = next((known[name] for name in known if alike(mine, name)), "")
            if platform:
                taken[at] = platform


def by_the_only_one(
    tokens: list[Token], platforms: Platforms, taken: dict[int, str], sheet: Sheet
) -> None:
    """Give the only name without platform the only platform of the text, where that has no name
    yet: "a channel on Telegram …. It is called @…"."""
    homeless = [at for at, platform in taken.items() if platform == "unknown"]
    named = {
        one.name
        for at, one in platforms.items()
        if one.sure and one.name != "whatsapp" and not _is_her_own(tokens, at, one.size)
    }
    housed = {one.value.partition(":")[0] for one in sheet.found if one.type == "handle"}
    one_name = len({tokens[at].word for at in homeless}) == 1
    if one_name and len(named) == 1 and named.isdisjoint(housed | {*taken.values()}):
        taken |= dict.fromkeys(homeless, named.pop())


def _is_her_own(tokens: list[Token], place: int, size: int) -> bool:
    """Whether a platform is named for the writer's own account: "my instagram was hacked"."""
    around = [*tokens[max(place - 2, 0) : place], *tokens[place + size : place + size + 1]]
    return any(token.word in OWN for token in around)

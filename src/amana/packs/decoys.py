# SPDX-License-Identifier: AGPL-3.0-or-later
"""What reports name and what is no offender's: a bank's hotline, the mailbox of a platform."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from amana.packs.base import Fact, Frozen, Slug, Text
from amana.packs.problem import Problem

Phone = Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{2,5})$")]
Email = Annotated[str, Field(pattern=r"^[^@\sA-Z]+@[a-z0-9.-]+\.[a-z]{2,}$")]
Domain = Annotated[str, Field(pattern=r"^([a-z0-9-]+\.)+[a-z]{2,}$")]

ANYBODYS: Final = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.fr",
        "outlook.com",
        "outlook.fr",
        "live.com",
        "live.fr",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "ymail.com",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "aol.com",
        "gmx.com",
        "gmx.net",
        "gmx.fr",
        "mail.com",
        "mail.ru",
        "yandex.com",
        "yandex.ru",
        "orange.fr",
        "laposte.net",
        "free.fr",
        "menara.ma",
        "tutanota.com",
        "tuta.com",
        "zoho.com",
    ]
)
"""Hosts at which anybody may have an address: an offender too."""


class Decoy(Fact):
    """Somebody whom very many reports name and who is nobody's offender."""

    code: Slug
    name: Text
    kind: Literal["bank", "wallet", "operator", "platform", "authority", "other"]
    phones: tuple[Phone, ...] = Field(
        (), description="E.164, or a short number that works inside the country only."
    )
    emails: tuple[Email, ...] = Field((), description="In lower case.")
    urls: tuple[Annotated[str, Field(pattern=r"^https://")], ...] = ()
    mail_domains: tuple[Domain, ...] = Field(
        (), description="Mail domains in which nobody else can have an address."
    )

    def values(self) -> Iterator[tuple[str, str]]:
        """Kind and value of what links nobody."""
        for kind, values in (("phone", self.phones), ("email", self.emails), ("url", self.urls)):
            for value in values:
                yield kind, value


class DecoysFile(Frozen):
    """`decoys.yaml` of a pack, and `platforms.yaml` for all countries."""

    decoys: tuple[Decoy, ...]


def decoy_problems(file: str, decoys: tuple[Decoy, ...]) -> Iterator[Problem]:
    """What would silence an offender, or nobody at all."""
    said: dict[object, str] = {}
    for decoy in decoys:
        if not any((*decoy.values(), *decoy.mail_domains)):
            yield Problem(file, decoy.code, "names nothing that a report could name")
        for domain in decoy.mail_domains:
            if domain in ANYBODYS:
                yield Problem(file, decoy.code, f"anybody may have an address at {domain}")
        for key in (decoy.code, *decoy.values(), *decoy.mail_domains):
            if key in said:
                what = key if isinstance(key, str) else key[1]
                yield Problem(file, decoy.code, f"{what} is given twice")
            said[key] = decoy.code

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moments and codes in the reader's words."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from amana.agencies.selectors import shown

REASONS: Final[dict[str, Promise]] = {
    "specialised": gettext_lazy("because trained people work there on exactly this"),
    "residence": gettext_lazy("because it works where you live"),
    "act": gettext_lazy("because it works where it happened"),
    "other_side": gettext_lazy("because it works where the other side seems to be"),
    "national": gettext_lazy("because it works for the whole country and for people abroad"),
    "legal_review_first": gettext_lazy("because words and opinions are read by a jurist first"),
    "officer": gettext_lazy("because an officer found that it fits best there"),
}
RESIDENCE_OF_ANOTHER: Final = gettext_lazy("because it works where the person lives")

NEXT_STEPS: Final[dict[str, Promise]] = {
    "reading": gettext_lazy("A trained person reads it."),
    "legal_review": gettext_lazy("A jurist reads it and decides which team works on it."),
    "referral": gettext_lazy("It goes to the team that can work on it."),
    "work": gettext_lazy("The team works on it and writes to you here."),
    "none": gettext_lazy("Nothing more is planned. You can still write to us here."),
}


def day(moment: datetime) -> str:
    """A date as 21/12/2026, where the node is. Put it between `bdi dir=ltr`."""
    return f"{moment.astimezone(_zone()):%d/%m/%Y}"


def clock(moment: datetime) -> str:
    """A date with its hour, as 21/12/2026 18:42."""
    return f"{moment.astimezone(_zone()):%d/%m/%Y %H:%M}"


def reason(rule: str, *, by_rule: bool, for_another: bool) -> str:
    """Why a unit was chosen, for the person who told us."""
    if not by_rule:
        return str(REASONS["officer"])
    if rule == "residence" and for_another:
        return str(RESIDENCE_OF_ANOTHER)
    return str(REASONS.get(rule, REASONS["officer"]))


def _zone() -> ZoneInfo:
    pack = shown().pack
    return _named(pack.header.timezone if pack else "UTC")


@lru_cache(maxsize=4)
def _named(name: str) -> ZoneInfo:
    return ZoneInfo(name)

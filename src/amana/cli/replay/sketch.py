# SPDX-License-Identifier: AGPL-3.0-or-later
"""One invented report, as answers to the questionnaire."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

PLATFORMS: Final = {
    "whatsapp": "WhatsApp",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "telegram": "Telegram",
    "snapchat": "Snapchat",
    "tiktok": "TikTok",
}


@dataclass(frozen=True, slots=True)
class Sketch:
    """`answers` by the keys of the questionnaire; `groups` as ticked on the first list."""

    language: str
    groups: tuple[str, ...]
    answers: Mapping[str, Any] = field(repr=False)


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        files(__package__).joinpath("texts.yaml").read_text("utf-8")
    )
    return found


def narrative(rng: random.Random, *, about: str, language: str, platform: str, money: str) -> str:
    """A few invented sentences about a group of the figures."""
    texts = _texts()
    sentences: Sequence[Sequence[str]] = texts[about][language]
    filled = {
        "platform": PLATFORMS.get(platform, platform),
        "amount": f"{rng.randrange(20, 900, 10)} {money}",
        "when": rng.choice(texts["when"][language]),
    }
    return " ".join(rng.choice(options).format(**filled) for options in sentences)


def name(rng: random.Random, language: str) -> str:
    """An invented name."""
    return str(rng.choice(_texts()["names"].get(language) or _texts()["names"]["en"]))


def identifier(rng: random.Random, category: str) -> dict[str, str]:
    """A number, account or address that belongs to nobody: the ranges kept free for examples."""
    mark = f"{rng.randrange(16**5):05x}"
    kinds = [
        {"type": "handle", "value": f"example_{mark}"},
        {"type": "url", "value": f"https://example.org/{category.lower()}/{mark}"},
        {"type": "email", "value": f"no-{mark}@example.com"},
    ]
    return rng.choice(kinds)

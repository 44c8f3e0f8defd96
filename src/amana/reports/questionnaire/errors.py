# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one place that turns an error code into a sentence in four languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .types import LANGUAGES, FieldError
from .yamlfile import read_yaml


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """Return every error message by code and language."""
    found = read_yaml(Path(__file__).with_name("messages.yaml"))
    result: dict[str, dict[str, str]] = {}
    for code, words in found.items():
        if not isinstance(words, dict) or set(words) != set(LANGUAGES):
            raise ValueError(f"messages.yaml: {code} is not written in four languages")
        result[code] = {language: str(text) for language, text in words.items()}
    return result


def error(field: str, code: str, *, limit: int | None = None) -> FieldError:
    """Return the error `code` at `field`; `limit` fills "{limit}" in its message."""
    words = messages()[code]
    number = "" if limit is None else str(limit)
    return FieldError(
        field, code, {lang: text.replace("{limit}", number) for lang, text in words.items()}
    )

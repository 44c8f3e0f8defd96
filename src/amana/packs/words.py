# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts that a pack carries in several languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pydantic_core import PydanticCustomError, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

LANGUAGES: Final = ("ar", "en", "fr", "ur")
"""The languages every public text must have; they are equals."""


class Words(Mapping[str, str]):
    """One text in several languages: language tag to text, immutable and hashable."""

    __slots__ = ("_default", "_texts")

    def __init__(self, texts: Mapping[str, str], *, default: str = "en") -> None:
        self._texts = dict(texts)
        self._default = default

    def in_(self, lang: str) -> str:
        """The text for `lang` (`ar-JO` is `ar`), else in the pack's language, else in English."""
        base = lang.replace("_", "-").partition("-")[0].lower()
        for tag in (lang, base, self._default, "en"):
            if tag in self._texts:
                return self._texts[tag]
        return next(iter(self._texts.values()), "")

    def __getitem__(self, lang: str) -> str:
        return self._texts[lang]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __hash__(self) -> int:
        return hash(frozenset(self._texts.items()))

    def __repr__(self) -> str:
        return f"Words({self._texts!r})"

    def __str__(self) -> str:
        return self.in_(self._default)

    @classmethod
    def _parse(cls, value: object, info: core_schema.ValidationInfo) -> Words:
        if isinstance(value, Words):
            return value
        context = info.context if isinstance(info.context, dict) else {}
        if not isinstance(value, Mapping):
            raise PydanticCustomError("words", "must be a text in each language: en, fr, ar, ur")
        texts = {
            lang: text for lang, text in value.items() if isinstance(text, str) and text.strip()
        }
        missing = [lang for lang in LANGUAGES if lang not in texts]
        missing += [str(lang) for lang in value if lang not in texts and lang not in missing]
        if missing:
            raise PydanticCustomError(
                "words", "has no text in {missing}", {"missing": ", ".join(missing)}
            )
        return cls(texts, default=str(context.get("default_language", "en")))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.with_info_plain_validator_function(
            cls._parse,
            serialization=core_schema.plain_serializer_function_ser_schema(dict),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "object",
            "description": "The same text in every language.",
            "required": sorted(LANGUAGES),
            "additionalProperties": {"type": "string", "pattern": r"\S"},
        }

# SPDX-License-Identifier: AGPL-3.0-or-later
"""`VERSION.yaml` (the questions and their order) and `VERSION.LANG.yaml` (their words)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .conditions import Condition, compile_condition
from .model import KINDS, PARTS, VOICES, Item, Option, Step
from .types import LANGUAGES, Places
from .yamlfile import read_yaml

FOLDER = Path(__file__).parent
_STEP_KEYS = frozenset(
    [
        *("id", "kind", "key", "part", "clear", "deep", "when", "derives", "shows", "purpose"),
        *("options", "options_ticked_in", "items", "limit", "most", "region_of", "past", "partial"),
    ]
)
_WORD_KEYS = frozenset(
    [*(f"{what}{voice}" for what in ("title", "why", "help") for voice in ("", "_child", "_other"))]
) | {"options", "items"}
_LIMITS = {"text": 200, "longtext": 20_000, "lines": 2_000}
_MOST = {"lines": 50, "identifiers": 50, "money": 50, "files": 20, "choices": 40}

Data = Mapping[str, object]


class BadQuestionnaire(ValueError):
    """The data files contradict each other or their own rules."""


def read_texts(version: str) -> dict[str, Data]:
    """Return the word files of `version` by language."""
    return {lang: read_yaml(FOLDER / f"{version}.{lang}.yaml") for lang in LANGUAGES}


def build_steps(flow: Data, texts: Mapping[str, Data], places: Places) -> tuple[Step, ...]:
    """Return the steps of a questionnaire, checked. Raises `BadQuestionnaire`."""
    named = _named(flow)
    steps: list[Step] = []
    known: set[str] = set()
    for raw in _list(flow, "steps"):
        source, shared = _borrow_options(_mapping(raw), flow, texts)
        step = _step(source, named, shared, places)
        _check_order(step, known, {earlier.id for earlier in steps})
        steps.append(step)
        known.add(step.key)
        known |= {key for option in step.options for key in (option.sets or {})}
        known |= set(_strings(source, "derives"))
    for lang in LANGUAGES:
        spare = set(_mapping(texts[lang]["steps"])) - {step.id for step in steps}
        if spare:
            raise BadQuestionnaire(f"{lang}: words for no step: {sorted(spare)}")
    return tuple(steps)


def _borrow_options(
    source: Data, flow: Data, texts: Mapping[str, Data]
) -> tuple[Data, Mapping[str, Data]]:
    """Resolve `options_ticked_in: STEP`: offer, in its words, what was ticked in that step."""
    lender = source.get("options_ticked_in")
    if lender is None:
        return source, texts
    steps = [_mapping(step) for step in _list(flow, "steps")]
    raw = next(_list(step, "options") for step in steps if step["id"] == lender)
    codes = [str(option["code"]) if isinstance(option, dict) else str(option) for option in raw]
    key, name = str(lender), str(source["id"])
    options = [{"code": c, "when": {key: c}} if c != "unknown" else {"code": c} for c in codes]
    lent: dict[str, Data] = {}
    for lang, words in texts.items():
        said = _mapping(words["steps"])
        own = {**_mapping(said[name]), "options": _mapping(said[key])["options"]}
        lent[lang] = {**words, "steps": {**said, name: own}}
    return {**source, "options": options}, lent


def _check_order(step: Step, known: set[str], ids: set[str]) -> None:
    looks_at = step.when.keys.union(*(option.when.keys for option in step.options))
    looks_at = looks_at.union(*(item.when.keys for item in step.items))
    if unknown := looks_at - known:
        # Only earlier answers may decide: so a walk forward always ends.
        raise BadQuestionnaire(f"{step.id} looks at later or unknown answers: {sorted(unknown)}")
    if step.id in ids:
        raise BadQuestionnaire(f"two steps are called {step.id}")


def _named(flow: Data) -> dict[str, Condition]:
    named: dict[str, Condition] = {}
    for name, source in _mapping(flow.get("conditions") or {}).items():
        named[name] = compile_condition(source, named)
    return named


def _step(
    source: Data, named: Mapping[str, Condition], texts: Mapping[str, Data], places: Places
) -> Step:
    step_id, kind = str(source["id"]), str(source["kind"])
    if kind not in KINDS:
        raise BadQuestionnaire(f"{step_id}: unknown kind {kind}")
    if strange := set(source) - _STEP_KEYS:
        raise BadQuestionnaire(f"{step_id}: unknown field {sorted(strange)}")
    part = str(source.get("part", "answers"))
    if part not in PARTS:
        raise BadQuestionnaire(f"{step_id}: no part is called {part}")
    words = {lang: _words(texts[lang], step_id, lang) for lang in LANGUAGES}
    return Step(
        id=step_id,
        kind=kind,
        key=str(source.get("key", step_id)),
        part=part,
        clear=source.get("clear") is True,
        when=_when(source, named),
        words={lang: _spoken(words[lang]) for lang in LANGUAGES},
        options=_options(source, words, named, step_id),
        items=_items(source, words, named, step_id),
        places=places,
        limit=_number(source, "limit", _LIMITS.get(kind, 200)),
        most=_number(source, "most", _MOST.get(kind, 40)),
        purpose=str(source.get("purpose", "")),
        region_of=tuple(_strings(source, "region_of")),
        past=source.get("past") is True,
        partial=source.get("partial") is True,
        shows=tuple(_strings(source, "shows")),
    )


def _when(source: Data, named: Mapping[str, Condition]) -> Condition:
    if source.get("deep") is not True:
        return compile_condition(source.get("when"), named)
    return compile_condition([{"not": {"pace": "short"}}, source.get("when")], named)


def _words(texts: Data, step_id: str, lang: str) -> Data:
    steps = _mapping(texts["steps"])
    if step_id not in steps:
        raise BadQuestionnaire(f"{lang}: no words for {step_id}")
    words = _mapping(steps[step_id])
    if not words.get("title") or not words.get("why") or set(words) - _WORD_KEYS:
        raise BadQuestionnaire(f"{lang}: {step_id} needs a title and a why, and known fields")
    return words


def _spoken(words: Data) -> dict[str, str]:
    return {key: str(text) for key, text in words.items() if key not in ("options", "items")}


def _options(
    source: Data, words: Mapping[str, Data], named: Mapping[str, Condition], step_id: str
) -> tuple[Option, ...]:
    options = [_mapping(raw if isinstance(raw, dict) else {"code": raw})
               for raw in _list(source, "options")]  # fmt: skip
    codes = [str(option["code"]) for option in options]
    for lang in LANGUAGES:
        if list(_mapping(words[lang].get("options") or {})) != codes:
            raise BadQuestionnaire(f"{lang}: the options of {step_id} are not {codes}")
    return tuple(_option(option, words, named) for option in options)


def _option(source: Data, words: Mapping[str, Data], named: Mapping[str, Condition]) -> Option:
    code = str(source["code"])
    labels: dict[str, dict[str, str]] = {}
    hints: dict[str, str] = {}
    for lang in LANGUAGES:
        raw = _mapping(words[lang]["options"])[code]
        said = (
            {str(k): str(v) for k, v in raw.items()}
            if isinstance(raw, dict)
            else {"self": str(raw)}
        )
        hints[lang] = said.pop("hint", "")
        if "self" not in said or set(said) - set(VOICES):
            raise BadQuestionnaire(
                f"{lang}: option {code} needs its words under self, child, other"
            )
        labels[lang] = said
    sets = source.get("sets")
    return Option(
        code=code,
        labels=labels,
        hints=hints,
        when=compile_condition(source.get("when"), named),
        alone=source.get("alone") is True or code == "unknown",
        sets={key: str(value) for key, value in _mapping(sets).items()} if sets else None,
    )


def _items(
    source: Data, words: Mapping[str, Data], named: Mapping[str, Condition], step_id: str
) -> tuple[Item, ...]:
    items = [_mapping(raw) if isinstance(raw, dict) else {"id": raw}
             for raw in _list(source, "items")]  # fmt: skip
    ids = [str(item["id"]) for item in items]
    for lang in LANGUAGES:
        if list(_mapping(words[lang].get("items") or {})) != ids:
            raise BadQuestionnaire(f"{lang}: the paragraphs of {step_id} are not {ids}")
    return tuple(
        Item(
            words={lang: str(_mapping(words[lang]["items"])[name]) for lang in LANGUAGES},
            when=compile_condition(item.get("when"), named),
        )
        for name, item in zip(ids, items, strict=True)
    )


def _mapping(value: object) -> Data:
    if not isinstance(value, dict):
        raise BadQuestionnaire(f"a mapping was expected: {value!r}")
    return value


def _list(source: Data, name: str) -> Sequence[object]:
    value = source.get(name) or []
    if not isinstance(value, list):
        raise BadQuestionnaire(f"{name} takes a list: {value!r}")
    return value


def _strings(source: Data, name: str) -> list[str]:
    return [str(item) for item in _list(source, name)]


def _number(source: Data, name: str, default: int) -> int:
    value = source.get(name, default)
    if not isinstance(value, int) or value < 1:
        raise BadQuestionnaire(f"{name} takes a number: {value!r}")
    return value

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports written for the purpose, drawn from the grammars in `corpus/` as messily as people write.

The texts of `corpus/` are this project's own and stand under its licence (AGPL-3.0-or-later), and
so does whatever is drawn from them. The last line of each kind is another way of telling: it can be
held out whole, so that a model is judged on words it has not been shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, Final, Literal

import yaml

from amana.kernel.suggest.grammar import draw
from amana.kernel.suggest.lexicon import FORMS
from amana.kernel.suggest.training import Example

_WHOLE: Final = 0.4
_LEFT_OUT: Final = 0.4
Lines = Literal["all", "seen", "held"]
_SAME_SCRIPT: Final = {
    "ar": ("ur",),
    "ur": ("ar",),
    "en": ("fr", "ur-Latn"),
    "fr": ("ary-Latn", "en"),
    "ary-Latn": ("fr",),
    "ur-Latn": ("en",),
}


@cache
def grammar_of(form: str) -> tuple[Mapping[str, Sequence[str]], Mapping[str, Sequence[str]]]:
    """Parts and kinds of one form of writing."""
    data, more = _file(form), _file(f"more/{form}")
    return data["parts"], {code: [*more[code], *told] for code, told in data["kinds"].items()}


def _file(name: str) -> Mapping[str, Any]:
    source = files("amana.kernel.suggest") / "corpus" / f"{name}.yaml"
    with source.open("rb") as stream:
        data: Mapping[str, Any] = yaml.load(stream, Loader=yaml.CSafeLoader)
    return data


def examples(
    *, each: int, seed: int, lines: Lines = "all", thinned: bool = False
) -> Iterator[Example]:
    """`each` texts of every kind in every form. `lines`: "seen" without the last line of a kind,
    "held" with nothing else. `thinned` leaves words out of most of them, for learning: a model
    that has to do without any one word leans on all of them."""
    random = Random(seed)  # noqa: S311 - texts, not secrets
    for form in FORMS:
        for code, told in grammar_of(form)[1].items():
            chosen = {"all": told, "seen": told[:-1], "held": told[-1:]}[lines]
            for _ in range(each):
                text = _text(form, chosen, random)
                yield Example(_thin(text, random) if thinned else text, code, form)


def _text(form: str, lines: Sequence[str], random: Random) -> str:
    parts = grammar_of(form)[0]
    told = random.sample(list(lines), k=min(len(lines), random.choice((1, 1, 2))))
    said = [draw(line, random, parts) for line in told]
    if random.random() < 0.35:
        said.insert(random.randrange(len(said) + 1), draw("<when>", random, parts))
    feel = draw("<feel>", random, parts).strip()
    if feel:
        said.insert(random.choice((0, len(said))), feel)
    other = form
    if random.random() < 0.12:
        other = random.choice(_SAME_SCRIPT[form])
    around = grammar_of(other)[0]
    text = f"{draw('<open>', random, around)}{' '.join(said)} {draw('<close>', random, around)}"
    return messy(text.strip(), random)


def messy(text: str, random: Random) -> str:
    """`text` as a thumb writes it: slips, lost letters, no stops, letters held down."""
    style = random.random()
    if style < 0.3:
        text = text.translate({ord(char): " " for char in ".,!?:;؟،۔؛'’"})
    if style < 0.15:
        text = text.upper() if random.random() < 0.2 else text.lower()
    words = text.split()
    rate = random.choice((0.0, 0.0, 0.02, 0.06, 0.12))
    return " ".join(_slip(word, random) if random.random() < rate else word for word in words)


def _thin(text: str, random: Random) -> str:
    if random.random() < _WHOLE:
        return text
    return " ".join(word for word in text.split() if random.random() > _LEFT_OUT) or text


def _slip(word: str, random: Random) -> str:
    if len(word) < 4:
        return word
    at = random.randrange(1, len(word) - 1)
    kind = random.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:
        return word[:at] + word[at] * random.choice((2, 3)) + word[at + 1 :]
    return f"{word[:at]} {word[at:]}"

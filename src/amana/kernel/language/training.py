# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trains the Latin model: `python -m amana.kernel.language.training` (about two minutes).

The texts in corpus/ were written for this purpose and stand under this project's licence; they are
invented. What is made of them here imitates how people type: other spellings of the same sound,
vowels left out, accents left out, two languages in one sentence. Same seed, same model.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from amana.kernel.language.latin import (
    BUCKETS,
    CLASSES,
    MODEL,
    NOTE,
    features_of,
    tokens_of,
)
from amana.kernel.language.lists import word_lists

SEED = 20_26
_FILES = {"en": "en", "fr": "fr", "ur-Latn": "ur", "ary-Latn": "ary", "other": "other"}
_PER_CLASS = {"en": 16_000, "fr": 16_000, "ur-Latn": 16_000, "ary-Latn": 16_000, "other": 8_000}
_STEPS, _RATE, _DECAY = 160, 0.05, 2e-5
# Words that other languages borrow, and names: they say little about where they stand.
_MIXED_IN = word_lists("amana.kernel.language", "mixed_in")
_SOUNDS: dict[str, tuple[tuple[str, str], ...]] = {
    "ary-Latn": (
        ("3", "a"),
        ("3", ""),
        ("7", "h"),
        ("9", "q"),
        ("9", "k"),
        ("ch", "sh"),
        ("sh", "ch"),
        ("ou", "o"),
        ("ou", "u"),
        ("kh", "5"),
        ("kh", "x"),
        ("gh", "8"),
        ("a", "e"),
        ("e", ""),
        ("i", "y"),
        ("y", "i"),
        ("k", "c"),
        ("h", "7"),
    ),
    "ur-Latn": (
        ("aa", "a"),
        ("a", "aa"),
        ("ee", "i"),
        ("i", "ee"),
        ("oo", "u"),
        ("u", "oo"),
        ("ai", "e"),
        ("ay", "e"),
        ("ain", "en"),
        ("hai", "h"),
        ("kh", "k"),
        ("z", "j"),
        ("w", "v"),
        ("q", "k"),
        ("ein", "en"),
        ("ah", "a"),
        ("a", ""),
        ("e", "ay"),
    ),
    "fr": (("é", "e"), ("è", "e"), ("ê", "e"), ("à", "a"), ("ç", "c"), ("qu", "k"), ("'", "")),
    "en": (("ing", "in"), ("you", "u"), ("are", "r"), ("'", ""), ("th", "d"), ("ght", "te")),
    "other": (),
}
_PLAIN = str.maketrans("àâäéèêëîïôöùûüçñãõ", "aaaeeeeiioouuucnao")
Array = npt.NDArray[Any]


def corpus(name: str) -> list[str]:
    """Return the lines of one file of corpus/, without empty ones."""
    text = (resources.files("amana.kernel.language") / "corpus" / name).read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.strip()]


def samples(form: str, count: int, draw: random.Random) -> Iterator[list[str]]:
    """Yield `count` invented texts of one form, as words."""
    file = _FILES[form]
    lines = [tokens_of(line) for line in corpus(f"{file}.txt")]
    if form == "other":  # many languages: words are drawn from those of one at a time
        yield from _of_others(lines, count, draw)
        return
    listed = tokens_in(f"{file}.words.txt")
    # What the romanised forms borrow is still English or French when it stands alone.
    lender = {"en": "ur-Latn", "fr": "ary-Latn"}.get(form)
    lent = _MIXED_IN[lender] if lender else ()
    for _ in range(count):
        kind = draw.random()
        if kind < 0.62:
            words = list(draw.choice(lines))
            if draw.random() < 0.25:
                words += draw.choice(lines)
        else:
            some = draw.choice(lines)
            words = [_listed(listed, draw) for _ in range(draw.randint(2, 14))]
            words += [draw.choice(lent) for _ in range(draw.randint(0, 3)) if lent]
            at = draw.randrange(len(some))
            words += some[at : at + 4]
        if draw.random() < 0.6 and len(words) > 3:
            size = draw.randint(2, min(len(words), 14))
            at = draw.randrange(len(words) - size + 1)
            words = words[at : at + size]
        yield _as_typed(form, words, draw)


def _of_others(lines: Sequence[list[str]], count: int, draw: random.Random) -> Iterator[list[str]]:
    """Texts of the languages that are not read here, each of one language."""
    languages = [tokens_of_all(line) for line in corpus("other.words.txt")]
    for _ in range(count):
        if draw.random() < 0.7:
            words = list(draw.choice(lines))
        else:
            own = draw.choice(languages)
            words = [draw.choice(own) for _ in range(draw.randint(3, 9))]
        if draw.random() < 0.5 and len(words) > 3:
            size = draw.randint(2, min(len(words), 10))
            at = draw.randrange(len(words) - size + 1)
            words = words[at : at + size]
        yield _as_typed("other", words, draw)


def tokens_of_all(line: str) -> list[str]:
    """Return the words of a long line; `tokens_of` would stop at its limit."""
    return [token for word in line.split() for token in tokens_of(word)]


def tokens_in(name: str) -> list[str]:
    """Return the words of a list."""
    return [token for line in corpus(name) for token in tokens_of_all(line)]


def _listed(listed: Sequence[str], draw: random.Random) -> str:
    """The nearer to the front of a list, the more often a word is said."""
    return listed[int(len(listed) * draw.random() ** 1.6)]


def _as_typed(form: str, words: list[str], draw: random.Random) -> list[str]:
    messy = draw.random() < 0.45
    plain = draw.random() < 0.4
    foreign = draw.random() * (0.35 if form in {"ur-Latn", "ary-Latn"} else 0.12)
    foreign = foreign if draw.random() < 0.5 else 0.0
    typed = []
    for word in words:
        if draw.random() < foreign:
            typed.append(draw.choice(_MIXED_IN[form]))
        if draw.random() < 0.05:
            typed.append(draw.choice(_MIXED_IN["names"]))
        said = word.translate(_PLAIN) if plain else word
        if messy and draw.random() < 0.3:
            said = _spelled(form, said, draw)
        if said:
            typed.append(said)
    return typed


def _spelled(form: str, word: str, draw: random.Random) -> str:
    fitting = [(old, new) for old, new in _SOUNDS[form] if old in word]
    if fitting and draw.random() < 0.75:
        old, new = draw.choice(fitting)
        return word.replace(old, new, 1) or word
    if len(word) > 3:
        at = draw.randrange(1, len(word) - 1)
        kind = draw.randrange(3)
        if kind == 0:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + word[at] + word[at:]
    return word


class _Table:
    """Texts by word and words by feature, in the flat arrays that numpy adds up quickly."""

    def __init__(self, texts: Sequence[Sequence[str]], draw: random.Random) -> None:
        known: dict[tuple[str, bool], int] = {}
        rows, columns = [], []
        for row, words in enumerate(texts):
            for word in words:
                # Now and then a word is not known, so that its letters learn to speak for it.
                key = (word, draw.random() < 0.6)
                columns.append(known.setdefault(key, len(known)))
                rows.append(row)
        sizes = np.bincount(rows, minlength=len(texts))
        self.rows, self.columns = np.array(rows), np.array(columns)
        self.shares = (1.0 / np.sqrt(np.maximum(sizes, 1)))[self.rows]
        places, weights, owners = [], [], []
        for (word, whole), owner in known.items():
            buckets, shares = features_of(word, whole=whole)
            places += buckets
            weights += shares
            owners += [owner] * len(buckets)
        self.places, self.weights = np.array(places), np.array(weights)
        self.owners, self.words, self.texts = np.array(owners), len(known), len(texts)

    def forward(self, matrix: Array) -> Array:
        words = _added(self.owners, matrix[self.places] * self.weights[:, None], self.words)
        return _added(self.rows, words[self.columns] * self.shares[:, None], self.texts)

    def backward(self, error: Array) -> Array:
        words = _added(self.columns, error[self.rows] * self.shares[:, None], self.words)
        return _added(self.places, words[self.owners] * self.weights[:, None], BUCKETS)


def _added(to: Array, values: Array, size: int) -> Array:
    return np.stack(
        [np.bincount(to, values[:, column], size) for column in range(values.shape[1])], axis=1
    )


def train() -> tuple[Array, Array, float]:
    """Return weights, bias, and the share of training texts that they get right."""
    draw = random.Random(SEED)  # noqa: S311  (not for secrets: the model must come out the same)
    texts: list[list[str]] = []
    labels: list[int] = []
    for number, form in enumerate(CLASSES):
        for words in samples(form, _PER_CLASS[form], draw):
            if words:
                texts.append(words)
                labels.append(number)
    table = _Table(texts, draw)
    target = np.eye(len(CLASSES))[labels] * 0.97 + 0.03 / len(CLASSES)
    matrix, bias = np.zeros((BUCKETS, len(CLASSES))), np.zeros(len(CLASSES))
    first, second = np.zeros_like(matrix), np.zeros_like(matrix)
    shares = np.zeros_like(target)
    for step in range(1, _STEPS + 1):
        logits = table.forward(matrix) + bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        error = (shares - target) / len(texts)
        slope = table.backward(error) + _DECAY * matrix
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        matrix -= _RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        bias -= error.sum(axis=0)
    return matrix, bias, float((shares.argmax(axis=1) == np.array(labels)).mean())


def write(folder: Path, matrix: Array, bias: Array, right: float) -> None:
    """Write the model in eight bits a weight, and the note that names its digest."""
    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-9) / 127
    data = io.BytesIO()
    np.savez_compressed(
        data,
        weights=np.round(matrix / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=bias.astype(np.float32),
    )
    folder.mkdir(exist_ok=True)
    (folder / MODEL).write_bytes(data.getvalue())
    note = {
        "classes": CLASSES,
        "sha256": hashlib.sha256(data.getvalue()).hexdigest(),
        "seed": SEED,
        "right_on_training_texts": round(right, 4),
        "licence": "AGPL-3.0-or-later; trained only on the texts in corpus/, written for it",
    }
    (folder / NOTE).write_text(json.dumps(note, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    write(Path(__file__).parent / "model", *train())

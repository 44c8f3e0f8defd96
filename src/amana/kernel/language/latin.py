# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which of the Latin forms a short text is in: English, French, Roman Urdu, romanised Arabic.

A linear model over whole words and their letters. Each word gives one small vector, the same every
time, so words are remembered; a text is the sum of its words. It was trained on texts written for
the purpose (corpus/, training.py) because every detector there is scores near zero on the two
romanised forms (triage.md §4). A model file is only used if its digest is the one that was noted.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

CLASSES = ("en", "fr", "ur-Latn", "ary-Latn", "other")
BUCKETS = 1 << 16
WORDS = 1 << 15
MOST_TOKENS = 400
LONGEST_TOKEN = 24
MODEL, NOTE = "latin.npz", "latin.json"
_LEFT_OUT = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|[@][\w.]+|\b[\w-]+\.(?:com|net|org|me|ma|pk|fr|io)\S*",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[a-zà-öø-ÿœæ0-9']+")
_REPEATED = re.compile(r"(.)\1{2,}")
_LAUGH = re.compile(r"(?:h+a+|a*h+a+h+|x+d+|l+o+l+|h+e+|k+|hh+)+h?")

Vector = npt.NDArray[np.float32]


class BadModel(Exception):
    """A model file is not the one that was trained; the message says what to do."""


def tokens_of(text: str) -> list[str]:
    """Return the words that are looked at: lower case, no links, names of accounts or numbers."""
    bare = _LEFT_OUT.sub(" ", text[:8_000]).lower().replace("’", "'").replace("‘", "'")
    found = []
    for token in _TOKEN.findall(bare):
        short = _shortened(token)
        if short:
            found.append(short)
            if len(found) == MOST_TOKENS:
                break
    return found


@lru_cache(maxsize=16_384)
def _shortened(token: str) -> str:
    """A word with no letter more than twice in a row; nothing where it is no word."""
    short = _REPEATED.sub(r"\1\1", token.strip("'"))[:LONGEST_TOKEN]
    return short if any(map(str.isalpha, short)) and not _LAUGH.fullmatch(short) else ""


def features_of(token: str, *, whole: bool = True) -> tuple[list[int], list[float]]:
    """Return the buckets of one word and their weights; without `whole` not the word itself."""
    padded = f"<{token}>"
    grams = [
        padded[at : at + size]
        for size in (1, 2, 3, 4, 5)
        for at in range(len(padded) - size + 1)
        if size > 1 or padded[at] not in "<>"
    ]
    weight = 1.0 / max(len(grams), 1) ** 0.5
    places = [WORDS + zlib.crc32(gram.encode()) % (BUCKETS - WORDS) for gram in grams]
    weights = [weight] * len(grams)
    if whole:
        places.append(zlib.crc32(b"w " + token.encode()) % WORDS)
        weights.append(1.0)
    return places, weights


class LatinModel:
    """The weights, and the vector of every word met so far (at most 50,000 of them)."""

    def __init__(self, weights: npt.NDArray[np.int8], scale: Sequence[float], bias: Vector) -> None:
        self._weights = weights.astype(np.float32) * np.asarray(scale, dtype=np.float32)
        self._bias = bias
        self._vector = lru_cache(maxsize=50_000)(self._of_word)

    def _of_word(self, token: str) -> Vector:
        places, weights = features_of(token)
        vector: Vector = np.asarray(weights, dtype=np.float32) @ self._weights[places]
        return vector

    def probabilities(self, tokens: Sequence[str]) -> dict[str, float]:
        """Return the probability of each of CLASSES for the words of a text."""
        total = np.sum([self._vector(token) for token in tokens], axis=0, dtype=np.float32)
        logits = self._bias + total / max(len(tokens), 1) ** 0.5
        powers = np.exp(logits - logits.max())
        shares = powers / powers.sum()
        return dict(zip(CLASSES, map(float, shares), strict=True))


@lru_cache(maxsize=1)
def model() -> LatinModel:
    """Return the model that ships. Raises BadModel when a byte of it is not as it was trained."""
    folder = resources.files("amana.kernel.language") / "model"
    return loaded((folder / MODEL).read_bytes(), (folder / NOTE).read_bytes())


def loaded(data: bytes, note: bytes) -> LatinModel:
    """Return the model in `data` if it is the one that `note` names. Raises BadModel."""
    try:
        said = json.loads(note)
        digest, classes = said["sha256"], tuple(said["classes"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadModel(f"{NOTE} cannot be read; put back the file that was installed") from error
    if hashlib.sha256(data).hexdigest() != digest or classes != CLASSES:
        raise BadModel(f"{MODEL} is not the file that {NOTE} names; put back what was installed")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return LatinModel(arrays["weights"], arrays["scale"].tolist(), arrays["bias"])

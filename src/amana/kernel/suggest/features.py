# SPDX-License-Identifier: AGPL-3.0-or-later
"""A text as weighted buckets: words, pairs of words, and pieces of two to five letters of a word.

The hash is fixed by this file (CRC-32 of UTF-8 for words, a polynomial over code points for
pieces), so that a model means the same on every machine. What a word gives is looked up once: a
text is read in many overlapping stretches.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from amana.kernel.language import fold
from amana.kernel.suggest.reading import Reading, read

BUCKETS: Final = 1 << 18
MEANT: Final = BUCKETS >> 1
SURFACE: Final = 0.45
SENSE: Final = 0.9
PIECES: Final = (2, 3, 4, 5)
MOST_WORDS: Final = 2_000
_LONGEST_TEXT: Final = 40_000
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u200c-\u200f]")
_PRIME: Final = np.uint64(0x9E3779B97F4A7C15)
WORD_WEIGHT: Final = 1.6
_SPACE: Final = 32
_BEGUN: Final = {
    size: np.uint64(size * pow(int(_PRIME), size, 1 << 64) % (1 << 64)) for size in PIECES
}

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Row = tuple[Ints, Floats]
"""Buckets, each once, and what each weighs."""


@dataclass(frozen=True, slots=True)
class Features:
    """`buckets` (each once) with `weights` of length one together. `spread` are the buckets before
    they were counted: of each word, of each two in a row, and of the pieces, of which each word
    has a number of `sizes`."""

    words: tuple[str, ...]
    buckets: Ints
    weights: Floats
    spread: Ints
    sizes: tuple[int, ...]

    @property
    def pairs(self) -> tuple[Ints, Ints]:
        """`spread`, and the word to which each belongs: so a score can be traced to `words`."""
        single = np.arange(len(self.words))
        pieces = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return self.spread, np.concatenate([single, single[:-1], pieces])


def features(text: str, reading: Reading | None = None) -> Features:
    """The features of at most 2,000 words of `text`, which may have been read before. Numbers
    count as small (3 to 17) or not."""
    shown = _WORD.findall(_MARKS.sub("", text[:_LONGEST_TEXT]))[:MOST_WORDS]
    meant = _meant(reading if reading is not None else read(text[:_LONGEST_TEXT]))
    looked_up = list(map(known, shown))
    single = [word.bucket for word in looked_up]
    double = pairs(looked_up)
    pieces = [word.pieces for word in looked_up] or [known("").pieces]
    found = np.concatenate([np.array(single + double, dtype=np.int64), *pieces])
    buckets, counts = _counted(found)
    weights = (1 + np.log(counts)).astype(np.float32)
    heavy = np.zeros(buckets.size, dtype=bool)
    heavy[buckets.searchsorted(found[: len(single) + len(double)])] = True
    weights[heavy] *= WORD_WEIGHT
    weights *= SURFACE / (float(np.sqrt(np.square(weights).sum())) or 1.0)
    return Features(
        tuple(shown),
        np.concatenate([buckets, meant]),
        np.concatenate([weights, _sensed(meant)]),
        found,
        tuple(each.size for each in pieces),
    )


def with_meanings(found: Features, reading: Reading) -> Features:
    """The same words with what `reading` means instead."""
    surface = found.buckets < MEANT
    meant = _meant(reading)
    return replace(
        found,
        buckets=np.concatenate([found.buckets[surface], meant]),
        weights=np.concatenate([found.weights[surface], _sensed(meant)]),
    )


def _sensed(meant: Ints) -> Floats:
    return np.full(meant.size, SENSE / np.sqrt(max(meant.size, 1)), dtype=np.float32)


def _counted(found: Ints) -> tuple[Ints, Ints]:
    """Each number once, in their order, and how often it stands there."""
    # numpy.unique does the same, and twice as much besides.
    ordered = np.sort(found)
    new = np.empty(ordered.size, dtype=bool)
    new[0], new[1:] = True, ordered[1:] != ordered[:-1]
    starts = new.nonzero()[0]
    ends = np.append(starts[1:], ordered.size)
    return ordered[starts], ends - starts


def _meant(reading: Reading) -> Ints:
    """Buckets of meanings, and of pairs of topics: the same whatever the form of writing."""
    return np.array(sorted(set(senses(sorted(reading.hits)))), dtype=np.int64)


def senses(meanings: Sequence[str]) -> list[int]:
    """The bucket of each meaning (in order), then of each two topics among them."""
    topics = tuple(meaning for meaning in meanings if meaning.startswith("t_"))
    return [*map(sense, meanings), *_together(topics)]


@lru_cache(maxsize=1_024)
def _together(topics: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(sense(f"{one}&{other}") for one, other in combinations(topics, 2))


@lru_cache(maxsize=8_192)
def sense(meaning: str) -> int:
    """The bucket of a meaning."""
    return MEANT + _bucket(f"&{meaning}") % MEANT


def normal(word: str) -> str:
    """A word as it is counted: folded, a number as small or not."""
    folded = fold(word)
    if folded.isdecimal():  # a circled figure is a digit and no number
        return "#m" if len(folded) < 3 and 3 <= int(folded) <= 17 else "#"
    return folded


def _bucket(text: str) -> int:
    return zlib.crc32(text.encode()) % MEANT


class Known(NamedTuple):
    """A word as a text is made of it: how it is counted, its bytes, its bucket, where the hash of
    a pair that begins with it stands, and the buckets of its pieces."""

    normal: str
    raw: bytes
    bucket: int
    before: int
    pieces: Ints


@lru_cache(maxsize=8_192)
def known(word: str) -> Known:
    """What a word gives every text that it stands in."""
    return _counted_as(normal(word))


@lru_cache(maxsize=8_192)
def _counted_as(word: str) -> Known:
    raw = word.encode()
    return Known(word, raw, _bucket(word), zlib.crc32(raw + b" "), _pieces(word))


def pairs(words: Sequence[Known]) -> list[int]:
    """The buckets of each two words in a row."""
    # CRC-32 goes on where it stopped: that of "one two" begins with that of "one ".
    return [zlib.crc32(two.raw, one.before) % MEANT for one, two in pairwise(words)]


def _pieces(word: str) -> Ints:
    """Buckets of all pieces of a word with a gap on both sides; none reaches over a gap."""
    line = f" {word} "
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    wide = codes.astype(np.uint64)
    gap = codes == _SPACE if " " in word else None
    found, inside = [], []
    # The polynomial of a longer piece goes on where that of a shorter one stopped.
    hashed = wide[:-1] * _PRIME + wide[1:]
    for size in PIECES:
        if size > codes.size:
            break
        if size > PIECES[0]:
            hashed = hashed[:-1] * _PRIME + wide[size - 1 :]
        found.append(hashed + _BEGUN[size])
        if gap is not None:
            whole = np.ones(hashed.size, dtype=bool)
            for step in range(1, size - 1):
                whole &= ~gap[step : step + hashed.size]
            inside.append(whole)
    mixed = np.concatenate(found)
    mixed ^= mixed >> np.uint64(29)
    mixed *= _PRIME
    buckets = (mixed >> np.uint64(40)).astype(np.int64) % MEANT
    return buckets[np.concatenate(inside)] if inside else buckets

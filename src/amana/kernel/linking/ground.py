# SPDX-License-Identifier: AGPL-3.0-or-later
"""Token sets laid beside each other: who holds which token, and what is one slip apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from amana.kernel.linking.kinds import FAMILY, NEAR, Family, Kind
from amana.kernel.linking.ragged import Bools, Ints, Ragged, each_with_each, firsts, ranked

ROW: Final = np.dtype([("kind", "u1"), ("token", "<i8")])
Rows = NDArray[Any]
CROWD: Final = 64
"""A spelling shared by more values than this says nothing of any two of them."""

FAMILY_OF: Final = np.full(256, 255, dtype=np.uint8)
for _kind, _family in FAMILY.items():
    FAMILY_OF[_kind] = _family
FAMILY_BIT: Final = np.zeros(256, dtype=np.int64)
"""The family of each kind, with a slip or without, as a bit; 0 for none."""
for _kind, _family in FAMILY.items():
    FAMILY_BIT[[_kind, _kind | NEAR]] = 1 << _family


def among(kinds: Iterable[int]) -> Bools:
    """Of each kind (256) whether it is one of these."""
    table = np.zeros(256, dtype=bool)
    table[[*kinds]] = True
    return table


COUNT_BITS: Final = 4
MOST_COUNTED: Final = 15
"""A mask counts the values of each family in four bits; more than fifteen are fifteen."""


def named(masks: Ints, family: int) -> Ints:
    """How many values of a family each report names."""
    return masks >> COUNT_BITS * family & MOST_COUNTED


@dataclass(slots=True)
class Ground:
    """Reports by their place (0, 1, …) and tokens by theirs; only tokens that some two reports
    share, or that are one slip from another, are kept.

    `numbers`: the opaque number of each report, which alone decides where two are equal otherwise,
    so that the order of arrival never does. `masks`: how many values of each family a report
    names. `total`: how many reports there are in all, `counts`: how many of those hold a token
    (more than lie here where the ground is a part). `held`, `holders`: what each report holds, and
    who holds each token, in order. `countries`: a number for the country that each report came
    from, 0 where nobody says."""

    numbers: list[int]
    masks: list[int]
    tokens: list[int]
    kinds: list[int]
    counts: list[int]
    held: Ragged
    holders: Ragged
    near: list[tuple[int, int]] = field(default_factory=list)
    total: int = 0
    countries: list[int] = field(default_factory=list)


def parse(packed: bytes) -> Rows:
    """The rows of a token set; a broken tail is left out."""
    return np.frombuffer(packed[: len(packed) // 9 * 9], dtype=ROW)


def lay(
    sets: Mapping[int, bytes],
    *,
    counts: Mapping[int, int] | None = None,
    total: int | None = None,
    countries: Mapping[int, int] | None = None,
) -> Ground:
    """The ground of token sets by the number of their report. `counts` and `total` are known
    where these reports are but a part of all."""
    numbers = sorted(sets)
    blobs = [sets[number] for number in numbers]
    rows = parse(b"".join(blob[: len(blob) // 9 * 9] for blob in blobs))
    report = np.repeat(np.arange(len(blobs), dtype=np.int32), [len(blob) // 9 for blob in blobs])
    kind, token = rows["kind"], rows["token"]
    exact = (kind & NEAR) == 0
    near = near_pairs(token[~exact], values_of_rows(exact, token)[~exact])
    use = exact & (kind != Kind.PREFIX)
    ground = build(numbers, report[use], kind[use], token[use], near, counts=counts, total=total)
    ground.countries = [(countries or {}).get(number, 0) for number in numbers]
    return ground


def values_of_rows(exact: NDArray[np.bool_], token: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the token of the value that it belongs to: its own, or that before it."""
    last = np.maximum.accumulate(np.where(exact, np.arange(len(exact), dtype=np.int32), 0))
    values: NDArray[np.int64] = token[last] if len(token) else token
    return values


def near_pairs(spelling: Ints, value: Ints) -> Ints:
    """Pairs of values, the smaller first, that share a spelling; each once."""
    several = _of_several(spelling, value)
    spelling, value = _distinct(np.stack([spelling[several], value[several]], axis=1)).T
    before, behind = ranked(spelling)
    behind[before + behind >= CROWD] = 0
    one, other = each_with_each(behind)
    return _distinct(np.stack([value[one], value[other]], axis=1))


def _of_several(spelling: Ints, value: Ints) -> Bools:
    """Rows whose spelling may be one of several values. Most are of a single value that many
    reports name: they fill a drawer (a spelling's last bits say which) that hardly ever holds
    another one. Looking into drawers costs a fraction of putting all spellings in order."""
    drawers = 1 << len(spelling).bit_length()
    drawer = spelling & drawers - 1
    some = np.zeros(drawers, dtype=np.int32)
    some[drawer] = np.arange(len(spelling), dtype=np.int32)
    mixed = np.zeros(drawers, dtype=bool)
    mixed[drawer[value[some[drawer]] != value]] = True
    found: Bools = mixed[drawer]
    return found


def _distinct(pairs: Ints) -> Ints:
    """Pairs (n x 2) in order, each once."""
    pairs = pairs[np.lexsort(pairs.T[::-1])]
    return pairs[firsts(pairs[:, 0]) | firsts(pairs[:, 1])]


def build(
    numbers: Sequence[int],
    report: NDArray[np.int32],
    kind: NDArray[np.uint8],
    token: NDArray[np.int64],
    near: NDArray[np.int64],
    *,
    masks: NDArray[np.int32] | None = None,
    counts: Mapping[int, int] | None = None,
    total: int | None = None,
) -> Ground:
    """The ground from columns: one row for each exact token of each report. Where tokens that
    nobody shares have been left out, `masks` says what the reports name all the same."""
    if masks is None:
        masks = family_masks(len(numbers), report, kind)
    known, place, held_by = np.unique(token, return_inverse=True, return_counts=True)
    kept = held_by > 1
    if len(near):
        kept |= np.isin(known, near)
    position = (np.cumsum(kept) - 1).astype(np.int32)
    kinds = np.zeros(len(known), dtype=np.uint8)
    kinds[place] = kind
    tokens, kinds, used = known[kept], kinds[kept], kept[place]
    who, what = _pairs(report[used], position[place[used]], len(tokens))
    del known, place, position, used
    held = Ragged.of_pairs(who, what, len(numbers))
    holders = Ragged.of_pairs(what, who, len(tokens))
    here = holders.sizes.tolist()
    listed = tokens.tolist()
    return Ground(
        numbers=list(numbers),
        masks=masks.tolist(),
        tokens=listed,
        kinds=kinds.tolist(),
        counts=[max(n, (counts or {}).get(t, 0)) for t, n in zip(listed, here, strict=True)],
        held=held,
        holders=holders,
        near=_found(near, tokens),
        total=max(total or 0, len(numbers)),
        countries=[0] * len(numbers),
    )


def _pairs(who: NDArray[np.int32], what: NDArray[np.int32], whats: int) -> tuple[Ints, Ints]:
    """Each pair once, in order; as one number each while they are sorted."""
    pairs = np.sort(who.astype(np.int64) * max(1, whats) + what)
    one, other = np.divmod(pairs[firsts(pairs)], max(1, whats))
    return one, other


def _found(near: NDArray[np.int64], tokens: NDArray[np.int64]) -> list[tuple[int, int]]:
    """The places of pairs of tokens, as far as both have one."""
    if not len(near) or not len(tokens):
        return []
    at = np.minimum(np.searchsorted(tokens, near), len(tokens) - 1)
    both = (tokens[at] == near).all(axis=1)
    return [(one, other) for one, other in at[both].tolist()]


def family_masks(
    count: int, report: NDArray[np.int32], kind: NDArray[np.uint8]
) -> NDArray[np.int32]:
    """How many values of each family every report names, in four bits each."""
    masks = np.zeros(count, dtype=np.int32)
    family = FAMILY_OF[kind]
    for wanted in Family:
        mine = family == wanted
        if not mine.any():
            continue
        values = np.bincount(report[mine], minlength=count)
        masks |= np.minimum(values, MOST_COUNTED).astype(np.int32) << COUNT_BITS * wanted
    return masks


def values_in(packed: bytes) -> Iterator[tuple[int, int]]:
    """Kind and token of each exact value of a set."""
    for kind, token in parse(packed).tolist():
        if not kind & NEAR and kind != Kind.PREFIX:
            yield kind, token

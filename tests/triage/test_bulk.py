# SPDX-License-Identifier: AGPL-3.0-or-later
"""Token sets through files and back: the same ground as in memory, and nothing readable on disk."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.clusters import cluster
from amana.kernel.linking.ground import Ground, lay
from amana.triage.links import bulk
from tests.kernel.linking.said import Row, said
from tests.kernel.linking.test_clusters import REPORTS, sets_of


def through_files(folder: Path, sets: dict[int, bytes]) -> Ground:
    for old in folder.glob("*.parquet"):
        old.unlink()
    for _ in bulk.write(folder, sets.items()):
        pass
    return bulk.read(folder)


@settings(max_examples=8)
@given(reports=REPORTS, seed=st.integers(0, 9))
def test_files_give_the_ground_that_memory_gives(
    tmp_path_factory: pytest.TempPathFactory, reports: list[tuple[list[Row], str]], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("sets")
    items = list(sets_of(reports).items())
    random.Random(seed).shuffle(items)
    sets = {number: packed for number, packed in items if packed}
    ours, theirs = lay(sets), through_files(folder, sets)
    assert ours.numbers == theirs.numbers
    assert ours.masks == theirs.masks
    assert (ours.tokens, ours.kinds, ours.holders) == (theirs.tokens, theirs.kinds, theirs.holders)
    assert sorted(ours.near) == sorted(theirs.near)
    assert cluster(ours) == cluster(theirs)


def test_many_files_are_one_ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    sets = {at: said(("phone", "+962791234567")) for at in range(7)}
    done = list(bulk.write(tmp_path, sets.items()))
    assert done == [2, 4, 6, 7]
    ground = bulk.read(tmp_path)
    assert ground.numbers == list(range(7))
    assert set(cluster(ground).labels) == {0}


def test_an_empty_folder_is_an_empty_ground(tmp_path: Path) -> None:
    assert bulk.read(tmp_path).numbers == []


def test_a_broken_tail_is_left_out(tmp_path: Path) -> None:
    whole = said(("phone", "+962791234567"))
    ground = through_files(tmp_path, {1: whole + b"\x01\x02", 2: whole})
    assert cluster(ground).labels == [0, 0]


def test_no_letter_of_what_was_said_stands_in_the_files(tmp_path: Path) -> None:
    sets = {1: said(("handle", "telegram:night_hunter77"), name="Karim Haddad")}
    list(bulk.write(tmp_path, sets.items()))
    written = b"".join(file.read_bytes() for file in tmp_path.glob("*.parquet")).lower()
    for word in (b"hunter", b"karim", b"haddad", b"telegram"):
        assert word not in written

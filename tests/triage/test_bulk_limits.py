# SPDX-License-Identifier: AGPL-3.0-or-later
"""Token sets through files at their limits: crowds, reports that name very much, and numbers at the
ends of what a database keeps are what they are in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from amana.kernel.linking.ground import CROWD, ROW, Ground, lay
from amana.kernel.linking.kinds import NEAR, Kind
from amana.triage.links import bulk
from tests.kernel.linking.said import said

LEAST, MOST = -(2**63), 2**63 - 1


def packed(*rows: tuple[int, int]) -> bytes:
    return np.array([*rows], dtype=ROW).tobytes()


def both(folder: Path, sets: dict[int, bytes]) -> tuple[Ground, Ground]:
    """The ground as memory gives it and as files do, in the same words."""
    for _ in bulk.write(folder, sets.items()):
        pass
    ours, theirs = lay(sets), bulk.read(folder)
    ours.near.sort()
    theirs.near.sort()
    return ours, theirs


@pytest.mark.parametrize("count", [CROWD, CROWD + 1])
def test_a_spelling_of_a_crowd_says_nothing_in_files_either(tmp_path: Path, count: int) -> None:
    """The number stands in a statement of its own there."""
    sets = {at: packed((Kind.PHONE, 1000 + at), (Kind.PHONE | NEAR, 7)) for at in range(count)}
    ours, theirs = both(tmp_path, sets)
    assert theirs == ours
    assert bool(theirs.near) == (count <= CROWD)


def test_a_spelling_that_one_value_has_from_many_reports_is_no_crowd(tmp_path: Path) -> None:
    sets = {at: packed((Kind.PHONE, 1 + at % 2), (Kind.PHONE | NEAR, 7)) for at in range(3 * CROWD)}
    ours, theirs = both(tmp_path, sets)
    assert theirs == ours
    assert len(theirs.near) == 1


@pytest.mark.parametrize("count", [14, 15, 16, 40])
def test_who_names_very_much_is_counted_as_in_memory(tmp_path: Path, count: int) -> None:
    many = [(Kind.PHONE, 100 + at) for at in range(count)]
    mails = [(Kind.EMAIL, 900 + at) for at in range(count // 2)]
    ours, theirs = both(tmp_path, {1: packed(*many, *mails), 2: packed(*many[:1])})
    assert theirs.masks == ours.masks


def test_numbers_and_tokens_at_both_ends_of_what_is_kept(tmp_path: Path) -> None:
    rows = [(Kind.PHONE, LEAST), (Kind.EMAIL, MOST), (Kind.HANDLE, 0), (Kind.IBAN, -1)]
    ours, theirs = both(tmp_path, {LEAST: packed(*rows), MOST: packed(*rows), 0: packed(*rows)})
    assert theirs == ours
    assert theirs.numbers == [LEAST, 0, MOST]
    assert theirs.tokens == [LEAST, -1, 0, MOST]


def test_names_are_no_spellings_and_beginnings_are_nothing(tmp_path: Path) -> None:
    rows = said(("handle", "telegram:night_hunter77"), name="Karim Haddad")
    ours, theirs = both(tmp_path, {1: rows, 2: rows})
    assert theirs == ours
    assert Kind.PREFIX not in theirs.kinds


def test_what_lay_in_the_folder_before_is_written_over(tmp_path: Path) -> None:
    """Parts are named after their numbers: of a first run as long nothing is left."""
    both(tmp_path, {1: packed((Kind.PHONE, 1)), 2: packed((Kind.PHONE, 1))})
    ours, theirs = both(tmp_path, {3: packed((Kind.IBAN, 5)), 4: packed((Kind.IBAN, 5))})
    assert theirs == ours

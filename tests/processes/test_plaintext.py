# SPDX-License-Identifier: AGPL-3.0-or-later
"""The search that the canary test stands on finds what it must, and nothing in noise."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.processes.plaintext import dressed, found_in, search

WORDS = ["CANARY-zanzibar-77", "كناري الزنجبار يهددني"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("dress", sorted(dressed("x" * 9)))
def test_a_word_is_found_in_any_dress(word: str, dress: str) -> None:
    assert found_in(dressed(word)[dress], WORDS)


def test_noise_is_not_taken_for_words() -> None:
    assert found_in(random.Random(7).randbytes(400_000), WORDS) == []


def test_names_of_files_are_searched_too(tmp_path: Path) -> None:
    (tmp_path / f"{WORDS[0]}.png").write_bytes(b"")
    assert search([tmp_path], WORDS) == [f"{WORDS[0]}.png: in the name"]

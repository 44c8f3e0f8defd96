# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tests on text in pictures are known by name and announced where the program is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import tesseract


@pytest.mark.parametrize(
    ("name", "needed"),
    [("test_tesseract.py", True), ("test_tesseract_page.py", True), ("test_keeping.py", False)],
)
def test_files_that_need_the_program_are_known_by_name(name: str, needed: bool) -> None:
    assert tesseract.needs(Path("tests/evidence/ocr") / name) is needed


def test_its_absence_is_announced() -> None:
    assert tesseract.notice(there=True) == []
    assert tesseract.notice(there=False) == [
        "tesseract: not installed; the tests on text in pictures are not collected"
    ]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published CASE examples before the validator that our own graphs are held to: it accepts what
the community says conforms and refuses what does not, so its yes to ours means something."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support import vectors

CONFORM = ("accounts", "call_log", "forensic_lifecycle", "message", "sms_and_contacts")
DO_NOT = ("spear_phishing",)


def validation(names: Sequence[str]) -> subprocess.Popen[str]:
    """`case_validate` at work on these examples, together."""
    paths = [str(vectors.PLACE / "case-examples" / f"{name}.json") for name in names]
    command = [str(Path(sys.executable).parent / "case_validate"), *paths]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_validator_tells_examples_that_conform_from_one_that_does_not() -> None:
    there = {path.stem for path in (vectors.PLACE / "case-examples").glob("*.json")}
    assert there == {*CONFORM, *DO_NOT}
    good, bad = validation(CONFORM), validation(DO_NOT)
    said, wrong = good.communicate(timeout=300)
    assert (good.returncode, wrong) == (0, ""), said[:2000]
    said, _wrong = bad.communicate(timeout=300)
    assert bad.returncode == 1
    assert "Conforms: False" in said

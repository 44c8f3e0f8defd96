# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tests on other projects' vectors are collected only where the vectors are."""

from __future__ import annotations

import pytest

from tests.kernel.ledger.builders import vectors_folder

collect_ignore = [] if vectors_folder().is_dir() else ["test_vectors.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore:
        terminalreporter.write_line("ledger: no shared vectors here, tests on them left out")

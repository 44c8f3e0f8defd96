# SPDX-License-Identifier: AGPL-3.0-or-later
"""A last signed state of its own, for tests that publish or sequence: import it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def log_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys to sign with, and a last signed state that ends with the test like its rows."""
    from amana.config.env import env
    from amana.journal import state
    from amana.kernel.sealing.keyring import Keyring

    Keyring.ensure(env().key_folder)
    monkeypatch.setattr(state, "path", lambda: tmp_path / "state" / state.FILE)

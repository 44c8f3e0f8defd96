# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def cheap_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a guess costs is tested in the kernel; here it would only cost time."""
    from amana.people.services import enrol_officer_key  # a conftest is read before Django is up
    from tests.people.builders import CHEAP

    monkeypatch.setattr("amana.people.hashers.VAULT_COST", CHEAP)
    monkeypatch.setitem(enrol_officer_key.__kwdefaults__ or {}, "cost", CHEAP)

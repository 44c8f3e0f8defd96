# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import pytest

from amana.people.services import enrol_officer_key
from tests.people.builders import CHEAP


@pytest.fixture(autouse=True)
def cheap_guesses(monkeypatch):
    """What a guess costs is tested in the kernel; here it would only cost time."""
    monkeypatch.setattr("amana.people.hashers.VAULT_COST", CHEAP)
    monkeypatch.setitem(enrol_officer_key.__kwdefaults__, "cost", CHEAP)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passwords of officers: Argon2id, bounded, the same for every way to type a letter."""

from __future__ import annotations

import contextlib

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from amana.kernel.sealing import passphrases
from amana.kernel.sealing.errors import Busy
from amana.people import hashers
from amana.people.hashers import BoundedArgon2id

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def encoded() -> str:
    return make_password(PASSWORD)


def test_the_node_uses_it_and_nothing_else() -> None:
    assert settings.PASSWORD_HASHERS == ["amana.people.hashers.BoundedArgon2id"]


def test_a_hash_names_its_cost_and_not_the_password(encoded: str) -> None:
    cost = passphrases.VAULT_COST
    said = BoundedArgon2id().decode(encoded)
    assert said["variant"] == "argon2id"
    assert said["cost"] == f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
    assert PASSWORD not in encoded
    assert identify_hasher(encoded).algorithm == "argon2id"


def test_right_is_right_and_wrong_is_wrong(encoded: str) -> None:
    assert check_password(PASSWORD, encoded)
    assert not check_password(PASSWORD + " ", encoded)
    assert not check_password("", encoded)


def test_two_hashes_of_one_password_differ(encoded: str) -> None:
    assert make_password(PASSWORD) != encoded


def test_a_letter_typed_in_two_ways_is_one_letter() -> None:
    composed, apart, wide = "caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301", "ｃafé café"
    encoded = make_password(composed)
    assert check_password(apart, encoded)
    assert check_password(wide, encoded)


def test_a_hash_of_another_cost_is_made_anew_at_the_next_sign_in(
    encoded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not BoundedArgon2id().must_update(encoded)
    dearer = passphrases.Cost(memory_kib=passphrases.VAULT_COST.memory_kib * 2, passes=1, lanes=1)
    monkeypatch.setattr(hashers, "VAULT_COST", dearer)
    assert BoundedArgon2id().must_update(encoded)


def test_a_full_pool_is_no_wrong_password(encoded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def slot(self) -> contextlib.AbstractContextManager[None]:
            raise Busy

    monkeypatch.setattr(hashers, "_POOL", Full())
    with pytest.raises(Busy):
        BoundedArgon2id().verify(PASSWORD, encoded)
    with pytest.raises(Busy):
        make_password(PASSWORD)


@pytest.mark.parametrize("broken", ["argon2id$", "argon2id$argon2id$v=19$m=8,t=1,p=1$!!$!!", "!x"])
def test_a_broken_hash_lets_nobody_in(broken: str) -> None:
    let_in = False
    with contextlib.suppress(ValueError):  # noisy is as good
        let_in = check_password(PASSWORD, broken)
    assert not let_in

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import hashlib
import re

import pytest

from amana.kernel.sealing import boxes, tokens
from amana.kernel.sealing.errors import CannotOpen
from tests.kernel.sealing.builders import CONTEXT


def test_a_token_has_256_bits_in_letters_that_fit_a_cookie() -> None:
    made = {tokens.new_token() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in made)


def test_the_row_is_found_by_a_hash_of_its_own_domain() -> None:
    token = "k" * 43
    found = tokens.token_id(token)
    assert found == hashlib.sha256(b"amana/token-id/1\x00" + token.encode()).digest()
    assert found != hashlib.sha256(token.encode()).digest()


def test_a_copy_of_the_row_opens_nothing() -> None:
    """The session row holds the id and the wrapped secret; the id is not the key."""
    token = tokens.new_token()
    wrapped = tokens.wrap_under(token, b"her content key", context=CONTEXT)
    for guess in (tokens.token_id(token), hashlib.sha256(token.encode()).digest()):
        with pytest.raises(CannotOpen):
            boxes.open_box(guess, wrapped, context=CONTEXT)
    with pytest.raises(CannotOpen):
        tokens.unwrap_under(tokens.token_id(token).hex(), wrapped, context=CONTEXT)
    assert tokens.unwrap_under(token, wrapped, context=CONTEXT) == b"her content key"


@pytest.mark.parametrize("token", ["", "x" * 10_000, "\ud800", "مفتاح"])
def test_any_text_that_a_client_sends_is_bad_input_and_not_a_failure(token: str) -> None:
    wrapped = tokens.wrap_under("another", b"secret", context=CONTEXT)
    assert len(tokens.token_id(token)) == 32
    with pytest.raises(CannotOpen):
        tokens.unwrap_under(token, wrapped, context=CONTEXT)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tokens become left-to-right islands, and what never passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.paper import clean, isolate_codes, ltr, plain

OPEN, CLOSE = "\u2066", "\u2069"


def island(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}".replace(" ", "\u00a0")


@pytest.mark.parametrize(
    "token",
    [
        "4821-7730-1192",
        "+962 6 500 1234",
        "21/12/2026",
        "18:42",
        "a@b.org",
        "https://x.org/a?b=1#c",
        "hxxps://x.org/a",
        "JO94 CBJO 0010 0000 0000 0131 0003 02",
        "MA64 011 5190 0000 0120 5000 5349 21".replace("011 5190", "0115 1900"),
        "192.0.2.7",
        "2001:db8::1",
        "3.5%"[:3],
    ],
)
def test_a_code_like_token_becomes_an_island(token: str) -> None:
    assert isolate_codes(f"قبل {token} بعد") == f"قبل {island(token)} بعد"


@pytest.mark.parametrize("text", ["قبل 5 بعد", "plain words only", "well-known", "", "!!!"])
def test_other_text_is_left_alone(text: str) -> None:
    assert isolate_codes(text) == text


def test_what_is_already_isolated_is_not_wrapped_again() -> None:
    text = f"قبل {ltr('+962 6 500 1234')} ثم 21/12"
    assert isolate_codes(text) == f"قبل {island('+962 6 500 1234')} ثم {island('21/12')}"


def test_an_island_of_nothing_is_nothing() -> None:
    assert ltr(" \u202e ") == ""


def test_plain_takes_every_mark_away() -> None:
    assert plain(ltr("٤٨-٧٧")) == "٤٨-٧٧"


@given(st.text(max_size=60))
def test_isolating_changes_no_letter(text: str) -> None:
    before = plain(clean(text)).replace("\u00a0", " ")
    after = plain(isolate_codes(clean(text))).replace("\u00a0", " ")
    assert after == before


@given(st.text(max_size=60))
def test_cleaning_is_idempotent_and_balanced(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    for line in once.split("\n"):
        depth = 0
        for char in line:
            depth += (char in "\u2066\u2067\u2068") - (char == CLOSE)
            assert depth >= 0
        assert depth == 0
    assert not set(once) & set("\u202a\u202b\u202c\u202d\u202e\x00\x1b")

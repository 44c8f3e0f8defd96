# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people wrote, as a page shows it: numbers keep their order, and nothing acts as markup."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.portal.templatetags.words import spoken

ISLAND = re.compile(r'<bdi dir="ltr">(.*?)</bdi>')


@pytest.mark.parametrize(
    ("said", "islands"),
    [
        ("اتصلوا على +962 79 123 4567 ليلًا", ["+962 79 123 4567"]),
        ("رقمه ٠٧٩-١٢٣-٤٥٦٧", ["٠٧٩-١٢٣-٤٥٦٧"]),
        ("انظر https://example.com/a?b=1&c=2 الآن", ["https://example.com/a?b=1&c=2"]),
        ("الحساب JO94 CBJO 0010 0000 0000 0131 0003 02", ["JO94 CBJO 0010 0000 0000 0131 0003 02"]),
        ("بريد a.b@example.org", ["a.b@example.org"]),
        ("عمره 15 سنة", []),
        ("plain words, and no number", []),
    ],
)
def test_numbers_and_links_stand_left_to_right_among_arabic_words(
    said: str, islands: list[str]
) -> None:
    found = [unescape(text).replace("\u200e", "") for text in ISLAND.findall(spoken(said))]
    assert found == islands


def test_marks_that_turn_other_words_around_are_left_out() -> None:
    shown = spoken("\u202egnp.exe\u202c and \u2067turned\u2069")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)
    assert "gnp.exe" in shown


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_lines_stay_lines(line_break: str) -> None:
    assert re.fullmatch(r"one\s*<br>two", spoken(f"one{line_break}two"))


@given(st.text(max_size=60))
def test_whatever_was_written_is_text_and_no_markup(said: str) -> None:
    shown = re.sub(r'<bdi dir="ltr">|</bdi>|<br>', "", spoken(said))
    assert "<" not in shown
    assert ">" not in shown
    assert shown.count("&") == len(re.findall(r"&(?:amp|lt|gt|quot|#x27);", shown))


@given(st.text(alphabet="اب 0123456789+-@.:/", max_size=40))
def test_no_sign_of_hers_is_lost(said: str) -> None:
    """Only line ends and invisible marks differ from what was sealed."""
    shown = unescape(re.sub(r'<bdi dir="ltr">|</bdi>', "", spoken(said)))
    assert shown.replace("\u200e", "") == said

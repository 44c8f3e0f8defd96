# SPDX-License-Identifier: AGPL-3.0-or-later
"""Line reordering against a whole independent pass of Unicode UAX #9."""

from __future__ import annotations

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from hypothesis import given
from hypothesis import strategies as st

from amana.kernel.paper.bidi import levels, visual_runs

ALPHABET = "ab אבجد12٣٤-/+.,()!\u2066\u2067\u2069"


def seen(text: str, *, rtl: bool) -> str:
    runs = visual_runs(levels(text, rtl=rtl), rtl=rtl)
    return "".join(run.text[::-1] if run.rtl else run.text for run in runs)


def expected(text: str, *, rtl: bool) -> str:
    direction = TextDirection.RTL if rtl else TextDirection.LTR
    whole = BidiParagraph(text, base_direction=direction).get_reordered_string()
    return "".join(char for char in whole if char not in "\u2066\u2067\u2069")


@given(st.text(ALPHABET, max_size=40), st.booleans())
def test_a_line_is_reordered_as_the_reference_does(text: str, rtl: bool) -> None:
    assert seen(text, rtl=rtl) == expected(text, rtl=rtl)


def test_the_naive_order_is_the_trap_this_package_exists_for() -> None:
    assert "1192-7730-4821" in seen("رمزك 4821-7730-1192", rtl=True)
    assert "4821-7730-1192" in seen("رمزك \u20664821-7730-1192\u2069", rtl=True)


def test_each_character_survives() -> None:
    text = "abc \u2067دهو 12\u2069 xyz"
    assert sorted(seen(text, rtl=True)) == sorted(text.replace("\u2067", "").replace("\u2069", ""))

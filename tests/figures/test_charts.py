# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures that a strict content security policy lets through."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from amana.figures.charts import WIDTH, Bar, bars

ITEMS = [Bar("Fraud", 4073, "4,073"), Bar("Threats & <b>", 339, "339"), Bar("Few", None, "*")]


def drawn(*, right_to_left: bool = False) -> ElementTree.Element:
    return ElementTree.fromstring(bars(ITEMS, title="Kinds", right_to_left=right_to_left))


def test_there_is_no_style_and_no_script_inside() -> None:
    text = bars(ITEMS, title="Kinds")
    assert not re.search(r"style|script|href|on[a-z]+=|data-", text)


def test_lengths_follow_the_numbers_and_a_hidden_one_has_none() -> None:
    lengths = [int(r.get("width", "")) for r in drawn().iter("rect") if r.get("class") == "b"]
    assert lengths == [WIDTH, round(WIDTH * 339 / 4073), 0]


def test_right_to_left_bars_grow_from_the_right() -> None:
    picture = drawn(right_to_left=True)
    for bar in (r for r in picture.iter("rect") if r.get("class") == "b"):
        assert int(bar.get("x", "")) + int(bar.get("width", "")) == WIDTH
    label, number = list(picture.iter("text"))[:2]
    assert (label.get("x"), number.get("x")) == (str(WIDTH), "0")


def test_the_picture_is_named_and_texts_are_escaped() -> None:
    picture = drawn()
    assert picture.get("aria-label") == "Kinds"
    assert picture.get("role") == "img"
    assert [t.text for t in picture.iter("text")][2] == "Threats & <b>"


@pytest.mark.parametrize("items", [[], [Bar("None", 0, "0")]])
def test_nothing_to_draw_is_no_error(items: list[Bar]) -> None:
    assert ElementTree.fromstring(bars(items, title="Kinds")) is not None

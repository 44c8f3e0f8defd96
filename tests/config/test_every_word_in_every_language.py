# SPDX-License-Identifier: AGPL-3.0-or-later
"""A text that a module marks as one for people stands in every catalogue, under whatever name it
marks it: the tool that collects texts knows only some of these names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2] / "src" / "amana"
MARKS = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def marked(source: str) -> Iterator[tuple[str, str | None]]:
    """The texts that a module hands to a function of `django.utils.translation`, each with the
    context that tells it from the same words elsewhere."""
    tree = ast.parse(source)
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            mark = names.get(node.func.id, "")
            said = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
            if mark in MARKS and said:
                yield (said[1], said[0]) if mark.startswith("p") else (said[0], None)


def test_a_text_is_found_under_any_name() -> None:
    source = """
from django.utils.translation import gettext_lazy as lazy, ngettext, pgettext, gettext as _
STATE = lazy("Ongoing"), pgettext("custody", "Sealed")
def count(n): return ngettext("one", "many", n) + _("Two " "parts") + other("nothing")
"""
    plain = {("Ongoing", None), ("one", None), ("Two parts", None)}
    assert set(marked(source)) == plain | {("Sealed", "custody")}


@pytest.mark.parametrize("language", ["ar", "fr", "ur"])
def test_every_marked_text_has_its_translation(language: str) -> None:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as handle:
        catalogue = read_po(handle, locale=language)
    wanted = {text for path in ROOT.rglob("*.py") for text in marked(path.read_text("utf-8"))}
    assert len(wanted) > 900
    missing = []
    for text, context in sorted(wanted, key=str):
        entry = catalogue.get(text, context)
        said = entry.string if entry is not None and not entry.fuzzy else ""
        if not all(said if isinstance(said, tuple) else [said]):
            missing.append(text)
    assert missing == []

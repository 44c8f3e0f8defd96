# SPDX-License-Identifier: AGPL-3.0-or-later
"""What travels in a bag stands alone: old Pythons, no network, four languages."""

from __future__ import annotations

import ast
import json
import re
import sys
from typing import Any

from amana.evidence.exports.carried.assembling import HERE, readme, verify_html, verify_py
from amana.evidence.exports.contents import LANGUAGES, Reason
from amana.evidence.models import Source


def words() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "page" / "words.json").read_text("utf-8"))
    return found


def shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return sorted(re.findall(r"\{\w+\}", str(value)))


def test_the_script_is_python_3_9_and_imports_the_standard_library_alone() -> None:
    tree = ast.parse(verify_py(), feature_version=(3, 9))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    imported = {str(name).split(".")[0] for name in imported}
    assert imported <= sys.stdlib_module_names, imported
    assert not any(isinstance(node, ast.Match) for node in ast.walk(tree))


def test_no_line_of_the_script_is_taken_from_the_program() -> None:
    for path in (HERE / "script").glob("*.py"):
        assert "amana." not in path.read_text("utf-8").replace("amana.evidence", "amana.")


def test_every_name_of_the_script_is_its_own() -> None:
    """Its parts share one room once they are joined."""
    tree = ast.parse(verify_py())
    names = [n.name for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef)]
    assert len(names) == len(set(names))


def test_the_page_may_fetch_nothing_and_run_nothing_but_itself() -> None:
    page = verify_html().decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy[1]
    assert not re.search(r"https?://", re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL))
    assert "innerHTML" not in page
    assert page.count("<script>") == page.count("</script>") == 1


def test_the_page_says_the_same_in_four_languages() -> None:
    said = words()
    assert set(said) == set(LANGUAGES)
    assert {code: said[code]["dir"] for code in said} == {
        "ar": "rtl",
        "ur": "rtl",
        "en": "ltr",
        "fr": "ltr",
    }
    english = shape({k: v for k, v in said["en"].items() if k not in ("name", "dir")})
    for code in said:
        assert shape({k: v for k, v in said[code].items() if k not in ("name", "dir")}) == english
    assert {str(reason) for reason in Reason} == set(said["en"]["reasons"])
    assert set(Source.values) <= set(said["en"]["sources"])


def test_every_fault_that_the_page_can_find_has_words() -> None:
    used = set()
    for path in (HERE / "page").glob("*.js"):
        text = path.read_text("utf-8")
        used |= set(re.findall(r"(?:refuse|new Refused)\('([\w-]+)'", text))
    assert used == set(words()["en"]["problems"])


def test_nobody_promises_that_a_file_is_authentic() -> None:
    carried = [verify_py().decode(), verify_html().decode(), readme("en").decode()]
    assert not any("authentic" in text.lower() for text in carried)


def test_the_note_has_the_readers_language_first() -> None:
    assert readme("ur").decode().startswith("شواہد کا بستہ")
    for code in LANGUAGES:
        text = readme(code).decode()
        assert text.count("verify.html") >= 4
        assert text.count("-" * 72) == 3

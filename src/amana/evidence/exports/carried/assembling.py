# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joins the parts of the two verifiers that travel in a bag, each into one file."""

from __future__ import annotations

import ast
import base64
import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
SPDX: Final = "SPDX-License-Identifier: AGPL-3.0-or-later"
SCRIPT: Final = ("curve", "files", "container", "log", "items", "command")
PAGE: Final = ("files", "container", "log", "items", "page")


@cache
def verify_py() -> bytes:
    """The verifier for Python: its parts one after the other, their imports once at the top."""
    imports: set[str] = set()
    bodies: list[str] = []
    for name in SCRIPT:
        source = (HERE / "script" / f"{name}.py").read_text("utf-8")
        tree = ast.parse(source)
        first = next(node for node in tree.body if not _is_heading(node))
        decorated = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
        bodies.append(f"# {ast.get_docstring(tree)}\n\n" + _from_line(source, decorated))
        for node in tree.body:
            if isinstance(node, ast.Import) or (
                isinstance(node, ast.ImportFrom) and not node.level
            ):
                imports.add(ast.unparse(node))
    imports.remove("from __future__ import annotations")
    foreword = (HERE / "script" / "foreword.txt").read_text("utf-8")
    return (
        f'#!/usr/bin/env python3\n# {SPDX}\n"""{foreword}"""\n\n'
        f"from __future__ import annotations\n\n{_sorted(imports)}\n\n\n"
        + "\n\n\n".join(body.strip() for body in bodies)
        + '\n\n\nif __name__ == "__main__":\n    sys.exit(main())\n'
    ).encode()


@cache
def verify_html() -> bytes:
    """The verifier for a browser: words, style and script inside one page. Its policy lets this
    script and this style run, by their digests, and no other; nothing may be fetched or sent."""
    folder = HERE / "page"
    words = json.loads((folder / "words.json").read_text("utf-8"))
    said = json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = [(folder / f"{name}.js").read_text("utf-8") for name in PAGE]
    script = f"\n'use strict';\nconst WORDS = {said};\n" + "\n".join(parts)
    style = "\n" + (folder / "look.css").read_text("utf-8")
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = (folder / "page.html").read_text("utf-8")
    for mark, text in (
        ("POLICY", policy),
        ("STYLE", f"<style>{style}</style>"),
        ("SCRIPT", f"<script>{script}</script>"),
    ):
        page = page.replace(f"@@{mark}@@", text)
    return page.encode()


@cache
def readme(language: str) -> bytes:
    """The note in four languages, this one first."""
    texts = {path.stem: path.read_text("utf-8") for path in (HERE / "readme").glob("*.txt")}
    order = sorted(texts, key=lambda code: (code != language, code))
    return ("\n\n" + "-" * 72 + "\n\n").join(texts[code].strip() for code in order).encode() + b"\n"


@cache
def page_style() -> str:
    """The look of the pages in a bag, as an element."""
    return "<style>\n" + (HERE / "page" / "look.css").read_text("utf-8") + "</style>"


def _is_heading(node: ast.stmt) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, ast.Import | ast.ImportFrom)


def _from_line(source: str, line: int) -> str:
    return "".join(source.splitlines(keepends=True)[line - 1 :])


def _sorted(imports: set[str]) -> str:
    return "\n".join(sorted(imports, key=lambda line: (line.startswith("from"), line)))


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The three verifiers behind one face: the program, the script, the page."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Page

from amana.evidence.exports.carried.assembling import verify_html, verify_py
from amana.evidence.exports.checking import check_bag
from amana.evidence.exports.witnessing import Trust
from tests.support.browser import STEP

ALIKE = {"no-key": "log-key"}
"""The page says apart what the others say with one code."""


@dataclass(frozen=True)
class Found:
    """How it ended, the codes of what does not hold, and the items."""

    exit: int
    codes: set[str]
    items: list[dict[str, Any]]

    @classmethod
    def of(cls, report: dict[str, Any]) -> Found:
        codes = {ALIKE.get(p["code"], p["code"]) for p in report["problems"]}
        return cls(int(report["exit"]), codes, list(report["items"]))


class Verifier(Protocol):
    def check(self, bag: Path, keys: Sequence[str]) -> Found: ...


class Program:
    """`amana evidence verify`."""

    def check(self, bag: Path, keys: Sequence[str]) -> Found:
        verdict = check_bag(bag, keys=keys, trust=Trust())
        return Found.of(
            {"exit": verdict.exit, "problems": verdict.problems, "items": verdict.items}
        )


class Script:
    """`verify.py`, from outside the bag, with nothing of ours to import."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "trusted-verify.py"
        self.path.write_bytes(verify_py())

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-I", "-S", str(self.path), *arguments]
        return subprocess.run(command, capture_output=True, check=False, timeout=120)

    def check(self, bag: Path, keys: Sequence[str]) -> Found:
        named = [f"--log-key={key}" for key in keys]
        done = self.run(str(bag), *named, "--json")
        found = Found.of(json.loads(done.stdout))
        assert done.returncode == found.exit, done.stderr
        return found


class OnPage:
    """`verify.html` from a file of this machine."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def check(self, bag: Path, keys: Sequence[str]) -> Found:
        page = self.page
        page.evaluate("delete document.documentElement.dataset.report")
        page.locator("#key").fill("\n".join(keys))
        page.locator("#folder" if bag.is_dir() else "#zip").set_input_files(str(bag))
        page.locator("html[data-report]").wait_for(state="attached", timeout=STEP * 2)
        return Found.of(json.loads(page.evaluate("document.documentElement.dataset.report")))


@contextmanager
def on_page(browser: Browser, folder: Path, *, locale: str = "en") -> Iterator[OnPage]:
    """The page in a window of its own; nothing may be asked of any network."""
    path = folder / "trusted-verify.html"
    path.write_bytes(verify_html())
    context = browser.new_context(locale=locale, offline=True)
    asked: list[str] = []
    wrong: list[str] = []
    try:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text))
        page.goto(path.as_uri())
        yield OnPage(page)
        assert {url for url in asked if not url.startswith("file:")} == set()
        assert wrong == []
    finally:
        context.close()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""`verify.html` as a clerk sees it: from a file, in her language, for all eyes and hands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from amana.kernel.ledger import Ed25519Cosigner, MldsaCosigner
from tests.evidence.exports.bags import Node, contents, write
from tests.evidence.exports.verifiers import on_page
from tests.support.browser import DESKTOP, PHONE, examine

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def witnessed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Node, Path]:
    node = Node(
        witnesses=[
            Ed25519Cosigner("bela.example", b"b" * 32),
            MldsaCosigner("carla.example", b"c" * 32),
        ]
    )
    return node, write(contents(node), tmp_path_factory.mktemp("witnessed"))


def violations(page: Page, name: str) -> list[str]:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"verify-{name}.png"), full_page=True)
    return examine(page)


@pytest.mark.parametrize(
    ("locale", "direction", "said"),
    [
        ("ar", "rtl", "لم يتغير منذ"),
        ("fr", "ltr", "inchangée depuis"),
        ("en", "ltr", "unchanged since"),
        ("ur", "rtl", "تبدیل نہیں ہوئی"),
    ],
)
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desk"])
def test_it_speaks_the_readers_language_and_fits_her_screen(
    chromium: Browser,
    witnessed: tuple[Node, Path],
    tmp_path: Path,
    locale: str,
    direction: str,
    said: str,
    screen: ViewportSize,
) -> None:
    node, bag = witnessed
    with on_page(chromium, tmp_path, locale=locale) as opened:
        page = opened.page
        page.set_viewport_size(screen)
        assert opened.check(bag, [str(node.key.vkey)]).exit == 0
        assert page.locator("html").get_attribute("dir") == direction
        assert said in page.locator("#result").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"] + 1
        assert violations(page, f"{locale}-{screen['width']}") == []


def test_another_language_is_one_press_away_and_keeps_the_result(
    chromium: Browser, witnessed: tuple[Node, Path], tmp_path: Path
) -> None:
    node, bag = witnessed
    with on_page(chromium, tmp_path) as opened:
        opened.check(bag, [str(node.key.vkey)])
        opened.page.get_by_role("button", name="العربية").click()
        assert "سليم" in opened.page.locator("#result").inner_text()
        assert opened.page.locator("#key").input_value() == str(node.key.vkey)


def checks_mldsa(page: Page) -> bool:
    """Whether this browser can check a signature by ML-DSA-44: some versions have it, some not."""
    can: bool = page.evaluate(
        """() => crypto.subtle.importKey(
          'raw-public', new Uint8Array(1312), {name: 'ML-DSA-44'}, false, ['verify']
        ).then(() => true, () => false)"""
    )
    return can


def test_signatures_of_witnesses_are_checked_when_their_keys_are_given(
    chromium: Browser, witnessed: tuple[Node, Path], tmp_path: Path
) -> None:
    """Ed25519 and, where the browser has it, ML-DSA-44; the others are said to be unchecked."""
    node, bag = witnessed
    bela, carla = (str(witness.vkey) for witness in node.witnesses)
    wrong = str(MldsaCosigner("carla.example", b"d" * 32).vkey)
    with on_page(chromium, tmp_path) as opened:
        assert opened.check(bag, [str(node.key.vkey)]).exit == 0
        text = opened.page.locator("#result").inner_text()
        assert "a signature by bela.example" in text
        assert "a signature by carla.example" in text
        assert opened.check(bag, [str(node.key.vkey), bela, carla]).exit == 0
        text = opened.page.locator("#result").inner_text()
        assert "bela.example" not in text
        assert ("carla.example" not in text) == checks_mldsa(opened.page)
        assert opened.check(bag, [str(node.key.vkey), wrong]).exit == 0
        assert "a signature by carla.example" in opened.page.locator("#result").inner_text()
        assert opened.check(bag, [bela]).codes == {"log-key"}


def test_a_forged_witness_is_no_witness(chromium: Browser, tmp_path: Path) -> None:
    class Liar(MldsaCosigner):
        def cosign(self, text: str, at: int):  # type: ignore[no-untyped-def]
            return super().cosign(text.replace("amana", "other", 1), at)

    node = Node(witnesses=[Liar("carla.example", b"c" * 32)])
    bag = write(contents(node), tmp_path)
    with on_page(chromium, tmp_path) as opened:
        found = opened.check(bag, [str(node.key.vkey), str(node.witnesses[0].vkey)])
        if checks_mldsa(opened.page):
            assert (found.exit, found.codes) == (1, {"proof"})
        else:  # it says that it did not look, and takes nobody's word for anything
            assert found.exit == 0
            assert "a signature by carla.example" in opened.page.locator("#result").inner_text()


def test_a_forged_witness_whom_every_browser_can_check_is_none(
    chromium: Browser, tmp_path: Path
) -> None:
    class Liar(Ed25519Cosigner):
        def cosign(self, text: str, at: int):  # type: ignore[no-untyped-def]
            return super().cosign(text.replace("amana", "other", 1), at)

    node = Node(witnesses=[Liar("bela.example", b"b" * 32)])
    bag = write(contents(node), tmp_path)
    with on_page(chromium, tmp_path) as opened:
        found = opened.check(bag, [str(node.key.vkey), str(node.witnesses[0].vkey)])
        assert (found.exit, found.codes) == (1, {"proof"})

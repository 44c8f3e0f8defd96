# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ground of all tests: a home of their own, Django set up, no network, what is collected."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

from tests.support import network, tesseract, vectors

PASSED_ON = {"AMANA_CHROMIUM"}
"""What a test may learn from the caller's environment, besides DATABASE_URL."""


def _own_home() -> Path:
    """Point this worker at an empty home before Django's settings are read."""
    for name in list(os.environ):
        if name in {"PORT", "PACK"} or (name.startswith("AMANA_") and name not in PASSED_ON):
            del os.environ[name]
    # In memory where there is room: what reaches a real disk is tested with real processes.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    home = Path(tempfile.mkdtemp(prefix="amana-tests-", dir=memory if roomy else None))
    (home / "home").mkdir(mode=0o700)
    os.environ["AMANA_HOME"] = str(home / "home")
    (home / "home" / "static").mkdir(parents=True)  # where the node collects its static files
    os.environ["AMANA_KEYS"] = str(home / "keys")
    os.environ["DJANGO_SETTINGS_MODULE"] = "amana.config.settings"
    return home


def _is_pure(argument: str) -> bool:
    """Whether a path on the command line lies where no test needs Django."""
    path = Path(argument.partition("::")[0]).resolve()
    return any(path.is_relative_to(TESTS / name) for name in ("kernel", "meta", "packs", "support"))


TESTS = Path(__file__).resolve().parent
HOME = _own_home()

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, max_examples=40
)
hypothesis.settings.register_profile(
    "quick", deadline=None, derandomize=True, database=None, max_examples=15
)
hypothesis.settings.register_profile("deep", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)


def pytest_configure(config: pytest.Config) -> None:
    """Set Django up before the first test module asks for a model; close the network."""
    network.only_this_machine()
    if not all(_is_pure(argument) for argument in config.args):
        import django

        django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: object) -> None:
    """Let a worker make its own home: with this name set, Django would be loaded before it can."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the home of this worker."""
    shutil.rmtree(HOME, ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """A line for each kind of tests that cannot run here."""
    return _left_out()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The same line where the header is not printed (-q)."""
    if terminalreporter.no_header or terminalreporter.verbosity < 0:
        for line in _left_out():
            terminalreporter.write_line(line)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Tests on the vectors of others (`test_vectors*.py`) and on tesseract (`test_tesseract*.py`)
    are collected only where these are."""
    absent = (vectors.needs(collection_path) and vectors.folder() is None) or (
        tesseract.needs(collection_path) and not tesseract.here()
    )
    return True if absent else None


def _left_out() -> list[str]:
    """What is not collected on this machine."""
    return [*vectors.notice(), *tesseract.notice(there=tesseract.here())]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that drive a browser share one worker's browser, those of a file the nodes it
    started; `db` tests may use the database."""
    _marks_stand_in_their_files(items)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        if item.get_closest_marker("processes"):
            item.add_marker(pytest.mark.xdist_group(item.path.name))
        if item.get_closest_marker("db") and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db)


FOUND_BY_MARK = ("db", "postgres")
"""bin/test looks for these words to find the files of a part."""


def _marks_stand_in_their_files(items: list[pytest.Item]) -> None:
    """A mark that came another way would take the test out of every part of bin/test."""
    marked = {(item.path, name) for item in items for name in FOUND_BY_MARK if _has(item, name)}
    for path, name in sorted(marked):
        if not re.search(rf"\bmark\.{name}\b", path.read_text("utf-8")):
            raise pytest.UsageError(f"{path}: bin/test looks for mark.{name}, which is not there")


def _has(item: pytest.Item, mark: str) -> bool:
    return item.get_closest_marker(mark) is not None


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the search for cycles leaves it alone in
    workers. A run without them has the collector as everybody has it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


_browser = contextlib.ExitStack()
_opened: list[object] = []


@pytest.fixture(scope="module")
def chromium() -> object:
    """The one headless Chromium of all tests in a row that drive one (`playwright...Browser`)."""
    from tests.support.browser import chromium as launch

    if not _opened:
        _opened.append(_browser.enter_context(launch()))
    return _opened[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Close the browser before a test that drives none: Playwright keeps an event loop running in
    this thread, and whoever starts one of its own there, as pyHanko does, would be refused."""
    try:
        return (yield)
    finally:
        if _opened and not _goes_on(item, nextitem):
            _opened.clear()
            _browser.close()


def _goes_on(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Whether the browser is wanted further, or a fixture of this module may still hold it."""
    return following is not None and (
        following.path == item.path or following.get_closest_marker("browser") is not None
    )


if "amana" in sys.modules:  # the settings would have been read from the caller's home
    raise RuntimeError("amana was imported before tests/conftest.py")


@pytest.fixture(autouse=True)
def _words_of_another_node_are_forgotten() -> None:
    """What pages say of the node is kept for seconds, what it destroyed for good; the next test
    has another node."""
    (HOME / "home" / "state" / "shredded.list").unlink(missing_ok=True)
    selectors = sys.modules.get("amana.agencies.selectors")
    if selectors is not None:
        selectors.forget_shown()

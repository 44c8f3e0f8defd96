# SPDX-License-Identifier: AGPL-3.0-or-later
"""The common ground of the tests: own home, no network, vectors only where they lie, messages."""

from __future__ import annotations

import asyncio
import gettext
import importlib.machinery
import importlib.util
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from tests.meta.files import ROOT
from tests.support import vectors
from tests.support.network import OutsideError

PO = """# SPDX-License-Identifier: AGPL-3.0-or-later
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: ar\\n"
"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
"n%100>=11 ? 4 : 5;\\n"

msgid "Report"
msgstr "بلاغ"

#, fuzzy
msgid "Exit"
msgstr "تخمين"
"""


def script(name: str) -> ModuleType:
    """A Python script of bin/ as a module."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(ROOT / "bin" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_a_worker_has_a_home_of_its_own() -> None:
    home = Path(os.environ["AMANA_HOME"])
    assert home.is_relative_to(tempfile.gettempdir()) or home.is_relative_to("/dev/shm")
    assert Path(os.environ["AMANA_KEYS"]).parent == home.parent
    assert not home.is_relative_to(ROOT)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("pack.example", 443)])
def test_a_connection_to_another_machine_is_refused(address: tuple[str, int]) -> None:
    with socket.socket() as plug, pytest.raises(OutsideError):
        plug.connect(address)


def test_a_connection_to_this_machine_is_allowed() -> None:
    with socket.socket() as server, socket.socket() as plug:
        server.bind(("127.0.0.1", 0))
        server.listen()
        plug.connect(server.getsockname())
        assert plug.getpeername() == server.getsockname()


def test_vectors_are_announced_once_when_they_are_not_there(tmp_path: Path) -> None:
    assert vectors.notice(tmp_path / "none") == [
        "vectors: ../shared/vectors is not here; the tests on it are not collected"
    ]
    assert vectors.notice(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "needed"),
    [("test_vectors.py", True), ("test_vectors_hpke.py", True), ("test_receipt.py", False)],
)
def test_files_that_need_vectors_are_known_by_name(name: str, needed: bool) -> None:
    assert vectors.needs(Path("tests/kernel") / name) is needed


def test_a_catalogue_is_compiled_without_its_guesses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = script("compile-messages")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    source = tmp_path / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, "utf-8")
    assert module.stale(source)
    assert module.main() == 0
    assert not module.stale(source)
    with source.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    assert catalogue.gettext("Report") == "بلاغ"
    assert catalogue.gettext("Exit") == "Exit"


@pytest.mark.parametrize(
    ("text", "refused"),
    [("pytestmark = pytest.mark.db\n", False), ("from elsewhere import pytestmark\n", True)],
)
def test_a_mark_that_bin_test_would_not_find_is_refused(
    request: pytest.FixtureRequest, tmp_path: Path, text: str, refused: bool
) -> None:
    ground = str(ROOT / "tests" / "conftest.py")
    plugins = request.config.pluginmanager.get_plugins()
    (conftest,) = [one for one in plugins if getattr(one, "__file__", "") == ground]
    path = tmp_path / "test_x.py"
    path.write_text(text, "utf-8")
    item = SimpleNamespace(path=path, get_closest_marker=lambda name: name == "db" or None)
    expected = pytest.raises(pytest.UsageError, match=r"mark\.db") if refused else nullcontext()
    with expected:
        conftest._marks_stand_in_their_files([item])


def test_make_help_has_a_line_for_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = makefile.split(".PHONY:")[1].splitlines()[0].split()
    # Under `make test` this make is a child of another and would announce its folder.
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = {line.split()[1] for line in shown.stdout.splitlines()}
    assert lines == set(targets)


@pytest.mark.postgres
def test_a_private_postgresql_comes_and_goes() -> None:
    """Nothing of it is left, the command's exit code is passed on, and it listens on no network."""
    code = (
        "import os, psycopg\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as server:\n"
        "    print(server.execute('show listen_addresses').fetchone()[0] or 'no network')\n"
        "    print(server.info.host)\n"
        "raise SystemExit(7)"
    )
    done = subprocess.run(
        [str(ROOT / "bin" / "with-postgres"), "--fast", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    listens, place = done.stdout.splitlines()
    assert listens == "no network"
    assert not Path(place).exists()


def test_no_event_loop_of_another_test_runs_here() -> None:
    """Playwright keeps one in its thread: the browser is closed before a test that has none."""
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
    assert "DJANGO_ALLOW_ASYNC_UNSAFE" not in os.environ

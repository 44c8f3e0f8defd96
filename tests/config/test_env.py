# SPDX-License-Identifier: AGPL-3.0-or-later
"""The settings of a node: both ends of each range, what folders follow from them, and no value in
what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

from amana.config.env import Env


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AMANA_HOME", "AMANA_KEYS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("PORT", 1, 65535),
        ("AMANA_TRUSTED_PROXIES", 0, 5),
        ("AMANA_WORKERS", 1, 64),
        ("AMANA_THREADS", 1, 64),
        ("AMANA_MAX_FILE_MB", 1, 2048),
        ("AMANA_MAX_FILES", 1, 100),
        ("AMANA_MAX_REPORT_MB", 1, 65536),
    ],
)
def test_both_ends_of_a_range_are_taken_and_what_lies_beyond_is_not(
    name: str, least: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = name.removeprefix("AMANA_").lower()
    for inside in (least, most):
        monkeypatch.setenv(name, str(inside))
        assert getattr(Env(), field) == inside
    for outside in (least - 1, most + 1):
        monkeypatch.setenv(name, str(outside))
        with pytest.raises(ValidationError):
            Env()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMANA_THREADS", "hunter2"),
        ("AMANA_LOG_LEVEL", "hunter2"),
        ("AMANA_LOAD_TEST", "hunter2"),
        ("AMANA_SURFACES", "portal,hunter2"),
        ("AMANA_THREADS", "7654321"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_repeated(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where a server of the operator's own prints the exception as it is."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.removeprefix("AMANA_").lower()) as refused:
        Env()
    assert value.rpartition(",")[2] not in str(refused.value)
    assert value.rpartition(",")[2] not in repr(refused.value)


def test_the_log_is_told_no_secret_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANA_SMTP_URL", "smtp://node:hunter2@mail.example")
    monkeypatch.setenv("DATABASE_URL", "postgres://node:hunter2@h/n")
    said = Env()
    assert said.smtp_url.startswith("smtp://")
    assert "hunter2" not in f"{said!r} {said}"


# --- surfaces


@pytest.mark.parametrize(
    ("given", "served"),
    [
        ("portal", {"portal"}),
        (" desk , portal ", {"desk", "portal"}),
        ("exchange,,exchange,", {"exchange"}),
    ],
)
def test_surfaces_stand_with_commas_and_spaces(given: str, served: set[str]) -> None:
    assert Env(surfaces=given).surface_set == served


@pytest.mark.parametrize("given", ["", " , ", "portl", "portal;desk", "portal desk", "Desk"])
def test_a_process_that_would_serve_nothing_of_what_was_meant_does_not_start(given: str) -> None:
    """It would answer every page, and the question whether it is well, with 404."""
    with pytest.raises(ValidationError, match="surfaces"):
        Env(surfaces=given)


# --- folders


def test_folders_lie_in_the_home_unless_they_are_named(tmp_path: Path) -> None:
    said = Env(home=tmp_path)
    assert said.key_folder == tmp_path / "keys"
    assert said.blob_folder == tmp_path / "blobs"
    folders = {said.upload_folder, said.run_folder, said.state_folder, said.blob_folder}
    assert len(folders) == 4
    assert {folder.parent for folder in folders} == {tmp_path}
    elsewhere = Env(home=tmp_path, keys=Path("/mnt/keys"), blobs="/mnt/sealed")
    assert elsewhere.key_folder == Path("/mnt/keys")
    assert elsewhere.blob_folder == Path("/mnt/sealed")


def test_a_relative_folder_stays_the_same_when_a_command_goes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = Env(home=Path("var"), keys=Path("../keys"), blobs="sealed/./files")
    monkeypatch.chdir("/")
    assert said.home == tmp_path / "var"
    assert said.key_folder == tmp_path.parent / "keys"
    assert said.blob_folder == tmp_path / "sealed" / "files"


def test_a_folder_of_ones_own_may_be_written_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    said = Env(home=Path("~/node"), blobs="~/sealed")
    assert (said.home, said.blob_folder) == (tmp_path / "node", tmp_path / "sealed")


@pytest.mark.parametrize(
    ("given", "bucket"),
    [
        ("s3://evidence", ("evidence", "")),
        ("s3://evidence/", ("evidence", "")),
        ("s3://evidence/of/one/node/", ("evidence", "of/one/node")),
    ],
)
def test_a_bucket_is_no_folder_and_files_wait_in_the_home_on_their_way(
    given: str, bucket: tuple[str, str], tmp_path: Path
) -> None:
    said = Env(home=tmp_path, blobs=given)
    assert said.blob_bucket == bucket
    assert said.blob_folder == tmp_path / "blobs"
    assert Env(home=tmp_path, blobs="/mnt/s3").blob_bucket is None


# --- addresses


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("127.0.0.1.example", False),
        ("", False),
    ],
)
def test_only_this_machines_own_addresses_are_loopback(host: str, loopback: bool) -> None:
    """Two settings that are dangerous in public are refused off loopback."""
    assert Env(host=host).loopback is loopback


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("node.example", "http://node.example:8000"),
    ],
)
def test_the_address_it_listens_on_can_be_typed_into_a_browser(host: str, address: str) -> None:
    said = Env(host=host).listens_at
    assert said == address
    assert (urlsplit(said).hostname, urlsplit(said).port) == (host, 8000)


def test_what_is_no_setting_of_ours_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANA_OF_ANOTHER_PROGRAM", "x")
    assert not hasattr(Env(), "of_another_program")

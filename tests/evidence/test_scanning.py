# SPDX-License-Identifier: AGPL-3.0-or-later
"""clamd's protocol against a scanner that says what the test wants."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from amana.config.env import env
from amana.evidence import scanning
from amana.evidence.scanning import ScannerFailed, scan
from tests.support.clamd import fake_clamd


@pytest.fixture(autouse=True)
def _no_scanner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env(), "clamd", "")


def test_without_a_setting_there_is_no_scanner() -> None:
    assert not scanning.configured()


@pytest.mark.parametrize("size", [0, 1, 128 * 1024, 300_001])
def test_a_clean_file_is_sent_whole(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    content = b"x" * size
    with fake_clamd(b"stream: OK\0") as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        assert scanning.configured()
        assert scanning.answers()
        assert scan(io.BytesIO(content)).clean
        assert address.seen == [content]


def test_over_a_unix_socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with fake_clamd(b"stream: Eicar-Signature FOUND\0", path=str(tmp_path / "s")) as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        verdict = scan(io.BytesIO(b"x"))
    assert (verdict.found, verdict.clean) == ("Eicar-Signature", False)


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream:  FOUND\0", b"hello"]
)
def test_an_answer_that_is_none_is_never_taken_for_clean(
    monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    with fake_clamd(answer) as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        with pytest.raises(ScannerFailed):
            scan(io.BytesIO(b"x"))


def test_a_scanner_that_has_seen_enough_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    with fake_clamd(b"stream: Big FOUND\0", hang_up_after=1) as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        try:
            assert scan(io.BytesIO(b"x" * 200_000)).found == "Big"
        except ScannerFailed:
            assert address.seen, "the connection was reset before the answer was read"


def test_a_scanner_that_is_away_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("127.0.0.1:9", "/nowhere/clamd.sock"):
        monkeypatch.setattr(env(), "clamd", address)
        assert not scanning.answers()
        with pytest.raises(ScannerFailed):
            scan(io.BytesIO(b"x"))

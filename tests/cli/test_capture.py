# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana capture URL`: into a folder of its own or into a report, never over what is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amana.cli import main, say
from amana.evidence.capture import jail, packing, vantage
from amana.evidence.models import EvidenceItem
from amana.journal.models import Event
from amana.kernel.ledger.commitments import opens
from amana.people.models import Officer
from tests.evidence.capture.builders import raw
from tests.support import builders as make

pytestmark = pytest.mark.db
URL = "https://example.org/page"


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setattr(jail, "run", lambda *_args, **_more: raw(URL))
    words = tmp_path_factory.mktemp("words") / "words"
    words.write_text(make.PASSPHRASE + "\n", "utf-8")
    monkeypatch.setenv(say.PASSPHRASE_FILE, str(words))


def test_a_page_lands_in_a_folder_and_its_record_opens_the_leaf(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make.node()
    folder = tmp_path / "found"
    assert main(["capture", URL, "--to", str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == set(packing.TYPES) | {"opening.json"}
    assert str(folder / packing.WACZ) in capsys.readouterr().out
    opening = json.loads((folder / "opening.json").read_text())
    event = Event.objects.get(tag="evidence:page:capture")
    assert json.loads(bytes(event.body or b""))["facts"]["record"] == opening["commitment"]
    assert opens(
        bytes.fromhex(opening["commitment"]),
        salt=bytes.fromhex(opening["salt"]),
        stored=(folder / packing.RECORD).read_bytes(),
    )


def test_a_folder_that_is_not_empty_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make.node()
    (tmp_path / "mine").write_text("mine")
    assert main(["capture", URL, "--to", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert not Event.objects.filter(tag="evidence:page:capture").exists()


def test_a_fenced_address_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.undo()
    make.node()
    url = "http://169.254.169.254/latest/"
    assert main(["capture", url, "--to", str(tmp_path / "x")]) == 1
    assert "not_public" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_an_officer_captures_into_a_report_she_sees(capsys: pytest.CaptureFixture[str]) -> None:
    agency = make.node()
    report, who = make.report(agency), make.staff(agency, "jo/ccu/aqaba")
    login = Officer.objects.get(pk=who.officer_id).login
    as_shown = f"{report.locator[:4]} {report.locator[4:]}"
    told = ["capture", URL, "--report", as_shown, "--purpose", "It may be gone."]
    assert main([*told, "--as", login]) == 0
    assert "9 files are sealed" in capsys.readouterr().out
    assert EvidenceItem.objects.filter(report=report).count() == 9


@pytest.mark.parametrize("officer", ["", "nobody"])
def test_an_unknown_officer_captures_nothing(
    officer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = make.report(make.node())
    assert main(["capture", URL, "--report", report.locator, "--as", officer]) == 2
    assert "--as" in capsys.readouterr().err
    assert not EvidenceItem.objects.exists()


def test_a_report_of_another_branch_does_not_exist_for_her(
    capsys: pytest.CaptureFixture[str],
) -> None:
    agency = make.node()
    report = make.report(agency)
    make.staff(agency, "jo/ccu/aqaba")
    login = Officer.objects.get(pk=make.staff(agency, "jo/ccu/karak").officer_id).login
    assert main(["capture", URL, "--report", report.locator, "--as", login, "--purpose", "x"]) == 2
    assert "no such report" in capsys.readouterr().err


def test_nobody_captures_in_an_officers_name_without_her_passphrase(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    agency = make.node()
    report, who = make.report(agency), make.staff(agency, "jo/ccu/aqaba")
    login = Officer.objects.get(pk=who.officer_id).login
    (tmp_path / "wrong").write_text("not hers at all\n", "utf-8")
    monkeypatch.setenv(say.PASSPHRASE_FILE, str(tmp_path / "wrong"))
    assert main(["capture", URL, "--report", report.locator, "--as", login, "--purpose", "x"]) == 1
    assert not EvidenceItem.objects.filter(report=report).exists()


def test_a_partner_that_fails_or_lies_does_not_take_the_own_capture_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_args: object) -> None:
        raise vantage.NoVantage("", "the partner answered 500")

    make.node()
    monkeypatch.setattr(vantage, "ask", refuse)
    folder = tmp_path / "found"
    told = ["capture", URL, "--to", str(folder), "--with", "https://partner.example/log"]
    assert main(told) == 1
    assert {path.name for path in folder.iterdir()} == set(packing.TYPES) | {"opening.json"}
    assert "the partner answered 500" in capsys.readouterr().err

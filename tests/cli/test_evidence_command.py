# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana evidence` as an operator and a court clerk use it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from amana.cli import main, say
from amana.journal.models import Event
from amana.people.models import Officer
from tests.evidence.exports.bags import openings
from tests.evidence.exports.exported import Ground, ground
from tests.support import builders as make
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    words = tmp_path / "words"
    words.write_text(make.PASSPHRASE + "\n", "utf-8")
    monkeypatch.setenv(say.PASSPHRASE_FILE, str(words))
    return ground(b"one", b"two")


def login(where: Ground) -> str:
    return Officer.objects.get(pk=where.staff.officer_id).login


def export(where: Ground, name: str, folder: Path, *more: str) -> int:
    return main(["evidence", "export", name, "--as", login(where), "--to", str(folder), *more])


def test_a_report_by_its_locator_becomes_a_bag_whose_path_is_printed_last(
    where: Ground, tmp_path: Path, capsys: Captured
) -> None:
    assert export(where, where.report.locator, tmp_path / "out") == 0
    bag = Path(capsys.readouterr().out.splitlines()[-1])
    assert bag.parent == tmp_path / "out"
    assert main(["journal", "key"]) == 0
    key = capsys.readouterr().out.splitlines()[0]
    assert main(["evidence", "verify", str(bag), "--log-key", key]) == 0
    said = capsys.readouterr().out
    assert "item 1 data/evidence/0001.png: unchanged since" in said
    assert said.splitlines()[-1] == "all that can be checked holds"
    assert "authentic" not in said
    assert not Event.objects.filter(tag="evidence:item:export", body__isnull=True).exists()


def test_one_item_by_its_id_and_as_a_zip(where: Ground, tmp_path: Path, capsys: Captured) -> None:
    assert export(where, str(where.items[1].id), tmp_path / "out", "--zip") == 0
    path = Path(capsys.readouterr().out.splitlines()[-1])
    assert path.stat().st_mode & 0o077 == 0
    names = zipfile.ZipFile(path).namelist()
    assert [name for name in names if "/data/" in name] == [f"{path.stem}/data/evidence/0002.png"]
    assert main(["evidence", "verify", str(path), "--log-key", where.key, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["exit"] == 0


def test_what_is_withheld_is_named_on_the_command_line(
    where: Ground, tmp_path: Path, capsys: Captured
) -> None:
    more = (f"--withhold={where.items[0].id}=minor", "--withhold=names=third_party")
    assert export(where, str(where.report.id), tmp_path / "out", *more) == 0
    said = openings(Path(capsys.readouterr().out.splitlines()[-1]))
    assert said["items"][0]["withheld"] == "minor"
    assert said["items"][1]["name"] is None


@pytest.mark.parametrize(
    ("given", "complaint"),
    [("names=because", "no such reason"), ("everything=minor", "not the id of an item")],
)
def test_a_wrong_redaction_stops_before_anything_leaves(
    where: Ground, tmp_path: Path, capsys: Captured, given: str, complaint: str
) -> None:
    assert export(where, where.report.locator, tmp_path, f"--withhold={given}") == 2
    assert complaint in capsys.readouterr().err
    assert not Event.objects.filter(tag="evidence:item:export").exists()


def test_a_wrong_passphrase_and_an_unknown_officer_are_told(
    where: Ground, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "words").write_text("other words\n", "utf-8")
    assert export(where, where.report.locator, tmp_path / "out") == 1
    assert "The passphrase is not right." in capsys.readouterr().err
    options = ["--as", "nobody", "--to", str(tmp_path / "out")]
    assert main(["evidence", "export", where.report.locator, *options]) == 2
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


@pytest.mark.parametrize("name", ["00000000", "0190b5a0-0000-7000-8000-000000000000", "nothing"])
def test_what_she_may_not_see_does_not_exist(
    where: Ground, tmp_path: Path, capsys: Captured, name: str
) -> None:
    assert export(where, name, tmp_path / "out") == 1
    assert "There is no such report." in capsys.readouterr().err


def test_an_officer_of_another_unit_gets_nothing_by_report_or_by_item(
    where: Ground, tmp_path: Path, capsys: Captured
) -> None:
    where.staff = make.staff(where.report.agency, "jo/ccu/irbid")
    for name in (where.report.locator, str(where.items[0].id)):
        assert export(where, name, tmp_path / "out") == 1
        assert "There is no such report." in capsys.readouterr().err


def test_exit_codes_tell_apart_what_does_not_hold_and_what_is_no_bag(
    where: Ground, tmp_path: Path, capsys: Captured
) -> None:
    assert export(where, where.report.locator, tmp_path / "out") == 0
    bag = Path(capsys.readouterr().out.splitlines()[-1])
    assert main(["evidence", "verify", str(bag)]) == 1
    assert "never from the bag" in capsys.readouterr().out
    assert main(["evidence", "verify", str(bag), "--bag-only"]) == 0
    (bag / "data/evidence/0001.png").write_bytes(b"two")
    assert main(["evidence", "verify", str(bag), "--log-key", where.key]) == 1
    assert "PROBLEM digest: data/evidence/0001.png" in capsys.readouterr().out
    assert main(["evidence", "verify", str(tmp_path), "--log-key", where.key]) == 2
    assert main(["evidence", "verify", str(tmp_path / "none"), "--log-key", where.key]) == 2


def test_the_verifiers_are_written_to_be_published(tmp_path: Path, capsys: Captured) -> None:
    assert main(["evidence", "verifiers", "--to", str(tmp_path / "public")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [Path(line.split()[1]).name for line in lines] == ["verify.py", "verify.html"]
    assert (tmp_path / "public" / "verify.html").read_bytes().startswith(b"<!doctype html>")

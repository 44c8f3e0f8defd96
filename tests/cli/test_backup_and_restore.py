# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana backup` and `amana restore` around the database: sealed files go along, each is checked,
nothing is written over, and nobody is in until the operator has looked. The database itself is
copied in `test_sqlite_copies.py` and `test_postgres_copies.py`; here this test's own plays both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from amana.agencies.models import Agency
from amana.cli import main, occupied
from amana.cli.errors import CommandFailed
from amana.cli.keeping import databases, manifest, restore
from amana.cli.keeping.backup import BLOBS, back_up
from amana.config.clock import now
from amana.config.env import env
from amana.evidence.blobs import FolderBlobs
from amana.evidence.models import EvidenceItem
from amana.journal.events import Tag
from amana.journal.models import Event
from amana.people.models import Officer, Role
from tests.evidence.files import UNIT, added
from tests.support import builders as make
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db
Out = pytest.CaptureFixture[str]
NAMES = {"sqlite": databases.SQLITE_FILE, "postgresql": databases.POSTGRES_FILE}


@pytest.fixture(autouse=True)
def agency(monkeypatch: pytest.MonkeyPatch) -> Iterator[Agency]:
    """A node whose database comes along as a file of a few bytes."""

    def copy_out(folder: Path) -> str:
        manifest.write_new(folder / NAMES[connection.vendor], b"all tables")
        return NAMES[connection.vendor]

    monkeypatch.setattr(databases, "copy_out", copy_out)
    monkeypatch.setattr(databases, "empty", lambda: True)
    monkeypatch.setattr(databases, "copy_in", lambda _source: None)
    monkeypatch.setattr(restore, "call_command", lambda *_names, **_more: None)
    (env().state_folder / restore.FILE).unlink(missing_ok=True)
    yield make.node()
    (env().state_folder / restore.FILE).unlink(missing_ok=True)
    (env().home / occupied.RESTORING).unlink(missing_ok=True)


def here(address: str) -> Path:
    return FolderBlobs(env().blob_folder).path(address)


def copied(backup: Path, address: str) -> Path:
    return FolderBlobs(backup / BLOBS).path(address)


def officer(agency: Agency) -> str:
    return Officer.objects.get(pk=make.staff(agency, UNIT, Role.SUPERVISOR).officer_id).login


def refused(capsys: Out, *line: str, code: int = 2) -> str:
    assert main(list(line)) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("amana: ")
    assert said.err.count("\n") == 1
    return said.err


# --- backup


def test_a_backup_says_what_is_in_it_and_what_is_not(
    agency: Agency, tmp_path: Path, capsys: Out
) -> None:
    item = added(make.report(agency))
    target = tmp_path / "new" / "backup"
    assert main(["backup", "--to", str(target)]) == 0
    said = capsys.readouterr().out
    assert f"{target}: 1 sealed files, {here(item.blob).stat().st_size:,} bytes" in said
    assert "the keys are not in it" in said
    assert copied(target, item.blob).read_bytes() == here(item.blob).read_bytes()
    assert Event.objects.filter(tag=Tag.BACKUP_RUN).count() == 1
    assert {path.stat().st_mode & 0o077 for path in target.rglob("*")} == {0}


def test_one_blob_of_two_items_goes_along_once_and_a_shredded_one_never(
    agency: Agency, tmp_path: Path
) -> None:
    one, two, gone = (added(make.report(agency), content) for content in (b"1", b"2", b"3"))
    EvidenceItem.objects.filter(pk=two.pk).update(blob=one.blob)
    EvidenceItem.objects.filter(pk=gone.pk).update(shredded_at=now(), shred_basis="court_order")
    done = back_up(tmp_path / "backup")
    assert (done.blobs, done.missing_blobs) == (1, 0)
    assert list(manifest.blob_lines(tmp_path / "backup")) == [one.blob]
    assert not copied(tmp_path / "backup", gone.blob).exists()


def test_a_blob_that_went_with_its_draft_meanwhile_is_counted_and_not_listed(
    agency: Agency, tmp_path: Path
) -> None:
    stays, gone = (added(make.report(agency), content) for content in (b"1", b"2"))
    here(gone.blob).unlink()
    done = back_up(tmp_path / "backup")
    assert (done.blobs, done.missing_blobs) == (1, 1)
    assert list(manifest.blob_lines(tmp_path / "backup")) == [stays.blob]
    restore.restore(tmp_path / "backup", force=False)


@pytest.mark.parametrize("where", ["{home}", "{home}/backup", "{home}/../{name}/blobs"])
def test_a_backup_inside_of_what_it_saves_is_refused(where: str, capsys: Out) -> None:
    target = where.format(home=env().home, name=env().home.name)
    assert "inside the home" in refused(capsys, "backup", "--to", target)
    assert not (env().home / "backup").exists()


def test_a_backup_is_never_written_over_anything(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "mine").write_text("mine")
    assert "not empty" in refused(capsys, "backup", "--to", str(tmp_path))
    assert "not finished" in refused(capsys, "backup", "--to", str(tmp_path / "mine"))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_backup_that_broke_off_cannot_be_restored(
    agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    item = added(make.report(agency))
    target = str(tmp_path / "backup")
    with monkeypatch.context() as broken:
        broken.setattr(manifest, "write", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            main(["backup", "--to", target])
    assert copied(tmp_path / "backup", item.blob).exists()
    assert "no whole backup" in refused(capsys, "restore", "--from", target)
    assert not Event.objects.filter(tag=Tag.BACKUP_RUN).exists()


def test_files_in_a_bucket_stay_there_and_the_operator_is_told(
    agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    added(make.report(agency))
    away = env().model_copy(update={"blobs": "s3://evidence/node"})
    monkeypatch.setattr("amana.cli.keeping.backup.env", lambda: away)
    done = back_up(tmp_path / "backup")
    assert (done.blobs, list(manifest.blob_lines(tmp_path / "backup"))) == (0, [])
    assert "see to its replicas" in capsys.readouterr().err


# --- restore


def test_sealed_files_come_back_and_those_that_are_here_stay(
    agency: Agency, tmp_path: Path
) -> None:
    lost, kept = (added(make.report(agency), content) for content in (b"1", b"2"))
    back_up(tmp_path / "backup")
    before = here(kept.blob).stat()
    here(lost.blob).unlink()
    restore.restore(tmp_path / "backup", force=False)
    assert manifest.digest_of(here(lost.blob)) == lost.blob
    assert here(lost.blob).stat().st_mode & 0o077 == 0
    after = here(kept.blob).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
def test_a_sealed_file_that_is_not_as_it_was_stops_it_before_anything_is_written(
    how: str, agency: Agency, tmp_path: Path, capsys: Out
) -> None:
    item = added(make.report(agency))
    back_up(tmp_path / "backup")
    file = copied(tmp_path / "backup", item.blob)
    content = file.read_bytes()
    file.write_bytes({"changed": b"x" + content[1:], "cut": content[:-1], "gone": b""}[how])
    if how == "gone":
        file.unlink()
    here(item.blob).unlink()
    login = officer(agency)
    said = refused(capsys, "restore", "--from", str(tmp_path / "backup"))
    assert item.blob in said
    assert not here(item.blob).exists()
    assert not occupied.is_restoring()
    assert Officer.objects.get(login=login).is_active


def test_a_damaged_file_that_is_here_is_named_and_no_node_starts_until_it_went(
    agency: Agency, tmp_path: Path, capsys: Out
) -> None:
    item = added(make.report(agency))
    back_up(tmp_path / "backup")
    here(item.blob).write_bytes(b"damaged")
    line = ("restore", "--from", str(tmp_path / "backup"))
    assert "move it away and try again" in refused(capsys, *line)
    with pytest.raises(CommandFailed, match="broken off"):
        occupied.occupy()
    here(item.blob).unlink()
    assert main(list(line)) == 0
    assert not occupied.is_restoring()


def test_a_backup_of_the_other_kind_of_database_is_named(tmp_path: Path, capsys: Out) -> None:
    back_up(tmp_path / "backup")
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    found = manifest.read(tmp_path / "backup")
    shutil.rmtree(tmp_path / "backup" / BLOBS, ignore_errors=True)
    for name in (manifest.MANIFEST, manifest.SIGNATURE):
        (tmp_path / "backup" / name).unlink()
    said = {**{name: getattr(found, name) for name in found.__slots__}, "database": other}
    manifest.write(tmp_path / "backup", manifest.Manifest(**said))
    wrong = refused(capsys, "restore", "--from", str(tmp_path / "backup"))
    assert f"a backup of {other}; this home uses {connection.vendor}" in wrong


def test_a_home_that_holds_a_database_is_left_alone_without_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    back_up(tmp_path / "backup")
    monkeypatch.setattr(databases, "empty", lambda: False)
    assert "--force keeps it" in refused(capsys, "restore", "--from", str(tmp_path / "backup"))
    assert not Event.objects.filter(tag=Tag.RESTORE_RUN).exists()


@pytest.mark.parametrize("options", [[], ["--from", "x", "--accept"], ["--without", "samar"]])
def test_either_a_copy_or_an_acceptance(options: list[str], capsys: Out) -> None:
    assert "either --from DIR or --accept" in refused(capsys, "restore", *options)


# --- until the operator has looked


def test_accounts_are_listed_closed_and_opened_or_ended_once(
    agency: Agency, tmp_path: Path, capsys: Out
) -> None:
    stays, leaves = officer(agency), officer(agency)
    Session.objects.create(session_key="s" * 40, session_data="x", expire_date=now())
    back_up(tmp_path / "backup")
    assert main(["restore", "--from", str(tmp_path / "backup")]) == 0
    said = capsys.readouterr().out
    assert "2 accounts are closed until you have looked at them" in said
    for login in (stays, leaves):
        assert f"  {login}" in said
    assert said.count("last signed in never") == 2
    assert not Session.objects.exists()
    assert not Officer.objects.filter(is_active=True).exists()
    assert "no such account waits: nobody" in refused(
        capsys, "restore", "--accept", "--without", leaves, "nobody"
    )
    assert not Officer.objects.filter(is_active=True).exists()
    assert main(["restore", "--accept", "--without", leaves]) == 0
    assert "1 accounts are open again, 1 ended for good" in capsys.readouterr().out
    assert [one.login for one in Officer.objects.filter(is_active=True)] == [stays]
    assert "no restore waits" in refused(capsys, "restore", "--accept")


def test_an_account_that_was_closed_before_is_not_opened_by_accepting(
    agency: Agency, tmp_path: Path
) -> None:
    stays, closed = officer(agency), officer(agency)
    Officer.objects.filter(login=closed).update(is_active=False)
    back_up(tmp_path / "backup")
    restore.restore(tmp_path / "backup", force=False)
    assert restore.accept(without=[]) == (1, 0)
    assert [one.login for one in Officer.objects.filter(is_active=True)] == [stays]


def test_in_a_home_without_accounts_nothing_waits(tmp_path: Path, capsys: Out) -> None:
    back_up(tmp_path / "backup")
    assert main(["restore", "--from", str(tmp_path / "backup")]) == 0
    assert "accounts are closed" not in capsys.readouterr().out
    assert not restore.is_waiting()

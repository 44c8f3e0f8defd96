# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana evidence`: two officers destroy, one command reads everything again."""

from __future__ import annotations

from pathlib import Path

import pytest

from amana.agencies.models import Agency
from amana.cli import main
from amana.config.clock import now
from amana.config.env import env
from amana.evidence.blobs import FolderBlobs
from amana.evidence.models import EvidenceItem, Shred
from amana.people.models import Officer, Role
from amana.reports.models import Report, SealedPart
from tests.evidence.files import UNIT, added, fresh
from tests.support import builders as make

pytestmark = pytest.mark.db
WHY = ["--basis", "court_order", "--article", "Art. 12", "--reason", "By judgment."]


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture(autouse=True)
def passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Both officers type the same one in these tests."""
    file = tmp_path / "passphrase"
    file.write_text(make.PASSPHRASE + "\n", "utf-8")
    monkeypatch.setenv("AMANA_PASSPHRASE_FILE", str(file))
    return file


def officer(agency: Agency, *roles: Role) -> str:
    return Officer.objects.get(pk=make.staff(agency, UNIT, *roles).officer_id).login


def shred(named: object, login: str, *more: str) -> int:
    return main(["evidence", "shred", str(named), "--as", login, *more])


def test_one_asks_and_another_one_destroys(
    agency: Agency, capsys: pytest.CaptureFixture[str]
) -> None:
    item = added(make.report(agency))
    one, two = officer(agency), officer(agency, Role.SUPERVISOR)
    assert shred(item.id, one, *WHY) == 0
    assert "asked" in capsys.readouterr().out
    assert shred(item.id, one) == 1
    assert fresh(item).shredded_at is None
    assert shred(item.id, two) == 0
    assert "destroyed" in capsys.readouterr().out
    assert fresh(item).shred_basis == "court_order"


def test_a_whole_report_by_its_locator(agency: Agency) -> None:
    report = make.report(agency)
    Report.objects.filter(pk=report.pk).update(
        closed_at=now(), stage="closed", disposition="solved"
    )
    one, two = officer(agency), officer(agency, Role.SUPERVISOR)
    as_shown = f"{report.locator[:4]} {report.locator[4:]}"  # on the desk, in two groups
    assert shred(as_shown, one, *WHY) == 0
    assert shred(report.locator, two) == 0
    assert not SealedPart.objects.filter(report=report).exists()


@pytest.mark.parametrize("more", [(), ("--basis", "because", "--article", "a", "--reason", "b")])
def test_without_a_ground_nothing_is_asked(agency: Agency, more: tuple[str, ...]) -> None:
    item = added(make.report(agency))
    assert shred(item.id, officer(agency), *more) == 1
    assert not Shred.objects.exists()


def test_a_wrong_passphrase_or_name_does_nothing(
    agency: Agency, passphrase: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item, login = added(make.report(agency)), officer(agency)
    assert shred(item.id, "nobody", *WHY) == 2
    passphrase.write_text("something else\n", "utf-8")
    assert shred(item.id, login, *WHY) == 1
    assert "something else" not in capsys.readouterr().err
    assert not Shred.objects.exists()


def test_what_is_not_hers_does_not_exist(agency: Agency) -> None:
    login = officer(agency)
    report = make.report(agency)
    other = Officer.objects.get(
        pk=make.staff(agency, "jo/ccu/irbid", Role.SUPERVISOR).officer_id
    ).login
    for named in (report.locator, added(report).id, "00000000", "not-an-id"):
        assert shred(named, other, *WHY) == 1
    assert shred("00000000", login, *WHY) == 1
    assert not Shred.objects.exists()


def test_everything_is_read_again_and_a_file_put_back_is_whole(
    agency: Agency, capsys: pytest.CaptureFixture[str]
) -> None:
    item = added(make.report(agency))
    assert main(["evidence", "recheck"]) == 0
    path = FolderBlobs(env().blob_folder).path(item.blob)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert main(["evidence", "recheck"]) == 1
    assert "1 files read, 1 damaged" in capsys.readouterr().out
    assert EvidenceItem.objects.get().damaged_at is not None
    path.write_bytes(whole)
    assert main(["evidence", "recheck"]) == 0
    assert EvidenceItem.objects.get().damaged_at is None

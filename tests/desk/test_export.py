# SPDX-License-Identifier: AGPL-3.0-or-later
"""The button that hands out evidence: asked for with a purpose, sent while it is made."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from amana.evidence.exports.checking import check_bag
from amana.evidence.exports.witnessing import Trust
from amana.journal.models import Event
from amana.people.models import Officer
from tests.desk.steps import Desk, of, ok, refused, text
from tests.evidence.exports.exported import Ground, ground
from tests.support import builders as make
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db


def at_the_desk(where: Ground) -> Desk:
    return Desk(Officer.objects.get(pk=where.staff.officer_id))


def asked(**changed: object) -> dict[str, object]:
    return {"purpose": "For the court", "language": "ar", **changed}


def test_the_bag_comes_as_a_stream_and_holds(tmp_path: Path) -> None:
    where = ground(b"x" * 700_000)
    who = at_the_desk(where)
    assert "Hand out the evidence" in ok(who.get(of(where.report)))
    assert "1 · \u2068chat.png\u2069" in ok(who.get(of(where.report, "export/")))
    answer = who.send(of(where.report, "export/"), asked())
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="bag-')
    path = tmp_path / "bag.zip"
    path.write_bytes(answer.getvalue())
    assert check_bag(path, keys=[where.key], trust=Trust()).problems == []


def test_nothing_of_it_lies_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    where = ground(b"a canary that must stay in memory")
    opened: list[str] = []
    real = Path.open

    def watched(self: Path, mode: str = "r", *rest: object, **more: object) -> object:
        opened.append(mode)
        return real(self, mode, *rest, **more)  # type: ignore[call-overload]

    who = at_the_desk(where)
    monkeypatch.setattr(Path, "open", watched)
    assert who.send(of(where.report, "export/"), asked()).getvalue()
    assert opened
    assert not any(set(mode) & set("wax+") for mode in opened)


def test_without_a_purpose_it_is_asked_again_and_nothing_left() -> None:
    where = ground(b"one")
    said = refused(at_the_desk(where).send(of(where.report, "export/"), asked(purpose="")))
    assert "For what purpose?" in said
    assert not Event.objects.filter(tag="evidence:item:export").exists()


def test_a_file_is_left_out_with_a_reason_and_its_name_too() -> None:
    where = ground(b"one", b"two", names=["Salma.png", "two.png"])
    fields = {f"item-{where.items[0].id.hex}": "minor", "names": "victim_privacy"}
    answer = at_the_desk(where).send(of(where.report, "export/"), asked(**fields))
    packed = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    name = next(name for name in packed.namelist() if name.endswith("openings.json"))
    said = json.loads(packed.read(name))
    assert said["items"][0]["withheld"] == "minor"
    assert said["items"][1]["name"] is None
    assert b"Salma" not in packed.read(name)


def test_a_reason_that_nobody_may_give_is_refused() -> None:
    where = ground(b"one")
    fields = {f"item-{where.items[0].id.hex}": "destroyed"}
    refused(at_the_desk(where).send(of(where.report, "export/"), asked(**fields)))


def test_a_report_without_files_offers_no_bag() -> None:
    agency = make.node()
    report = make.report(agency)
    who = Desk(Officer.objects.get(pk=make.staff(agency, "jo/ccu/aqaba").officer_id))
    assert "Hand out the evidence" not in text(who.get(of(report)))
    assert "There is no file to hand out." in refused(who.send(of(report, "export/"), asked()))

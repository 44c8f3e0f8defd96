# SPDX-License-Identifier: AGPL-3.0-or-later
"""Handing out evidence is a gated act, and the bag of a node stands before every checker."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from amana.config.clock import now
from amana.evidence.exports.checking import check_bag
from amana.evidence.exports.contents import Contents, Reason
from amana.evidence.exports.errors import CustodyBroken, LogStands, NothingToExport
from amana.evidence.exports.services import to_folder, to_zip
from amana.evidence.exports.witnessing import Trust
from amana.evidence.exports.writing import NotWhatItWas
from amana.evidence.models import CustodyRecord, EvidenceItem
from amana.journal import sequencer, state
from amana.journal.models import Event
from amana.journal.state import LogHeldBack
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.reports.errors import NotFound, PurposeMissing
from tests.evidence.exports.bags import names, openings
from tests.evidence.exports.exported import PURPOSE, Ground, ground
from tests.support import bagit_library
from tests.support import builders as make

pytestmark = pytest.mark.db


def exports() -> int:
    return Event.objects.filter(tag="evidence:item:export").count()


def verdict(bag: Path, key: str) -> tuple[int, list[dict[str, object]], set[str]]:
    found = check_bag(bag, keys=[key], trust=Trust())
    return found.exit, found.items, names(found.problems)


def test_a_bag_of_a_node_holds_for_the_program_the_script_and_the_library(tmp_path: Path) -> None:
    where = ground()
    bag = to_folder(where.prepare(), tmp_path)
    code, items, problems = verdict(bag, where.key)
    assert (code, problems) == (0, set())
    assert [(item["file"], item["by"], item["method"]) for item in items] == [
        ("data/evidence/0001.png", "reporter", "ingest"),
        ("data/evidence/0002.png", "reporter", "ingest"),
        ("data/working/0003.png", "node", "derive"),
    ]
    script = [sys.executable, "-I", "-S", str(bag / "verify.py"), str(bag)]
    asked = subprocess.run(
        [*script, "--log-key", where.key, "--json"], check=False, capture_output=True
    )
    assert asked.returncode == 0, asked
    assert [i["since"] for i in json.loads(asked.stdout)["items"]] == [i["since"] for i in items]
    assert subprocess.run(script, check=False, capture_output=True).returncode == 1
    assert bagit_library.accepts(bag)


def test_the_export_is_the_last_record_of_each_item_and_names_the_bag(tmp_path: Path) -> None:
    where = ground()
    contents = where.prepare()
    assert exports() == 3
    for item in contents.released:
        last = json.loads(item.links[-1].record)
        assert last["type"] == "export"
        assert last["facts"] == {"bag": str(contents.made.bag)}
        assert json.loads(item.links[-1].entry)["purpose"] == PURPOSE
        assert last["actor"]["role"] == "investigator"


def test_a_second_bag_shows_that_there_was_a_first(tmp_path: Path) -> None:
    where = ground(b"one")
    first, second = where.prepare(), where.prepare()
    kinds = [json.loads(link.record)["type"] for link in second.released[0].links]
    assert kinds.count("export") == 2
    bag = to_folder(second, tmp_path)
    assert verdict(bag, where.key)[0] == 0
    assert first.name != second.name


@pytest.mark.parametrize(
    ("code", "role"),
    [
        ("jo/ccu/aqaba", Role.INTAKE_OFFICER),
        ("jo/ccu/aqaba", Role.LIAISON),
        ("jo/ccu/irbid", Role.INVESTIGATOR),
    ],
)
def test_who_may_not_hand_out_leaves_no_trace_in_the_custody(code: str, role: Role) -> None:
    where = ground(b"one")
    where.staff = make.staff(where.report.agency, code, role)
    with pytest.raises((NotAllowed, NotFound)):
        where.prepare()
    assert exports() == 0


def test_without_a_purpose_nothing_leaves() -> None:
    where = ground(b"one")
    with pytest.raises(PurposeMissing):
        where.prepare(purpose="  ")
    assert exports() == 0


def test_a_report_without_files_has_no_bag() -> None:
    where = ground(b"one")
    CustodyRecord.objects.all().delete()
    EvidenceItem.objects.exclude(parent=None).delete()
    EvidenceItem.objects.all().delete()
    with pytest.raises(NothingToExport):
        where.prepare()


def test_what_is_withheld_is_named_with_its_reason_and_nothing_else(tmp_path: Path) -> None:
    where = ground(b"not for this court", b"for this court")
    hidden = where.items[0]
    contents = where.prepare(withheld={hidden.id: Reason.THIRD_PARTY})
    bag = to_folder(contents, tmp_path)
    first, second, copy = openings(bag)["items"]
    assert first == {
        "number": 1,
        "id": str(hidden.id),
        "copy": "evidentiary",
        "withheld": "third_party",
    }
    assert second["file"] == "data/evidence/0002.png"
    assert copy["withheld"] == "of_withheld"
    assert verdict(bag, where.key)[0] == 0
    text = b"".join(path.read_bytes() for path in bag.rglob("*") if path.is_file())
    assert b"not for this court" not in text
    assert bytes(hidden.commitment).hex().encode() not in text
    assert exports() == 1  # nothing is said in the custody of what did not leave


def test_names_and_openings_by_officers_can_be_left_out(tmp_path: Path) -> None:
    from amana.evidence.opening import open_file

    where = ground(b"one", names=["Salma private.png"])
    open_file(
        staff=where.staff, report=where.report, item_id=where.items[0].id, purpose="Reading it"
    ).stream.close()
    fields = {"names": Reason.VICTIM_PRIVACY, "views": Reason.OTHER_CASE}
    bag = to_folder(where.prepare(fields=fields), tmp_path)
    said = openings(bag)
    assert said["withheld_fields"] == [
        {"field": "names", "reason": "victim_privacy"},
        {"field": "views", "reason": "other_case"},
    ]
    text = b"".join(path.read_bytes() for path in bag.rglob("*") if path.is_file())
    assert b"Salma" not in text
    assert b"Reading it" not in text
    withheld = [r for r in said["items"][0]["records"] if "withheld" in r]
    assert [sorted(record) for record in withheld] == [["leaf", "number", "proof", "withheld"]]
    assert verdict(bag, where.key)[0] == 0


def test_one_item_goes_with_what_was_made_of_it() -> None:
    where = ground(b"one", b"two")
    contents = where.prepare(only=frozenset({where.items[0].id}))
    assert [(item.number, item.copy) for item in contents.released] == [
        (1, "evidentiary"),
        (3, "cleaned"),
    ]
    assert not contents.withheld


def test_a_zip_is_the_same_bag_and_is_sent_piece_by_piece(tmp_path: Path) -> None:
    where = ground(b"x" * 3_000_000)
    contents = where.prepare()
    pieces = list(to_zip(contents))
    assert max(len(piece) for piece in pieces) < 1_000_000
    path = tmp_path / "bag.zip"
    path.write_bytes(b"".join(pieces))
    assert verdict(path, where.key)[0] == 0
    names = zipfile.ZipFile(io.BytesIO(path.read_bytes())).namelist()
    assert f"{contents.name}/bagit.txt" in names


def test_a_changed_file_stops_the_bag_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    where = ground(b"one")
    contents = where.prepare()
    item = contents.released[0]
    forged = Contents(
        contents.made,
        (
            item.__class__(
                **{
                    **{name: getattr(item, name) for name in item.__slots__},
                    "open": lambda: io.BytesIO(b"two"),
                }
            ),
        ),
    )
    with pytest.raises(NotWhatItWas):
        to_folder(forged, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_an_item_whose_custody_does_not_hold_is_not_handed_out() -> None:
    where = ground(b"one")
    CustodyRecord.objects.filter(item=where.items[0], number=1).update(number=7)
    with pytest.raises(CustodyBroken) as refused:
        where.prepare()
    assert refused.value.number == 1
    assert exports() == 0


def test_while_the_log_stands_nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    where: Ground = ground(b"one")

    def held_back(*_given: object) -> None:
        raise LogHeldBack("behind the last signed state")

    monkeypatch.setattr(state, "check", held_back)
    with pytest.raises(LogStands):
        where.prepare()
    assert exports() == 0


def test_what_was_destroyed_or_damaged_is_named_and_not_handed_out(tmp_path: Path) -> None:
    where = ground(b"one", b"two", b"three")
    EvidenceItem.objects.filter(pk=where.items[1].pk).update(damaged_at=now())
    bag = to_folder(where.prepare(), tmp_path)
    said = openings(bag)["items"]
    assert [item.get("withheld") for item in said] == [None, "damaged", None, None]
    assert verdict(bag, where.key)[0] == 0


def test_a_published_hour_gives_proofs_with_every_cosignature(tmp_path: Path) -> None:
    """A bag made after the hour was published ends in the checkpoint that others have seen."""
    where = ground(b"one")
    sequencer.publish_hour()
    contents = where.prepare()
    first, *_views, last = (link.proof for link in contents.released[0].links)
    assert len(first) > len(last) + 3000  # an ML-DSA-44 signature of the node itself
    bag = to_folder(contents, tmp_path)
    assert verdict(bag, where.key)[0] == 0


def test_the_annex_stays_closed_until_she_has_said_for_what() -> None:
    """Looking at the page that asks opens no intimate part, and shows no name out of it."""
    from amana.evidence.exports.gathering import offered

    where = ground()
    first = EvidenceItem.objects.filter(report=where.report).order_by("id").first()
    assert first is not None
    EvidenceItem.objects.filter(pk=first.pk).update(part="annex")
    shown = {file.id: file.name for file in offered(staff=where.staff, report=where.report)}
    assert shown[first.id] == ""
    assert any(name for item, name in shown.items() if item != first.id)
    assert not Event.objects.filter(tag="evidence:annex:open").exists()

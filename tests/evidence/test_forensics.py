# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of forensic tools: understood whole or refused, kept sealed, held against what is here."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256, sha512

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.evidence import forensics
from amana.evidence.custody import Kind
from amana.evidence.forensics import NoList, Tool, import_list
from amana.evidence.hash_lists import MOST_ROWS, BadList, Listed, parse
from amana.evidence.models import EvidenceItem, ToolImport
from amana.reports.errors import NotFound
from amana.reports.models import Report
from tests.evidence.files import UNIT, added, chain, half
from tests.support import builders as make

TOOL = Tool("Autopsy", "4.21", "Expert 7")


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "File Name,SHA256,Size\n/phone/a.png,{0},12\n",
        "path;md5;sha-256;file size\n/phone/a.png;{1};{0};12\n",
        "Name\tHash\tSize\n/phone/a.png\t{0}\t12\n",
        '[{{"path": "/phone/a.png", "sha256": "{0}", "size": 12}}]',
        '{{"files": [{{"name": "/phone/a.png", "SHA-256": "{0}", "size": "12"}}]}}',
        "\ufeffname,sha256,size\r\n/phone/a.png,{0},12\r\n",
    ],
)
def test_the_usual_lists_are_understood(text: str) -> None:
    content = text.format(digest(b"a").upper(), "0" * 32).encode()
    (row,) = parse(content)
    assert (row.name, row.size) == ("/phone/a.png", 12)
    assert row.hashes["sha256"] == digest(b"a")


def test_a_list_of_windows_is_read_too() -> None:
    assert parse(f"name,md5\nx,{'a' * 32}\n".encode("utf-16"))[0].hashes == {"md5": "a" * 32}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 0),
        (b"\xff\x00\xff", 0),
        (b"just words\nand more\n", 1),
        (b'{"a": 1}', 0),
        (b"[1, 2]", 0),
        (b'[{"name": "x", "sha256": "zz"}]', 1),
        (b"name,sha256\na," + b"0" * 64 + b"\nb,00\n", 2),
        (b"[" * 100_000, 0),
        (b"name,sha256\n" + b"x,%s\n" % (b"0" * 64) * (MOST_ROWS + 1), MOST_ROWS),
    ],
)
def test_what_is_no_whole_list_is_refused_by_its_line(content: bytes, line: int) -> None:
    with pytest.raises(BadList) as caught:
        parse(content)
    assert caught.value.line == line


@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_list_or_none(content: bytes) -> None:
    with suppress(BadList):
        assert all(isinstance(row, Listed) and row.hashes for row in parse(content))


@pytest.fixture
def agency() -> Agency:
    return make.node()


@pytest.fixture
def report(agency: Agency) -> Report:
    return make.report(agency)


def listing(report: Report, *rows: tuple[str, str]) -> EvidenceItem:
    text = "name,sha256\n" + "".join(f"{name},{value}\n" for name, value in rows)
    return added(report, text.encode(), name="list.csv")


@pytest.mark.db
def test_m092_each_listed_hash_is_held_against_the_files(agency: Agency, report: Report) -> None:
    same, other = added(report, b"same", "a.png"), added(report, b"ours", "b.png")
    untouched = added(report, b"third", "c.png")
    item = listing(
        report,
        ("/phone/renamed.png", digest(b"same")),
        ("C:\\phone\\b.png", digest(b"theirs")),
        ("/phone/elsewhere.png", digest(b"not here")),
    )
    officer = make.staff(agency, UNIT)
    row = import_list(staff=officer, report=report, item_id=item.id, tool=TOOL)
    assert (row.listed, row.matched, row.differing) == (3, 1, 1)
    private = half(agency, report)
    results = {one.id: chain(one, private).records[-1].facts.get("result") for one in (same, other)}
    assert results == {same.id: "same", other.id: "differs"}
    last = chain(item, private).records[-1]
    assert (last.kind, last.purpose, last.tool) == (Kind.VERIFY, "import", "Autopsy/4.21")
    assert last.facts["listed"] == 3
    assert len(chain(untouched, private).records) == 1
    (shown,) = forensics.imports(staff=officer, report=report)
    assert shown.tool == "Autopsy 4.21"
    assert [result for _name, result in shown.rows] == ["same", "differs", "absent"]


@pytest.mark.db
def test_m095_six_hundred_hashes_are_kept_sealed_and_no_bytes_of_theirs(
    agency: Agency, report: Report
) -> None:
    rows = [(f"IMG_{number}.jpg", digest(b"%d" % number)) for number in range(600)]
    item = listing(report, *rows)
    row = import_list(staff=make.staff(agency, UNIT), report=report, item_id=item.id, tool=TOOL)
    assert (row.listed, row.matched) == (600, 0)
    stored = bytes(ToolImport.objects.get().sealed)
    assert digest(b"1").encode() not in stored
    assert bytes.fromhex(digest(b"1")) not in stored
    assert b"IMG_" not in stored
    assert EvidenceItem.objects.filter(report=report).count() == 1


@pytest.mark.db
def test_sha512_alone_is_enough_and_md5_alone_proves_nothing(
    agency: Agency, report: Report
) -> None:
    added(report, b"same", "a.png")
    officer = make.staff(agency, UNIT)
    said = [
        {"name": "a.png", "sha512": sha512(b"same").hexdigest()},
        {"name": "a.png", "md5": "0" * 32},
    ]
    item = added(report, json.dumps(said).encode(), "list.json")
    row = import_list(staff=officer, report=report, item_id=item.id, tool=TOOL)
    assert (row.listed, row.matched, row.differing) == (2, 1, 0)


@pytest.mark.db
def test_a_file_that_is_no_list_imports_nothing(agency: Agency, report: Report) -> None:
    item = added(report, b"\x89PNG and more")
    officer = make.staff(agency, UNIT)
    with pytest.raises(NoList):
        import_list(staff=officer, report=report, item_id=item.id, tool=TOOL)
    assert not ToolImport.objects.exists()
    other = added(make.report(agency), b"name,md5\n")
    with pytest.raises(NotFound):
        import_list(staff=officer, report=report, item_id=other.id, tool=TOOL)

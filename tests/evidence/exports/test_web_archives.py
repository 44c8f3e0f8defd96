# SPDX-License-Identifier: AGPL-3.0-or-later
"""A bag that holds a web archive: the archive is untouched for readers of WACZ, and what `wacz`
alone accepts, a rewritten one with new hashes, is refused by the bag."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from amana.evidence.capture import packing
from amana.evidence.exports.contents import Contents
from tests.evidence.capture.builders import HTML, raw
from tests.evidence.exports.bags import Node, contents, released, rewrite, write
from tests.evidence.exports.verifiers import Program, Script, Verifier

ADDRESS = "https://example.org/page"


@pytest.fixture(scope="module")
def wacz() -> bytes:
    return packing.files_of(raw(), asked=ADDRESS, collector="investigator x").packaged()


@pytest.fixture(params=["program", "script"])
def verifier(request: pytest.FixtureRequest, tmp_path: Path) -> Verifier:
    return Program() if request.param == "program" else Script(tmp_path)


def holding(node: Node, archive: bytes) -> Contents:
    """A bag with the archive and nothing else that is released."""
    what = contents(node, count=0)
    item = released(node, 1, archive, what.made.bag)
    item = replace(item, name="page.wacz", kind="application/wacz")
    proof = node.prove()
    links = tuple(replace(link, proof=proof(int(link.proof))) for link in item.links)
    return replace(what, released=(replace(item, links=links),))


def archive_in(bag: Path) -> Path:
    (path,) = bag.glob("data/**/*.wacz")
    return path


def valid(path: Path) -> bool:
    """What `wacz validate` says."""
    command = [sys.executable, "-m", "wacz.main", "validate", "-f", str(path)]
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0


def rewritten(archive: bytes) -> bytes:
    """The archive with other words in its list of pages, and hashes made to fit."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        files = {info.filename: old.read(info) for info in old.infolist()}
        page = files["pages/pages.jsonl"]
        files["pages/pages.jsonl"] = page.replace(ADDRESS.encode(), b"https://example.org/else")
        assert files["pages/pages.jsonl"] != page
        said = json.loads(files["datapackage.json"])
        for resource in said["resources"]:
            data = files[resource["path"]]
            resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
            resource["bytes"] = len(data)
        files["datapackage.json"] = json.dumps(said).encode()
        digest = json.loads(files["datapackage-digest.json"])
        found = hashlib.sha256(files["datapackage.json"]).hexdigest()
        files["datapackage-digest.json"] = json.dumps(digest | {"hash": f"sha256:{found}"}).encode()
        for name, data in files.items():
            new.writestr(name, data)
    return out.getvalue()


def test_the_archive_in_the_bag_is_the_one_that_came_in_and_reads(
    wacz: bytes, verifier: Verifier, tmp_path: Path
) -> None:
    node = Node()
    bag = write(holding(node, wacz), tmp_path)
    path = archive_in(bag)
    assert path.read_bytes() == wacz
    assert valid(path)
    with zipfile.ZipFile(path) as archive, archive.open("archive/data.warc.gz") as warc:
        bodies = [
            record.content_stream().read()
            for record in ArchiveIterator(io.BytesIO(warc.read()), check_digests="raise")
            if record.rec_type == "response"
        ]
    assert HTML.encode() in bodies
    found = verifier.check(bag, [str(node.key.vkey)])
    assert (found.exit, found.codes) == (0, set())


def test_a_rewritten_archive_that_wacz_accepts_is_refused_by_the_bag(
    wacz: bytes, verifier: Verifier, tmp_path: Path
) -> None:
    node = Node()
    bag = write(holding(node, wacz), tmp_path)
    forged = rewritten(wacz)
    archive_in(bag).write_bytes(forged)
    assert valid(archive_in(bag))
    key = [str(node.key.vkey)]
    assert verifier.check(bag, key).exit == 1
    rewrite(bag)
    found = verifier.check(bag, key)
    assert (found.exit, found.codes) == (1, {"opening"})


def test_the_names_inside_of_it_are_not_names_of_the_bag(wacz: bytes, tmp_path: Path) -> None:
    """A reader of bags unpacks nothing: what an archive calls its files cannot lead out of it."""
    out = io.BytesIO(wacz)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("../../outside.txt", "x")
    bag = write(holding(Node(), out.getvalue()), tmp_path)
    assert not list(tmp_path.parent.glob("outside.txt"))
    assert archive_in(bag).read_bytes() == out.getvalue()


def test_the_archive_is_named_for_what_it_is_in_the_case_graph(wacz: bytes, tmp_path: Path) -> None:
    bag = write(holding(Node(), wacz), tmp_path)
    said = json.loads((bag / "case.jsonld").read_text("utf-8"))
    assert hashlib.sha256(wacz).hexdigest() in json.dumps(said)
    assert "application/wacz" in json.dumps(said)


@pytest.mark.parametrize("size", [0, 1, 100])
def test_a_cut_archive_is_refused(size: int, wacz: bytes, tmp_path: Path) -> None:
    node = Node()
    bag = write(holding(node, wacz), tmp_path)
    archive_in(bag).write_bytes(wacz[:size])
    assert Program().check(bag, [str(node.key.vkey)]).codes == {"digest"}

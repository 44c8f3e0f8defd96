# SPDX-License-Identifier: AGPL-3.0-or-later
"""Three verifiers that share no code come to one conclusion, on true bags and on forged ones.

A forger here recomputes every manifest, so that the container holds: only the log tells."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser

from amana.evidence.exports.checking import fingerprint
from amana.kernel.ledger import SigningKey, new_salt
from tests.evidence.exports.bags import Node, b64, contents, openings, rewrite, write
from tests.evidence.exports.verifiers import OnPage, Program, Script, Verifier, on_page


@dataclass
class Case:
    """A true bag to forge, and the node whose log it stands in."""

    node: Node
    bag: Path

    @property
    def key(self) -> str:
        return str(self.node.key.vkey)

    def proof(self, item: int, number: int) -> Path:
        return self.bag / "proofs" / f"{item:04d}-{number:04d}.tlog-proof"

    def change(self, change: Callable[[dict[str, Any]], object]) -> None:
        said = openings(self.bag)
        change(said)
        rewrite(self.bag, said)


@pytest.fixture(scope="module")
def true_bag(tmp_path_factory: pytest.TempPathFactory) -> tuple[Node, Path]:
    node = Node()
    return node, write(contents(node), tmp_path_factory.mktemp("true"))


@pytest.fixture
def case(true_bag: tuple[Node, Path], tmp_path: Path) -> Case:
    node, bag = true_bag
    return Case(node, Path(shutil.copytree(bag, tmp_path / "given" / "bag")))


@pytest.fixture(scope="module")
def page(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OnPage]:
    browser: Browser = request.getfixturevalue("chromium")
    with on_page(browser, tmp_path_factory.mktemp("page")) as opened:
        yield opened


@pytest.fixture(
    params=["program", "script", pytest.param("page", marks=pytest.mark.browser)],
)
def verifier(request: pytest.FixtureRequest, tmp_path: Path) -> Verifier:
    if request.param == "program":
        return Program()
    if request.param == "script":
        return Script(tmp_path)
    opened: OnPage = request.getfixturevalue("page")
    return opened


def test_a_true_bag_holds_and_says_since_when_by_whom_and_how(
    case: Case, verifier: Verifier
) -> None:
    found = verifier.check(case.bag, [case.key])
    assert (found.exit, found.codes) == (0, set())
    assert [item["state"] for item in found.items] == ["holds", "holds", "holds", "withheld"]
    assert found.items[0]["since"] == "2026-05-04T09:00:00.000000+00:00"
    assert found.items[0]["by"] == "reporter"
    assert found.items[0]["method"] == "ingest"
    assert found.items[3]["reason"] == "minor"


def test_without_a_key_nothing_is_concluded(case: Case, verifier: Verifier) -> None:
    found = verifier.check(case.bag, [])
    assert (found.exit, found.codes) == (1, {"log-key"})
    assert found.items == []


def test_a_typed_fingerprint_may_pick_the_key_from_the_bag(case: Case, verifier: Verifier) -> None:
    digits = fingerprint(case.key).upper()
    spaced = " ".join(digits[at : at + 8] for at in range(0, 64, 8))
    assert verifier.check(case.bag, [spaced]).exit == 0
    other = verifier.check(case.bag, ["0" * 64])
    assert (other.exit, other.codes) == (1, {"log-key"})


def test_the_key_of_another_log_proves_nothing(case: Case, verifier: Verifier) -> None:
    found = verifier.check(case.bag, [str(SigningKey.generate("amana/other").vkey)])
    assert (found.exit, found.codes) == (1, {"proof"})


@pytest.mark.parametrize("key", ["amana/x+00000000+AQ==", "nonsense", "a+b+c"])
def test_what_is_no_key_is_refused(case: Case, verifier: Verifier, key: str) -> None:
    assert verifier.check(case.bag, [key]).codes == {"log-key"}


def test_a_key_of_small_order_is_refused(case: Case, verifier: Verifier) -> None:
    """One signature under such a key fits many texts (knowledge/evidence.md 7.18)."""
    from hashlib import sha256

    raw = b"\x01" + bytes(32)
    ident = sha256(b"amana/weak\n" + raw).hexdigest()[:8]
    assert verifier.check(case.bag, [f"amana/weak+{ident}+{b64(raw)}"]).codes == {"log-key"}


def test_a_zip_of_the_bag_says_the_same(case: Case, verifier: Verifier, tmp_path: Path) -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        path = tmp_path / f"{method}.zip"
        with zipfile.ZipFile(path, "w", method) as packed:
            for file in sorted(case.bag.rglob("*")):
                packed.write(file, file.relative_to(case.bag.parent))
        assert verifier.check(path, [case.key]).exit == 0


# --- forgeries


def item_changed(case: Case) -> None:
    (case.bag / "data/evidence/0001.png").write_bytes(b"another picture")
    rewrite(case.bag)


def item_changed_and_its_size(case: Case) -> None:
    (case.bag / "data/evidence/0001.png").write_bytes(b"another picture")
    case.change(lambda said: said["items"][0].update(size=15))


def salt_changed(case: Case) -> None:
    case.change(lambda said: said["items"][0].update(salt=b64(new_salt())))


def record_salt_changed(case: Case) -> None:
    case.change(lambda said: said["items"][0]["records"][0].update(record_salt=b64(new_salt())))


def record_text_changed(case: Case) -> None:
    def change(said: dict[str, Any]) -> None:
        record = said["items"][0]["records"][0]
        record["record"] = record["record"].replace("2026-05-04", "2020-05-04")

    case.change(change)


def entry_changed(case: Case) -> None:
    def change(said: dict[str, Any]) -> None:
        record = said["items"][0]["records"][0]
        record["entry"] = record["entry"].replace("ingest", "capture")

    case.change(change)


def proofs_swapped(case: Case) -> None:
    first, second = case.proof(1, 1), case.proof(2, 1)
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    rewrite(case.bag)


def proof_named_of_another_item(case: Case) -> None:
    case.change(lambda said: said["items"][0]["records"][0].update(proof=case.proof(2, 1).name))


def records_of_another_item(case: Case) -> None:
    def change(said: dict[str, Any]) -> None:
        said["items"][0]["records"] = said["items"][1]["records"]

    case.change(change)


def signed_by_a_key_shipped_inside(case: Case) -> None:
    forger = SigningKey.generate(case.node.key.vkey.name)
    prove = case.node.prove(forger)
    said = openings(case.bag)
    for item in said["items"]:
        for record in item.get("records", []):
            index = case.node.entries.index(bytes.fromhex(record["leaf"]))
            (case.bag / record["proof"]).write_text(prove(index), "utf-8")
    said["log_keys"] = [str(forger.vkey)]
    (case.bag / "policy.txt").write_text(f"log {forger.vkey}\nquorum none\n", "utf-8")
    rewrite(case.bag, said)


def proof_cut_short(case: Case) -> None:
    path = case.proof(1, 1)
    lines = path.read_text("utf-8").split("\n")
    del lines[2]
    path.write_text("\n".join(lines), "utf-8")
    rewrite(case.bag)


def proof_made_longer(case: Case) -> None:
    path = case.proof(1, 1)
    lines = path.read_text("utf-8").split("\n")
    lines.insert(3, lines[2])
    path.write_text("\n".join(lines), "utf-8")
    rewrite(case.bag)


def extra_line(case: Case) -> None:
    """`extra` is signed by nobody, so a bag has none."""
    path = case.proof(1, 1)
    text = path.read_text("utf-8")
    path.write_text(text.replace("\nindex", f"\nextra {b64(b'trust me')}\nindex", 1), "utf-8")
    rewrite(case.bag)


def two_extra_lines(case: Case) -> None:
    path = case.proof(1, 1)
    text = path.read_text("utf-8")
    line = f"extra {b64(b'trust me')}\n"
    path.write_text(text.replace("index", f"{line}{line}index", 1), "utf-8")
    rewrite(case.bag)


def checkpoint_changed(case: Case) -> None:
    path = case.proof(1, 1)
    text = path.read_text("utf-8")
    size = len(case.node.entries)
    path.write_text(text.replace(f"\n{size}\n", f"\n{size + 1}\n"), "utf-8")
    rewrite(case.bag)


def checkpoint_with_more_lines(case: Case) -> None:
    from amana.kernel.ledger import sign_note

    path = case.proof(1, 1)
    head, _, note = path.read_text("utf-8").partition("\n\n")
    longer = note.split("\n\n")[0] + "\nmore\n"
    path.write_text(f"{head}\n\n{sign_note(longer, case.node.key)}", "utf-8")
    rewrite(case.bag)


def record_left_out(case: Case) -> None:
    """Who looked at it is to be forgotten."""

    def change(said: dict[str, Any]) -> None:
        records = said["items"][0]["records"]
        del records[1]
        records[1]["number"] = 2

    case.change(change)


def end_of_the_chain_left_out(case: Case) -> None:
    case.change(lambda said: said["items"][0]["records"].pop())


def beginning_withheld(case: Case) -> None:
    def change(said: dict[str, Any]) -> None:
        record = said["items"][0]["records"][0]
        for name in ("entry", "entry_salt", "record", "record_salt"):
            del record[name]
        record["withheld"] = "minor"

    case.change(change)


def leaf_without_proof(case: Case) -> None:
    case.proof(1, 2).unlink()
    case.change(lambda said: said["items"][0]["records"][1].update(proof=None))


def item_of_another_bag(case: Case) -> None:
    case.change(lambda said: said["made"].update(bag="00000000-0000-4000-8000-000000000000"))


def file_that_nothing_speaks_for(case: Case) -> None:
    (case.bag / "data/evidence/0009.png").write_bytes(b"planted")
    rewrite(case.bag)


def one_file_for_two_items(case: Case) -> None:
    case.change(lambda said: said["items"].append(said["items"][0]))


def openings_are_no_json(case: Case) -> None:
    (case.bag / "openings.json").write_text("{", "utf-8")
    rewrite(case.bag)


def openings_nested_without_end(case: Case) -> None:
    (case.bag / "openings.json").write_text("[" * 200_000, "utf-8")
    rewrite(case.bag)


def item_is_no_item(case: Case) -> None:
    case.change(lambda said: said["items"].insert(0, None))


def file_outside(case: Case) -> None:
    case.change(lambda said: said["items"][0].update(file="../../bagit.txt"))


def proof_outside(case: Case) -> None:
    case.change(lambda said: said["items"][0]["records"][0].update(proof="../secret"))


FORGED: list[tuple[Callable[[Case], None], set[str]]] = [
    (item_changed, {"opening"}),
    (item_changed_and_its_size, {"opening"}),
    (salt_changed, {"opening"}),
    (record_salt_changed, {"record"}),
    (record_text_changed, {"record"}),
    (entry_changed, {"entry"}),
    (proofs_swapped, {"proof"}),
    (proof_named_of_another_item, {"missing-file"}),
    (records_of_another_item, {"record"}),
    (signed_by_a_key_shipped_inside, {"proof"}),
    (proof_cut_short, {"proof"}),
    (proof_made_longer, {"proof"}),
    (extra_line, {"proof"}),
    (two_extra_lines, {"proof"}),
    (checkpoint_changed, {"proof"}),
    (checkpoint_with_more_lines, {"proof"}),
    (record_left_out, {"chain"}),
    (end_of_the_chain_left_out, {"chain"}),
    (beginning_withheld, {"chain"}),
    (leaf_without_proof, {"unproven"}),
    (item_of_another_bag, {"chain"}),
    (file_that_nothing_speaks_for, {"openings"}),
    (one_file_for_two_items, {"openings"}),
    (openings_are_no_json, {"openings"}),
    (openings_nested_without_end, {"openings"}),
    (item_is_no_item, {"openings"}),
    (file_outside, {"missing-file", "openings"}),
    (proof_outside, {"missing-file"}),
]


@pytest.mark.parametrize(("forge", "codes"), FORGED, ids=[forge.__name__ for forge, _ in FORGED])
def test_a_forged_bag_is_refused_and_the_fault_is_named(
    case: Case, verifier: Verifier, forge: Callable[[Case], None], codes: set[str]
) -> None:
    forge(case)
    found = verifier.check(case.bag, [case.key])
    assert (found.exit, found.codes) == (1, codes)


# --- the container


def byte_flipped(bag: Path) -> None:
    path = bag / "data/evidence/0002.png"
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(data)


def proof_flipped(bag: Path) -> None:
    path = bag / "proofs/0001-0001.tlog-proof"
    path.write_bytes(path.read_bytes().replace(b"index", b"iNdex"))


def file_removed(bag: Path) -> None:
    (bag / "data/evidence/0002.png").unlink()


def file_added(bag: Path) -> None:
    (bag / "data/evidence/more.png").write_bytes(b"more")


def tag_added(bag: Path) -> None:
    (bag / "note.txt").write_bytes(b"read me first")


def fetch_added(bag: Path) -> None:
    (bag / "fetch.txt").write_text("http://127.0.0.1/x 1 data/x\n", "utf-8")


def manifest_removed(bag: Path) -> None:
    (bag / "manifest-sha512.txt").unlink()


def manifest_of_another_place(bag: Path) -> None:
    path = bag / "manifest-sha256.txt"
    path.write_text(path.read_text("utf-8") + f"{'0' * 64}  ../../../etc/passwd\n", "utf-8")


def listed_twice(bag: Path) -> None:
    path = bag / "manifest-sha256.txt"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[0]]), "utf-8")


def declaration_with_spaces(bag: Path) -> None:
    path = bag / "bagit.txt"
    path.write_text(path.read_text("utf-8").replace(": ", " : "), "utf-8")


def oxum_of_another_bag(bag: Path) -> None:
    path = bag / "bag-info.txt"
    path.write_text("Payload-Oxum: 1.1\n", "utf-8")


BROKEN: list[tuple[Callable[[Path], None], set[str]]] = [
    (byte_flipped, {"digest"}),
    (proof_flipped, {"digest"}),
    (file_removed, {"missing-file"}),
    (file_added, {"unlisted-file"}),
    (tag_added, {"unlisted-file"}),
    (fetch_added, {"fetch"}),
    (manifest_removed, {"missing-file", "container"}),
    (manifest_of_another_place, {"path"}),
    (listed_twice, {"manifest"}),
    (declaration_with_spaces, {"container"}),
    (oxum_of_another_bag, {"digest", "container"}),
]


@pytest.mark.parametrize(("harm", "codes"), BROKEN, ids=[harm.__name__ for harm, _ in BROKEN])
def test_a_broken_container_is_refused(
    case: Case, verifier: Verifier, harm: Callable[[Path], None], codes: set[str]
) -> None:
    harm(case.bag)
    found = verifier.check(case.bag, [case.key])
    assert found.exit == 1
    assert found.codes
    assert found.codes <= codes


def test_a_folder_that_is_no_bag_is_told_apart(verifier: Verifier, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "one.txt").write_text("hello", "utf-8")
    assert verifier.check(folder, []).exit == 2
    text = tmp_path / "letter.zip"
    text.write_bytes(b"not a zip file at all")
    assert verifier.check(text, []).exit == 2


def test_a_zip_bomb_is_refused_before_it_is_unpacked(verifier: Verifier, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bag/bagit.txt", "BagIt-Version: 1.0\n")
        with packed.open("bag/data/zeros", "w", force_zip64=True) as file:
            for _ in range(64):
                file.write(bytes(1 << 20))
    assert path.stat().st_size < 100_000
    found = verifier.check(path, [])
    assert (found.exit, found.codes) == (1, {"limit"})


def test_entries_that_share_their_bytes_are_a_bomb_too(verifier: Verifier, tmp_path: Path) -> None:
    path = tmp_path / "shared.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bag/bagit.txt", "BagIt-Version: 1.0\n")
        packed.writestr("bag/data/0", Random(1).randbytes(1 << 14) + bytes(2 << 20))
        for number in range(1, 60):
            packed.filelist.append(copy(packed.filelist[-1]))
            packed.filelist[-1].filename = f"bag/data/{number}"
    assert verifier.check(path, []).codes == {"limit"}


@pytest.mark.parametrize("name", ["bag/../../out.txt", "bag/data/..\\x", "bag//etc/x", "bag/C:/x"])
def test_a_zip_that_climbs_out_is_refused(verifier: Verifier, tmp_path: Path, name: str) -> None:
    path = tmp_path / "climb.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("bag/bagit.txt", "BagIt-Version: 1.0\n")
        info = zipfile.ZipInfo("bag/x")
        info.filename = name
        packed.writestr(info, "out")
    found = verifier.check(path, [])
    assert (found.exit, found.codes) == (1, {"path"})


@pytest.mark.parametrize("make", [Program, Script], ids=["program", "script"])
def test_a_link_is_never_followed(case: Case, make: Any, tmp_path: Path) -> None:
    """A browser hands over what a link points to as a file; then no list knows it."""
    (case.bag / "data" / "evidence" / "0008.png").symlink_to("/etc/hostname")
    found = (make(tmp_path) if make is Script else make()).check(case.bag, [case.key])
    assert (found.exit, found.codes) == (1, {"path"})


def test_the_report_of_the_script_can_be_read_by_people(case: Case, tmp_path: Path) -> None:
    said = Script(tmp_path).run(str(case.bag), "--log-key", case.key).stdout.decode()
    assert "unchanged since 2026-05-04T09:00:00" in said
    assert "submitted by reporter, by method ingest" in said
    assert "authentic" not in said
    assert "not checked here: signatures by ML-DSA" in said
    assert json.dumps("\u202e")[1:-1] not in said

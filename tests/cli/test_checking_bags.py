# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana evidence verify` on bags of another node: what vouches for a bag comes from outside of it,
and whatever is written inside reaches no terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from amana.cli import main
from amana.cli.commands.bags import ENDS
from tests.evidence.exports.bags import Node, contents, write

Out = pytest.CaptureFixture[str]
CLEARS_THE_SCREEN = "\x1b[2J\x1b[H\x07\u202e\x9b2J"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Node, Path]:
    node = Node()
    return node, write(contents(node), tmp_path_factory.mktemp("made"))


def verify(capsys: Out, bag: Path, *more: str, code: int) -> list[str]:
    assert main(["evidence", "verify", str(bag), *more]) == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return [*said.out.splitlines(), *said.err.splitlines()]


def key(node: Node) -> tuple[str, str]:
    return "--log-key", str(node.key.vkey)


def test_each_item_has_its_line_and_the_last_line_is_the_verdict(
    made: tuple[Node, Path], capsys: Out
) -> None:
    node, bag = made
    lines = verify(capsys, bag, *key(node), code=0)
    items = [line for line in lines if line.startswith("item ")]
    assert sum("withheld (" in line for line in items) == 1
    assert sum("unchanged since 2026-05-04" in line for line in items) == len(items) - 1
    assert lines[-1] == ENDS[0]


def test_json_and_words_and_the_exit_code_say_the_same(
    made: tuple[Node, Path], tmp_path: Path, capsys: Out
) -> None:
    node, bag = made
    broken = shutil.copytree(bag, tmp_path / "broken")
    (broken / "data/evidence/0001.png").write_bytes(b"another picture")
    for folder, code in ((bag, 0), (broken, 1), (tmp_path, 2)):
        said = json.loads("\n".join(verify(capsys, folder, *key(node), "--json", code=code)))
        assert said["exit"] == code
        words = verify(capsys, folder, *key(node), code=code)
        assert words[-1] == ENDS[code]
        told = sum(line.startswith("PROBLEM ") for line in words)
        assert told == len(said["problems"])
        assert bool(told) is bool(code)


def test_only_the_container_is_no_verdict_on_the_evidence(
    made: tuple[Node, Path], capsys: Out
) -> None:
    lines = verify(capsys, made[1], "--bag-only", code=0)
    assert not any("unchanged since" in line for line in lines)


@pytest.mark.parametrize("given", ["", "nonsense", "ab" * 32, "a+b+c", "0" * 63])
def test_a_key_that_is_none_of_the_log_vouches_for_nothing(
    given: str, made: tuple[Node, Path], capsys: Out
) -> None:
    lines = verify(capsys, made[1], "--log-key", given, code=1)
    assert not any("unchanged since" in line for line in lines)
    assert ENDS[0] not in lines


def test_the_key_of_another_node_vouches_for_nothing(made: tuple[Node, Path], capsys: Out) -> None:
    lines = verify(capsys, made[1], *key(Node()), code=1)
    assert not any("unchanged since" in line for line in lines)


@pytest.mark.parametrize("option", ["--policy", "--roots"])
@pytest.mark.parametrize("way", ["{bag}/{name}", "{bag}/data/../{name}", "{link}"])
def test_what_is_to_be_trusted_comes_never_from_the_bag(
    option: str, way: str, made: tuple[Node, Path], tmp_path: Path, capsys: Out
) -> None:
    """Whoever forged the bag would have forged that too."""
    node, bag = made
    (tmp_path / "link").symlink_to(bag / "bagit.txt")
    inside = way.format(bag=bag, name="bagit.txt", link=tmp_path / "link")
    lines = verify(capsys, bag, *key(node), option, inside, code=1)
    what = {"--policy": "a policy", "--roots": "roots"}[option]
    assert lines == [f"amana: {what} from inside the bag proves nothing"]


@pytest.mark.parametrize("option", ["--policy", "--roots"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense\n", b"\xff\xfe", b"-----BEGIN CERT"])
def test_what_is_to_be_trusted_and_cannot_be_read_stops_the_check(
    option: str, content: bytes | None, made: tuple[Node, Path], tmp_path: Path, capsys: Out
) -> None:
    """Never: checked without it."""
    node, bag = made
    if content is not None:
        (tmp_path / "given").write_bytes(content)
    lines = verify(capsys, bag, *key(node), option, str(tmp_path / "given"), code=1)
    assert len(lines) == 1
    assert lines[0].startswith("amana: policy or roots cannot be read: ")


def test_nothing_that_stands_in_a_bag_moves_the_cursor(
    made: tuple[Node, Path], tmp_path: Path, capsys: Out
) -> None:
    node, bag = made
    hostile = shutil.copytree(bag, tmp_path / "hostile")
    (hostile / f"data/{CLEARS_THE_SCREEN}all of it holds").write_bytes(b"x")
    lines = verify(capsys, hostile, *key(node), code=1)
    assert any(line.startswith("PROBLEM ") for line in lines)
    assert all(line.isprintable() for line in lines)
    openings = json.loads((hostile / "openings.json").read_text("utf-8"))
    openings["log_keys"] = [CLEARS_THE_SCREEN]
    (hostile / "openings.json").write_text(json.dumps(openings), "utf-8")
    assert all(line.isprintable() for line in verify(capsys, hostile, *key(node), code=1))


def test_a_bag_that_is_a_pipe_a_device_or_nothing_is_none(tmp_path: Path, capsys: Out) -> None:
    (tmp_path / "empty.zip").write_bytes(b"")
    (tmp_path / "text.zip").write_text("PK but no zip")
    for name in ("empty.zip", "text.zip", "missing", "missing/below", "."):
        assert verify(capsys, tmp_path / name, code=2)[-1] == ENDS[2]
    assert verify(capsys, Path("/dev/null"), code=2)[-1] == ENDS[2]

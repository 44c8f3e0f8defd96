# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an author may mistype in a data file, and what a hostile one would try: each is named with
its file, and with its line where there is one; none is a traceback."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.packs import PackError
from amana.packs.check import check_pack
from amana.packs.decoys import DecoysFile
from amana.packs.loader import HERE, PACK_FILES, load_pack_from, parse, read_yaml
from tests.packs.helpers import problems

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def copy(tmp_path: Path) -> Path:
    return shutil.copytree(HERE / "jo", tmp_path / "jo")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nas_of: 2026-02-30\n", "day is out of range for month"),
        ("a: 1\nas_of: 2026-13-01\n", "month must be in 1..12"),
        ("a: 1\nas_of: 2026-01-01 25:00:00\n", "hour must be in 0..23"),
        ("a: 1\nb: [{c: 2026-02-30}]\n", "day is out of range for month"),
        ("a: 1\nb: !!int many\n", "invalid literal"),
        ("a: 1\nb: !!float much\n", "could not convert"),
        ("a: 1\nb: !!timestamp today\n", "timestamp"),
        ("a: 1\nb: !!bool perhaps\n", "bool"),
        (f"a: 1\nb: {'9' * 5000}\n", "4300 digits"),
    ],
)
def test_a_value_that_is_none_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PackError, match=r"^file\.yaml: ") as refused:
        read_yaml(written(tmp_path, text))
    assert said in str(refused.value)
    assert "line 2" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "decoys: []\n2026-01-01: x\n",
        "decoys: &all [*all]\n",
        "&all {decoys: *all}\n",
        "decoys: " + "[" * 1500 + "]" * 1500,
        "decoys: " + "{a: " * 1500 + "}" * 1500,
    ],
)
def test_what_no_json_can_say_is_refused_and_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(PackError, match=r"file\.yaml"):
        parse(DecoysFile, read_yaml(written(tmp_path, text)), name="file.yaml")


@pytest.mark.parametrize("name", sorted(PACK_FILES))
def test_one_mistyped_day_in_any_file_is_one_line_of_the_check(name: str, tmp_path: Path) -> None:
    folder = copy(tmp_path)
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("\nchecked_on: 2026-02-30\n")
    (said,) = problems(folder)
    assert said.startswith(f"{name}: ")
    assert "day is out of range for month" in said
    with pytest.raises(PackError, match=name.replace(".", r"\.")):
        load_pack_from(folder)


def test_each_broken_file_has_its_own_line(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    for name in ("law.yaml", "decoys.yaml"):
        (folder / name).write_text("as_of: 2026-02-30\n", encoding="utf-8")
    (folder / "agency.yaml").unlink()
    (folder / "deadlines.yaml").unlink()
    (folder / "deadlines.yaml").mkdir()
    assert {problem.file for problem in check_pack(folder)} == {
        "law.yaml",
        "decoys.yaml",
        "agency.yaml",
        "deadlines.yaml",
    }


def test_in_an_empty_folder_every_file_is_missing(tmp_path: Path) -> None:
    assert [problem.file for problem in check_pack(tmp_path)] == list(PACK_FILES)


def refused(data: object, name: str) -> list[str]:
    """What is said of it, line by line; nothing when it was taken."""
    try:
        parse(DecoysFile, data, name=name)
    except PackError as error:
        return str(error).splitlines()
    return []


@given(st.binary(max_size=120))
def test_whatever_lies_in_a_file_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(raw)
    with contextlib.suppress(PackError):
        assert refused(read_yaml(path), path.name)  # none of these happens to be a whole file


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["decoys", "code", "phones", "as_of"]), inner)
        ),
    )
)
def test_data_of_any_shape_is_taken_or_refused_with_its_place(data: object) -> None:
    said = refused(data, "decoys.yaml")
    assert said or data == {"decoys": []}
    assert all(line.startswith("decoys.yaml: ") for line in said)


# --- keys


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a: 1\na: 1\n", "'a'"),
        ("b: [{c: 1, d: 2, c: 3}]\n", "'c'"),
        ("a: 1\n'a': 2\n", "'a'"),
        ("a: &x {k: 1}\nb: {<<: *x, k: 2, k: 3}\n", "'k'"),
    ],
)
def test_a_key_given_twice_is_named_however_deep_it_stands(
    tmp_path: Path, text: str, key: str
) -> None:
    with pytest.raises(PackError, match=f"the key {key} is given twice"):
        read_yaml(written(tmp_path, text))


def test_what_is_taken_over_may_be_changed_in_one_place(tmp_path: Path) -> None:
    text = "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}\n"
    assert read_yaml(written(tmp_path, text)) == {"a": {"k": 1, "l": 2}, "b": {"k": 3, "l": 2}}

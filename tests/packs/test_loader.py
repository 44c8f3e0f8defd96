# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading the data files: cached, frozen, and with clear words about what does not fit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from amana.packs import (
    PackError,
    UnknownCodeError,
    load_pack,
    load_pack_from,
    load_taxonomy,
    taxonomy_versions,
)
from amana.packs.loader import HERE, read_yaml

if TYPE_CHECKING:
    from pathlib import Path


def test_a_pack_is_read_once() -> None:
    assert load_pack("jo") is load_pack("jo")


def test_a_pack_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(load_pack("jo").units[0], "duty", True)  # noqa: B010  (typed code cannot)


@pytest.mark.parametrize("code", ["xx", "", "../packs/jo", "taxonomy", "JO"])
def test_an_unknown_pack_is_refused(code: str) -> None:
    with pytest.raises(UnknownCodeError, match="unknown pack"):
        load_pack(code)


@pytest.mark.parametrize("version", ["2020-1", "../jo/pack", "newest"])
def test_an_unknown_taxonomy_is_refused(version: str) -> None:
    with pytest.raises(UnknownCodeError, match="unknown taxonomy"):
        load_taxonomy(version)


def test_r7_every_version_of_the_taxonomy_stays_readable() -> None:
    for version in taxonomy_versions():
        assert load_taxonomy(version).version == version


def test_a_pack_outside_the_program_can_be_read(tmp_path: Path) -> None:
    shutil.copytree(HERE / "jo", tmp_path / "jo")
    assert load_pack_from(tmp_path / "jo") == load_pack("jo")


def test_texts_fall_back_to_the_language_of_the_pack() -> None:
    assert load_pack("jo").unit("jo/ccu/aqaba").names.in_("de") == "فرع العقبة"


@pytest.mark.parametrize("answer", ["no", "yes", "on", "off", "NO"])
def test_yaml_does_not_turn_words_into_truth_values(tmp_path: Path, answer: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(f"country: {answer}\nreally: true\nnot: false\n", encoding="utf-8")
    assert read_yaml(path) == {"country": answer, "really": True, "not": False}


def test_a_key_given_twice_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("a: 1\nb: {c: 1, c: 2}\n", encoding="utf-8")
    with pytest.raises(PackError, match="the key 'c' is given twice"):
        read_yaml(path)


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"a: [", b"a: !!python/name:os.system", b"\x00"])
def test_broken_or_hostile_yaml_is_an_error(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(raw)
    with pytest.raises(PackError, match=r"file\.yaml"):
        read_yaml(path)


@pytest.mark.parametrize("text", ["", "[]", "7", "a: b"])
def test_a_file_of_another_shape_is_an_error(tmp_path: Path, text: str) -> None:
    shutil.copytree(HERE / "jo", tmp_path / "jo")
    (tmp_path / "jo" / "agency.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=r"agency\.yaml"):
        load_pack_from(tmp_path / "jo")


def test_reading_a_pack_needs_no_django() -> None:
    """The pack check and the kernel's users must run without settings and without a database."""
    code = (
        "import sys; from amana.packs import load_pack, load_taxonomy, countries; "
        "load_pack('jo'); load_taxonomy(); countries(); "
        "sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

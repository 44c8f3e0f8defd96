# SPDX-License-Identifier: AGPL-3.0-or-later
"""The data inventory (docs/data-inventory*.md) names every column of every model, and says truly
how it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain

import django
import pytest
from django.apps import apps
from django.db import models

from tests.meta.files import ROOT
from tests.meta.files import ours as ours_files

django.setup()  # tests of this folder are also run alone, without Django

PAGES = sorted((ROOT / "docs").glob("data-inventory*.md"))
OPAQUE = {"sealed", "wrapped", "hash", "token", "random", "public key"}
KINDS = OPAQUE | {"clear", "coded", "signed"}
BYTES_IN_CLEAR = {
    "journal.Event.body",
    "journal.Cosignature.value",
    "journal.Stamp.token",
    "figures.Publication.checkpoint_root",
}
"""Bytes that are meant to be read: the act itself without a person in it, what others
signed for everybody to see, and a public root."""


@dataclass
class Section:
    """What the page says of one model: column to how it is kept, and the line above the table."""

    lead: str = ""
    columns: dict[str, str] = field(default_factory=dict)


def sections(text: str) -> dict[str, Section]:
    """The page by model. Raises on a column that is named twice."""
    found: dict[str, Section] = {}
    current: Section | None = None
    for line in text.splitlines():
        if heading := re.match(r"### `(\w+\.\w+)`$", line):
            current = found.setdefault(heading.group(1), Section())
        elif line.startswith("#"):
            current = None
        elif current is not None and line.startswith("| `"):
            names, kept, _what = (cell.strip() for cell in line.strip("|").split("|", 2))
            for name in re.findall(r"`(\w+)`", names):
                assert name not in current.columns, f"{name} twice"
                current.columns[name] = kept
        elif current is not None and line and not line.startswith("|"):
            current.lead += line
    return found


def ours() -> dict[str, type[models.Model]]:
    """The models of this project by label."""
    return {
        model._meta.label: model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("amana.")
    }


SOURCES = [file for file in ours_files() if file.inside("src/amana") and file.suffix == ".py"]
PAGE_TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)
PAGE_SAYS = sections(PAGE_TEXT)


def test_every_model_has_its_section_and_no_section_is_left_over() -> None:
    assert set(PAGE_SAYS) == set(ours())


@pytest.mark.parametrize("label", sorted(ours()))
def test_every_column_is_listed_and_no_other(label: str) -> None:
    columns = {field.name for field in ours()[label]._meta.local_concrete_fields}
    assert set(PAGE_SAYS[label].columns) == columns


@pytest.mark.parametrize("label", sorted(ours()))
def test_each_section_says_who_reads_or_how_long(label: str) -> None:
    assert len(PAGE_SAYS[label].lead) > 5


@pytest.mark.parametrize("label", sorted(ours()))
def test_how_a_column_is_kept_is_one_of_the_words_of_the_page(label: str) -> None:
    assert set(PAGE_SAYS[label].columns.values()) <= KINDS


@pytest.mark.parametrize("label", sorted(ours()))
def test_the_word_fits_the_type_of_the_column(label: str) -> None:
    for column in ours()[label]._meta.local_concrete_fields:
        place, kept = f"{label}.{column.name}", PAGE_SAYS[label].columns.get(column.name, "")
        if isinstance(column, models.BinaryField):
            assert kept in OPAQUE or place in BYTES_IN_CLEAR, f"{place}: {kept}"
        elif kept == "token" and isinstance(column, models.BigIntegerField):
            continue  # eight bytes of a token, as databases index them
        elif kept in {"sealed", "wrapped", "token"}:
            pytest.fail(f"{place} cannot hold {kept} bytes")
        if column.name.startswith("sealed"):
            assert kept == "sealed", place
        if column.name.startswith("wrapped"):
            assert kept in {"wrapped", "sealed"}, place


def test_every_table_of_the_libraries_is_named() -> None:
    foreign = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not model.__module__.startswith("amana.")
    }
    assert not {table for table in foreign if f"`{table}`" not in PAGE_TEXT}


def test_every_cookie_is_named_and_no_other() -> None:
    named = re.compile(r'^\w*COOKIE(?:_NAME)?(?:: Final)? = "(\w+)"', re.MULTILINE)
    used = {name for file in SOURCES for name in named.findall(file.text)}
    listed = re.findall(r"^\| `(\w)` \| (?:portal|desk|everywhere) \|", PAGE_TEXT, re.MULTILINE)
    assert sorted(listed) == sorted(used)


def test_the_reading_of_the_page_can_fail() -> None:
    page = "### `a.B`\nRead by nobody.\n\n| column | how kept | what |\n|---|---|---|\n"
    page += "| `x`, `y` | clear | z |\n"
    read = sections(page + "## Other\n| `q` | clear | z |\n")
    assert read["a.B"].columns == {"x": "clear", "y": "clear"}
    assert read["a.B"].lead == "Read by nobody."
    with pytest.raises(AssertionError, match="x twice"):
        sections(page.replace("`y`", "`x`"))


def test_columns_are_looked_at_in_every_room_that_stores() -> None:
    rooms = {label.split(".")[0] for label in chain(PAGE_SAYS)}
    assert {"reports", "people", "journal", "evidence", "casework", "limits"} <= rooms

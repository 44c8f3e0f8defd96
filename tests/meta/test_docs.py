# SPDX-License-Identifier: AGPL-3.0-or-later
"""The documents say what the program has: settings, events, routes, keys of packs, links."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tests.meta.files import ROOT, File, ours

django.setup()  # tests of this folder are also run alone, without Django

DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PAGES = [file for file in ours() if file.suffix == ".md"]


def said(*names: str) -> str:
    """The text of pages of docs/ that exist."""
    found = [DOCS / name for name in names if (DOCS / name).is_file()]
    return "\n".join(path.read_text("utf-8") for path in found)


def coded(text: str) -> set[str]:
    """Everything that stands between backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


# --- settings


OF_TESTS = {"AMANA_CHROMIUM"}
"""Settings that only tests read."""


def settings() -> Iterator[str]:
    """What a node reads, and what single commands read besides."""
    from amana.cli.say import PASSPHRASE_FILE
    from amana.config.env import Env

    yield PASSPHRASE_FILE
    for name, field in Env.model_fields.items():
        yield str(field.validation_alias or f"AMANA_{name.upper()}")


def test_every_setting_is_documented_and_no_other() -> None:
    page = said("settings.md")
    listed = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(settings())


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.path))
def test_no_page_names_a_setting_that_is_not_there(file: File) -> None:
    named = set(re.findall(r"\bAMANA_[A-Z_]+\b", file.text))
    assert not named - set(settings()) - OF_TESTS


# --- events


def tags() -> set[str]:
    """The values of every `Tag` of every room."""
    found: set[str] = set()
    for config in apps.get_app_configs():
        if not config.name.startswith("amana."):
            continue
        if not (Path(config.path) / "events.py").is_file():
            continue
        tag = import_module(f"{config.name}.events").Tag
        assert issubclass(tag, StrEnum)
        found |= {str(value) for value in tag}
    return found


def test_every_event_has_its_line_and_no_line_is_left_over() -> None:
    lines = re.findall(r"^\| `([^`]+)` \| \S", said("events.md"), re.MULTILINE)
    assert len(lines) == len(set(lines))
    assert set(lines) == tags()


def test_a_tag_has_three_parts() -> None:
    assert not [tag for tag in tags() if not re.fullmatch(r"[a-z]+:[a-z]+:[a-z]+", tag)]


# --- routes


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """Every address of a node as it is written in the URL configuration."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", path)


def test_every_route_has_its_line_and_no_line_is_left_over() -> None:
    lines = re.findall(r"^\| `(/[^`]*)` \|", said("routes.md"), re.MULTILINE)
    assert len(lines) == len(set(lines))
    missing, gone = sorted(set(routes()) - set(lines)), sorted(set(lines) - set(routes()))
    assert (missing, gone) == ([], [])


def test_no_address_gives_the_visit_away() -> None:
    public = [route for route in routes() if not route.startswith(("/desk/", "/api/"))]
    telling = ("crime", "police", "abuse", "blackmail", "victim", "report")
    assert not [route for route in public if any(word in route for word in telling)]


# --- packs


def records() -> dict[str, set[str]]:
    """Keys of each data file and of each kind of record in it, from the published schemas."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "src/amana/packs/schema").glob("*.json"):
        schema = json.loads(path.read_text("utf-8"))
        found[f"{path.stem}.yaml"] = set(schema["properties"])
        for name, record in schema.get("$defs", {}).items():
            if "properties" in record:
                found[name] = set(record["properties"])
    return found


def documented_records(text: str) -> dict[str, set[str]]:
    """First cells of the tables under each heading that is a code word."""
    found: dict[str, set[str]] = {}
    current: set[str] | None = None
    for line in text.splitlines():
        if line.startswith("#"):
            heading = re.fullmatch(r"#+ `([\w.]+)`", line)
            current = found.setdefault(heading.group(1), set()) if heading else None
        elif current is not None and line.startswith("| `"):
            current |= coded(line.split("|")[1])
    return found


def test_every_key_of_a_pack_is_documented_and_no_other() -> None:
    assert documented_records(said("packs.md")) == records()


# --- who may what


def test_the_table_of_the_officers_guide_is_the_rule() -> None:
    from amana.people.policies import matrix

    rows = (line.strip().strip("|").split("|") for line in said("officer-guide.md").splitlines())
    table = [
        (cells[1].strip(" `"), [cell.strip() == "yes" for cell in cells[2:]])
        for cells in rows
        if len(cells) == 12 and cells[1].strip().startswith("`")
    ]
    assert table == [(name, list(roles)) for name, roles in matrix()]


# --- links and decisions


def anchors(text: str) -> set[str]:
    """Anchors of the headings of a page, as they are made from their words."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page: Path, text: str) -> list[str]:
    """Links of a page to what is not in the repository."""
    found = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name) if name else page
        if not path.exists() or (anchor and anchor not in anchors(path.read_text("utf-8"))):
            found.append(target)
    return found


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.path))
def test_links_of_the_documents_lead_somewhere(file: File) -> None:
    assert broken(ROOT / file.path, file.text) == []


def test_a_broken_link_is_noticed() -> None:
    page = DOCS / "events.md"
    text = "[a](nowhere.md) [b](data-inventory.md#nothing) [c](data-inventory.md#data-inventory)"
    assert broken(page, text) == ["nowhere.md", "data-inventory.md#nothing"]


def test_every_decision_has_a_number_of_its_own() -> None:
    """Gaps are allowed: numbers are reserved while work goes on side by side."""
    numbers = [path.name[:4] for path in DECISIONS.glob("*.md")]
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_has_its_three_parts_and_its_number(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith(f"# {path.name[:4]} · ")
    order = [text.index(f"\n## {part}") for part in ("Context", "Decision")]
    assert order == sorted(order)
    assert "\n## Consequences" in text


def test_decisions_named_in_the_code_exist() -> None:
    there = {path.name[:4] for path in DECISIONS.glob("*.md")}
    named = {
        number
        for file in ours()
        if file.suffix in {".py", ".md", ".yaml"} and not file.inside("tests/meta")
        for number in re.findall(r"decisions?[/ ]([0-9]{4})", file.text)
    }
    assert not named - there


def test_tests_named_in_the_documents_exist() -> None:
    """The threat model names the test that holds each promise."""
    known = {
        name
        for file in ours()
        if file.inside("tests") and file.suffix == ".py"
        for name in re.findall(r"def (test_\w+)", file.text)
    }
    named = {word for file in PAGES for word in coded(file.text) if re.fullmatch(r"test_\w+", word)}
    assert not named - known


# --- commands and pictures


def test_commands_named_in_the_documents_exist() -> None:
    from amana.cli.commands import COMMANDS

    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for command in COMMANDS:
        command.register(commands)
    named = {
        match.group(1) for file in PAGES for match in re.finditer(r"`amana ([a-z]+)", file.text)
    }
    assert named
    assert not named - set(commands.choices)


def test_targets_of_make_named_in_the_documents_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    there = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        match.group(1)
        for file in PAGES
        for match in re.finditer(r"(?:`|^)make ([a-z]+)", file.text, re.MULTILINE)
    }
    assert {"run", "test"} <= named
    assert not named - there


def test_the_pictures_are_shown_described_and_light() -> None:
    shown = re.findall(
        r'<img src="(docs/pictures/[^"]+)" alt="([^"]+)"', (ROOT / "README.md").read_text("utf-8")
    )
    there = sorted((DOCS / "pictures").glob("*.png"))
    assert sorted(str(path.relative_to(ROOT)) for path in there) == sorted(p for p, _ in shown)
    assert all(len(words) > 40 for _, words in shown)
    for path in there:
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size <= 200_000


def test_the_drawing_of_the_house_names_every_room() -> None:
    drawing = (DOCS / "architecture.svg").read_text("utf-8")
    page = said("architecture.md")
    rooms = {path.name.removesuffix(".py") for path in (ROOT / "src/amana").iterdir()}
    rooms -= {"__init__.py", "__init__", "__main__", "__pycache__", "config", "locale", "py.typed"}
    assert not {room for room in rooms if f">{room}" not in drawing}
    assert not {room for room in rooms if f"`{room}`" not in page}


def test_every_tag_has_words_on_the_desk_and_no_words_are_left_over() -> None:
    """An auditor reads acts, not codes."""
    from amana.desk.act_words import TAGS

    assert {str(tag) for tag in TAGS} == set(tags())

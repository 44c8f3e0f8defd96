# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each rule notices a breach planted for it, and leaves good files alone."""

from __future__ import annotations

import pytest

from tests.meta import house_checks as house
from tests.meta import text_checks as text
from tests.meta.files import File

DIGEST = "--hash=sha256:" + "0a" * 32
GOOD_PIN = f"# {text.SPDX}\ndjango==5.2.19 \\\n    {DIGEST} \\\n    {DIGEST}\n"


@pytest.mark.parametrize(
    "path", ["src/amana/x.py", "bin/x", "a.css", "p.yaml", "requirements/x.txt"]
)
def test_a_file_without_the_licence_line_is_found(path: str) -> None:
    assert text.licence_line([File(path, "x = 1\n")])
    assert not text.licence_line([File(path, f"# {text.SPDX}\nx = 1\n")])


@pytest.mark.parametrize("path", ["LICENSE", "README.md", "schema.json"])
def test_files_that_cannot_carry_the_licence_line_need_none(path: str) -> None:
    assert not text.licence_line([File(path, "words\n")])


def test_the_licence_line_counts_only_at_the_top() -> None:
    assert text.licence_line([File("a.py", "\n" * 5 + f"# {text.SPDX}\n")])


def test_a_file_of_501_lines_is_too_long_and_one_of_500_is_not() -> None:
    assert text.length([File("a.py", "x\n" * 501)])
    assert not text.length([File("a.py", "x\n" * 500)])
    assert not text.length([File("ar.po", "x\n" * 9000), File("requirements/a.txt", "x\n" * 9000)])


def test_a_list_of_data_may_have_a_thousand_lines() -> None:
    assert not text.length([File("a.yaml", "x\n" * 1000)])
    assert text.length([File("a.yaml", "x\n" * 1001)])


@pytest.mark.parametrize(
    "words", ["https://py" + "pi.org/simple", "--index" + "-url x", "npm" + "js.org"]
)
def test_an_index_address_is_found(words: str) -> None:
    assert text.index_address([File("a.md", f"see {words}")])


@pytest.mark.parametrize(
    "path", ["/wo" + "rk/main", "/ro" + "ot/.cache", "/tm" + "p/x", "/home/" + "ann"]
)
def test_a_machine_path_is_found(path: str) -> None:
    assert text.machine_path([File("a.md", f"look in {path}")])


@pytest.mark.parametrize(
    "path", ["desk/work/list", "${TMPDIR:-/tm" + "p}", "https://x.example/ro" + "ot/", "a/home/b"]
)
def test_an_ordinary_path_is_no_machine_path(path: str) -> None:
    assert not text.machine_path([File("a.md", f"look in {path}")])


def test_a_loader_that_runs_code_is_found() -> None:
    assert text.pickle([File("src/a.py", "import pick" + "le\n")])
    assert text.pickle([File("src/a.py", "    from shel" + "ve import open\n")])
    assert not text.pickle([File("src/a.py", "import json\n")])


@pytest.mark.parametrize(
    "mark", ["@pytest.mark.sk" + "ip", "pytest.xf" + "ail()", "pytest.mark.sk" + "ipif(x)"]
)
def test_a_skip_mark_is_found(mark: str) -> None:
    assert text.skip_mark([File("tests/test_a.py", mark)])


@pytest.mark.parametrize(
    "rule",
    [
        "margin-left: 0",
        "float: right",
        "left: 0",
        "text-align:right",
        "border-top-left-radius: 1px",
    ],
)
def test_a_physical_side_in_a_style_is_found(rule: str) -> None:
    assert text.physical_side([File("a.css", f"a {{ {rule} }}")])


def test_logical_sides_and_comments_are_no_breach() -> None:
    good = (
        "/* not left,\n   not right */ a { margin-inline-start: 0; text-align: start; bright: 1 }"
    )
    assert not text.physical_side([File("a.css", good)])


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        '<p style="x">',
        "<style>",
        '<a onclick="x()">',
        '<a href="javascript:x">',
    ],
)
def test_inline_code_in_a_page_is_found(html: str) -> None:
    assert text.inline_code([File("src/amana/portal/templates/a.html", html)])


def test_a_script_from_a_file_is_no_breach() -> None:
    page = '<script defer src="{% static \'exit.js\' %}"></script><p class="style">one = two</p>'
    assert not text.inline_code([File("src/amana/portal/templates/a.html", page)])


def test_a_note_that_something_is_missing_is_found() -> None:
    assert text.left_for_later([File("a.py", "# TO" + "DO: more")])


def test_a_breach_names_its_line() -> None:
    assert text.left_for_later([File("a.py", "one\ntwo\n# FIX" + "ME\n")])[0].startswith("a.py:3:")


def test_good_pins_pass() -> None:
    assert not house.pins([File("requirements/a.txt", GOOD_PIN)])


@pytest.mark.parametrize(
    "line",
    [
        "django>=5",
        "django==5.2.19",
        "django==5.2.19 \\\n    --hash=md5:00",
        "-e .",
        f"x @ https://x.example/x.whl \\\n    {DIGEST}",
        "--require-hashes",
    ],
)
def test_a_bad_line_among_the_pins_is_found(line: str) -> None:
    assert house.pins([File("requirements/a.txt", f"{line}\n")])


def record(*rows: str) -> File:
    return File(house.RECORD, "\n".join(rows))


def test_a_dependency_without_its_line_is_found() -> None:
    asked = File("requirements/run.in", "# note\nDjango>=5\nfont_pkg[x]>=1\n-r test.in\n")
    assert house.direct_dependencies([asked]) == {"django", "font-pkg"}
    good = record("| `Django` | web | BSD | ours |", "| `font-pkg[x]` | a | b | c |")
    assert not house.dependency_record([asked, good])
    assert house.dependency_record([asked, record("| `Django` | web | BSD | ours |")])


def test_a_line_of_the_record_must_be_whole_and_needed() -> None:
    asked = File("requirements/run.in", "Django>=5\n")
    assert house.dependency_record([asked, record("| `Django` | web | | ours |")])
    assert house.dependency_record(
        [asked, record("| `Django` | web | BSD | ours |", "| `flask` | web | BSD | ours |")]
    )


def test_a_room_outside_the_contract_is_found() -> None:
    layers = 'layers = ["(cli)", "(portal) | (desk)"]'
    settings = File("pyproject.toml", f"[[tool.importlinter.contracts]]\n{layers}\n")
    inside = [File("src/amana/portal/views.py", ""), File("src/amana/cli.py", "")]
    assert not house.import_contracts([settings, *inside, File("src/amana/config/a.py", "")])
    assert house.import_contracts([settings, *inside, File("src/amana/attic/a.py", "")]) == [
        "pyproject.toml: the layers contract lacks attic"
    ]

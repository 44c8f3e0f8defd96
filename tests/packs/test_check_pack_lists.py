# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `check_pack` says of whole lists: nothing is given twice, no floor is lowered, and every
name that leads elsewhere leads somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amana.packs import load_pack
from amana.packs.check import check_pack
from amana.packs.loader import HERE, read_yaml
from tests.packs.helpers import Tree, entries, entry, problems, spoiled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LISTS = [
    ("pack.yaml", "crisis_lines"),
    ("pack.yaml", "contacts"),
    ("agency.yaml", "departments"),
    ("agency.yaml", "units"),
    ("territories.yaml", "territories"),
    ("partners.yaml", "partners"),
    ("law.yaml", "statutes"),
    ("law.yaml", "legal_bases"),
    ("dispositions.yaml", "dispositions"),
    ("instructions.yaml", "actions"),
]


def first(name: str, key: str) -> str:
    return str(entries(read_yaml(HERE / "jo" / name), key)[0]["code"])


@pytest.mark.parametrize(("name", "key"), LISTS)
def test_no_code_is_given_twice(name: str, key: str, tmp_path: Path) -> None:
    """The second would take the place of the first, and nobody would see which one counts."""
    code = first(name, key)

    def again(tree: Tree) -> None:
        entries(tree, key).append(dict(entry(tree, key, code)))

    found = problems(spoiled(tmp_path, name, again))
    said = [line for line in found if line.startswith(f"{name}: ") and code in line]
    assert any("is given 2 times" in line for line in said), found


@pytest.mark.parametrize("action", ["before_justice", "search_notice", "border_alert"])
def test_m097_an_act_of_force_is_never_missing(action: str, tmp_path: Path) -> None:
    def without(tree: Tree) -> None:
        entries(tree, "actions").remove(entry(tree, "actions", action))

    found = problems(spoiled(tmp_path, "instructions.yaml", without))
    assert found == [f"instructions.yaml: actions: {action} is missing"]


@pytest.mark.parametrize(
    ("action", "mark"),
    [
        ("before_justice", "needs_instruction"),
        *(
            (action, mark)
            for action in ("search_notice", "border_alert")
            for mark in ("needs_instruction", "needs_authority", "needs_expiry")
        ),
    ],
)
@pytest.mark.parametrize("how", ["false", "left out"])
def test_m097_no_country_lowers_what_must_be_on_record(
    action: str, mark: str, how: str, tmp_path: Path
) -> None:
    def lower(tree: Tree) -> None:
        found = entry(tree, "actions", action)
        if how == "false":
            found[mark] = False
        else:
            del found[mark]

    found = problems(spoiled(tmp_path, "instructions.yaml", lower))
    assert found == [f"instructions.yaml: {action}: {mark} must be true"]


@pytest.mark.parametrize(
    "needed", ["taken_up", "withdrawn", "duplicate", "insufficient", "out_of_competence"]
)
def test_every_ending_that_the_figures_count_has_its_words(needed: str, tmp_path: Path) -> None:
    def without(tree: Tree) -> None:
        kept = [d for d in entries(tree, "dispositions") if d["counts_as"] != needed]
        tree["dispositions"] = kept

    found = problems(spoiled(tmp_path, "dispositions.yaml", without))
    assert found == [f"dispositions.yaml: dispositions: none counts as {needed}"]


# --- what leads elsewhere


def _territory(which: str, /, **fields: object) -> Callable[[Tree], None]:
    return lambda tree: entry(tree, "territories", which).update(fields)


def _unit(which: str, /, **fields: object) -> Callable[[Tree], None]:
    return lambda tree: entry(tree, "units", which).update(fields)


def _emergency(tree: Tree) -> None:
    emergency = tree["emergency"]
    assert isinstance(emergency, dict)
    del emergency["phone"]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("agency.yaml", _unit("jo/ccu", seat="JO-ZZ"), "agency.yaml: jo/ccu: unknown territory"),
        ("agency.yaml", _unit("jo/ccu", parent="jo/ccu"), "unknown or circular parent jo/ccu"),
        ("territories.yaml", _territory("JO-AQ", code="SY-AQ"), "SY-AQ: does not lie in JO"),
        ("territories.yaml", _territory("JO-AQ", parent="JO-AQ"), "unknown or nested parent JO-AQ"),
        ("pack.yaml", _emergency, "pack.yaml: emergency: has no phone number"),
    ],
)
def test_what_leads_nowhere_is_named(
    name: str, change: Callable[[Tree], None], said: str, tmp_path: Path
) -> None:
    assert any(said in line for line in problems(spoiled(tmp_path, name, change)))


@pytest.mark.parametrize(
    "zone", ["Asia", "Mars/Phobos", "/etc/localtime", "../UTC", "Asia/Amman\n", "\u0000", "x" * 300]
)
def test_a_time_zone_that_is_none_is_a_problem_and_no_traceback(zone: str, tmp_path: Path) -> None:
    folder = spoiled(tmp_path, "pack.yaml", lambda tree: tree.update(timezone=zone))
    assert [problem.where for problem in check_pack(folder)] == ["timezone"]


@pytest.mark.parametrize("stage", ["diagnosed", "referred", "next_news"])
@pytest.mark.parametrize(("slow", "fast"), [("U", "H"), ("H", "N")])
def test_the_more_urgent_never_waits_longer_at_any_stage(
    stage: str, slow: str, fast: str, tmp_path: Path
) -> None:
    hours = getattr(load_pack("jo").deadlines, stage)

    def longer(tree: Tree) -> None:
        clock = tree[stage]
        assert isinstance(clock, dict)
        clock[slow] = getattr(hours, fast) + 1

    found = problems(spoiled(tmp_path, "deadlines.yaml", longer))
    assert f"deadlines.yaml: {stage}: the more urgent may not wait longer" in found


def test_as_long_for_all_is_allowed(tmp_path: Path) -> None:
    def alike(tree: Tree) -> None:
        tree["next_news"] = {"U": 720, "H": 720, "N": 720}

    assert problems(spoiled(tmp_path, "deadlines.yaml", alike)) == []

# SPDX-License-Identifier: AGPL-3.0-or-later
"""`check_pack` passes the packs that are shipped and names what is wrong in a spoiled one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from amana.packs import available_packs, countries
from amana.packs.check import Problem, check_pack, check_shipped
from amana.packs.loader import HERE
from tests.packs.helpers import Tree, entries, entry, problems, spoiled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("code", available_packs())
def test_a_shipped_pack_has_no_problem(code: str) -> None:
    assert check_pack(HERE / code) == []


def test_all_shipped_data_has_no_problem() -> None:
    assert check_shipped() == []


def test_a_country_of_an_unknown_region_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    world = countries()
    without = tuple(region for region in world.regions if region.code != "gulf")
    spoiled_world = world.model_copy(update={"regions": without})
    monkeypatch.setattr("amana.packs.check.countries", lambda: spoiled_world)
    assert Problem("countries.yaml", "QA", "unknown region gulf") in check_shipped()


def test_a_copy_written_back_unchanged_has_no_problem(tmp_path: Path) -> None:
    """The other tests here change a copy; the copying itself must not be what they notice."""
    assert problems(spoiled(tmp_path, "agency.yaml", lambda tree: None)) == []


def _remove(key: str, code: str) -> Callable[[Tree], None]:
    def change(tree: Tree) -> None:
        entries(tree, key).remove(entry(tree, key, code))

    return change


def _set(key: str, code: str, /, **fields: object) -> Callable[[Tree], None]:
    def change(tree: Tree) -> None:
        entry(tree, key, code).update(fields)

    return change


def _drop(key: str, code: str, field: str) -> Callable[[Tree], None]:
    def change(tree: Tree) -> None:
        del entry(tree, key, code)[field]

    return change


def _add(key: str, code: str, /, **fields: object) -> Callable[[Tree], None]:
    def change(tree: Tree) -> None:
        entries(tree, key).append({**entry(tree, key, code), **fields})

    return change


def _top(**fields: object) -> Callable[[Tree], None]:
    return lambda tree: tree.update(fields)


def _sub(key: str, /, **fields: object) -> Callable[[Tree], None]:
    def change(tree: Tree) -> None:
        inner = tree[key]
        assert isinstance(inner, dict)
        inner.update(fields)

    return change


AQABA = [{"territory": "JO-AQ", "priority": 1}]

SPOILED: list[tuple[str, Callable[[Tree], None], str]] = [
    # agency.yaml and territories.yaml
    (
        "territories.yaml",
        _remove("territories", "JO-AQ"),
        "agency.yaml: jo/ccu/aqaba: unknown territory JO-AQ",
    ),
    (
        "territories.yaml",
        _add("territories", "JO-AQ", code="JO-XX"),
        "territories.yaml: JO-XX: no unit serves it",
    ),
    (
        "territories.yaml",
        _add("territories", "JO-AQ", code="JO-XX"),
        "territories.yaml: JO-XX: no prosecution office serves it",
    ),
    (
        "territories.yaml",
        _add("territories", "JO-AQ"),
        "territories.yaml: JO-AQ: is given 2 times",
    ),
    (
        "territories.yaml",
        _set("territories", "JO-AQ", parent="JO-ZZ"),
        "territories.yaml: JO-AQ: unknown or nested parent JO-ZZ",
    ),
    (
        "agency.yaml",
        _remove("units", "jo/ccu/aqaba"),
        "territories.yaml: JO-AQ: no unit serves it",
    ),
    (
        "agency.yaml",
        _remove("units", "jo/pp/aqaba"),
        "territories.yaml: JO-MN: no prosecution office serves it",
    ),
    (
        "agency.yaml",
        _set("units", "jo/ccu/karak", serves=[*AQABA, {"territory": "JO-KA", "priority": 1}]),
        "territories.yaml: JO-AQ: has 2 primary units",
    ),
    (
        "agency.yaml",
        _set("units", "jo/ccu/aqaba", serves=[{"territory": "JO-MN", "priority": 2}, *AQABA]),
        "territories.yaml: JO-MN: 2 units share rank 2",
    ),
    (
        "agency.yaml",
        _set("units", "jo/ccu/aqaba", serves=[*AQABA, {"territory": "JO-AQ", "priority": 2}]),
        "agency.yaml: jo/ccu/aqaba: serves JO-AQ 2 times",
    ),
    (
        "agency.yaml",
        _add("units", "jo/ccu/duty", code="jo/ccu/night"),
        "agency.yaml: units: exactly one duty unit is needed, found jo/ccu/duty, jo/ccu/night",
    ),
    (
        "agency.yaml",
        _remove("units", "jo/ccu/duty"),
        "agency.yaml: units: exactly one duty unit is needed, found none",
    ),
    (
        "agency.yaml",
        _remove("units", "jo/ccu/desk"),
        "agency.yaml: units: exactly one national_desk unit is needed, found none",
    ),
    (
        "agency.yaml",
        _remove("units", "jo/legal/review"),
        "agency.yaml: units: exactly one legal_review unit is needed, found none",
    ),
    (
        "agency.yaml",
        _add("units", "jo/fjp/tech", code="jo/fjp/other"),
        "agency.yaml: units: 2 units are specialised in children",
    ),
    (
        "agency.yaml",
        _set("units", "jo/ccu/aqaba", duty=True),
        "agency.yaml: jo/ccu/aqaba: `duty: true` and `kind: duty` go together",
    ),
    (
        "agency.yaml",
        _drop("units", "jo/fjp/tech", "specialised"),
        "agency.yaml: jo/fjp/tech: `specialised` and `kind: specialised` go together",
    ),
    (
        "agency.yaml",
        _set("units", "jo/ccu/aqaba", parent="jo/nowhere"),
        "agency.yaml: jo/ccu/aqaba: unknown or circular parent jo/nowhere",
    ),
    (
        "agency.yaml",
        _set("units", "jo/ccu", parent="jo/ccu/aqaba"),
        "agency.yaml: jo/ccu: unknown or circular parent jo/ccu/aqaba",
    ),
    (
        "agency.yaml",
        _set("units", "jo/ccu", department="jo/none"),
        "agency.yaml: jo/ccu: unknown department jo/none",
    ),
    (
        "agency.yaml",
        _set("units", "jo/fjp/tech", categories=["C1", "Z9"]),
        "agency.yaml: jo/fjp/tech: unknown category Z9",
    ),
    (
        "agency.yaml",
        _set("units", "jo/legal/review", code="xx/legal"),
        "agency.yaml: xx/legal: the code must begin with jo/",
    ),
    # texts, sources and types: the schema
    (
        "agency.yaml",
        _set("units", "jo/ccu", names={"en": "Centre", "fr": "Centre", "ar": "المركز"}),
        "agency.yaml: units.0.names: has no text in ur",
    ),
    (
        "agency.yaml",
        _set("units", "jo/ccu", names={"en": "C", "fr": " ", "ar": "م", "ur": "م"}),
        "agency.yaml: units.0.names: has no text in fr",
    ),
    ("agency.yaml", _drop("units", "jo/ccu", "source"), "agency.yaml: units.0.source: Field req"),
    ("law.yaml", _drop("statutes", "cyber_2023", "as_of"), "law.yaml: statutes.0.as_of: Field req"),
    (
        "law.yaml",
        _set("statutes", "cyber_2023", verified="no"),
        "law.yaml: statutes.0.verified: Input should be a valid boolean",
    ),
    ("pack.yaml", _top(colour="red"), "pack.yaml: colour: Extra inputs are not permitted"),
    # pack.yaml
    ("pack.yaml", _top(code="sy"), "pack.yaml: code: is sy, but the folder is jo"),
    ("pack.yaml", _top(languages=["ar", "en"]), "pack.yaml: languages: lacks fr, ur"),
    (
        "pack.yaml",
        _top(default_language="de"),
        "pack.yaml: default_language: is not among the languages",
    ),
    ("pack.yaml", _top(timezone="Asia/Ammann"), "pack.yaml: timezone: Asia/Ammann is not a time"),
    ("pack.yaml", _top(taxonomy="1999-1"), "pack.yaml: taxonomy: there is no taxonomy 1999-1"),
    (
        "pack.yaml",
        _sub("emergency", show_unverified=False),
        "pack.yaml: emergency: the public needs an emergency number",
    ),
    (
        "pack.yaml",
        _sub("emergency", note=""),
        "pack.yaml: emergency: show_unverified needs a note that says why",
    ),
    (
        "pack.yaml",
        _set("crisis_lines", "family_child_line", show_unverified=True),
        "family_child_line: an unconfirmed contact may not be shown to the public",
    ),
    (
        "pack.yaml",
        _drop("crisis_lines", "family_child_line", "hours"),
        "pack.yaml: crisis_lines.family_child_line: has no opening hours",
    ),
    (
        "pack.yaml",
        _drop("contacts", "cybercrime_unit", "phone"),
        "cybercrime_unit: has neither a phone number nor an address",
    ),
    (
        "pack.yaml",
        _set("contacts", "cybercrime_unit", phone="06 563 3404"),
        "pack.yaml: contacts.0.phone: String should match pattern",
    ),
    # partners.yaml
    (
        "partners.yaml",
        _set("partners", "jo/partner/shelter", territories=["MA-01"]),
        "partners.yaml: jo/partner/shelter: unknown territory MA-01",
    ),
    # law.yaml
    (
        "law.yaml",
        _set("legal_bases", "penal_415", statute="none"),
        "law.yaml: penal_415: unknown statute none",
    ),
    (
        "law.yaml",
        _set("legal_bases", "penal_415", categories=["X1", "Q1"]),
        "law.yaml: penal_415: unknown category: Q1",
    ),
    (
        "law.yaml",
        _set("legal_bases", "cyber_2023_defamation", rights_gate=False),
        "law.yaml: cyber_2023_defamation: bears on speech (D1): rights_gate",
    ),
    (
        "law.yaml",
        _set("statutes", "cyber_2015", in_force_to="2014-01-01"),
        "law.yaml: cyber_2015: ends before it begins",
    ),
    # dispositions.yaml
    (
        "dispositions.yaml",
        _set("dispositions", "insufficient", needs_supervisor=False),
        "dispositions.yaml: insufficient: a refusal needs a supervisor (M-018)",
    ),
    (
        "dispositions.yaml",
        _add("dispositions", "insufficient", code="suspect_abroad"),
        "suspect_abroad: that the other side is abroad is never a reason to refuse (M-018)",
    ),
    (
        "dispositions.yaml",
        _set("dispositions", "handed_over", needs_reference=""),
        "handed_over: out of competence must name the body that accepted (no wrong door)",
    ),
    (
        "dispositions.yaml",
        _remove("dispositions", "withdrawn"),
        "dispositions.yaml: dispositions: none counts as withdrawn",
    ),
    # deadlines.yaml
    ("deadlines.yaml", _sub("diagnosed", U=25), "diagnosed: the more urgent may not wait longer"),
    ("deadlines.yaml", _sub("acknowledged", N=1), "acknowledged: must be at once: 0 hours (M-062)"),
    ("deadlines.yaml", _sub("next_news", N=721), "deadlines.yaml: next_news: is later than 30"),
    (
        "deadlines.yaml",
        _top(next_news_max_days=31),
        "deadlines.yaml: next_news_max_days: Input should be less than or equal to 30",
    ),
    ("deadlines.yaml", _top(silent_days=[90, 30]), "deadlines.yaml: silent_days: must rise"),
    # instructions.yaml
    (
        "instructions.yaml",
        _set("actions", "search_notice", needs_expiry=False),
        "instructions.yaml: search_notice: needs_expiry must be true",
    ),
    (
        "instructions.yaml",
        _remove("actions", "before_justice"),
        "instructions.yaml: actions: before_justice is missing",
    ),
    (
        "instructions.yaml",
        _set("actions", "device_search", legal_bases=["none"]),
        "instructions.yaml: device_search: unknown legal basis none",
    ),
]


@pytest.mark.parametrize(("file", "change", "said"), SPOILED, ids=[said for _, _, said in SPOILED])
def test_what_is_wrong_is_named(
    tmp_path: Path, file: str, change: Callable[[Tree], None], said: str
) -> None:
    found = problems(spoiled(tmp_path, file, change))
    assert any(said in line for line in found), found


@pytest.mark.parametrize("code", ["cross_border", "the_other_side_is_abroad", "foreign_suspect"])
def test_m018_no_name_for_abroad_passes_as_a_refusal(tmp_path: Path, code: str) -> None:
    change = _add("dispositions", "no_suspect_found", code=code)
    assert any("M-018" in line for line in problems(spoiled(tmp_path, "dispositions.yaml", change)))


@pytest.mark.parametrize("lang", ["en", "fr", "ar", "ur"])
def test_m018_the_words_of_a_refusal_are_read_in_every_language(tmp_path: Path, lang: str) -> None:
    words = {"en": "Ended", "fr": "Terminé", "ar": "انتهى", "ur": "ختم"}
    said = {
        "en": "Suspect abroad",
        "fr": "Suspect à l'étranger",
        "ar": "خارج البلد",
        "ur": "بیرونِ ملک",
    }
    label = {**words, lang: said[lang]}
    change = _add("dispositions", "no_suspect_found", code="ended", label=label)
    assert any("M-018" in line for line in problems(spoiled(tmp_path, "dispositions.yaml", change)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "jo"
    shutil.copytree(HERE / "jo", folder)
    (folder / "law.yaml").unlink()
    assert any(line.startswith("law.yaml: cannot be read") for line in problems(folder))


def test_a_file_nobody_reads_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "jo"
    shutil.copytree(HERE / "jo", folder)
    (folder / "laws.yaml").write_text("laws: []\n", encoding="utf-8")
    assert problems(folder) == ["laws.yaml: no such file belongs to a pack"]


def test_broken_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "jo"
    shutil.copytree(HERE / "jo", folder)
    (folder / "law.yaml").write_text("statutes: [\n", encoding="utf-8")
    assert any("law.yaml" in line and "line 2" in line for line in problems(folder))


def test_a_problem_reads_as_one_line() -> None:
    assert str(Problem("agency.yaml", "jo/ccu", "is odd")) == "agency.yaml: jo/ccu: is odd"
    assert str(Problem("agency.yaml", "", "is odd")) == "agency.yaml: is odd"

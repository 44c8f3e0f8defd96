# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whole reports to learn from: complete, in all forms, and none of them in a set that measures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from amana.kernel.suggest import RISKS
from amana.kernel.suggest.labelled import Labelled, labelled, reports_in
from amana.kernel.suggest.lexicon import FORMS
from amana.packs import load_taxonomy

SETS = Path(__file__).parents[3] / "benchmarks" / "sets" / "reports"
REPORTS = labelled()
APART = list(reports_in(SETS))


def written(folder: Path, text: str) -> list[Labelled]:
    (folder / "somebody").mkdir()
    (folder / "somebody" / "en.yaml").write_text(text, encoding="utf-8")
    return list(reports_in(folder))


def test_a_report_tells_its_kinds_and_what_it_carries_and_does_not(tmp_path: Path) -> None:
    text = '- text: "a"\n  kind: X1\n  also: [X2]\n  risks: [deadline]\n  maybe: [ongoing]\n'
    (one,) = written(tmp_path, text)
    assert (one.form, one.writer) == ("en", "somebody")
    assert one.kinds == {"X1", "X2"}
    assert one.risks == {"deadline"}
    assert one.without == {*RISKS} - {"deadline", "ongoing"}


def test_what_is_not_said_is_empty(tmp_path: Path) -> None:
    (one,) = written(tmp_path, '- text: "a"\n  kind: F1\n')
    assert (one.also, one.risks, one.maybe) == (frozenset(), frozenset(), frozenset())
    assert one.without == {*RISKS}


@pytest.mark.parametrize("name", ["risks", "maybe"])
def test_a_risk_that_does_not_exist_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such risk: dragons"):
        written(tmp_path, f'- text: "a"\n  kind: F1\n  {name}: [dragons]\n')


@pytest.mark.parametrize("reports", [REPORTS, APART], ids=["learnt", "apart"])
def test_every_form_has_reports_of_known_kinds(reports: list[Labelled]) -> None:
    known = {category.code for category in load_taxonomy().categories}
    forms = Counter((one.writer, one.form) for one in reports)
    assert {form for _, form in forms} == set(FORMS)
    assert min(forms.values()) >= 16
    assert all(one.kinds <= known for one in reports)
    assert all(one.text.strip() and not one.risks & one.maybe for one in reports)


def calm(reports: list[Labelled]) -> float:
    return sum(one.risks.isdisjoint(RISKS[:4]) for one in reports) / len(reports)


@pytest.mark.parametrize(
    ("reports", "each", "all_of_them"),
    [(REPORTS, 0.39, 0.48), (APART, 0.45, 0.48)],
    ids=["learnt", "apart"],
)
def test_about_half_of_the_reports_carry_none_of_the_first_four(
    reports: list[Labelled], each: float, all_of_them: float
) -> None:
    for writer in {one.writer for one in reports}:
        assert calm([one for one in reports if one.writer == writer]) >= each
    assert calm(reports) >= all_of_them
    often = Counter(risk for one in reports for risk in one.risks)
    assert min(often[risk] for risk in RISKS) >= 50


def test_nothing_is_learnt_from_that_is_measured_on() -> None:
    assert {one.text for one in REPORTS}.isdisjoint(one.text for one in APART)


def test_no_report_is_written_twice() -> None:
    assert max(Counter(one.text for one in REPORTS).values()) == 1


def test_identifiers_of_the_sets_apart_are_of_known_types() -> None:
    types = Counter(
        found["type"]
        for source in SETS.glob("*/*.yaml")
        for told in yaml.safe_load(source.read_bytes())
        for found in told.get("identifiers", ())
    )
    assert {"phone", "email", "url", "handle", "iban", "btc", "eth", "tron"} <= set(types)

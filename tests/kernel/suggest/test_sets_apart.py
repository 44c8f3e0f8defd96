# SPDX-License-Identifier: AGPL-3.0-or-later
"""Floors on the sets that nothing was taught from: a change that loses ground is noticed here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from amana.kernel.suggest import RISKS, listen, risks_in
from amana.kernel.suggest.labelled import reports_in
from amana.kernel.suggest.lexicon import FORMS
from amana.packs import load_taxonomy

SETS = Path(__file__).parents[3] / "benchmarks" / "sets"
KINDS = yaml.safe_load((SETS / "kinds.yaml").read_text(encoding="utf-8"))
TOLD = yaml.safe_load((SETS / "risks7.yaml").read_text(encoding="utf-8"))
# A little under what was measured on 2026-11-29; the aim is 0.95 for the first four.
FLOORS = {
    "child_at_risk": 0.91,
    "self_harm": 0.8,
    "threat_to_life": 0.91,
    "honour_risk": 0.91,
    "contact_offence": 0.94,
    "deadline": 0.86,
    "ongoing": 0.77,
    "published": 0.94,
}
WHOLE = list(reports_in(SETS / "reports"))
# The three newest sets also call the hour of an attack a deadline.
HEARD_IN_WHOLE = {
    "child_at_risk": 0.97,
    "self_harm": 0.96,
    "threat_to_life": 0.94,
    "honour_risk": 0.98,
    "contact_offence": 0.95,
    "deadline": 0.87,
    "ongoing": 0.9,
    "published": 0.95,
}


def test_the_set_of_kinds_has_each_kind_in_each_form() -> None:
    known = {category.code for category in load_taxonomy().categories}
    assert set(KINDS) <= known
    assert all(set(told) == set(FORMS) for told in KINDS.values())


@pytest.mark.parametrize("form", FORMS)
def test_the_kind_is_among_three(form: str) -> None:
    right = [code in {one.code for one in listen(told[form]).kinds} for code, told in KINDS.items()]
    assert sum(right) / len(right) >= 0.9


def test_the_set_of_risks_is_large_and_in_all_forms() -> None:
    assert set(TOLD) == {*RISKS, "none"}
    assert all(set(told) == set(FORMS) for told in TOLD.values())
    assert sum(len(texts) for told in TOLD.values() for texts in told.values()) >= 240


@pytest.mark.parametrize("risk", RISKS)
def test_a_risk_is_heard(risk: str) -> None:
    texts = [text for told in TOLD[risk].values() for text in told]
    heard = [text for text in texts if risk in {sign.risk for sign in risks_in(text)}]
    assert len(heard) / len(texts) >= FLOORS[risk]


@pytest.mark.parametrize("risk", RISKS)
def test_texts_that_carry_none_are_left_in_peace(risk: str) -> None:
    texts = [text for told in TOLD["none"].values() for text in told]
    heard = [text for text in texts if risk in {sign.risk for sign in risks_in(text)}]
    assert len(heard) / len(texts) <= 0.2


@cache
def heard_in(text: str) -> frozenset[str]:
    return frozenset(sign.risk for sign in risks_in(text))


@pytest.mark.parametrize("risk", RISKS)
def test_a_risk_is_heard_in_a_whole_report(risk: str) -> None:
    told = [risk in heard_in(one.text) for one in WHOLE if risk in one.risks]
    assert len(told) >= 50
    assert sum(told) / len(told) >= HEARD_IN_WHOLE[risk]


@pytest.mark.parametrize("risk", RISKS[:4])
def test_whole_reports_that_carry_none_of_the_four_raise_few_alerts(risk: str) -> None:
    calm = [one for one in WHOLE if one.risks.isdisjoint(RISKS[:4]) and risk in one.without]
    assert len(calm) >= 300
    assert sum(risk in heard_in(one.text) for one in calm) / len(calm) <= 0.2


@pytest.mark.parametrize("form", FORMS)
def test_the_kind_of_a_whole_report_is_among_three(form: str) -> None:
    right = [
        not one.kinds.isdisjoint(found.code for found in listen(one.text).kinds)
        for one in WHOLE
        if one.form == form
    ]
    assert sum(right) / len(right) >= 0.88

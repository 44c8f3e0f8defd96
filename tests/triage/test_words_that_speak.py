# SPDX-License-Identifier: AGPL-3.0-or-later
"""Risks and kinds that her own words speak of: at filing, on the desk, and in the one door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amana.journal.models import Event
from amana.kernel.suggest import RISKS, BadModel, save, starter
from amana.triage import assess, suggesting
from amana.triage.assessing import assess_text
from amana.triage.models import Assessment, Urgency
from amana.triage.rules import FROM_WORDS, IN_HER_WORDS
from tests.support import builders as make

KILL = "He swore that he will kill me by Friday if I do not pay."


def test_a_text_is_read_for_kinds_and_risks_in_one_call() -> None:
    read = assess_text("my account was hacked, they changed the password", country="MA")
    assert len(read.categories) == 3
    assert read.categories[0].code == "A1"
    assert read.categories[0].words
    assert read.risks == ()


def test_each_risk_stands_once_with_its_stretches() -> None:
    read = assess_text(f"{KILL} My son is 14.")
    codes = [risk.code for risk in read.risks]
    assert codes == sorted(set(codes), key=codes.index)
    assert {"threat_to_life", "child_at_risk", "deadline"} <= set(codes)
    by_code = {risk.code: risk.reasons for risk in read.risks}
    assert any("kill" in reason for reason in by_code["threat_to_life"])


@pytest.mark.db
def test_words_of_a_threat_raise_what_the_answers_left_normal() -> None:
    report = make.report(make.node(), category="F1", narrative=KILL)
    row = report.assessment
    assert row.urgency == Urgency.IMMEDIATE
    found = [risk for risk in row.risks if risk["risk"] == "threat_to_life"]
    assert found == [
        {"risk": "threat_to_life", "rule": IN_HER_WORDS, "because": "narrative"},
    ]


@pytest.mark.db
def test_what_the_answers_named_is_not_named_twice_and_never_lowered() -> None:
    report = make.report(make.node(), category="H1", narrative=KILL, threat_to_life="yes")
    named = [risk["rule"] for risk in report.assessment.risks if risk["risk"] == "threat_to_life"]
    assert IN_HER_WORDS not in named
    assert named
    assert report.assessment.urgency == Urgency.IMMEDIATE


@pytest.mark.db
def test_harmless_words_leave_urgency_to_the_answers() -> None:
    report = make.report(
        make.node(), category="F1", offences=["F1"], narrative="The parcel never arrived."
    )
    assert report.assessment.urgency == Urgency.NORMAL
    assert report.assessment.risks == []


@pytest.mark.db
def test_no_word_of_hers_and_no_score_is_stored() -> None:
    report = make.report(make.node(), category="F1", narrative=f"{KILL} zanzibarword")
    kept = json.dumps(report.assessment.risks)
    leaves = b"".join(bytes(row.body or b"") for row in Event.objects.all())
    for word in ("kill", "swore", "zanzibarword"):
        assert word not in kept
        assert word.encode() not in leaves


def test_every_risk_says_how_far_it_raises() -> None:
    assert set(FROM_WORDS) == set(RISKS)
    assert FROM_WORDS["threat_to_life"] == Urgency.IMMEDIATE


def test_text_can_only_raise() -> None:
    risks: list[dict[str, str]] = []
    for before in (Urgency.IMMEDIATE, Urgency.SAME_DAY, Urgency.NORMAL):
        after = assess._heed(KILL, before, risks)
        assert after == Urgency.IMMEDIATE
        assert assess._heed("hello", before, risks) == before


# Which model suggests


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(suggesting, "shelf", lambda: tmp_path / "models")
    return tmp_path / "models"


def test_without_a_shelf_the_starter_suggests(shelf: Path) -> None:
    assert suggesting.in_use() == "starter"
    assert suggesting.model() is starter().model
    assert [version.name for version in suggesting.versions()] == ["starter"]


def test_a_version_is_switched_on_and_back(shelf: Path) -> None:
    save(shelf / "2026-11-28", starter().model, "2026-11-28", {})
    assert suggesting.use("2026-11-28").version == "2026-11-28"
    assert suggesting.in_use() == "2026-11-28"
    assert suggesting.model() is not starter().model
    suggesting.use("starter")
    assert suggesting.model() is starter().model


def test_a_damaged_version_is_not_switched_on(shelf: Path) -> None:
    save(shelf / "v1", starter().model, "v1", {})
    weights = shelf / "v1" / "model.npz"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(BadModel, match="digest differs"):
        suggesting.use("v1")
    assert suggesting.in_use() == "starter"
    (version,) = [one for one in suggesting.versions() if one.name == "v1"]
    assert version.stored is None
    assert "digest" in version.wrong


def test_a_version_damaged_in_use_leaves_the_page_with_the_starter(
    shelf: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(shelf / "v1", starter().model, "v1", {})
    suggesting.use("v1")
    (shelf / "v1" / "manifest.json").write_bytes(b"{}")
    assert suggesting.model() is starter().model
    assert "damaged" in caplog.text


@pytest.mark.parametrize("name", ["../x", "", "A", "a/b", ".hidden"])
def test_a_name_that_is_a_path_is_no_version(shelf: Path, name: str) -> None:
    with pytest.raises(BadModel, match="no name of a version"):
        suggesting.named(name)


@pytest.mark.db
@pytest.mark.parametrize("narrative", ["ـ ــــ", "وـ فــ", "፩ 𐩀 ² ❶", "\u064b \u0651", "…"])
def test_a_report_of_odd_signs_is_filed_like_any_other(narrative: str) -> None:
    report = make.report(make.node(), narrative=narrative)
    assert Assessment.objects.filter(report=report).exists()
    assert assess_text(narrative).categories is not None

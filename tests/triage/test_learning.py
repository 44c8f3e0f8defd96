# SPDX-License-Identifier: AGPL-3.0-or-later
"""Learning from corrections: what may leave, how it is read back, judged, switched on and back."""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest

from amana.cli.commands import triage as command
from amana.cli.errors import CommandFailed
from amana.journal.models import Event
from amana.kernel.suggest import Stored, save, starter
from amana.kernel.suggest.starting import written
from amana.kernel.suggest.training import Example
from amana.triage import learning, retraining, suggesting
from amana.triage.learning import BadCorrections, corrections, masked
from tests.support import builders as make

LINE: dict[str, object] = {
    "text": "somebody took over the page and asks friends for codes",
    "code": "A1",
    "form": "en",
    "source": "correction",
}


def lines(*rows: object) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(row).encode() + b"\n" for row in rows))


def test_what_was_lent_is_read_back() -> None:
    (example,) = corrections(lines(LINE))
    assert (example.code, example.form, example.source) == ("A1", "en", "correction")
    assert example.weight > 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**LINE, "code": "ZZ"}, "line 1 names a category"),
        ({**LINE, "source": "web"}, "line 1 was not lent"),
        ({**LINE, "text": "short"}, "line 1 has no text"),
        ({**LINE, "text": 3}, "line 1 has no text"),
        ({**LINE, "text": "x" * 9_000}, "line 1 has no text"),
        ({**LINE, "form": 1}, "line 1 names"),
        ([], "line 1 was not lent"),
        ({**LINE, "text": "x" * 200_000}, "line 1 is longer"),
    ],
)
def test_a_line_that_is_none_is_named_and_not_quoted(row: object, said: str) -> None:
    with pytest.raises(BadCorrections, match=said) as refused:
        list(corrections(lines(row)))
    assert "somebody" not in str(refused.value)


def test_what_is_no_json_and_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadCorrections, match="line 2 is not JSON"):
        list(corrections(io.BytesIO(json.dumps(LINE).encode() + b"\n{\n")))
    monkeypatch.setattr(learning, "MOST_LINES", 2)
    with pytest.raises(BadCorrections, match="more than 2 lines"):
        list(corrections(lines(LINE, LINE, LINE)))


def test_numbers_links_and_accounts_are_masked() -> None:
    text = "write to me@example.org or +212 612 345 678, see https://bad.example/x or 99887766554"
    clean = masked(text)
    assert masked(clean) == clean
    for left in ("example.org", "612", "bad.example", "99887766554"):
        assert left not in clean


@pytest.mark.db
@pytest.mark.parametrize(
    ("changed", "may"),
    [
        ({"consents": ["research"]}, True),
        ({"consents": ["police"]}, False),
        ({"consents": []}, False),
        ({"consents": ["research"], "minor": "yes"}, False),
        ({"consents": ["research"], "minor": "unknown"}, False),
        ({"consents": ["research"], "category": "C3", "offences": ["C3"]}, False),
        ({"consents": ["research"], "category": "D1", "offences": ["D1"]}, False),
        ({"consents": ["research"], "category": "T2", "offences": ["T2"]}, False),
    ],
)
def test_only_an_adults_text_with_consent_and_out_of_review_may_be_lent(
    changed: dict[str, Any], may: bool
) -> None:
    assert learning.may_be_lent(make.report(make.node(), **changed)) is may


# Training, judging, switching


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(suggesting, "shelf", lambda: tmp_path / "models")
    return tmp_path / "models"


def test_a_version_is_judged_beside_the_one_in_use_and_not_switched_on(shelf: Path) -> None:
    lent = [Example(f"{LINE['text']} number {n}", "A1", "en", "correction", 3.0) for n in range(20)]
    stored = retraining.retrain(lent, each=1, rounds=1, most=1)
    assert suggesting.in_use() == "starter"
    told = stored.told["compared"]
    assert told["with"] == "starter"
    judged, before = told["corrections"]["new"], told["corrections"]["in_use"]
    assert judged["count"] == before["count"] > 0
    assert stored.told["data"]["corrections"] + judged["count"] == 20
    assert told["written"]["new"]["count"] > 400


def test_it_learns_all_that_the_starter_learnt_beside_the_corrections(shelf: Path) -> None:
    """A version of drawn texts and corrections alone would forget how people write."""
    rounds: list[int] = []
    lent = [Example(f"{LINE['text']} number {n}", "A1", "en") for n in range(20)]
    stored = retraining.retrain(lent, each=1, rounds=2, most=1, told=rounds.append)
    assert rounds == [1, 2]
    assert stored.told["data"]["written"] == len(written(1)) > 400
    said = stored.model.suggest(written(1)[0].text)
    assert said[0].code in {written(1)[0].code, *written(1)[0].also}


def test_the_same_texts_are_kept_back_each_time() -> None:
    lent = [Example(f"text of a report with number {n}", "A1") for n in range(200)]
    held = [one for one in lent if retraining._held(one)]
    assert 20 < len(held) < 70
    assert held == [one for one in lent if retraining._held(one)]


def asked(**said: object) -> argparse.Namespace:
    return argparse.Namespace(**said)


@pytest.mark.db
def test_train_models_use_and_back_by_command(
    shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make.node()
    monkeypatch.setattr(retraining, "retrain", lambda lent, told: _small(shelf, worse=False))
    file = tmp_path / "lent.jsonl"
    file.write_bytes(lines(LINE, LINE).getvalue())
    assert command.run_train(asked(file=file)) == 0
    assert "not in use yet" in capsys.readouterr().out
    assert suggesting.in_use() == "starter"
    assert command.run_models(asked()) == 0
    listed = capsys.readouterr().out
    assert "starter  (in use)" in listed
    assert "v2" in listed
    assert command.run_use(asked(version="v2", anyway=False)) == 0
    assert "back: amana triage use starter" in capsys.readouterr().out
    assert suggesting.in_use() == "v2"
    assert command.run_use(asked(version="starter", anyway=False)) == 0
    assert suggesting.in_use() == "starter"
    tags = list(Event.objects.filter(tag__startswith="node:model").values_list("tag", flat=True))
    assert sorted(tags) == ["node:model:train", "node:model:use", "node:model:use"]


@pytest.mark.db
def test_a_worse_version_needs_a_second_word(shelf: Path) -> None:
    make.node()
    _small(shelf, worse=True)
    with pytest.raises(CommandFailed, match="right less often"):
        command.run_use(asked(version="v2", anyway=False))
    assert suggesting.in_use() == "starter"
    assert command.run_use(asked(version="v2", anyway=True)) == 0
    assert suggesting.in_use() == "v2"


@pytest.mark.db
def test_a_damaged_version_is_listed_as_such_and_refused(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make.node()
    _small(shelf, worse=False)
    manifest = shelf / "v2" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"v2", b"v3"))
    assert command.run_models(asked()) == 0
    assert "not as it was written" in capsys.readouterr().out
    with pytest.raises(CommandFailed, match="not as it was written"):
        command.run_use(asked(version="v2", anyway=True))


@pytest.mark.parametrize("content", [b"", b"{\n"])
def test_a_file_without_corrections_trains_nothing(
    shelf: Path, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "lent.jsonl"
    file.write_bytes(content)
    with pytest.raises(CommandFailed, match=r"lent\.jsonl"):
        command.run_train(asked(file=file))
    with pytest.raises(CommandFailed, match="No such file"):
        command.run_train(asked(file=tmp_path / "none"))


def _small(shelf: Path, *, worse: bool) -> Stored:
    figures = {"count": 4, "top1": 0.5, "top3": 0.75, "by_form": {}}
    pair = {"new": figures, "in_use": figures}
    told = {"compared": {"with": "starter", "worse": worse, "corrections": pair, "written": pair}}
    save(shelf / "v2", starter().model, "v2", told)
    return suggesting.named("v2")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana triage assess`: JSON lines in and out (contract 8 of the issue)."""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from amana.cli.commands.triage import assess_lines
from amana.triage import contract
from amana.triage.assessing import assess_text


def asked(*lines: object) -> tuple[list[dict[str, Any]], list[str], int]:
    raw = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    answers, complaints = io.StringIO(), io.StringIO()
    bad = assess_lines(io.BytesIO(raw), answers, complaints)
    said = [json.loads(line) for line in answers.getvalue().splitlines()]
    return said, complaints.getvalue().splitlines(), bad


def test_a_line_is_answered_in_the_form_of_the_contract() -> None:
    text = "salam khoya hdedni b tsawri, nmrto 0612345678 o insta dyalo hamid_99"
    [said], complaints, bad = asked({"id": "r1", "text": text, "country": "MA"})
    assert (complaints, bad) == ([], 0)
    assert list(said) == [
        *("id", "language", "script", "categories", "risks", "identifiers", "evidence")
    ]
    assert (said["id"], said["language"], said["script"]) == ("r1", "ary-Latn", "Latn")
    assert said["identifiers"] == [
        {"type": "phone", "value": "+212612345678", "region": "MA"},
        {"type": "handle", "value": "instagram:hamid_99"},
    ]


def test_a_number_that_several_countries_could_own_keeps_every_reading() -> None:
    """The measured trap: with one guessed country a Moroccan number became a Pakistani one."""
    [said], _, _ = asked({"id": 1, "text": "call 0612345678"})
    readings = {(line["region"], line["value"]) for line in said["identifiers"]}
    assert {("MA", "+212612345678"), ("DZ", "+213612345678"), ("FR", "+33612345678")} <= readings


def test_a_card_is_masked_at_once_and_is_no_identifier() -> None:
    [said], _, _ = asked({"id": 1, "text": "he wanted my card 4111 1111 1111 1111 and the code"})
    assert said["identifiers"] == []
    assert "11111111" not in json.dumps(said).replace(" ", "")
    assert said["evidence"]["identifiers"][0]["value"] == "4111 ···· 1111"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        ([1], "not a JSON object"),
        ({"text": "x"}, '"id" must be text or a whole number'),
        ({"id": True, "text": "x"}, '"id" must be text or a whole number'),
        ({"id": 1, "text": 5}, '"text" must be text'),
        ({"id": 1, "text": "x", "country": "Jordan"}, '"country" must be two letters'),
        ({"id": 1, "text": "x", "country": 7}, '"country" must be two letters'),
    ],
)
def test_a_bad_line_is_named_and_the_next_is_answered(line: object, reason: str) -> None:
    said, complaints, bad = asked(line, {"id": 2, "text": "ok"})
    assert [one["id"] for one in said] == [2]
    assert bad == 1
    assert complaints[0].startswith(f"amana: line 1: {reason}")


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "LONGEST_LINE", 1_000)
    said, complaints, _ = asked({"id": 1, "text": "x" * 5_000}, {"id": 2, "text": "ok"})
    assert [one["id"] for one in said] == [2]
    assert complaints == ["amana: line 1: longer than 1,000 bytes"]


def test_empty_lines_and_broken_letters_are_no_harm() -> None:
    said, complaints, _ = asked(b"", b"   ", {"id": "\ud800", "text": "\ud800 0612345678 \x00"})
    assert len(said) == 1
    assert complaints == []


def test_it_starts_without_home_or_database(tmp_path: Path) -> None:
    nowhere = {
        "PATH": os.environ["PATH"],
        "AMANA_HOME": str(tmp_path / "none"),
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "amana", "triage", "assess"],
        input='{"id":1,"text":"أحتاج مساعدة"}\n',
        capture_output=True,
        text=True,
        timeout=60,
        env=nowhere,
        check=True,
        cwd=tmp_path,
    )
    assert json.loads(done.stdout)["language"] == "ar"
    assert list(tmp_path.iterdir()) == []


def test_no_text_at_all_has_an_answer() -> None:
    assessed = assess_text("")
    assert (assessed.language.code, assessed.identifiers) == ("und", ())


@pytest.mark.parametrize(
    "line",
    [
        b'\xef\xbb\xbf{"id":1,"text":"with a mark of byte order"}',
        b'{"id":1,"text":"with a carriage return"}\r',
        b'{"id":1,"text":"x","country":"QQ"}',
        b'{"id":1,"text":"x","country":"ma"}',
        b'{"id":1,"text":"x","country":""}',
        b'{"id":1,"text":"x","country":null}',
        b'{"id":0,"id":1,"text":"the last of two"}',
        b'{"id":1,"text":"x","extra":{"a":[1]}}',
        b'{"id":1,"text":"\\u0000\\ud83d half a picture"}',
        '{"id":1,"text":"\u202e0612345678\u202c \u2067abc\u2069"}'.encode(),
    ],
)
def test_a_strange_line_is_answered(line: bytes) -> None:
    said, complaints, bad = asked(line)
    assert [one["id"] for one in said] == [1]
    assert (complaints, bad) == ([], 0)


@pytest.mark.parametrize(
    "line",
    [
        *(b"null", b'"x"', b"7", b"\x00", b'{"id":NaN,"text":"x"}', b'{"id":1.0,"text":"x"}'),
        *(b'{"id":[1],"text":"x"}', b'{"id":1,"text":null}', b'{"id":1}', b'{"id":null,"text":""}'),
        b'{"id":' + b"9" * 5_000 + b',"text":"x"}',
        '{"id":1,"text":"x","country":"\u0645\u0627"}'.encode(),
    ],
)
def test_a_wrong_line_is_named_without_its_words(line: bytes) -> None:
    said, complaints, bad = asked(line)
    assert (said, bad, len(complaints)) == ([], 1, 1)
    assert complaints[0].startswith("amana: line 1: ")
    assert "x" not in complaints[0].removeprefix("amana: line 1: ").split()


@pytest.mark.parametrize("piece", ["0612345678 he will kill me ", "(at)[.]", "ظ", "1 ", "a@b.c "])
def test_a_huge_text_has_an_answer(piece: str) -> None:
    [said], complaints, _ = asked({"id": 1, "text": piece * 20_000})
    assert complaints == []
    assert len(said["categories"]) == 3


def test_marks_of_direction_hide_no_number() -> None:
    text = "\u202e\u2067 0612\u200f345\u202c678 \u2069"
    [said], _, _ = asked({"id": 1, "text": text, "country": "MA"})
    assert [one["value"] for one in said["identifiers"]] == ["+212612345678"]


@pytest.mark.parametrize("looking", [True, False])
def test_the_search_for_cycles_is_left_as_it_was(looking: bool) -> None:
    was = gc.isenabled()
    (gc.enable if looking else gc.disable)()
    try:
        assess_text("he will post my photos, call 0612345678")
        assert gc.isenabled() is looking
    finally:
        (gc.enable if was else gc.disable)()


def test_a_risk_that_no_rule_names_is_told_apart() -> None:
    """Whoever reads the lines sees what was said plainly and what was only hinted at."""
    told = contract.said(
        assess_text("I will kill you. He says he will send my pictures to my family.")
    )
    assert "threat_to_life" in told["risks"]
    assert "threat_to_life" not in told["evidence"]["hinted"]
    assert told["evidence"]["hinted"]
    assert set(told["evidence"]["hinted"]) < set(told["risks"])

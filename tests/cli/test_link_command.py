# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana link cluster`: JSON lines in, clusters out, bad lines named."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest

from amana.cli import main


def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *lines: object,
    firm: bool = False,
) -> tuple[int, list[dict[str, Any]], str]:
    raw = b"".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    code = main(["link", "cluster", *(["--firm"] if firm else [])])
    told = capsys.readouterr()
    return code, [json.loads(line) for line in told.out.splitlines()], told.err


def report(key: str, *rows: tuple[str, str], **more: str) -> dict[str, object]:
    named = [{"type": kind, "value": value} for kind, value in rows]
    return {"id": key, "country": "MA", "identifiers": named, **more}


def test_reports_find_each_other_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, rows, _ = run(
        monkeypatch,
        capsys,
        report("a", ("phone", "0612345678"), name="Karim Haddad"),
        report("b", ("phone", "+212 612-345-678")),
        report("c", ("phone", "+212612345679"), name="كريم حداد"),
        report("d", ("eth", "0x52908400098527886E0F7030069857D2E4169EE7")),
    )
    assert code == 0
    assert [row["cluster"] for row in rows] == ["a", "a", "a", "d"]
    whys = {link["to"]: link["why"] for link in rows[0]["links"]}
    assert whys["b"] == "phone"
    assert whys["c"].startswith("near_phone+name")
    assert rows[3]["links"] == []


def test_a_handle_alone_stays_a_suggestion_and_with_firm_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        report("a", ("handle", "tg:night_hunter")),
        report("b", ("handle", "telegram:night_hunter")),
    ]
    for firm in (False, True):
        _, rows, _ = run(monkeypatch, capsys, *lines, firm=firm)
        assert [link["grade"] for row in rows for link in row["links"]] == ["suggested"] * 2
        assert (rows[0]["cluster"] == rows[1]["cluster"]) is not firm


@pytest.mark.parametrize(
    "line",
    [
        b"nothing\n",
        b"[1, 2]\n",
        b'{"country": "MA"}\n',
        b'{"id": "x", "identifiers": {}}\n',
        b'{"id": "x", "identifiers": [{"type": "shoe", "value": "42"}]}\n',
        b'{"id": "x", "identifiers": [{"type": "phone"}]}\n',
        b'{"id": "x", "text": 7}\n',
        b'{"id": "a"}\n',
        b'{"id": "x", "text": "' + b"y" * 300_000 + b'"}\n',
        b"\xff\xfe\n",
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(
    line: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, rows, error = run(monkeypatch, capsys, {"id": "a"}, line, {"id": "b"}, b"\n")
    assert code == 1
    assert [row["id"] for row in rows] == ["a", "b"]
    assert error.startswith("line 2: ")
    assert len(error.splitlines()) == 1


def test_of_too_many_identifiers_the_rest_is_named_and_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = [{"type": "phone", "value": f"+2126123{at:05}"} for at in range(70)]
    code, rows, error = run(monkeypatch, capsys, {"id": "a", "identifiers": numbers}, {"id": "b"})
    assert code == 0
    assert [row["id"] for row in rows] == ["a", "b"]
    assert error == "line 1: only the first 60 identifiers are compared, 10 are left out\n"

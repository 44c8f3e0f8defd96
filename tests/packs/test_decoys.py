# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hotlines and mailboxes that link nobody: data of a country, checked before they silence."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from amana.packs import loader, shared
from amana.packs.decoys import ANYBODYS
from amana.packs.loader import HERE, available_packs, load_pack, load_pack_from, platforms
from amana.packs.shared import platform_domains, shared_values
from tests.packs.helpers import problems, spoiled

BANK: dict[str, object] = {
    "code": "a_bank",
    "name": "A bank",
    "kind": "bank",
    "phones": ["+96265000000", "2727"],
    "emails": ["care@bank.example"],
    "urls": ["https://bank.example/help"],
    "mail_domains": ["bank.example"],
    "source": "https://bank.example/contact",
    "as_of": "2026-11-01",
    "verified": True,
}


def with_decoys(tmp_path: Path, *decoys: dict[str, object]) -> Path:
    """A copy of a pack that lists these."""
    return spoiled(tmp_path, "decoys.yaml", lambda tree: tree.update(decoys=list(decoys)))


@pytest.fixture
def own_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of packs of its own: what is listed here is what the program goes by."""
    shutil.copytree(HERE, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(loader, "HERE", tmp_path)
    cached = (loader.load_pack, shared.shared_values, shared.platform_domains)
    for each in cached:
        each.cache_clear()
    yield tmp_path
    for each in cached:
        each.cache_clear()


def test_a_country_adds_its_banks_without_code(tmp_path: Path) -> None:
    folder = with_decoys(tmp_path, BANK)
    assert problems(folder) == []
    (bank,) = load_pack_from(folder).decoys
    assert list(bank.values()) == [
        ("phone", "+96265000000"),
        ("phone", "2727"),
        ("email", "care@bank.example"),
        ("url", "https://bank.example/help"),
    ]


def test_what_is_verified_links_nobody(own_packs: Path) -> None:
    with_decoys(own_packs, BANK)
    assert {("phone", "+96265000000"), ("email", "care@bank.example")} <= {*shared_values()}
    assert "bank.example" in platform_domains()


def test_what_nobody_compared_with_its_source_silences_no_number(own_packs: Path) -> None:
    with_decoys(own_packs, {**BANK, "verified": False})
    assert ("phone", "+96265000000") not in shared_values()
    assert "bank.example" in platform_domains()


def test_platforms_are_known_in_every_country() -> None:
    assert {"facebookmail.com", "telegram.org", "paypal.com"} <= platform_domains()
    assert platform_domains().isdisjoint(ANYBODYS)
    assert all(decoy.source for decoy in platforms())


@pytest.mark.parametrize("code", available_packs())
def test_no_shipped_decoy_mutes_before_somebody_verified_it(code: str) -> None:
    text = yaml.safe_load((HERE / code / "decoys.yaml").read_text(encoding="utf-8"))
    said = {entry["code"]: entry["verified"] for entry in text["decoys"]}
    assert said == {decoy.code: decoy.verified for decoy in load_pack(code).decoys}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"phones": ["06 500 0000"]}, "phones.0: String should match"),
        ({"phones": ["1"]}, "phones.0: String should match"),
        ({"emails": ["Care@Bank.example"]}, "emails.0: String should match"),
        ({"emails": ["care"]}, "emails.0: String should match"),
        ({"urls": ["http://bank.example"]}, "urls.0: String should match"),
        ({"mail_domains": ["@bank.example"]}, "mail_domains.0: String should match"),
        ({"mail_domains": ["example"]}, "mail_domains.0: String should match"),
        ({"kind": "offender"}, "kind: Input should be"),
        ({"hotline": "2727"}, "hotline: Extra inputs are not permitted"),
        ({"source": " "}, "source: String should match"),
        ({"mail_domains": ["gmail.com"]}, "a_bank: anybody may have an address at gmail.com"),
        ({"phones": ["2727", "2727"]}, "a_bank: 2727 is given twice"),
        (
            {"phones": [], "emails": [], "urls": [], "mail_domains": []},
            "a_bank: names nothing that a report could name",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, changed: dict[str, object], told: str) -> None:
    (line,) = problems(with_decoys(tmp_path, {**BANK, **changed}))
    assert line.startswith("decoys.yaml: ")
    assert told in line


def test_a_number_of_two_entries_and_a_code_given_twice_are_said(tmp_path: Path) -> None:
    second = {**BANK, "emails": [], "urls": [], "mail_domains": [], "phones": ["2727"]}
    assert problems(with_decoys(tmp_path, BANK, second)) == [
        "decoys.yaml: a_bank: a_bank is given twice",
        "decoys.yaml: a_bank: 2727 is given twice",
    ]


def test_a_pack_without_the_file_is_told_so(tmp_path: Path) -> None:
    folder = with_decoys(tmp_path)
    (folder / "decoys.yaml").unlink()
    (line,) = problems(folder)
    assert line.startswith("decoys.yaml: ")

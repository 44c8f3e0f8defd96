# SPDX-License-Identifier: AGPL-3.0-or-later
"""DATABASE_URL: what an operator may write there, and that a mistake in it repeats no password."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from amana.config.databases import from_url

HOME = Path("/var/lib/node")
NAMES = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


def read(url: str) -> dict[str, Any]:
    return dict(from_url(url, HOME))


def names(url: str) -> tuple[str, ...]:
    said = read(url)
    assert said["ENGINE"] == "amana.config.postgres"
    return tuple(said[name] for name in NAMES)


def test_without_one_the_database_is_a_file_in_the_home() -> None:
    assert read("")["ENGINE"] == "amana.config.sqlite"
    assert read("")["NAME"] == "/var/lib/node/amana.sqlite3"


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///data/node.db", "/data/node.db"), ("sqlite:///a%20disk/%C3%A9.db", "/a disk/é.db")],
)
def test_a_file_elsewhere_is_named_by_its_path(url: str, path: str) -> None:
    assert read(url)["NAME"] == path


def test_a_file_of_tests_never_is_the_file_of_the_node() -> None:
    for url in ("", "sqlite:///data/node.db"):
        said = read(url)
        assert said["TEST"]["NAME"] != said["NAME"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://h/node", ("node", "", "", "h", "")),
        ("postgresql://u:p@h:6432/node", ("node", "u", "p", "h", "6432")),
        ("POSTGRES://u@h/node", ("node", "u", "", "h", "")),
        ("postgres://u:p@[::1]:5433/node", ("node", "u", "p", "::1", "5433")),
        ("postgres://u:a%40b%2Fc%23d%3A@h/n%20b", ("n b", "u", "a@b/c#d:", "h", "")),
        ("postgresql:///node?host=/run/postgresql", ("node", "", "", "/run/postgresql", "")),
        ("postgres://elsewhere/node?host=h", ("node", "", "", "h", "")),
    ],
)
def test_each_part_of_an_address_is_read(url: str, expected: tuple[str, ...]) -> None:
    assert names(url) == expected


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_any_password_arrives_as_it_was_when_it_is_encoded(password: str) -> None:
    assert names(f"postgres://u:{quote(password, safe='')}@h:5432/n")[2] == password


def test_what_stands_behind_the_question_mark_goes_to_libpq() -> None:
    options = read("postgres://h/n?sslmode=verify-full&sslrootcert=/etc/ca.pem&options=-csearch")
    assert options["OPTIONS"]["sslmode"] == "verify-full"
    assert options["OPTIONS"]["sslrootcert"] == "/etc/ca.pem"
    assert options["OPTIONS"]["options"] == "-csearch"
    assert read("postgres://h/n?connect_timeout=3")["OPTIONS"]["connect_timeout"] == "3"


def test_statements_are_prepared_unless_a_pooler_forbids_it() -> None:
    for url in ("postgres://h/n", "postgres://h/n?prepared=on"):
        assert read(url)["OPTIONS"]["prepare_threshold"] == 5
    options = read("postgres://h/n?prepared=off")["OPTIONS"]
    assert options["prepare_threshold"] is None
    assert "prepared" not in options


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@h/n",
        "hunter2",
        "/data/hunter2.db",
        "postgres://u:hunter2/x@h/n",
        "postgres://u:hunter2#x@h/n",
        "postgres://u:hunter2?x@h/n",
        "postgres://u:12/hunter2@h/n",
        "postgres://u:12?x=hunter2@h/n",
        "postgres://u:hunter2@h:port/n",
        "postgres://u:p@h:543210/hunter2",
        "postgres://u:hunter2@[::1/n",
        "postgres://u:hunter2℀@h/n",
        "sqlite://hunter2.db",
        "sqlite:///",
    ],
)
def test_one_that_cannot_be_read_is_said_to_be_wrong_and_is_not_repeated(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refused:
        from_url(url, HOME)
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_a_password_that_was_not_encoded_is_not_printed_by_any_command(tmp_path: Path) -> None:
    """`#` and `/` end the part of the address in which a password stands."""
    done = subprocess.run(
        [sys.executable, "-m", "amana", "figures", "list"],
        env={
            "PATH": os.environ["PATH"],
            "AMANA_HOME": str(tmp_path),
            "DATABASE_URL": "postgres://node:hunter2#x@h/n",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("amana: DATABASE_URL")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr

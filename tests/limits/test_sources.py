# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a request comes from: believed only as far as our own proxies wrote it, and forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from amana.config.env import Env, env
from amana.limits import daykey, sources
from amana.limits.daykey import destroy_old_keys, key_of_the_day
from amana.limits.sources import client_address, keyed, network_of, source_of

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def settings_for(monkeypatch: pytest.MonkeyPatch, home: Path, proxies: int = 0) -> Env:
    changed = env().model_copy(update={"home": home, "trusted_proxies": proxies})
    for module in (daykey, sources):
        monkeypatch.setattr(module, "env", lambda: changed)
    monkeypatch.setattr(daykey, "_held", {})
    return changed


def request(address: str, forwarded: str = "") -> WSGIRequest:
    made = RequestFactory().get("/", REMOTE_ADDR=address)
    if forwarded:
        made.META["HTTP_X_FORWARDED_FOR"] = forwarded
    return made


def test_a_source_is_not_the_address_and_differs_by_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings_for(monkeypatch, tmp_path)
    one, two = source_of(request("192.0.2.1")), source_of(request("192.0.2.2"))
    assert one != two
    assert one == source_of(request("192.0.2.1"))
    assert len(one) == 32
    assert b"192.0.2.1" not in one


def test_ipv6_is_counted_by_its_64_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings_for(monkeypatch, tmp_path)
    same = {source_of(request(f"2001:db8:1:2::{n}")) for n in range(5)}
    assert len(same) == 1
    assert source_of(request("2001:db8:1:3::1")) not in same
    assert source_of(request("::ffff:192.0.2.1")) == source_of(request("192.0.2.1"))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "not an address", "10.0.0.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, '"[2001:db8::1]"', "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_forwarded_addresses_are_believed_for_our_own_hops_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, proxies: int, forwarded: str, expected: object
) -> None:
    settings_for(monkeypatch, tmp_path, proxies)
    assert str(client_address(request("10.0.0.1", forwarded))) == expected


@given(st.text(max_size=60))
def test_any_header_gives_a_source(forwarded: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "env", lambda: env().model_copy(update={"trusted_proxies": 1}))
        found = request("10.0.0.1")
        found.META["HTTP_X_FORWARDED_FOR"] = forwarded
        assert len(network_of(client_address(found))) in {4, 8}


def test_without_an_address_everybody_shares_one_bucket(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings_for(monkeypatch, tmp_path)
    assert client_address(request("")) is None
    assert source_of(request("")) == source_of(request("unix:"))


def test_parts_cannot_be_shifted_into_each_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings_for(monkeypatch, tmp_path)
    assert keyed(b"ab", b"c") != keyed(b"a", b"bc")


def test_the_key_lives_one_day_and_is_destroyed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = settings_for(monkeypatch, tmp_path)
    with time_machine.travel(NOON, tick=False) as clock:
        first = key_of_the_day()
        before = source_of(request("192.0.2.1"))
        clock.shift(timedelta(hours=11))
        assert key_of_the_day() == first
        (old,) = settings.run_folder.glob("day-*")
        clock.shift(timedelta(hours=2))
        assert key_of_the_day() != first
        assert source_of(request("192.0.2.1")) != before
        assert not old.exists()
        assert [path.name for path in settings.run_folder.iterdir()] == ["day-2026-11-04.key"]


def test_the_bytes_are_overwritten_before_the_name_goes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = settings_for(monkeypatch, tmp_path)
    with time_machine.travel(NOON, tick=False):
        first = key_of_the_day()
    (path,) = settings.run_folder.glob("day-*")
    shadow = tmp_path / "shadow"
    shadow.hardlink_to(path)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert destroy_old_keys() == 1
    assert first not in shadow.read_bytes()


def test_what_a_crash_left_half_made_is_swept_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = settings_for(monkeypatch, tmp_path)
    settings.run_folder.mkdir(parents=True)
    (settings.run_folder / ".day-2026-11-02.key.abcd.new").write_bytes(b"x" * 32)
    with time_machine.travel(NOON, tick=False):
        key_of_the_day()
    assert [path.name for path in settings.run_folder.iterdir()] == ["day-2026-11-03.key"]


def test_nobody_else_may_read_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = settings_for(monkeypatch, tmp_path)
    key_of_the_day()
    (path,) = settings.run_folder.glob("day-*")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size == 32


def test_all_processes_have_the_same_key_whoever_is_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = settings_for(monkeypatch, tmp_path)
    day = NOON.date()
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: daykey._read_or_make(settings.run_folder, day), range(32)))
    assert len(keys) == 1
    assert len(list(settings.run_folder.iterdir())) == 1

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trusted time over checkpoints and exports; authorities of this machine (RFC 3161)."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.config.clock import now
from amana.journal import calls, stamps
from amana.journal.models import Event, Stamp
from amana.journal.sequencer import publish_hour, sequence_all
from amana.journal.verify import verify
from amana.kernel.ledger.errors import StampError
from tests.journal.builders import log_of
from tests.support.authority import Times

pytestmark = pytest.mark.db
NOBODY = "http://127.0.0.1:9/"


def test_a_public_checkpoint_is_stamped_once_by_each_authority(timed: Times) -> None:
    log_of(5)
    assert stamps.stamp_public() == 2
    asked = timed.asked()
    assert stamps.stamp_public() == 0
    assert timed.asked() == asked
    rows = Stamp.objects.order_by("id")
    assert {row.authority for row in rows} == {timed.short, timed.long}
    for row in rows:
        assert row.checkpoint is not None
        assert bytes(row.digest) == sha256(stamps.stamped_text(row.checkpoint)).digest()
        assert abs(row.at - now()) < timedelta(minutes=1)
    assert verify().problems == []


def test_nothing_is_asked_before_the_first_public_checkpoint(timed: Times) -> None:
    log_of(5, hour=None)
    assert stamps.stamp_public() == 0


def test_the_next_hour_is_stamped_again(timed: Times) -> None:
    log_of(5)
    stamps.stamp_public()
    publish_hour(hour=500_001)
    assert stamps.stamp_public() == 2
    assert Stamp.objects.count() == 4


def test_an_export_is_stamped_and_openssl_agrees(timed: Times, tmp_path: Path) -> None:
    kept = stamps.stamp(b"the manifest of a bag\n")
    assert len(kept) == 2
    (tmp_path / "manifest").write_bytes(b"the manifest of a bag\n")
    for row in kept:
        (tmp_path / "answer.tsr").write_bytes(bytes(row.token))
        command = ["openssl", "ts", "-verify", "-data", "manifest", "-in", "answer.tsr"]
        trusted = ["-CAfile", str(timed.roots)]
        done = subprocess.run(
            [*command, *trusted], check=True, cwd=tmp_path, capture_output=True, timeout=30
        )
        assert b"Verification: OK" in done.stdout
    assert verify().problems == []


def test_an_authority_that_is_silent_keeps_no_other_from_being_kept(
    times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    times.ask(monkeypatch, NOBODY, times.long)
    log_of(5)
    assert stamps.stamp_public() == 1
    assert stamps.stamp_state().silent == (NOBODY,)
    times.ask(monkeypatch, times.short, times.long)
    assert stamps.stamp_public() == 1


def test_a_stamp_of_an_authority_nobody_trusts_is_not_kept(
    times: Times, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = tmp_path / "one.pem"
    one.write_bytes(times.roots.read_bytes().partition(b"-----END CERTIFICATE-----\n")[2])
    times.ask(monkeypatch, times.short, times.long, roots=one)
    assert [row.authority for row in stamps.stamp(b"x")] == [times.long]


def test_without_roots_nothing_is_kept(times: Times, monkeypatch: pytest.MonkeyPatch) -> None:
    times.ask(monkeypatch, times.long, roots=Path("/nowhere/roots.pem"))
    with pytest.raises(StampError, match="roots"):
        stamps.stamp(b"x")
    assert not Stamp.objects.exists()


def test_without_authorities_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    log_of(5)
    assert stamps.stamp_public() == 0
    assert stamps.stamp(b"x") == []
    assert stamps.stamp_state().authorities == 0


def test_stamps_are_renewed_before_their_certificate_ends(timed: Times) -> None:
    log_of(5)
    stamps.stamp_public()
    kept = stamps.stamp(b"an export")
    assert stamps.stamp_state().ending == 2
    assert stamps.renew() == 2
    assert stamps.renew() == 0
    assert stamps.stamp_state().ending == 0
    (later,) = Stamp.objects.filter(subject=Stamp.Subject.RENEWAL)
    old = list(later.renews.order_by("id"))
    assert {row.authority for row in old} == {timed.short}
    assert kept[0] in old
    assert bytes(later.digest) == sha256(stamps.renewal_text(old)).digest()
    assert verify().problems == []


def test_a_renewal_that_ends_as_soon_is_not_kept(
    times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    times.ask(monkeypatch, times.short)
    stamps.stamp(b"an export")
    assert stamps.renew() == 0
    assert Stamp.objects.count() == 1


def test_a_stamp_that_was_moved_to_another_renewal_is_found(timed: Times) -> None:
    stamps.stamp(b"one")
    stamps.renew()
    Stamp.objects.filter(subject=Stamp.Subject.EXPORT).update(renewed_by=None)
    assert any("renews other stamps" in said for said in verify().problems)


def test_a_bit_anywhere_in_a_token_is_found(timed: Times) -> None:
    (row, _other) = stamps.stamp(b"one")
    sequence_all()
    token = bytes(row.token)
    for at in range(0, len(token), len(token) // 12):
        changed = token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :]
        Stamp.objects.filter(pk=row.pk).update(token=changed)
        assert any(str(row.pk) in said for said in verify().problems), at


def test_a_stamp_without_a_leaf_is_found(timed: Times) -> None:
    stamps.stamp(b"one")
    Event.objects.filter(tag="node:stamp:receive").delete()
    assert len(verify().problems) == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://127.0.0.1/",
        "https://user:word@127.0.0.1/",
        "file:///etc/hosts",
        "https:///x",
        "http://[::1",
        "https://a.example/?q=1",
    ],
)
def test_only_plain_and_safe_addresses_are_called(url: str) -> None:
    with pytest.raises(calls.CallFailed):
        calls.check_address(url)


def test_a_stamp_over_a_digest_is_by_the_first_that_answers_and_not_kept_by_itself(
    times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    times.ask(monkeypatch, NOBODY, times.long, times.short)
    asked = times.asked()
    with CaptureQueriesContext(connection) as queries:
        row = stamps.obtain(sha256(b"a signature").digest())
    assert row is not None
    assert (row.authority, times.asked() - asked, len(queries)) == (times.long, 1, 0)
    assert not Stamp.objects.exists()
    assert stamps.keep(row)
    sequence_all()
    assert bytes(Stamp.objects.get().digest) == sha256(b"a signature").digest()
    assert verify().problems == []


def test_a_stamp_is_kept_once(timed: Times) -> None:
    row = stamps.obtain(bytes(32))
    assert row is not None
    assert stamps.keep(row)
    assert not stamps.keep(row)
    assert Stamp.objects.count() == 1


def test_nobody_answers_for_a_digest(times: Times, monkeypatch: pytest.MonkeyPatch) -> None:
    times.ask(monkeypatch, NOBODY)
    assert stamps.obtain(bytes(32)) is None
    times.ask(monkeypatch)
    assert stamps.obtain(bytes(32)) is None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A node at work may be verified: what is signed meanwhile is neither a fault nor a hindrance."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from amana.config.snapshot import snapshot
from amana.journal import verify as verifying
from amana.journal.models import Event
from amana.journal.sequencer import sequence_all
from tests.journal.builders import add, log_of

pytestmark = pytest.mark.db


def meanwhile(act: Callable[[], object]) -> None:
    """Another connection does this now, and is done before we go on."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        other.submit(run).result(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_batches_that_are_signed_during_a_verification_are_no_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once after the first entry was read, and once before the tiles and the ends are compared."""
    log_of(300)

    def grow() -> None:
        add(40)
        sequence_all()

    seen = verifying.check_event
    moments = iter([True, *[False] * 298, True])

    def check(event: Event, verdict: verifying.Verdict) -> verifying.Said | None:
        if next(moments, False):
            meanwhile(grow)
        return seen(event, verdict)

    monkeypatch.setattr(verifying, "check_event", check)
    verdict = verifying.verify()
    assert verdict.problems == []
    assert Event.objects.filter(leaf_index__isnull=False).count() >= verdict.entries + 80


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_reads_one_moment_and_ends() -> None:
    add(1)
    with snapshot():
        assert Event.objects.count() == 1
        meanwhile(lambda: add(1))
        assert Event.objects.count() == 1
    assert Event.objects.count() == 2
    add(1)
    assert Event.objects.count() == 3, "writing goes on afterwards"


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_ends_when_what_is_inside_fails() -> None:
    with contextlib.suppress(ZeroDivisionError), snapshot():
        assert Event.objects.count() == 0
        raise ZeroDivisionError
    with transaction.atomic():
        assert connection.in_atomic_block


def test_inside_a_transaction_that_one_decides() -> None:
    with snapshot():
        add(1)
    assert Event.objects.count() == 1

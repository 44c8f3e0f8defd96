# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bucket gives exactly what it promises, also to many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from amana.config.env import env
from amana.limits import rules
from amana.limits.models import Bucket
from amana.limits.rules import FILING, SIGN_IN, WRONG_CODE, Limit, allow, exhausted, forget
from amana.limits.services import give_back, left, sweep, take

pytestmark = pytest.mark.db

MOMENT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def grab(source: bytes = b"a", capacity: int = 3, cost: int = 1) -> bool:
    return take(scope="test", source=source, capacity=capacity, per=MINUTE, cost=cost)


def test_a_bucket_gives_its_capacity_and_no_more() -> None:
    with time_machine.travel(MOMENT, tick=False):
        assert [grab() for _ in range(5)] == [True] * 3 + [False] * 2


def test_it_fills_again_evenly() -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        assert all(grab() for _ in range(3))
        clock.shift(19.9)
        assert not grab()
        clock.shift(0.1)
        assert grab()
        assert not grab()
        clock.shift(3600)
        assert [grab() for _ in range(4)] == [True] * 3 + [False], "never more than full"


def test_what_was_refused_was_not_taken() -> None:
    with time_machine.travel(MOMENT, tick=False):
        assert grab()
        assert not grab(cost=3)
        assert grab(cost=2)


def test_sources_and_scopes_do_not_share() -> None:
    with time_machine.travel(MOMENT, tick=False):
        assert all(grab(b"a") for _ in range(3))
        assert grab(b"b")
        assert take(scope="other", source=b"a", capacity=1, per=MINUTE)


@pytest.mark.parametrize("cost", [0, -1, 4])
def test_impossible_costs_are_a_mistake_of_the_caller(cost: int) -> None:
    with pytest.raises(ValueError):
        grab(cost=cost)


def test_looking_takes_nothing_and_writes_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with time_machine.travel(MOMENT, tick=False):
        for rest in (3, 2, 1, 0):
            with django_assert_num_queries(1):
                assert left(scope="test", source=b"a", capacity=3, per=MINUTE) == rest
            grab()
        assert Bucket.objects.count() == 1


def test_taking_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        grab()
    with django_assert_num_queries(1):
        grab()


def test_giving_back_fills_and_sweeping_forgets_what_is_full() -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        for source in (b"a", b"b"):
            grab(source)
        give_back(scope="test", source=b"a")
        assert left(scope="test", source=b"a", capacity=3, per=MINUTE) == 3
        assert sweep() == 0
        clock.shift(61)
        assert sweep() == 1
        assert not Bucket.objects.exists()


class AgainstAModel(TestCase):
    """Any order of waiting and taking agrees with arithmetic on whole microseconds."""

    @given(
        capacity=st.integers(1, 7),
        steps=st.lists(st.tuples(st.integers(0, 90_000_000), st.integers(1, 7)), max_size=25),
    )
    def test_like_the_model(self, capacity: int, steps: list[tuple[int, int]]) -> None:
        Bucket.objects.all().delete()
        whole, moment, full_at = 60_000_000, 0, 0
        with time_machine.travel(MOMENT, tick=False) as clock:
            for wait, cost in steps:
                clock.move_to(MOMENT + timedelta(microseconds=moment + wait))
                moment += wait
                if cost > capacity:
                    continue
                price = whole * cost // capacity
                expected = max(full_at, moment) + price <= moment + whole
                assert grab(capacity=capacity, cost=cost) == expected
                full_at = max(full_at, moment) + price if expected else full_at


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_there_is() -> None:
    def one(_number: int) -> int:
        try:
            return sum(
                take(scope="crowd", source=b"s", capacity=10, per=timedelta(days=30))
                for _ in range(5)
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 10


@pytest.mark.django_db(transaction=True)
def test_a_try_counts_although_the_request_fails_and_a_filing_that_failed_does_not() -> None:
    with transaction.atomic():
        assert grab()
        transaction.set_rollback(True)
    assert left(scope="test", source=b"a", capacity=3, per=MINUTE) == 3
    assert grab()
    assert left(scope="test", source=b"a", capacity=3, per=MINUTE) == 2


def test_t34_thirty_people_behind_one_address_file_within_ten_minutes() -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        for _ in range(30):
            assert allow(FILING, b"school")
            clock.shift(20)
        assert sum(allow(FILING, b"flood") for _ in range(500)) == FILING.capacity


def test_wrong_codes_are_asked_before_and_counted_after() -> None:
    with time_machine.travel(MOMENT, tick=False):
        assert not exhausted(WRONG_CODE, b"x")
        assert not Bucket.objects.exists(), "a right code writes nothing"
        assert all(allow(WRONG_CODE, b"x") for _ in range(WRONG_CODE.capacity))
        assert exhausted(WRONG_CODE, b"x")
        forget(WRONG_CODE, b"x")
        assert not exhausted(WRONG_CODE, b"x")


def limits() -> list[Limit]:
    return [value for value in vars(rules).values() if isinstance(value, Limit)]


def test_every_limit_has_a_name_of_its_own_that_fits_its_column() -> None:
    names = [limit.scope for limit in limits()]
    assert len(names) == len(set(names)) > 5
    assert all(len(name) <= 32 for name in names)


def with_env(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    changed = env().model_copy(update=changes)
    monkeypatch.setattr(rules, "env", lambda: changed)


def test_a_load_test_lifts_floods_and_never_guesses(monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, load_test=True)
    assert all(allow(FILING, b"x") for _ in range(200))
    assert sum(allow(SIGN_IN, b"x") for _ in range(50)) == SIGN_IN.capacity
    assert [limit.scope for limit in limits() if limit.flood] == [
        "filing", "draft", "upload", "message",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changes", [{"host": "0.0.0.0"}, {"host": "10.1.2.3"}, {"trusted_proxies": 1}]
)
def test_a_load_test_is_refused_where_strangers_can_come(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]
) -> None:
    with_env(monkeypatch, load_test=True, **changes)
    with pytest.raises(ImproperlyConfigured, match="AMANA_LOAD_TEST"):
        allow(FILING, b"x")
    with_env(monkeypatch, load_test=False, **changes)
    assert allow(FILING, b"x")

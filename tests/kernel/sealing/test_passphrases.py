# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

import struct
import threading
import time

import pytest

from amana.kernel.sealing import passphrases
from amana.kernel.sealing.errors import (
    BadKey,
    Busy,
    CannotOpen,
    UnusablePassphrase,
    WrongPassphrase,
)
from amana.kernel.sealing.passphrases import Cost, Pool, lock, stretch, unlock
from tests.kernel.sealing.builders import CHEAP, CONTEXT, KEY, OTHER_SALT, SALT, flipped

# Entering it fails at once, so a test can see that nothing was derived.
FULL = Pool(slots=0, wait=0)


def test_a_lock_made_by_an_older_version_still_opens() -> None:
    assert unlock("حبر على ورق 42", bytes.fromhex(FROZEN_LOCK), context=CONTEXT) == KEY


def test_a_wrong_passphrase_says_so() -> None:
    locked = lock("right words", KEY, context=CONTEXT, cost=CHEAP)
    for wrong in ("Right words", "right words ", "", "x" * 2000):
        with pytest.raises(WrongPassphrase):
            unlock(wrong, locked, context=CONTEXT)


@pytest.mark.parametrize("passphrase", ["", "x" * 1025])
def test_an_empty_or_endless_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(UnusablePassphrase):
        lock(passphrase, KEY, context=CONTEXT, cost=CHEAP)
    with pytest.raises(UnusablePassphrase):
        stretch(passphrase, salt=SALT, cost=CHEAP)


def test_the_same_words_from_another_keyboard_open() -> None:
    locked = lock("café ﬁle １２", KEY, context=CONTEXT, cost=CHEAP)
    assert unlock("cafe\u0301 file 12", locked, context=CONTEXT) == KEY


def test_the_parameters_stand_in_the_lock_and_count_when_it_is_opened() -> None:
    other = Cost(memory_kib=128, passes=2, lanes=2)
    locked = lock("words", KEY, context=CONTEXT, cost=other)
    assert struct.unpack(">IHB", locked[1:8]) == (128, 2, 2)
    assert unlock("words", locked, context=CONTEXT) == KEY


def test_the_standing_costs_are_those_of_rfc9106_and_owasp() -> None:
    assert Cost(memory_kib=65536, passes=3, lanes=1) == passphrases.VAULT_COST
    assert Cost(memory_kib=19456, passes=2, lanes=1) == passphrases.PIN_COST


@pytest.mark.parametrize(
    "asked",
    [
        (10 * 1024 * 1024, 1, 1),
        (256 * 1024 + 1, 1, 1),
        (64, 11, 1),
        (64, 0, 1),
        (64, 1, 0),
        (64, 1, 5),
        (7, 1, 1),
        (15, 1, 2),
    ],
)
def test_a_changed_lock_cannot_ask_for_too_much(asked: tuple[int, int, int]) -> None:
    locked = lock("words", KEY, context=CONTEXT, cost=CHEAP)
    forged = locked[:1] + struct.pack(">IHB", *asked) + locked[8:]
    with pytest.raises(CannotOpen) as caught:
        unlock("words", forged, context=CONTEXT, pool=FULL)
    assert not isinstance(caught.value, WrongPassphrase)


def test_a_cheaper_header_does_not_open_the_same_box() -> None:
    locked = lock("words", KEY, context=CONTEXT, cost=Cost(128, 2, 1))
    for position in range(1, 24):
        with pytest.raises(CannotOpen):
            unlock("words", flipped(locked, position), context=CONTEXT)


def test_each_lock_has_a_salt_of_its_own() -> None:
    first = lock("words", KEY, context=CONTEXT, cost=CHEAP)
    second = lock("words", KEY, context=CONTEXT, cost=CHEAP)
    assert first[8:24] != second[8:24]


def test_a_full_pool_says_busy_instead_of_waiting_for_ever() -> None:
    with pytest.raises(Busy):
        lock("words", KEY, context=CONTEXT, cost=CHEAP, pool=FULL)
    with pytest.raises(Busy):
        stretch("1234", salt=SALT, cost=CHEAP, pool=FULL)


def test_a_place_in_the_pool_is_given_back_even_after_an_error() -> None:
    pool = Pool(slots=1, wait=0)
    with pytest.raises(ZeroDivisionError), pool.slot():
        raise ZeroDivisionError
    with pool.slot(), pytest.raises(Busy), pool.slot():
        raise AssertionError
    assert lock("words", KEY, context=CONTEXT, cost=CHEAP, pool=pool)


def test_only_a_few_wait_for_a_place_and_the_others_hear_at_once() -> None:
    pool = Pool(slots=1, wait=30, queue=2)
    came: list[str] = []
    with pool.slot():
        waiters = [threading.Thread(target=_take, args=(pool, came)) for _ in range(2)]
        for waiter in waiters:
            waiter.start()
        while pool.waiting < 2:
            threading.Event().wait(0.001)
        began = time.monotonic()
        for _ in range(5):
            with pytest.raises(Busy), pool.slot():
                raise AssertionError
        assert time.monotonic() - began < 5, "a web thread is not kept"
    for waiter in waiters:
        waiter.join(30)
    assert came == ["in", "in"], "those who queued were served"
    assert pool.waiting == 0
    with pool.slot():
        pass


def test_who_waited_in_vain_leaves_the_queue() -> None:
    pool = Pool(slots=1, wait=0.01, queue=1)
    with pool.slot():
        for _ in range(3):
            with pytest.raises(Busy), pool.slot():
                raise AssertionError
            assert pool.waiting == 0


def _take(pool: Pool, came: list[str]) -> None:
    with pool.slot():
        came.append("in")


def test_no_more_than_the_pool_holds_run_at_once_and_none_is_lost() -> None:
    pool = Pool(slots=2, wait=30, queue=20)
    inside, most, done = 0, 0, 0
    guard = threading.Lock()

    def work() -> None:
        nonlocal inside, most, done
        with pool.slot():
            with guard:
                inside += 1
                most = max(most, inside)
            stretch("1234", salt=SALT, cost=Cost(1024, 1, 1))
            with guard:
                inside -= 1
                done += 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == 12
    assert most <= 2


def test_t04_pins_at_the_portal_do_not_lock_officers_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert passphrases._PINS is not passphrases._VAULTS
    with passphrases._PINS.slot(), passphrases._PINS.slot():
        assert lock("words", KEY, context=CONTEXT, cost=CHEAP)


def test_a_pin_gives_the_same_bytes_in_any_digits() -> None:
    made = {stretch(pin, salt=SALT, cost=CHEAP) for pin in ("4821", "٤٨٢١", "۴۸۲۱", "４８２１")}
    assert len(made) == 1


def test_pins_are_separated_by_value_and_salt() -> None:
    made = {stretch(p, salt=s, cost=CHEAP) for p in ("1", "2") for s in (SALT, OTHER_SALT)}
    assert len(made) == 4
    with pytest.raises(BadKey):
        stretch("1234", salt=b"short", cost=CHEAP)


FROZEN_LOCK = (
    "01000000400001013d4ea8cc21c6957bd2deca48d05ea7da0172f886545021a6f803b7aabc8500282e12"
    "d94f82d63b7f4ba91051c21a7e345c2d27e7b0ccc8452de52a8b64eb3de70a649a103e04fd5f8eb31c71"
    "697806cdfe599f96cd4bdd334e2e8c67802b537280449ffefcfc349c94c330f98bbe2295ad146f202917"
    "15776e6126db57dfb156b90b0736e66537ce0b9f40f61bfa4532bfadddf9913e68267ad9a77a9cffa2e8"
    "38549113b6643817eebf06fe582b456aad9b10a3bb0829e8a56b194760d499e46af37a5a0b40c0f99f74"
    "d18849e3d4a7601030e8654e564e1a724a3cd204b688c7018ac37a37220d5eeb69b2e5ab62485bb18c41"
    "0a056f9098822f593454ce2c4124c6789a6eec14f15d71bc7b12cdbbadcdb0488867df6c45474b43bbab"
    "6df8eb535176b0fec20f846dade0a5"
)

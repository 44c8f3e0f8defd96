# SPDX-License-Identifier: AGPL-3.0-or-later
"""What evidence weighs is learnt where there is enough to learn from, within its limits, and never
from what was muted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from amana.kernel.linking.field import Decisions, Field
from amana.kernel.linking.ground import lay
from amana.kernel.linking.kinds import AGAINST, NEAR, Family, Kind
from amana.kernel.linking.learning import BY_ITSELF, ENOUGH, LEAST_AGAINST, idle, learn
from amana.kernel.linking.scales import Scales
from tests.kernel.linking.said import Row, said, token
from tests.kernel.linking.test_judging import word

Rows = Callable[[int, int], list[Row]]


def phone(who: int) -> Row:
    return ("phone", f"+96279{1_000_003 + 9_173 * who:07}")


def number(at: int) -> int:
    """Numbers of reports are as good as dice."""
    return at * 7919 % 104_729


def town(people: int, rows: Rows, *, text: bool = False, each: int = 3) -> dict[int, bytes]:
    """Three reports of each, which all name his phone, and more by who he is and which report it
    is. With `text` all write the same words besides."""
    words = [f"word{n}" for n in range(30)] if text else []
    return {
        number(each * who + at): said(phone(who), *rows(who, at), words=words)
        for who in range(people)
        for at in range(each)
    }


def same(who: int, _at: int) -> list[Row]:
    return [("handle", f"telegram:{word(who, 2)}")]


def other(who: int, at: int) -> list[Row]:
    return [("handle", f"telegram:{word(who * 3 + at, 2)}")]


def now_and_then(who: int, at: int) -> list[Row]:
    return same(who, at) if who % 2 else other(who, at)


def scales(sets: dict[int, bytes], *, proposals: bool = False) -> Scales:
    return learn(Field(lay(sets), Decisions()), proposals=proposals)


def cost(sets: dict[int, bytes]) -> float:
    return scales(sets).against[Family.HANDLE]


def test_where_accounts_differ_from_report_to_report_that_costs_little() -> None:
    assert cost(town(60, other)) == LEAST_AGAINST


def test_where_they_never_differ_it_costs_what_it_did_and_no_more() -> None:
    assert cost(town(60, same)) == AGAINST[Family.HANDLE]


def test_in_between_it_costs_something_in_between() -> None:
    assert LEAST_AGAINST < cost(town(60, now_and_then)) < AGAINST[Family.HANDLE]


def test_nothing_is_learnt_from_too_few() -> None:
    """Each person gives two pairs of neighbours."""
    fewer, enough = ENOUGH // 2 - 1, ENOUGH // 2
    assert cost(town(fewer, other)) == AGAINST[Family.HANDLE]
    assert cost(town(enough, other)) == LEAST_AGAINST


def test_what_nobody_named_is_not_learnt() -> None:
    found = scales(town(60, other)).against
    assert {family: found[family] for family in Family if family != Family.HANDLE} == {
        family: AGAINST[family] for family in Family if family != Family.HANDLE
    }


def test_what_was_muted_teaches_nothing() -> None:
    sets = town(60, other)
    muted = {token(*phone(who)) for who in range(60)}
    state = Field(lay(sets), Decisions(muted=muted))
    assert learn(state, proposals=False).against == dict(AGAINST)


def test_a_handle_joins_by_itself_only_in_proposals() -> None:
    sets = town(60, same)
    assert scales(sets, proposals=True).trust[Kind.HANDLE] == BY_ITSELF
    assert scales(sets).trust[Kind.HANDLE] == Scales().trust[Kind.HANDLE] < 0


def test_handles_that_strangers_share_never_join_by_themselves() -> None:
    """Two people go by each account here, and each has a phone and a mailbox of his own."""
    sets = town(
        120,
        lambda who, _: [
            ("handle", f"telegram:{word(who // 2, 2)}"),
            ("email", f"{word(who, 5)}@mail.example"),
        ],
        each=2,
    )
    assert scales(sets, proposals=True).trust[Kind.HANDLE] < BY_ITSELF


def test_learning_one_ground_leaves_the_next_as_it_was() -> None:
    scales(town(60, other), proposals=True)
    assert Scales().against == dict(AGAINST)
    assert Scales().trust[Kind.HANDLE] < 0


@pytest.mark.parametrize(("text", "says_nothing"), [(True, True), (False, False)])
def test_words_that_all_write_say_nothing(text: bool, says_nothing: bool) -> None:
    state = Field(lay(town(60, same, text=text)), Decisions())
    found = idle(state)
    assert found[Kind.TEXT] == found[Kind.TEXT | NEAR] == says_nothing
    assert not found[Kind.PHONE]
    assert not found[Kind.HANDLE]


def test_words_that_only_his_victims_write_say_something() -> None:
    sets = {
        number(3 * who + at): said(
            phone(who), *same(who, at), words=[f"{word(who, 9)}{n}" for n in range(20)]
        )
        for who in range(60)
        for at in range(3)
    }
    assert not idle(Field(lay(sets), Decisions())).any()


def test_nobody_says_of_an_empty_ground_what_is_idle() -> None:
    state = Field(lay({}), Decisions())
    assert not idle(state).any()
    assert learn(state, proposals=False).against == dict(AGAINST)

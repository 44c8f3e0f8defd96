# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose a shared value is: the more strangers share it the less it links, one more never makes it
speak again, and what people agree in speaks for it."""

from __future__ import annotations

import pytest

from amana.kernel.linking.clusters import cluster
from amana.kernel.linking.ground import lay
from amana.kernel.linking.judging import SAMPLE
from amana.kernel.linking.muted import Muted
from tests.kernel.linking.said import Row, by_number, said, token

PHONE = ("phone", "+962791234567")
VALUES: list[Row] = [
    PHONE,
    ("email", "quiet.river@mail.example"),
    ("iban", "JO94CBJO0010000000000131000302"),
    ("wallet", "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"),
    ("url", "https://evil.example/page"),
    ("handle", "telegram:night_hunter77"),
]


def word(at: int, salt: int) -> str:
    """Words of which no two are one slip apart."""
    number = (at + 1) * 7_919_317 + salt * 104_729
    return "".join("bcdfghjklmnprstvwz"[number // 18**k % 18] * 2 for k in range(6))


def stranger(at: int, *shared: Row) -> bytes:
    return said(
        *shared,
        ("email", f"{word(at, 1)}@mail.example"),
        ("handle", f"telegram:{word(at, 2)}"),
    )


def strangers(count: int, *shared: Row) -> dict[int, bytes]:
    return {at: stranger(at, *shared) for at in range(count)}


def muted(sets: dict[int, bytes]) -> dict[int, Muted]:
    return cluster(lay(sets)).muted


def fewest(row: Row) -> int:
    """From how many strangers on a value is muted."""
    return next(count for count in range(2, 40) if muted(strangers(count, row)))


@pytest.mark.parametrize("row", VALUES, ids=[kind for kind, _ in VALUES])
def test_one_more_stranger_never_lets_a_muted_value_speak_again(row: Row) -> None:
    first = fewest(row)
    for count in range(2, first + 12):
        expected = {token(*row): Muted.SPREAD} if count >= first else {}
        assert muted(strangers(count, row)) == expected


def test_of_two_reports_nobody_says_that_they_are_strangers() -> None:
    assert all(fewest(row) > 2 for row in VALUES)


def test_not_even_of_two_who_differ_in_everything() -> None:
    """They may be two victims of one page; with a third it is a page that goes round."""
    page = ("url", "https://evil.example/page")

    def visitor(at: int) -> bytes:
        own = [
            ("phone", f"+96279{1_000_003 + 9_173 * at:07}"),
            ("email", f"{word(at, 1)}@mail.example"),
            ("handle", f"telegram:{word(at, 2)}"),
            ("iban", f"JO94CBJO{1_000_003 * (at + 1):022}"),
            ("wallet", word(at, 6) * 3),
        ]
        return said(page, *own, name=f"{word(at, 3)} {word(at, 4)}")

    assert muted({at: visitor(at) for at in range(2)}) == {}
    assert muted({at: visitor(at) for at in range(3)}) == {token(*page): Muted.SPREAD}


def test_what_a_few_strangers_share_is_not_muted_yet_and_joins_none_of_them() -> None:
    """Two who differ may still have met one man; a third who differs too makes that doubtful."""
    for count, clusters in ((2, 1), (3, 3)):
        outcome = cluster(lay(strangers(count, PHONE)))
        assert outcome.muted == {}
        assert len(set(outcome.labels)) == clusters


def test_thirty_who_each_came_twice_are_thirty_all_the_same() -> None:
    """That each agrees with herself does not make the hotline one man's."""
    twice = {at: said(PHONE, ("email", f"{word(at // 2, 1)}@mail.example")) for at in range(60)}
    outcome = cluster(lay(twice))
    assert outcome.muted == {token(*PHONE): Muted.SPREAD}
    assert len(set(outcome.labels)) == 30


def test_what_weighs_more_takes_more_strangers_to_be_muted() -> None:
    """A number is somebody's until much speaks against it, a page never was anybody's for long."""
    assert fewest(PHONE) >= fewest(("url", "https://evil.example/page"))


def test_who_says_nothing_else_is_no_stranger() -> None:
    """Forty reports with a number alone contradict each other in nothing."""
    assert muted({at: said(PHONE) for at in range(40)}) == {}


def test_three_names_of_one_man_are_no_three_men_and_thirty_are() -> None:
    few = {at: said(PHONE, name=f"{word(at % 3, 3)} {word(at % 3, 4)}") for at in range(9)}
    many = {at: said(PHONE, name=f"{word(at, 3)} {word(at, 4)}") for at in range(30)}
    assert muted(few) == {}
    assert muted(many) == {token(*PHONE): Muted.SPREAD}


def test_names_that_have_a_part_in_common_are_one() -> None:
    """A first name alone, or with another surname: people know him by it."""
    names = {at: said(PHONE, name=f"Karim {word(at, 4)}") for at in range(30)}
    assert muted(names) == {}


def test_those_who_agree_in_more_speak_for_it() -> None:
    iban = ("iban", "JO94CBJO0010000000000131000302")
    count = fewest(PHONE)
    victims = {100 + at: said(PHONE, iban) for at in range(12)}
    sets = strangers(count, PHONE) | victims
    assert muted(sets) == {}
    labels = by_number(sorted(sets), cluster(lay(sets)))
    assert any(set(victims) <= group for group in labels)


def test_more_strangers_than_are_looked_at_are_heard_all_the_same() -> None:
    count = SAMPLE + 40
    ground = lay(strangers(count, PHONE))
    outcome = cluster(ground)
    assert outcome.muted == {token(*PHONE): Muted.SPREAD}
    assert outcome.labels == list(range(count))


def test_two_hotlines_are_muted_each_for_itself() -> None:
    """What is muted in one does not speak for the other."""
    other = ("phone", "+962785550000")
    sets = strangers(20, PHONE) | {100 + at: stranger(100 + at, other) for at in range(20)}
    sets |= {200: stranger(200, PHONE, other)}
    assert muted(sets) == {token(*PHONE): Muted.SPREAD, token(*other): Muted.SPREAD}


def test_a_muted_number_takes_nothing_from_what_else_two_share() -> None:
    iban = ("iban", "JO94CBJO0010000000000131000302")
    sets = strangers(25, PHONE) | {100: said(PHONE, iban), 101: said(PHONE, iban)}
    assert frozenset({100, 101}) in by_number(sorted(sets), cluster(lay(sets)))


def test_a_number_that_is_known_elsewhere_to_be_held_by_thousands_is_doubted_more() -> None:
    """Where these reports are a part of all, fewer strangers are enough."""
    sets = strangers(fewest(PHONE) - 1, PHONE)
    assert cluster(lay(sets)).muted == {}
    everywhere = cluster(lay(sets, counts={token(*PHONE): 50_000}, total=100_000))
    assert everywhere.muted == {token(*PHONE): Muted.SPREAD}

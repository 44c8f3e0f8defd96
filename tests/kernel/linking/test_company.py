# SPDX-License-Identifier: AGPL-3.0-or-later
"""Witnesses that are none: a desk that is known by two values, words that a form writes, a chain
of reports that say little between two people who say much."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from amana.kernel.linking.batch import Batch
from amana.kernel.linking.clusters import cluster
from amana.kernel.linking.company import companions
from amana.kernel.linking.ground import Ground, lay
from amana.kernel.linking.kinds import Kind
from amana.kernel.linking.ragged import Ragged
from benchmarks.planted import OTHERS, Plant
from benchmarks.planted_otherwise import Otherwise
from benchmarks.scores import scores
from tests.kernel.linking.said import INDEX, Row, said, together

CLINIC: list[Row] = [("phone", "+962791110000"), ("email", "aid.desk@clinic.example")]
FORM = "the form asks me to tell what happened where and when and by whom it was done to me"
OTHER_FORM = "nous avons pris note de votre plainte et la transmettons au bureau competent"


def person(who: int) -> list[Row]:
    """A phone, an account and a name of an account that are somebody's own."""
    rng = random.Random(who)
    return [
        ("phone", f"+9627{rng.choice('789')}{rng.randrange(10**7):07}"),
        ("iban", f"JO94CBJO{rng.randrange(10**22):022}"),
        ("handle", f"telegram:{word(rng)}_{word(rng)}{who}"),
    ]


def word(rng: random.Random) -> str:
    return "".join(rng.choice("bdfghjklmnrstz") + rng.choice("aiou") for _ in range(3))


def bodies(people: int, *shared: Row) -> dict[int, bytes]:
    """Five reports of each, the last of which also names what is `shared`."""
    names = [
        f"{word(random.Random(-who))} {word(random.Random(who + 99))}" for who in range(people)
    ]
    return {
        10 * who + at: said(*person(who), *(shared if at == 4 else ()), name=names[who])
        for who in range(people)
        for at in range(5)
    }


def test_a_desk_known_by_two_values_joins_nobody() -> None:
    """Each report that the clinic sent on has both its values, which are one witness."""
    found = together(bodies(8, *CLINIC))
    assert found == {frozenset(range(10 * who, 10 * who + 5)) for who in range(8)}


def test_phone_and_account_of_one_man_that_always_come_together_still_join() -> None:
    rows = [("phone", "+962791110000"), ("iban", "JO94CBJO0010000000000131000302")]
    assert together({at: said(*rows) for at in range(9)}) == {frozenset(range(9))}


def test_little_reports_in_a_row_make_no_bridge_between_two_who_differ() -> None:
    """Each next step is small; what stands at both ends differs in everything."""
    shop = ("phone", "+962791110000")
    sets = bodies(2, shop) | {900 + at: said(shop) for at in range(2)}
    found = together(sets)
    assert not any({0, 10} <= group for group in found)


def test_two_bodies_that_share_two_things_are_one_though_he_changed_the_rest() -> None:
    """Neither his old account nor his mailbox would hold alone against new phones."""
    one, two = person(1), person(2)
    mail, iban = ("email", "quiet.river@mail.example"), ("iban", "JO94CBJO0010000000000131000302")
    old = {at: said(one[0], one[2], *((mail, iban)[at % 2 : at % 2 + 1])) for at in range(8)}
    new = {90 + at: said(two[0], two[2], *((mail, iban)[at % 2 : at % 2 + 1])) for at in range(8)}
    assert len(together(old | new)) == 1


def test_a_name_and_a_text_that_go_round_make_no_person() -> None:
    words = FORM.split()
    sets = {
        at: said(person(at)[0], name="Minister Wellknown", words=words if at < 2 else ())
        for at in range(2)
    }
    assert len(together(sets)) == 2


def _forms(people: int) -> Batch:
    """People with five reports each; a form begins what everybody writes, and a school is named
    here and there."""
    batch = Batch(INDEX)
    for who in range(people):
        for at in range(5):
            rows = [*person(who), *([("phone", "+962791110000")] if at == who % 5 else [])]
            report = {
                "id": f"{who}-{at}",
                "country": "JO",
                "identifiers": [{"type": kind, "value": value} for kind, value in rows],
                "text": (FORM, OTHER_FORM)[(who + at) % 2],
            }
            batch.add(json.dumps(report).encode())
    return batch


def test_words_that_a_form_writes_are_no_second_witness() -> None:
    found: dict[object, set[str]] = {}
    for row in _forms(30).clustered():
        found.setdefault(row["cluster"], set()).add(str(row["id"]).partition("-")[0])
    assert len(found) == 30
    assert all(len(people) == 1 for people in found.values())


def test_companions_are_those_that_mostly_come_together() -> None:
    clinic = lay({at: said(*CLINIC, person(at)[0]) for at in range(4)})
    assert {frozenset({a, *b}) for a, b in companions_of(clinic).items()} == {frozenset({0, 1})}
    now_and_then = {at: said(CLINIC[0], *(CLINIC[1:] if at < 3 else ())) for at in range(9)}
    assert companions_of(lay(now_and_then)) == {}


def companions_of(ground: Ground) -> dict[int, set[int]]:
    return companions_in(ground.kinds, ground.held.lists(), ground.holders.lists())


def companions_in(
    kinds: list[int], held: list[list[int]], holders: list[list[int]]
) -> dict[int, set[int]]:
    asked = np.array(kinds, dtype=np.uint8)
    found = companions(asked, Ragged.of(held), Ragged.of(holders)).lists()
    return {place: set(others) for place, others in enumerate(found) if others}


def test_nobody_says_of_two_reports_what_goes_with_what() -> None:
    assert companions_in([Kind.PHONE, Kind.EMAIL], [[0, 1], [0, 1]], [[0, 1], [0, 1]]) == {}


@pytest.mark.parametrize(
    ("planted", "least"),
    [
        (Plant(31, 300), 0.98),
        (Plant(32, 1500, OTHERS["many slips"]), 0.985),
        (Otherwise(33, 1500), 0.99),
    ],
    ids=["planted", "many slips", "otherwise"],
)
def test_small_sets_of_two_makers_are_joined_rightly(
    planted: Plant | Otherwise, least: float
) -> None:
    reports = list(planted.reports())
    batch, truth = Batch(INDEX), [one.offender for one in reports]
    for one in reports:
        batch.add(json.dumps(one.report).encode())
    ground, place = batch.laid()
    for proposals in (False, True):
        labels = cluster(ground, proposals=proposals).labels
        precision, recall, _, _ = scores([labels[at] for at in place], truth)
        assert precision >= least
        assert recall >= (0.7 if proposals else 0.5)

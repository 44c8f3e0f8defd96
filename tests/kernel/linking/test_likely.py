# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports that stand alone: a name, a handle or a slip leads them home where such ties have proven
right among these very reports, and nowhere else."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from amana.kernel.linking.batch import Batch
from amana.kernel.linking.clusters import Outcome, cluster
from amana.kernel.linking.ground import Ground
from amana.kernel.linking.links import Edges, Grade
from benchmarks.planted import OTHERS, Mix, Plant
from benchmarks.scores import scores
from tests.kernel.linking.said import INDEX

COUNTRIES = ("MA", "JO", "TN", "PK")
Report = dict[str, Any]


class Town:
    """Alleged perpetrators with a phone, an account and a name each, reported four to six times.
    `shared` of them go by one and the same name."""

    def __init__(self, seed: int, people: int = 60, shared: int = 0, *, local: bool = True) -> None:
        rng = random.Random(seed)
        self.batch, self.behind, self.rng = Batch(INDEX), list[int](), rng
        self.names = [_name(rng) for _ in range(people)]
        self.names[:shared] = [_name(rng)] * shared
        self.phones = [f"+2126{rng.randrange(10**8):08}" for _ in range(people)]
        self.ibans = [f"MA{rng.randrange(10**26):026}" for _ in range(people)]
        self.handles = [f"telegram:{_word(rng)}_{_word(rng)}{_word(rng)}" for _ in range(people)]
        self.home = [rng.choice(COUNTRIES) for _ in range(people)]
        for who in range(people):
            for _ in range(4 + who % 3):
                country = self.home[who] if local else rng.choice(COUNTRIES)
                rows = [("phone", self.phones[who]), ("iban", self.ibans[who])]
                self.report(who, country, *rows, ("handle", self.handles[who]))

    def report(self, who: int, country: str, *rows: tuple[str, str], name: str = "") -> str:
        """File a report, under the name of `who` unless another is given; returns its id."""
        key = f"r{len(self.behind)}"
        self.behind.append(who)
        said: Report = {"id": key, "country": country, "name": name or self.names[who]}
        said["identifiers"] = [{"type": kind, "value": value} for kind, value in rows]
        self.batch.add(json.dumps(said).encode())
        return key

    def clusters(self, *, proposals: bool = True) -> dict[str, str]:
        rows: Any = self.batch.clustered(proposals=proposals)
        return {row["id"]: row["cluster"] for row in rows}

    def rows(self) -> dict[str, Any]:
        rows: Any = self.batch.clustered()
        return {row["id"]: row for row in rows}


def _word(rng: random.Random) -> str:
    return "".join(rng.choice("bdfghjklmnrstz") + rng.choice("aiou") for _ in range(3))


def _name(rng: random.Random) -> str:
    return " ".join(_word(rng).capitalize() for _ in range(3))


def test_a_rare_name_leads_home_and_says_so() -> None:
    town = Town(1)
    alone = town.report(7, town.home[7])
    row = town.rows()[alone]
    assert town.behind[int(row["cluster"][1:])] == 7
    assert {link["why"] for link in row["links"]} == {"name+name_part"}
    assert {link["grade"] for link in row["links"]} == {"suggested"}


def test_firm_links_know_nothing_of_names_alone() -> None:
    town = Town(1)
    alone = town.report(7, town.home[7])
    assert town.clusters(proposals=False)[alone] == alone


def test_a_name_that_many_bear_leads_nowhere() -> None:
    town = Town(2, shared=12)
    alone = town.report(3, town.home[3])
    assert town.clusters()[alone] == alone


def test_a_few_reports_prove_nothing() -> None:
    town = Town(3, people=4)
    alone = town.report(1, town.home[1])
    assert town.clusters()[alone] == alone


def test_who_names_other_numbers_is_somebody_else() -> None:
    town = Town(4)
    rows = [("phone", "+212611111111"), ("iban", "MA11000000000000000000000011")]
    other = town.report(5, town.home[5], *rows, ("handle", "telegram:another_person"))
    assert town.clusters()[other] == other


def test_a_slip_in_an_account_leads_home() -> None:
    town = Town(5)
    handle = town.handles[9]
    wrong = handle[:12] + "qq" + handle[14:]
    for who in range(20, 40):
        # That slips in accounts lead home shows where something else agrees too.
        slip = town.handles[who][:-1] + "x"
        rows = [("handle", slip), ("phone", town.phones[who]), ("iban", town.ibans[who])]
        town.report(who, town.home[who], *rows)
    near = town.report(9, town.home[9], ("handle", handle[:-1] + "w"), name="Who")
    far = town.report(9, town.home[9], ("handle", wrong), name="Nobody")
    found = town.clusters()
    assert found[far] == far
    assert town.behind[int(found[near][1:])] == 9
    assert found[near] != near


@pytest.mark.parametrize("seed", [3])
def test_the_order_of_reports_changes_nothing(seed: int) -> None:
    lines = [one.report for one in Plant(11, 900).reports()]
    found = []
    for shuffled in (False, True):
        if shuffled:
            random.Random(seed).shuffle(lines)
        batch = Batch(INDEX)
        for line in lines:
            batch.add(json.dumps(line).encode())
        rows: Any = batch.clustered()
        groups: dict[str, set[str]] = {}
        for row in rows:
            groups.setdefault(row["cluster"], set()).add(row["id"])
        found.append({frozenset(group) for group in groups.values()})
    assert found[0] == found[1]


def planted(seed: int, mix: Mix, count: int = 3000) -> tuple[Ground, list[int], list[int]]:
    batch, truth = Batch(INDEX), []
    for one in Plant(seed, count, mix).reports():
        batch.add(json.dumps(one.report).encode())
        truth.append(one.offender)
    ground, place = batch.laid()
    return ground, place, truth


def test_what_is_likely_finds_more_and_keeps_precision() -> None:
    ground, place, truth = planted(23, OTHERS["many slips"])
    firm = cluster(ground).labels
    before = scores([firm[at] for at in place], truth)
    outcome = cluster(ground, proposals=True)
    precision, recall, _, whole = scores([outcome.labels[at] for at in place], truth)
    assert precision >= before[0] - 0.005
    assert recall > before[1]
    assert whole > before[3] + 0.05
    _has_edges_home(ground, outcome)
    ground.countries = [0] * len(ground.numbers)
    blind = cluster(ground, proposals=True)
    assert scores([blind.labels[at] for at in place], truth)[1] <= recall


def _has_edges_home(ground: Ground, outcome: Outcome) -> None:
    """Who was led home has an edge to somebody there; of the others of such a cluster some stand
    there by a value that was muted since."""
    edges, bare = Edges(ground, outcome), 0
    assert len(outcome.likely) > 40
    where = {number: at for at, number in enumerate(ground.numbers)}
    for at in outcome.likely:
        links = [link for link in edges.of(at) if link.grade is not Grade.MUTED]
        ends = {where[number] for link in links for number in (link.one, link.other)} - {at}
        bare += not any(outcome.labels[end] == outcome.labels[at] for end in ends)
    assert bare <= len(outcome.likely) / 40

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What countries say of a report and a body: learnt from those that surely are at home, for home as
much as against elsewhere, and nothing where nobody knows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kernel.linking.field import Decisions, Field
from amana.kernel.linking.ground import lay
from amana.kernel.linking.mates import Few, Mates
from amana.kernel.linking.places import ENOUGH, Countries
from amana.kernel.linking.ragged import Ints
from tests.kernel.linking.said import said

EACH = 4
NOWHERE, MOROCCO, JORDAN, TUNISIA = range(4)


def mates(countries: list[int]) -> Mates:
    """Reports in bodies of four, with the country that each came from."""
    sets = {
        at: said(("iban", f"JO94CBJO{1_000_003 * (at // EACH + 1):022}"))
        for at in range(len(countries))
    }
    ground = lay(sets, countries=dict(enumerate(countries)))
    labels = np.arange(len(countries)) // EACH * EACH
    return Mates(Field(ground, Decisions()), labels)


def learnt(countries: list[int]) -> tuple[Countries, Mates]:
    them = mates(countries)
    return Countries.learnt(them, np.arange(len(countries))), them


def at_home(people: int = 60) -> list[int]:
    """Everybody is reported from one country, each from his own."""
    return [country for who in range(people) for country in [MOROCCO + who % 3] * EACH]


def say(them: Mates, countries: Countries, report: int, body: int) -> float:
    few = Few.alone(np.array([report], dtype=np.int64))
    return float(countries.say(them, few, np.array([body], dtype=np.int64))[0])


def test_home_speaks_for_and_elsewhere_against() -> None:
    countries, them = learnt(at_home())
    home, elsewhere, also_home = 0, EACH, 3 * EACH
    assert say(them, countries, home, also_home) > 0
    assert say(them, countries, home, elsewhere) < 0


def test_where_it_makes_no_difference_nothing_is_said() -> None:
    rng = np.random.default_rng(4)
    countries, them = learnt(rng.integers(1, 4, 400).tolist())
    assert countries.pull == 0
    assert say(them, countries, 0, EACH) == 0


def test_where_all_come_from_one_country_it_tells_nobody_apart() -> None:
    countries, _ = learnt([JORDAN] * 400)
    assert countries.pull == 0


def test_too_few_prove_nothing() -> None:
    assert learnt(at_home(ENOUGH // EACH)[:-EACH])[0].pull == 0


def test_where_nobody_says_where_from_nothing_is_learnt() -> None:
    assert learnt([NOWHERE] * 400)[0].pull == 0


def test_enough_prove_something() -> None:
    assert learnt(at_home(ENOUGH // EACH))[0].pull > 0


def test_who_does_not_say_where_from_says_nothing_of_it() -> None:
    told = at_home()
    told[0] = NOWHERE
    told[EACH : 2 * EACH] = [NOWHERE] * EACH
    countries, them = learnt(told)
    assert countries.pull > 0
    assert say(them, countries, 0, 3 * EACH) == 0, "a report without a country"
    assert say(them, countries, 2 * EACH, EACH) == 0, "a body without a country"


def test_the_rarer_a_country_is_the_more_it_says() -> None:
    told = at_home(50)
    told += [TUNISIA + 1] * (2 * EACH)
    countries, them = learnt(told)
    rare = len(told) - EACH
    assert say(them, countries, rare, rare - EACH) > say(them, countries, 0, 3 * EACH)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 3), min_size=EACH, max_size=160))
def test_whatever_countries_come_what_they_say_is_a_number(told: list[int]) -> None:
    countries, them = learnt(told)
    reports: Ints = np.arange(len(told))
    said_so = countries.say(them, Few.alone(reports), np.roll(them.labels, EACH))
    assert np.isfinite(said_so).all()
    assert countries.usual.sum() == pytest.approx(1.0 if any(told) else 0.0)
    assert countries.usual[NOWHERE] == 0


def test_two_reports_say_what_each_of_them_says() -> None:
    countries, them = learnt(at_home())
    body = np.array([3 * EACH], dtype=np.int64)
    both = countries.say(them, Few(np.array([0]), np.array([EACH])), body)
    assert both[0] == pytest.approx(
        say(them, countries, 0, 3 * EACH) + say(them, countries, EACH, 3 * EACH)
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever people do in whatever order: exactly the admitted members open what arrives."""

from __future__ import annotations

import pytest
from django.test import TestCase as DjangoTestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from amana.config.node import keyring
from amana.people import selectors, services
from amana.people.errors import NotAllowed, NotAMember, NotWaiting
from amana.people.models import Role, UnitKey
from tests.people import builders as make

pytestmark = pytest.mark.db

PEOPLE = 4
steps = st.lists(
    st.tuples(
        st.sampled_from(["place", "end", "enrol", "reset", "admit"]),
        st.integers(0, PEOPLE - 1),
        st.integers(0, PEOPLE - 1),
    ),
    max_size=14,
)


class Model:
    """The same rules in a few sets, without any key."""

    def __init__(self) -> None:
        self.placed: set[int] = set()
        self.enrolled: list[int] = []
        self.admitted: set[int] = set()

    def waiting(self) -> list[int]:
        return [n for n in self.enrolled if n in self.placed - self.admitted]

    def settle(self) -> None:
        if not self.admitted and self.waiting():
            self.admitted.add(self.waiting()[0])

    def drop(self, number: int) -> None:
        self.admitted.discard(number)
        self.settle()


class World:
    """The real unit, driven beside the model."""

    def __init__(self) -> None:
        self.agency, (self.unit,) = make.agency_with_units()
        self.boss = make.administrator(self.agency, self.unit)
        self.people = [make.officer(self.agency) for _ in range(PEOPLE)]
        self.model = Model()

    def do(self, act: str, one: int, two: int) -> None:
        getattr(self, act)(one, two)
        self.model.settle()
        self.check()

    def place(self, one: int, _two: int) -> None:
        if one in self.model.placed:
            return
        services.place(
            staff=self.boss, officer=self.people[one], unit=self.unit, role=Role.INVESTIGATOR
        )
        self.model.placed.add(one)

    def end(self, one: int, _two: int) -> None:
        if one not in self.model.placed:
            return
        row = selectors.active_placements().get(officer=self.people[one])
        services.end_placement(staff=self.boss, placement_id=row.pk)
        self.model.placed.discard(one)
        self.model.drop(one)

    def enrol(self, one: int, _two: int) -> None:
        if one not in self.model.enrolled:
            make.enrol(self.people[one])
            self.model.enrolled.append(one)

    def reset(self, one: int, _two: int) -> None:
        services.reset_passphrase(staff=self.boss, officer=self.people[one])
        if one in self.model.enrolled:
            self.model.enrolled.remove(one)
        self.model.drop(one)

    def admit(self, one: int, two: int) -> None:
        if one not in self.model.placed or one not in self.model.enrolled:
            return
        allowed = one in self.model.admitted and two in self.model.waiting()
        try:
            with DjangoTestCase.captureOnCommitCallbacks(execute=True):
                services.admit(
                    staff=make.at_work(self.people[one]),
                    newcomer=self.people[two],
                    unit_id=self.unit.id,
                )
        except (NotAllowed, NotAMember, NotWaiting):
            assert not allowed
        else:
            assert allowed
            self.model.admitted.add(two)

    def check(self) -> None:
        given = make.sealed_for(self.unit)
        opened = {
            n for n in self.model.enrolled if make.opens(make.vault_of(self.people[n]), given)
        }
        assert opened == self.model.admitted
        current = selectors.current_key(self.unit.id)
        assert current.provisional == (len(self.model.admitted) < 2)
        files = set(keyring().bootstrap_units())
        for key in UnitKey.objects.filter(unit=self.unit):
            assert (str(key.pk) in files) == key.provisional
            assert key.provisional <= current.provisional, "no key stays with the node in secret"


class AnyOrder(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(steps)
    def test_only_members_read(self, acts: list[tuple[str, int, int]]) -> None:
        world = World()
        for act in acts:
            world.do(*act)


def test_the_model_can_tell_a_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above fails when a leaver keeps her grant: otherwise it would prove nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("amana.people.services.placements.unit_keys.lose_member", lambda *_: None)
        world = World()
        for act in (("place", 0, 0), ("enrol", 0, 0)):
            world.do(*act)
        with pytest.raises(AssertionError):
            world.do("end", 0, 0)

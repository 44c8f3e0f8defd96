# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever officers do in whatever order: who sees a report is who was given it, the keys say the
same as the list, and the duty unit can always re-wrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.agencies.models import Agency
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral import services
from amana.referral.policies import visible_to
from amana.reports import opening
from amana.reports.errors import NoKey, NotFound, ReportError
from amana.reports.models import PartGrant, PartKind, Report
from tests.support import builders as make

pytestmark = pytest.mark.db

BRANCHES = ("jo/ccu/aqaba", "jo/ccu/irbid", "jo/ccu/karak")
OFFICES = ("jo/pp/aqaba", "jo/pp/amman")


@dataclass
class World:
    """The report, who works where, and who should see it."""

    report: Report
    people: Mapping[str, Staff]
    owner: str = BRANCHES[0]
    joint: set[str] = field(default_factory=set)
    office: str = ""

    @property
    def entitled(self) -> set[str]:
        return {self.owner, *self.joint} | ({self.office} if self.office else set())


def refer(world: World, code: str, keep: bool) -> None:
    services.refer(
        staff=world.people[world.owner],
        report=world.report,
        to_unit=make.unit(code),
        reason="It belongs there.",
        keep_as_co_owner=keep,
    )
    world.joint.discard(code)
    if keep:
        world.joint.add(world.owner)
    world.owner = code


def join(world: World, code: str) -> None:
    services.add_co_owner(
        staff=world.people[world.owner], report=world.report, unit=make.unit(code), reason="Both."
    )
    world.joint.add(code)


def part(world: World, code: str) -> None:
    services.end_co_owner(
        staff=world.people[world.owner], report=world.report, unit=make.unit(code)
    )
    world.joint.discard(code)


def notify(world: World, code: str) -> None:
    services.notify_prosecutor(
        staff=world.people[world.owner], report=world.report, office=make.unit(code)
    )
    world.office = code


Step = Callable[[World], None]
branch = st.sampled_from(BRANCHES)
STEPS = st.one_of(
    st.builds(lambda c, k: lambda w: refer(w, c, k), branch, st.booleans()),
    st.builds(lambda c: lambda w: join(w, c), branch),
    st.builds(lambda c: lambda w: part(w, c), branch),
    st.builds(lambda c: lambda w: notify(w, c), st.sampled_from(OFFICES)),
)


def test_the_list_the_keys_and_the_openings_never_disagree() -> None:
    agency = make.node()
    people = {code: make.staff(agency, code) for code in BRANCHES}
    people |= {code: make.staff(agency, code, Role.PROSECUTOR) for code in OFFICES}
    people["jo/ccu/duty"] = make.staff(agency, "jo/ccu/duty")
    people["jo/ccu"] = make.staff(agency, "jo/ccu", Role.SUPERVISOR)

    @given(steps=st.lists(STEPS, max_size=6))
    @settings(max_examples=25)
    def holds(steps: list[Step]) -> None:
        world = World(start(agency, people), people)
        for step in steps:
            before = set(world.entitled)
            try:
                step(world)
            except ReportError:
                assert world.entitled == before
            check(world)

    holds()


def start(agency: Agency, people: Mapping[str, Staff]) -> Report:
    report = make.report(agency, **make.NAMED)
    return make.diagnosed(people[BRANCHES[0]], report)


def check(world: World) -> None:
    for code, who in world.people.items():
        entitled = code in world.entitled
        assert visible_to(who).filter(pk=world.report.pk).exists() == entitled
        works = code in {world.owner, *world.joint}
        for kind in (PartKind.ANSWERS, PartKind.IDENTITY, PartKind.INTERNAL):
            assert opens(who, world.report, kind) == works
    held = PartGrant.objects.filter(part__report=world.report, unit_key__isnull=False)
    codes = set(held.values_list("unit_key__unit__code", flat=True))
    assert codes == world.entitled | {"jo/ccu/duty"}


def opens(who: Staff, report: Report, kind: str) -> bool:
    try:
        return bool(opening.open_private(staff=who, report=report, kind=kind, purpose="a test"))
    except (NotFound, NotAllowed, NoKey):
        return False

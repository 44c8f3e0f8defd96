# SPDX-License-Identifier: AGPL-3.0-or-later
"""A country pack becomes an agency with its units; a newer version changes them and loses none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from amana.agencies import selectors
from amana.agencies.events import Tag
from amana.agencies.models import Agency, Unit
from amana.agencies.services import PackMismatchError, apply_pack, mark_demonstration
from amana.journal.models import Event
from amana.packs import load_pack
from amana.packs.model import Pack

pytestmark = pytest.mark.db
JORDAN = load_pack("jo")


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    selectors.forget_shown()


def leaves(tag: Tag) -> int:
    return Event.objects.filter(tag=tag).count()


def standing() -> dict[str, tuple[object, ...]]:
    """Each unit as it stands, by its code."""
    rows = Unit.objects.select_related("parent")
    return {
        unit.code: (
            unit.kind,
            unit.parent.code if unit.parent else None,
            unit.names,
            unit.department,
            unit.specialised,
            unit.is_duty,
        )
        for unit in rows
    }


def described(pack: Pack) -> dict[str, tuple[object, ...]]:
    """The same from the pack."""
    return {
        unit.code: (
            unit.kind,
            unit.parent or None,
            dict(unit.names),
            unit.department,
            unit.specialised or "",
            unit.duty,
        )
        for unit in pack.units
    }


def newer(pack: Pack, change: Callable[[Any], Any] = lambda unit: unit) -> Pack:
    """The next version, with its units changed; a unit that becomes None is no longer named."""
    header = changed(pack.header, version=f"{pack.header.version}-next")
    units = tuple(after for unit in pack.units if (after := change(unit)) is not None)
    return with_units(changed(pack, header=header), units)


def changed(what: Any, **values: object) -> Any:
    """The same but for this."""
    return what.model_copy(update=values)


def with_units(pack: Pack, units: tuple[Any, ...]) -> Pack:
    copy: Pack = changed(pack, agency=changed(pack.agency, units=units))
    return copy


def duty() -> list[str]:
    return list(Unit.objects.filter(is_duty=True).values_list("code", flat=True))


@pytest.mark.parametrize("code", ["jo", "ma"])
def test_every_unit_stands_as_the_pack_describes_it(code: str) -> None:
    pack = load_pack(code)
    agency = apply_pack(pack=pack)
    assert (agency.code, agency.pack, agency.names) == (
        pack.agency.code,
        code,
        dict(pack.agency.names),
    )
    assert standing() == described(pack)
    assert leaves(Tag.PACK_APPLY) == 1


def test_a_second_time_changes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first = apply_pack(pack=JORDAN)
    with django_assert_num_queries(3):  # a savepoint, a look, its end
        assert apply_pack(pack=JORDAN) == first
    assert leaves(Tag.PACK_APPLY) == 1


def test_the_pack_of_another_country_is_refused_and_both_are_named() -> None:
    apply_pack(pack=JORDAN)
    before = standing()
    with pytest.raises(PackMismatchError, match=r"'jo'.*'ma'"):
        apply_pack(pack=load_pack("ma"))
    assert standing() == before
    assert leaves(Tag.PACK_APPLY) == 1


def test_a_newer_version_renames_and_leaves_every_row_in_its_place() -> None:
    """Reports, keys and placements point to the rows."""
    agency = apply_pack(pack=JORDAN)
    before = dict(Unit.objects.values_list("code", "pk"))
    later = newer(JORDAN, lambda unit: changed(unit, department="jo/elsewhere"))
    assert apply_pack(pack=later) == agency
    assert dict(Unit.objects.values_list("code", "pk")) == before
    assert {unit.department for unit in Unit.objects.all()} == {"jo/elsewhere"}
    assert Agency.objects.get().pack_version == later.header.version
    assert leaves(Tag.PACK_APPLY) == 2
    facts = Event.objects.filter(tag=Tag.PACK_APPLY).latest("at", "id")
    assert later.header.version.encode() in bytes(facts.body or b"")


def test_a_unit_that_is_no_longer_named_stays() -> None:
    apply_pack(pack=JORDAN)
    before = standing()
    gone = "jo/ccu/aqaba"
    apply_pack(pack=newer(JORDAN, lambda unit: None if unit.code == gone else unit))
    assert standing() == before


def test_a_unit_comes_under_another_and_out_of_it_again() -> None:
    apply_pack(pack=JORDAN)
    (branch,) = (unit for unit in JORDAN.units if unit.code == "jo/ccu/aqaba")
    assert branch.parent

    def alone(unit: Any) -> Any:
        return changed(unit, parent=None) if unit.code == branch.code else unit

    without = newer(JORDAN, alone)
    apply_pack(pack=without)
    assert Unit.objects.get(code=branch.code).parent is None
    again = with_units(newer(without), JORDAN.units)
    apply_pack(pack=again)
    assert standing() == described(JORDAN)


def first_and_other() -> tuple[str, str]:
    """The duty unit of the pack, and one that its file names before it."""
    codes = [unit.code for unit in JORDAN.units]
    (now,) = (unit.code for unit in JORDAN.units if unit.duty)
    return now, next(code for code in codes if code != now)


@pytest.mark.parametrize("fate", ["stays", "goes"])
def test_the_duty_passes_to_another_unit(fate: str) -> None:
    """Whichever of the two the file names first, and also when the old one is named no more."""
    old, new = first_and_other()

    def passed(unit: Any) -> Any:
        if unit.code == old:
            return None if fate == "goes" else changed(unit, duty=False, kind="branch")
        return changed(unit, duty=True, kind="duty") if unit.code == new else unit

    apply_pack(pack=JORDAN)
    assert duty() == [old]
    there = newer(JORDAN, passed)
    apply_pack(pack=there)
    assert duty() == [new]
    if fate == "stays":
        apply_pack(pack=with_units(newer(there), JORDAN.units))
        assert duty() == [old]


def test_a_demonstration_is_one_for_good_and_one_leaf() -> None:
    agency = apply_pack(pack=JORDAN)
    for _ in range(2):
        mark_demonstration(agency=agency)
    agency.refresh_from_db()
    assert agency.demonstration
    assert leaves(Tag.DEMONSTRATION_MARK) == 1
    apply_pack(pack=newer(JORDAN))
    assert Agency.objects.get().demonstration


# --- reading it again


def test_before_the_first_start_there_is_no_agency() -> None:
    with pytest.raises(selectors.NoAgencyError, match="no country pack"):
        selectors.current_agency()


def test_units_are_found_by_code_and_kept_for_a_while(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agency = apply_pack(pack=JORDAN)
    with django_assert_num_queries(1):
        first = selectors.units_by_code(agency.pk)
        assert selectors.units_by_code(agency.pk) == first
    assert set(first) == set(described(JORDAN))
    assert all(unit.code == code for code, unit in first.items())

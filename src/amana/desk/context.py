# SPDX-License-Identifier: AGPL-3.0-or-later
"""`desk` in every template: the ways at the side with their counts, the unit, the officer."""

from __future__ import annotations

from functools import cached_property
from typing import TypedDict
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amana.agencies.models import Agency, Unit
from amana.desk import words
from amana.desk.selectors import lanes
from amana.people.models import Officer
from amana.people.policies import Action, Staff, may
from amana.people.selectors import active_key


class Way(TypedDict):
    """One line of the side; `count` is none where no number is said."""

    href: str
    label: str | Promise
    count: int | None
    current: bool
    urgent: bool


class Desk:
    """Read when a template asks for it. Outside of the desk, and on the way in, it is empty."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _staff(self) -> Staff | None:
        staff: Staff | None = getattr(self._request, "staff", None)
        officer = self._request.user if staff is not None else None
        if not isinstance(officer, Officer) or active_key(officer.pk) is None:
            return None
        return staff

    @cached_property
    def nav(self) -> list[Way]:
        """Where this officer may go, with how much waits there."""
        return [] if self._staff is None else ways(self._request.get_full_path(), self._staff)

    @cached_property
    def unit(self) -> str:
        """The unit she works in, or the agency for those who look after the house."""
        return "" if self._staff is None else _unit(self._staff)

    @property
    def person(self) -> str:
        officer = self._request.user
        return officer.name if isinstance(officer, Officer) else ""


def desk(request: HttpRequest) -> dict[str, Desk]:
    """Context processor."""
    return {"desk": Desk(request)}


def ways(path: str, staff: Staff) -> list[Way]:
    """The lanes first, then what else this role does."""
    found: list[Way] = []

    def way(
        href: str, label: str | Promise, count: int | None = None, *, urgent: bool = False
    ) -> None:
        current = path.partition("?")[0] == href
        found.append(Way(href=href, label=label, count=count, current=current, urgent=urgent))

    for lane, count in lanes.counts(staff):
        way(reverse("desk:lane", kwargs={"name": lane.name}), lane.label, count, urgent=lane.urgent)
    if may(staff, Action.READ_REPORT):
        way(reverse("desk:deadlines"), _("Deadlines"), lanes.late_count(staff), urgent=True)
    for action, name, label in (
        (Action.READ_REPORT, "desk:search", _("Search")),
        (Action.DESK_INTAKE, "desk:intake", _("Take a report")),
        (Action.ADMIT_MEMBER, "desk_accounts:admit", _("New colleagues")),
        (Action.READ_JOURNAL, "desk:journal", _("Journal")),
        (Action.MANAGE_PEOPLE, "desk_accounts:people", _("People")),
        (Action.MANAGE_PEOPLE, "desk:health", _("Health of the node")),
    ):
        if may(staff, action):
            way(reverse(name), label)
    way("/desk/vault/", _("Your vault"))
    return found


def _unit(staff: Staff) -> str:
    units = Unit.objects.filter(pk__in=_own_units(staff)).order_by("code")[:3]
    names = [words.unit_name(unit) for unit in units]
    if names:
        return " · ".join(names)
    agency = Agency.objects.filter(pk=staff.agency_id).first()
    said = agency.names if agency else {}
    return str(said.get(words.language()) or said.get("en", ""))


def _own_units(staff: Staff) -> list[UUID]:
    return [unit for unit in staff.roles if may(staff, Action.READ_REPORT, unit)]

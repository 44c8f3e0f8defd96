# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two administrators who end each other's role in the same moment: one of the two stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from unittest import mock

import pytest
from django.db import connection, transaction

from amana.config.clock import now
from amana.people import selectors, services
from amana.people.errors import LastAdministrator
from amana.people.models import Officer, Placement, Role
from amana.people.policies import Staff
from amana.people.services import placements
from tests.support import builders as make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def end_of(who: Staff) -> Callable[[Staff], object]:
    """Ending her role as administrator, as somebody else does it."""
    (row,) = Placement.objects.filter(officer=who.officer_id, role=Role.ADMINISTRATOR)
    return lambda by: services.end_placement(staff=by, placement_id=row.pk)


def account_of(who: Staff) -> Callable[[Staff], object]:
    """Ending her account."""
    officer = Officer.objects.get(pk=who.officer_id)
    return lambda by: services.disable(staff=by, officer=officer)


@pytest.mark.parametrize("ending", [end_of, account_of])
def test_two_administrators_who_end_each_other_leave_one(
    ending: Callable[[Staff], Callable[[Staff], object]],
) -> None:
    with transaction.atomic():
        agency = make.node()
        one, two = (make.staff(agency, "jo/ccu/aqaba", Role.ADMINISTRATOR) for _ in range(2))
    Officer.objects.update(last_login=now())
    both_have_looked, look = Barrier(2), placements._is_last_administrator

    def look_and_wait(placement: Placement) -> bool:
        found = look(placement)
        with suppress(BrokenBarrierError):  # where one waits for the other, nobody comes
            both_have_looked.wait(timeout=0.5)
        return found

    def act(by: Staff, end: Callable[[Staff], object]) -> str:
        try:
            end(by)
            return "done"
        except LastAdministrator:
            return "refused"
        finally:
            connection.close()

    ends = [(one, ending(two)), (two, ending(one))]
    with (
        mock.patch.object(placements, "_is_last_administrator", look_and_wait),
        ThreadPoolExecutor(2) as pool,
    ):
        found = sorted(pool.map(lambda pair: act(*pair), ends))
    assert found == ["done", "refused"]
    assert selectors.administrators(agency.id).count() == 1

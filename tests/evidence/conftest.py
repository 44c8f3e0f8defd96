# SPDX-License-Identifier: AGPL-3.0-or-later
"""A node, a report and an officer who may work on it. This file is read before Django stands, so
that builders are imported where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.logs import log_of_its_own

if TYPE_CHECKING:
    from amana.agencies.models import Agency
    from amana.people.policies import Staff
    from amana.reports.models import Report

__all__ = ["log_of_its_own"]


@pytest.fixture
def agency() -> Agency:
    from tests.support import builders

    return builders.node()


@pytest.fixture
def report(agency: Agency) -> Report:
    from tests.support import builders

    return builders.report(agency)


@pytest.fixture
def officer(agency: Agency) -> Staff:
    """Somebody of the unit that owns `report`."""
    from tests.support import builders

    return builders.staff(agency, "jo/ccu/aqaba")

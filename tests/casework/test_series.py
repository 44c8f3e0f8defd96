# SPDX-License-Identifier: AGPL-3.0-or-later
"""A series of reports with one value raises an alert that says nothing of it."""

from __future__ import annotations

import pytest
import time_machine

from amana.casework.models import Alert
from amana.casework.series import raise_series
from amana.kernel.linking.ground import values_in
from amana.people.models import Role
from amana.triage.links import services
from amana.triage.links.linking import link_new
from amana.triage.links.models import LinkSet
from amana.triage.links.series import series_of
from tests.support import builders as make
from tests.triage.links import naming

pytestmark = pytest.mark.db
WALLET = ("wallet", "0x52908400098527886E0F7030069857D2E4169EE7")


def test_the_third_report_with_one_wallet_in_nine_days_is_told_once() -> None:
    agency = make.node()
    rows = []
    for day in (1, 4, 10):
        with time_machine.travel(f"2026-11-{day:02} 09:00:00+00:00", tick=False):
            rows.append(naming(agency, WALLET))
            link_new()
            told = raise_series()
    assert told == 1
    assert raise_series() == 0
    (alert,) = Alert.objects.filter(reason="series")
    assert alert.report_id == rows[2].pk
    found = series_of(rows[2])
    assert found is not None
    assert (found.kind, found.number, found.days) == ("wallet", 3, 9)
    assert series_of(rows[1]) is None


def test_a_muted_value_and_terrorism_make_no_series() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu", Role.SUPERVISOR)
    rows = [naming(agency, WALLET, victim_region="JO-AM") for _ in range(2)]
    naming(agency, WALLET, offences=["T2", "X1"], category="T2")
    link_new()
    assert series_of(rows[1]) is None
    rows.append(naming(agency, WALLET))
    link_new()
    assert series_of(rows[2]) is not None
    ((_, token),) = values_in(bytes(LinkSet.objects.get(report=rows[0]).packed))
    services.mute(staff=officer, report=rows[0], token=token, reason="An exchange's own wallet.")
    assert series_of(rows[2]) is None

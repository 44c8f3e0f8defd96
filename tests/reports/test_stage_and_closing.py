# SPDX-License-Identifier: AGPL-3.0-or-later
"""An older home may hold reports that were closed and moved on in the same moment."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from amana.config.clock import now
from amana.reports.models import Report, Stage
from tests.support import builders as make

pytestmark = pytest.mark.django_db(transaction=True)


def migrate_to(name: str) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("reports", name)])


@pytest.mark.db
def test_a_report_of_two_minds_is_settled_by_its_closing() -> None:
    with transaction.atomic():
        agency = make.node()
        closed, opened, sound = (make.report(agency) for _ in range(3))
    migrate_to("0002_lean_indexes")
    try:
        rows = Report.objects.filter(pk=closed.pk)
        rows.update(closed_at=now(), disposition="settled_takedown", stage=Stage.DIAGNOSED)
        Report.objects.filter(pk=opened.pk).update(stage=Stage.CLOSED)
    finally:
        migrate_to("0003_stage_follows_closing")
    stages = [make.fresh(report).stage for report in (closed, opened, sound)]
    assert stages == [Stage.CLOSED, Stage.IN_PROGRESS, Stage.RECEIVED]

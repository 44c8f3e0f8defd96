# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long such things usually take: from the last publication, rounded up (M-046)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import translation

from amana.agencies.models import Agency
from amana.figures import services
from amana.portal.after import typical
from tests.figures import builders as figures
from tests.portal.test_box import enter, filed
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db


def published(hours: float) -> Agency:
    """A quarter in which six reports of fraud were examined after so many hours."""
    at = figures.agency()
    for row in figures.reports(at, 6):
        figures.diagnosed(row, figures.IN_Q3 + timedelta(hours=hours))
    with time_machine.travel(figures.AFTER_Q3, tick=False):
        services.publish_due(agency=at)
    return at


def said(at: Agency, language: str = "en") -> list[str]:
    [asking] = figures.reports(at, 1, category="X3", demand=["money"], received_at=figures.AFTER_Q3)
    with translation.override(language):
        return typical(asking)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.4, "1 hour,"), (30, "30 hours,"), (48, "48 hours,"), (49, "3 days,"), (240, "10 days,")],
)
def test_m046_the_time_is_rounded_up_and_says_on_how_many_it_rests(
    hours: float, words: str
) -> None:
    [line] = said(published(hours))
    assert line.startswith("Until it was examined: half within ")
    assert words in line
    assert "(6 reports)" in line


@pytest.mark.parametrize("language", ["ar", "fr", "ur"])
def test_it_is_said_in_every_language(language: str) -> None:
    [line] = said(published(72), language)
    assert "half within" not in line
    assert "6" in line


def test_a_node_that_has_published_nothing_says_that_it_does_not_know() -> None:
    page = enter(filed()).text
    assert "We do not know enough yet to give an honest number." in page
    assert "No promise for any one report" not in page

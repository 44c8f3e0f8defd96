# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the tests of links on the desk share."""

from __future__ import annotations

import re

from amana.agencies.models import Agency
from amana.reports.models import Report
from amana.triage.links.linking import link_new
from tests.desk.steps import text as html
from tests.triage.links import naming

AQABA, IRBID = "jo/ccu/aqaba", "jo/ccu/irbid"
PHONE = ("phone", "+962791234567")
IBAN = ("iban", "JO94CBJO0010000000000131000302")


def two_linked(agency: Agency) -> tuple[Report, Report]:
    one, two = naming(agency, PHONE, IBAN), naming(agency, PHONE, IBAN)
    link_new()
    return one, two


def text(answer: object) -> str:
    """What stands on a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html(answer)))  # type: ignore[arg-type]


def code(report: Report) -> str:
    return f"{report.locator[:4]} {report.locator[4:]}"

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from amana.desk import words
from amana.reports.models import Report


def heading(report: Report) -> dict[str, object]:
    """What stands at the top of every page of a report."""
    risks = report.assessment.risks
    return {
        "locator": f"{report.locator[:4]} {report.locator[4:]}",
        "what": words.category(report.category),
        "letter": words.LETTER[report.assessment.urgency],
        "urgency": words.urgency(report.assessment.urgency, risks),
        "stage": words.said(words.STAGES, report.stage),
        "received": words.moment(report.received_at),
        "withdrawn": report.withdrawn_at is not None,
        "minor": report.minor == "yes",
    }

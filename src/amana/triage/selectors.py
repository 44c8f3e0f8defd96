# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads of findings and reviews. Callers have already asked whether she may see the report."""

from __future__ import annotations

import json
from dataclasses import dataclass

from amana.people.policies import Staff
from amana.reports.models import CategoryChange, Report
from amana.reports.opening import open_note
from amana.triage.models import Diagnosis, LegalReview
from amana.triage.services import note_purpose, review_purpose

MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class DiagnosisWords:
    """What an officer wrote with a diagnosis: her note, and why each offence was dropped."""

    note: str
    dropped: dict[str, str]


def latest_diagnosis(report: Report) -> Diagnosis | None:
    """The finding that counts now."""
    return Diagnosis.objects.filter(report=report).order_by("-at", "-id").first()


def diagnoses(report: Report) -> list[Diagnosis]:
    """All findings, the newest first."""
    return list(Diagnosis.objects.filter(report=report).order_by("-at", "-id")[:MAX_ROWS])


def diagnosis_words(*, staff: Staff, row: Diagnosis) -> DiagnosisWords:
    """Open the words of a diagnosis. Raises what `reports.opening.open_part` raises."""
    if row.sealed_note is None:
        return DiagnosisWords("", {})
    said = open_note(
        staff=staff, report=row.report, purpose=note_purpose(row), sealed=bytes(row.sealed_note)
    )
    if not said:
        return DiagnosisWords("", {})
    opened = json.loads(said)
    return DiagnosisWords(opened["note"], opened["dropped"])


def legal_reviews(report: Report) -> list[LegalReview]:
    """All decisions of legal reviewers, the newest first."""
    return list(LegalReview.objects.filter(report=report).order_by("-at", "-id")[:MAX_ROWS])


def review_words(*, staff: Staff, row: LegalReview) -> str:
    """Open the reason of a review. Raises what `reports.opening.open_part` raises."""
    return open_note(
        staff=staff, report=row.report, purpose=review_purpose(row), sealed=bytes(row.sealed_reason)
    )


def category_history(report: Report) -> list[CategoryChange]:
    """How the headline category changed, the oldest first (R7)."""
    return list(CategoryChange.objects.filter(report=report).order_by("at", "id")[:MAX_ROWS])

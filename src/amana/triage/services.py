# SPDX-License-Identifier: AGPL-3.0-or-later
"""The writes of this room. The acts of officers are services of `referral`, since each of them also
moves access or opens a path; they ask whether she may and call these in their transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import transaction

from amana.agencies.models import Agency
from amana.config.clock import now
from amana.journal.events import NODE, Act, Actor
from amana.journal.services import record
from amana.packs import UnknownCodeError, load_taxonomy
from amana.reports.errors import Unusable
from amana.reports.events import Tag as ReportTag
from amana.reports.models import CategoryChange, Report, Stage
from amana.reports.questionnaire.types import Json
from amana.reports.services.parts import seal_note
from amana.triage.assess import specialism, tokens_of
from amana.triage.events import Tag
from amana.triage.links.linking import forget_links
from amana.triage.models import (
    URGENCY_ORDER,
    Assessment,
    Diagnosis,
    LegalReview,
    Urgency,
    WordTokens,
)

MAX_WORDS_OF_A_NOTE: Final = 8000
_FROM_LETTER: Final = {"U": Urgency.IMMEDIATE, "H": Urgency.SAME_DAY, "N": Urgency.NORMAL}


@dataclass(frozen=True, slots=True)
class Finding:
    """What an officer found, in codes of `triage.models.Diagnosis`; `platform` is a code of the
    taxonomy or empty. `offences` are those kept; `dropped` gives the reason for each one that the
    report had and that is not kept (M-061). Reasons and `note` are sealed."""

    online: str
    identifiers: str
    jurisdiction: str
    elements: str
    platform: str = ""
    offences: Sequence[str] = ()
    dropped: Mapping[str, str] = field(default_factory=dict, repr=False)
    note: str = field(default="", repr=False)

    def check(self) -> None:
        """Raise `Unusable`, naming the field, for what no form of ours offers."""
        coded = {
            "online": Diagnosis.Online.values,
            "identifiers": Diagnosis.Identifiers.values,
            "jurisdiction": Diagnosis.Jurisdiction.values,
            "elements": Diagnosis.Elements.values,
            "platform": ["", *load_taxonomy().facet("platform").codes()],
        }
        for name, codes in coded.items():
            if getattr(self, name) not in codes:
                raise Unusable(name)
        known = load_taxonomy().codes()
        if not self.offences or any(code not in known for code in self.offences):
            raise Unusable("offences")
        if len(self.note) > MAX_WORDS_OF_A_NOTE:
            raise Unusable("note")

    def without_reason(self, report: Report) -> list[str]:
        """Offences of the report that are dropped and for which no reason is given."""
        gone = [code for code in report.offences if code not in self.offences]
        return [code for code in gone if not self.dropped.get(code, "").strip()]


def diagnose(*, report: Report, finding: Finding, officer_id: UUID, actor: Actor) -> Diagnosis:
    """Store a checked finding; the report keeps the offences that it kept."""
    gone = [code for code in report.offences if code not in finding.offences]
    row = Diagnosis(
        agency_id=report.agency_id,
        report=report,
        at=now(),
        officer_id=officer_id,
        online=finding.online,
        identifiers=finding.identifiers,
        platform=finding.platform,
        jurisdiction=finding.jurisdiction,
        elements=finding.elements,
        offences=list(finding.offences),
        dropped_offences=gone,
    )
    said = {"note": finding.note, "dropped": {code: finding.dropped[code] for code in gone}}
    words = json.dumps(said, ensure_ascii=False)
    row.sealed_note = seal_note(report, note_purpose(row), words)
    row.save(force_insert=True)
    report.offences = list(finding.offences)
    report.save(update_fields=["offences"])
    respecialise(report)
    if report.stage == Stage.RECEIVED:
        move_stage(report, Stage.DIAGNOSED)
    facts: dict[str, str | int | bool | None] = {
        "jurisdiction": row.jurisdiction,
        "elements": row.elements,
        "dropped": ",".join(gone),
    }
    record(Act(Tag.DIAGNOSE, actor, report.agency_id, "report", report.id, facts=facts))
    return row


def respecialise(report: Report) -> None:
    """Say anew which specialised unit the offences of a report ask for."""
    row = Assessment.objects.get(report=report)
    wanted = specialism(report.offences, row.risks, load_taxonomy())
    Assessment.objects.filter(report=report).update(specialised=wanted)


def note_purpose(row: Diagnosis) -> str:
    """What the sealed words of a diagnosis are bound to."""
    return f"diagnosis/{row.id}"


def review_purpose(row: LegalReview) -> str:
    """What the sealed reason of a legal review is bound to."""
    return f"review/{row.id}"


def move_stage(report: Report, stage: Stage) -> None:
    """The report stands elsewhere from now on."""
    report.stage, report.stage_at = stage, now()
    report.save(update_fields=["stage", "stage_at"])


def reclassify(*, report: Report, category: str, officer_id: UUID, actor: Actor) -> Assessment:
    """Another headline category; the old one and the date stay (R7), and it stays an offence of the
    report until a diagnosis drops it with a reason (M-061). Urgency may rise with it and never
    falls. Returns the assessment as it stands now. Raises `Unusable`."""
    try:
        chosen = load_taxonomy().category(category)
    except UnknownCodeError:
        raise Unusable("category") from None
    CategoryChange.objects.create(
        agency_id=report.agency_id,
        report=report,
        before=report.category,
        after=category,
        at=now(),
        officer_id=officer_id,
    )
    before = report.category
    kept = [code for code in report.offences if code != category]
    report.category, report.offences = category, [category, *kept]
    report.save(update_fields=["category", "offences"])
    row = Assessment.objects.get(report=report)
    urgency = _FROM_LETTER[chosen.urgency]
    if URGENCY_ORDER[urgency] < row.rank:
        row.urgency, row.rank = urgency, URGENCY_ORDER[urgency]
    row.tfgbv = row.tfgbv or chosen.tfgbv == "default"
    row.save()
    respecialise(report)
    row.refresh_from_db()
    facts: dict[str, str | int | bool | None] = {"before": before, "after": category}
    record(
        Act(ReportTag.CATEGORY_CHANGE, actor, report.agency_id, "report", report.id, facts=facts)
    )
    return row


def store_review(
    *, report: Report, release: bool, reason: str, officer_id: UUID, actor: Actor
) -> LegalReview:
    """Store a legal reviewer's decision and its sealed reason."""
    decision = LegalReview.Decision.RELEASE if release else LegalReview.Decision.KEEP
    row = LegalReview(
        agency_id=report.agency_id,
        report=report,
        decision=decision,
        at=now(),
        officer_id=officer_id,
    )
    row.sealed_reason = seal_note(report, review_purpose(row), reason)
    row.save(force_insert=True)
    tag = Tag.SPEECH_RELEASE if release else Tag.SPEECH_KEEP
    record(Act(tag, actor, report.agency_id, "report", report.id))
    return row


def tokenise_released(*, report: Report, answers: Mapping[str, Json]) -> None:
    """Make the tokens that a report about words got none of while it was under review (M-130)."""
    links, words = tokens_of(report, answers)
    WordTokens.objects.filter(report=report).delete()
    if words is not None:
        words.save(force_insert=True)
    forget_links(report=report)
    if links is not None:
        links.save(force_insert=True)
    Assessment.objects.filter(report=report).update(legal_review=False)


def untokenise(*, report: Report) -> None:
    """Take a report about words out of search and links again."""
    forget_links(report=report)
    WordTokens.objects.filter(report=report).delete()
    Assessment.objects.filter(report=report).update(legal_review=True)


def note_model(*, agency: Agency, version: str, corrections: int) -> None:
    """A leaf: a version of the model of suggestions was trained."""
    facts: dict[str, str | int | bool | None] = {"version": version, "corrections": corrections}
    with transaction.atomic():
        record(Act(Tag.MODEL_TRAIN, NODE, agency.id, facts=facts))


def note_switch(*, agency: Agency, before: str, after: str) -> None:
    """A leaf: another version suggests from now on."""
    with transaction.atomic():
        record(Act(Tag.MODEL_USE, NODE, agency.id, facts={"before": before, "after": after}))

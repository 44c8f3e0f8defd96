# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened to a report, from the journal: which act, when, by which role. No content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amana.casework.events import Tag as Case
from amana.casework.selectors import Entry, timeline
from amana.desk import words
from amana.evidence.events import Tag as Evidence
from amana.journal.models import Event
from amana.referral.events import Tag as Referral
from amana.reports.events import Tag as Reports
from amana.reports.models import Report
from amana.triage.events import Tag as Triage

LATEST: Final = 8

TAGS: Final[Mapping[str, str | Promise]] = {
    Reports.SUBMIT: _("Filed"),
    Reports.INTAKE: _("Taken at a desk"),
    Reports.RETURN: _("The person wants it to go on"),
    Reports.ACKNOWLEDGE: _("Acknowledged"),
    Reports.RECEIPT_ISSUE: _("Receipt issued"),
    Reports.RECEIPT_DRAW: _("The person has drawn her or his own receipt"),
    Reports.READ: _("Opened"),
    Reports.IDENTITY_READ: _("Identity opened"),
    Reports.ANNEX_OPEN: _("Intimate annex opened"),
    Reports.STAGE_MOVE: _("Moved on"),
    Reports.CATEGORY_CHANGE: _("Category changed"),
    Reports.WITHDRAW: _("Withdrawn by the person"),
    Reports.MESSAGE_SEND: _("Message sent"),
    Reports.MESSAGE_READ: _("Message read"),
    Reports.NOTE_WRITE: _("Internal note written"),
    Reports.NOTE_AUTOSEND: _("Automatic note sent"),
    Reports.KEYS_REWRAP: _("Keys renewed"),
    Reports.KEYS_GRANT: _("Keys given to a unit"),
    Reports.KEYS_TAKE: _("Keys taken back from a unit"),
    Reports.ACCESS_GRANT: _("Access given to a unit"),
    Reports.ACCESS_END: _("Access of a unit ended"),
    Reports.REFUSE: _("Refused: a ground was missing"),
    Evidence.INGEST: _("File received and sealed"),
    Evidence.CAPTURE: _("Page captured and sealed"),
    Evidence.DERIVE: _("Copy made of a file"),
    Evidence.VIEW: _("File opened"),
    Evidence.TRANSFER: _("File handed over"),
    Evidence.EXPORT: _("File exported"),
    Evidence.SEAL: _("File sealed"),
    Evidence.HOLD: _("Legal hold on a file changed"),
    Evidence.SHRED: _("File destroyed"),
    Evidence.GRANT: _("Key of a file given to a unit"),
    Evidence.REVOKE: _("Key of a file taken back"),
    Evidence.VERIFY: _("Stored bytes of a file checked"),
    Triage.ASSESS: _("Assessed by the rule table"),
    Triage.DIAGNOSE: _("Diagnosis recorded"),
    Triage.SPEECH_QUARANTINE: _("Put before a legal reviewer"),
    Triage.SPEECH_RELEASE: _("Released by a legal reviewer"),
    Triage.SPEECH_KEEP: _("Kept back by a legal reviewer"),
    Referral.ROUTE: _("Routed by rule"),
    Referral.OVERRIDE: _("Sent elsewhere by a supervisor"),
    Referral.SEND: _("Referred"),
    Referral.NOTICE_SEND: _("Prosecution office notified"),
    Referral.INSTRUCTION_RECORD: _("Instruction recorded"),
    Referral.CROSSBORDER_OPEN: _("Cross-border task opened"),
    Referral.CROSSBORDER_DONE: _("Cross-border task finished"),
    Referral.CONSENT_OVERRIDE: _("Sent on without consent, on a legal basis"),
    Case.DEADLINE_SET: _("Deadlines set"),
    Case.DEADLINE_MEET: _("Deadline met"),
    Case.DEADLINE_MISS: _("Deadline missed"),
    Case.DEADLINE_ESCALATE: _("Escalated to the duty unit"),
    Case.ALERT_SEND: _("Alert sent"),
    Case.SUSPECT_IDENTIFY: _("Suspect identified"),
    Case.SUSPECT_PRESENT: _("Suspect before justice"),
    Case.SEARCH_NOTICE: _("Search notice"),
    Case.SEARCH_WITHDRAW: _("Search notice withdrawn"),
    Case.SILENCE_MARK: _("Silence noted"),
    Case.ASSIGN: _("Taken by an officer"),
    Case.CLOSE: _("Closed"),
    Case.REOPEN: _("Opened again"),
}


def steps(report: Report) -> dict[str, list[dict[str, str]]]:
    """The acts on a report, the newest first: the latest ones, and what stays folded away."""
    found = [_step(entry) for entry in reversed(timeline(report))]
    return {"latest": found[:LATEST], "earlier": found[LATEST:]}


def tag_words(tag: str) -> str:
    """A tag in words; one that nobody wrote words for stands for itself."""
    return str(TAGS.get(tag, tag))


def actor_of(event: Event) -> str:
    """Role and pseudonym of who acted."""
    if event.body is None:
        return ""
    actor = json.loads(bytes(event.body)).get("actor", {})
    return words.author(f"{actor.get('role', '')} {actor.get('pseudonym', '')}".strip())


def _step(entry: Entry) -> dict[str, str]:
    who = words.author(f"{entry.role} {entry.pseudonym}".strip())
    return {
        "state": "done",
        "text": tag_words(entry.tag),
        "note": f"{who}: {entry.purpose}" if entry.purpose else who,
        "date": words.moment(entry.at),
        "iso": entry.at.isoformat(timespec="seconds"),
    }

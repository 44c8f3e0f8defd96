# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each act of the journal is called on the desk. A test wants words for every tag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amana.agencies.events import Tag as Agencies
from amana.casework.events import Tag as Case
from amana.evidence.events import Tag as Evidence
from amana.figures.events import Tag as Figures
from amana.journal.events import Tag as Log
from amana.people.events import Tag as People
from amana.referral.events import Tag as Referral
from amana.reports.events import Tag as Reports
from amana.triage.events import Tag as Triage

TAGS: Final[Mapping[str, str | Promise]] = {
    Reports.SUBMIT: _("Filed"),
    Reports.INTAKE: _("Taken at a desk"),
    Reports.RETURN: _("The person wants it to go on"),
    Reports.ACKNOWLEDGE: _("Acknowledged"),
    Reports.RECEIPT_ISSUE: _("Receipt issued"),
    Reports.RECEIPT_DRAW: _("The person has drawn her or his own receipt"),
    Reports.RECEIPT_REISSUE: _("Another one-time code made"),
    Reports.CONSENT_CHANGE: _("The person changed what may be passed on"),
    Reports.DRAFT_EXPIRE: _("A draft ran out and was deleted"),
    Reports.CODE_FAIL: _("Wrong codes"),
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
    Evidence.PAGE_CAPTURE: _("Page captured for no report"),
    Evidence.VERIFY: _("Stored bytes of a file checked"),
    Triage.SEARCH: _("Sealed reports searched"),
    Triage.ASSESS: _("Assessed by the rule table"),
    Triage.DIAGNOSE: _("Diagnosis recorded"),
    Triage.SPEECH_QUARANTINE: _("Put before a legal reviewer"),
    Triage.SPEECH_RELEASE: _("Released by a legal reviewer"),
    Triage.TEXT_LEND: _("Text lent for learning"),
    Triage.MODEL_TRAIN: _("Model of suggestions trained"),
    Triage.MODEL_USE: _("Model of suggestions switched on"),
    Triage.SPEECH_KEEP: _("Kept back by a legal reviewer"),
    Triage.LINK_FIND: _("Found to be linked with other reports"),
    Triage.LINK_CONFIRM: _("Link between two reports confirmed"),
    Triage.LINK_SPLIT: _("Two reports kept apart"),
    Triage.LINK_UNDO: _("Decision on a link taken back"),
    Triage.LINK_MUTE: _("A shared detail set aside for links"),
    Triage.LINK_UNMUTE: _("A shared detail counts for links again"),
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
    Agencies.PACK_APPLY: _("Country pack applied"),
    Agencies.DEMONSTRATION_MARK: _("Node marked as a demonstration"),
    Figures.PUBLISH: _("Figures published"),
    Log.LOG_PAD: _("Random entry"),
    Log.LOG_PUBLISH: _("State of the log shown to the world"),
    Log.LOG_SHRED: _("Content of an entry destroyed"),
    Log.BACKUP_RUN: _("Backup made"),
    Log.RESTORE_RUN: _("Backup put back"),
    Log.RESTORE_ACCEPT: _("Log goes on after a restore"),
    Log.KEYS_BACKUP: _("Copy of the node keys made"),
    Log.LOG_DISPUTE: _("A witness contradicts the log"),
    Log.LOG_SETTLE: _("Contradiction of a witness settled"),
    Log.WITNESS_ENROL: _("Partner of the log enrolled"),
    Log.WITNESS_REMOVE: _("Partner of the log removed"),
    Log.WITNESS_COSIGN: _("Log of a partner cosigned"),
    Log.COSIGNATURE_RECEIVE: _("State of the log cosigned"),
    Log.AUDITOR_ADD: _("Auditor of the log added"),
    Log.AUDITOR_END: _("Auditor of the log ended"),
    Log.STAMP_RECEIVE: _("Time confirmed by an outside authority"),
    People.ACCOUNT_CREATE: _("Account made"),
    People.ACCOUNT_CONFIRM: _("Account confirmed after a restore"),
    People.ACCOUNT_DISABLE: _("Account ended"),
    People.INVITATION_ISSUE: _("Invitation made"),
    People.INVITATION_ACCEPT: _("Invitation accepted"),
    People.LOGIN_OK: _("Signed in"),
    People.LOGIN_FAIL: _("Sign-in failed"),
    People.FACTOR_ENROL: _("Second step of sign-in set up"),
    People.FACTOR_RESET: _("Second step of sign-in reset"),
    People.PLACEMENT_BEGIN: _("Role given in a unit"),
    People.PLACEMENT_END: _("Role ended in a unit"),
    People.KEY_ENROL: _("Officer key made"),
    People.KEY_RESET: _("Officer key ended"),
    People.VAULT_CHANGE: _("Passphrase of a vault changed"),
    People.VAULT_OPEN: _("Vault opened"),
    People.VAULT_CLOSE: _("Vault closed"),
    People.MEMBER_ADMIT: _("Member let into a unit"),
    People.UNIT_KEY_CREATE: _("Unit key made"),
    People.UNIT_KEY_ROTATE: _("Unit key renewed"),
    People.UNIT_KEY_FORGET: _("Old unit key destroyed"),
    People.BOOTSTRAP_OPEN: _("Node opened a provisional key"),
    People.BOOTSTRAP_DESTROY: _("Provisional key destroyed"),
}


def tag_words(tag: str) -> str:
    """A tag in words; one that nobody wrote words for stands for itself."""
    return str(TAGS.get(tag, tag))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything the page of a report shows. Reading it is one opening, noted in the journal; what a
unit was not given is said to be closed, and the rest is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from amana.casework.models import Deadline
from amana.config.clock import now
from amana.desk import files, risks, timeline, words
from amana.desk.heading import heading
from amana.desk.links.beside import beside
from amana.desk.shell import Visit
from amana.evidence.exports.gathering import has_files
from amana.people.policies import Action
from amana.referral import selectors as referral
from amana.referral.models import Route
from amana.reports import opening
from amana.reports.errors import NoKey, NoSuchPart
from amana.reports.intake import CONTACT_IN_IDENTITY
from amana.reports.models import MessageKind, PartKind, Report
from amana.reports.questionnaire import Questionnaire, questionnaire
from amana.reports.questionnaire.types import Json, items_of
from amana.reports.services.handover import awaits_drawing
from amana.reports.wording import automatic_text
from amana.triage import suggesting
from amana.triage.assess import spoken
from amana.triage.assessing import TextAssessment, assess_text
from amana.triage.learning import may_be_lent

Row = dict[str, object]

# These have a place of their own on the page.
_ELSEWHERE: Final = frozenset({"identifiers", "safe_contact", "narrative", "tell", "files"})


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person said, in the officer's language; `given` is false without the key."""

    given: bool
    lines: Sequence[Row]
    narrative: str
    identifiers: Sequence[Row]
    contact: Sequence[str]
    may_contact: bool
    read: TextAssessment | None = None


def read(visit: Visit) -> Row:
    """The whole page. Raises `NotFound`, `VaultClosed`."""
    report = visit.report
    answers = _answers(visit)
    return {
        "report": report,
        "head": heading(report),
        "answers": answers,
        "risks": risks.read(visit, answers.read),
        "suggested": _suggested(visit, answers.read),
        "routes": _routes(visit),
        "facts": _facts(report),
        "deadlines": _deadlines(report),
        "mail": _given(lambda: _mail(visit)),
        "notes": _given(lambda: _notes(visit)),
        "files": _given(lambda: files.listed(visit)),
        "custody_url": visit.url("custody"),
        "units": _units(report),
        "acts": acts(visit),
        **beside(visit, under_review=_under_review(visit)),
        "steps": timeline.steps(report),
        "has_identity": opening.has_part(report, PartKind.IDENTITY),
        "has_annex": opening.has_part(report, PartKind.ANNEX),
    }


def open_answers(visit: Visit, kind: str, purpose: str = "") -> list[Row]:
    """One part of the report by questions, in the officer's language."""
    said = opening.open_part(staff=visit.staff, report=visit.report, kind=kind, purpose=purpose)
    asked = _questions(visit.report)
    lines = [row for row in _lines(asked, said) if row["key"] != "safe_contact"]
    return [*lines, *_reached_at(asked, said)]


def _reached_at(asked: Questionnaire, said: Mapping[str, Json]) -> list[Row]:
    """Address and code word stand with the identity; the rules about them with the answers."""
    contact = said.get("safe_contact")
    if not isinstance(contact, Mapping):
        return []
    return [
        {
            "label": asked.label(f"contact.{name}", words.language()),
            "value": contact[name],
            "ltr": name == "value",
        }
        for name in CONTACT_IN_IDENTITY
        if contact.get(name)
    ]


def acts(visit: Visit) -> list[Row]:
    """What this officer may do with this report, as links in the order of the work."""
    may, task = visit.may, referral.cross_border_task(visit.report)
    offered = [
        (Action.RELEASE_SPEECH, "review", _("Legal review"), _under_review(visit)),
        (Action.DIAGNOSE, "take", _("Take this case"), _open(visit)),
        (Action.DIAGNOSE, "diagnosis", _("Record a diagnosis"), _workable(visit)),
        (Action.DIAGNOSE, "category", _("Change the category"), _workable(visit)),
        (Action.DIAGNOSE, "capture", _("Capture a public page"), _open(visit)),
        (Action.READ_REPORT, "links", _("Links"), not _under_review(visit)),
        (Action.LEND_TEXT, "lend", _("Lend the text for learning"), may_be_lent(visit.report)),
        (Action.REFER, "refer", _("Refer to a unit"), _workable(visit)),
        (Action.JOINT_CASE, "joint", _("Make it a joint case"), _workable(visit)),
        (Action.OVERRIDE_ROUTE, "override", _("Send it elsewhere"), _workable(visit)),
        (Action.REFER, "cross-border", _("Cross-border task"), task is not None),
        (Action.NOTIFY_PROSECUTOR, "notice", _("Notify the prosecution"), _workable(visit)),
        (Action.RECORD_INSTRUCTION, "instructions", _("Instructions"), True),
        (Action.ADD_SUSPECT, "suspects", _("Suspects"), not _under_review(visit)),
        (Action.REISSUE_CODE, "new-code", _("Another one-time code"), awaits_drawing(visit.report)),
        (Action.EXPORT_EVIDENCE, "export", _("Hand out the evidence"), has_files(visit.report)),
        (Action.CLOSE, "close", _("Close the report"), _open(visit)),
        (Action.CLOSE, "reopen", _("Open it again"), not _open(visit)),
    ]
    return [
        {"href": visit.url(name), "label": label}
        for action, name, label, sensible in offered
        if action in may and sensible
    ]


def _open(visit: Visit) -> bool:
    return visit.report.stage != "closed"


def _under_review(visit: Visit) -> bool:
    return visit.report.stage == "legal_review"


def _workable(visit: Visit) -> bool:
    return _open(visit) and not _under_review(visit)


def _answers(visit: Visit) -> Answers:
    try:
        said = opening.open_part(staff=visit.staff, report=visit.report, kind=PartKind.ANSWERS)
    except (NoKey, NoSuchPart):
        return Answers(False, [], "", [], [], False)
    asked = _questions(visit.report)
    contact = said.get("safe_contact")
    rules = contact if isinstance(contact, Mapping) else {}
    lines = asked.summary({"safe_contact": rules}, words.language(), voice="other")
    may_contact = rules.get("channel") not in (None, "none", "mailbox")
    return Answers(
        given=True,
        lines=[row for row in _lines(asked, said) if row["key"] not in _ELSEWHERE],
        narrative=str(said.get("narrative") or ""),
        identifiers=_identifiers(asked, said),
        contact=lines[0][2] if lines and may_contact else [],
        may_contact=may_contact,
        read=_read(visit.report, spoken(said)),
    )


def _read(report: Report, text: str) -> TextAssessment | None:
    """What her words say of themselves, found anew in memory for whoever may read them: nothing of
    it is stored (decision 0023)."""
    if not text.strip():
        return None
    return assess_text(text, country=report.victim_country or None, model=suggesting.model())


def _suggested(visit: Visit, read: TextAssessment | None) -> list[Row]:
    """Three kinds that the words speak for. An officer picks; nothing moves by itself."""
    open_to_her = Action.DIAGNOSE in visit.may and _workable(visit)
    return [
        {
            "code": one.code,
            "label": words.category(one.code),
            "percent": round(one.score * 100),
            "words": one.words,
            "is_now": one.code == visit.report.category,
            "may_pick": open_to_her and one.code != visit.report.category,
        }
        for one in (read.categories if read else ())
    ]


def _questions(report: Report) -> Questionnaire:
    return questionnaire(report.questionnaire_version)


def _lines(asked: Questionnaire, said: Mapping[str, Json]) -> list[Row]:
    found = asked.summary(said, words.language(), voice="other")
    return [
        {"key": asked.step(step_id).key, "label": title, "value": "\n".join(lines)}
        for step_id, title, lines in found
    ]


def _identifiers(asked: Questionnaire, said: Mapping[str, Json]) -> list[Row]:
    rows = [row for row in items_of(said.get("identifiers")) if isinstance(row, Mapping)]
    return [
        {
            "kind": asked.label(f"identifiers.{row.get('type')}", words.language()),
            "value": str(row.get("value") or ""),
            "note": str(row.get("note") or ""),
        }
        for row in rows
    ]


def _routes(visit: Visit) -> list[Row]:
    return [
        {
            "at": words.moment(row.at),
            "iso": row.at.isoformat(timespec="seconds"),
            "unit": words.unit_name(row.unit),
            "why": words.route(row.rule, row.inputs),
            "rule": row.rule,
            "inputs": words.route_inputs(row.inputs),
            "reason": _reason(visit, row.row),
        }
        for row in referral.routes(visit.report)
    ]


def _facts(report: Report) -> list[Row]:
    asked, lang = _questions(report), words.language()

    def option(key: str, code: str) -> str:
        step = asked.by_key.get(key)
        found = step.option(code) if step is not None else None
        return found.label(lang, "other") if found is not None else code

    rows = [
        (_("Reported by"), option("role", report.reporter_role)),
        (_("Identity"), words.said(words.IDENTITY, report.identity_choice)),
        (_("Came in"), words.said(words.ORIGINS, report.origin)),
        (_("Language"), words.said(words.LANGUAGES, report.language)),
        (_("Offences"), "\n".join(words.category(code) for code in report.offences)),
        (_("Victim"), words.place(report.victim_region or report.victim_country)),
        (_("Minor"), option("minor", report.minor)),
        (
            _("Other side"),
            words.place(report.suspect_country)
            or option("suspect_location", report.suspect_location),
        ),
        (_("Platform"), words.facet("platform", report.platform)),
        (_("Officer wished for"), option("officer_gender", report.officer_gender)),
        (
            _("Agrees to"),
            "\n".join(words.said(words.PURPOSES, code) for code in report.consents)
            or _("Nothing: the report stays inside this agency."),
        ),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _deadlines(report: Report) -> list[Row]:
    moment = now()

    def state(row: Deadline) -> Row:
        done = row.met_at is not None
        late = "" if done else words.late_by(row.due_at, moment)
        return {
            "label": words.said(words.DEADLINES, row.kind),
            "due": words.moment(row.due_at),
            "iso": row.due_at.isoformat(timespec="seconds"),
            "met": words.moment(row.met_at) if done else "",
            "late": late,
        }

    return [state(row) for row in report.deadlines.order_by("due_at", "id")[:50]]


def _mail(visit: Visit) -> list[Row]:
    found = opening.lines(staff=visit.staff, report=visit.report)
    read = {
        str(key) for key in visit.report.messages.exclude(read_at=None).values_list("pk", flat=True)
    }
    return [
        {
            "id": line.id,
            "hers": line.kind == MessageKind.FROM_REPORTER,
            "automatic": line.kind == MessageKind.AUTOMATIC,
            "at": words.moment(parse_datetime(line.at)),
            "iso": line.at,
            "text": line.text or automatic_text(line.code, line.facts),
            "unread": line.unread and line.kind == MessageKind.FROM_REPORTER,
            "read": line.id in read,
        }
        for line in found
    ]


def _notes(visit: Visit) -> list[Row]:
    return [
        {
            "at": words.moment(note.at),
            "iso": note.at.isoformat(timespec="seconds"),
            "author": words.author(note.author),
            "text": note.text,
        }
        for note in opening.notes(staff=visit.staff, report=visit.report)
    ]


def _units(report: Report) -> list[Row]:
    return [
        {
            "unit": words.unit_name(access.unit),
            "ground": words.said(words.GROUNDS, access.role),
            "since": words.moment(access.since),
        }
        for access in referral.units_on(report)
    ]


def _reason(visit: Visit, row: Route) -> str:
    try:
        return referral.route_reason(staff=visit.staff, row=row)
    except (NoKey, NoSuchPart):
        return ""


def _given(find: Callable[[], list[Row]]) -> list[Row]:
    """What a unit was not given is left out; the page says so at the answers."""
    try:
        return find()
    except (NoKey, NoSuchPart):
        return []

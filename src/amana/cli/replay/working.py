# SPDX-License-Identifier: AGPL-3.0-or-later
"""What officers do with replayed reports, through the same services as the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from amana.agencies.models import Agency, Unit
from amana.casework import services as casework
from amana.cli.errors import CommandFailed
from amana.cli.replay.officers import Post, at_work, ensure
from amana.config.clock import now
from amana.packs import Pack, load_pack, load_taxonomy
from amana.people import selectors as people
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral import services as referral
from amana.reports.models import Access, AccessRole, Report, Stage
from amana.triage.services import Finding

KINDS: Final = frozenset({"centre", "branch", "specialised", "national_desk", "duty"})
LIFE_OF_A_NOTICE: Final = timedelta(days=180)
AUTHORITY: Final = "Public prosecutor (demonstration)"
BASIS: Final = "Code of criminal procedure (demonstration)"
NEWS: Final = {
    "ar": "شكرًا لكم. وصل بلاغكم إلى الفريق، ونعمل عليه. سنكتب لكم هنا متى كان لدينا جديد.",
    "fr": "Merci. Votre signalement est entre les mains de l'équipe. Nous vous écrirons ici.",
    "en": "Thank you. Your report is with the team and we are working on it. We write to you here.",
    "ur": "شکریہ۔ آپ کی اطلاع ٹیم کے پاس ہے اور کام جاری ہے۔ ہم یہیں لکھیں گے۔",
}
MISSING: Final = {
    "ar": "لم نجد حتى الآن ما يكفي للمتابعة. إن وجدتم رابطًا أو رقمًا فأرسلوه هنا، ونعيد فتح البلاغ.",
    "fr": "Nous n'avons pas trouvé assez d'éléments. Un lien ou un numéro permettrait de rouvrir.",
    "en": "We have not found enough to go on. Send a link or a number here and we open it again.",
    "ur": "ابھی کافی معلومات نہیں ملیں۔ کوئی لنک یا نمبر ملے تو یہاں بھیجیں، ہم دوبارہ کھولیں گے۔",
}


def replay_officer(agency: Agency) -> Staff:
    """An invented officer with a place in every unit that works reports."""
    units = Unit.objects.filter(agency=agency, kind__in=KINDS).order_by("code")
    roles = (Role.INVESTIGATOR, Role.SUPERVISOR)
    posts = [Post(unit.code, role) for unit in units for role in roles]
    sign_in = ensure(agency, login="replay", name="Replay (invented)", posts=posts)
    return at_work(sign_in)


def work(
    agency: Agency,
    locators: Sequence[str],
    *,
    suspects: Mapping[str, int],
    closings: int,
    progress: Callable[[int], None],
) -> None:
    """Identify so many suspects by where they end, close so many reports, write to as many people.

    Raises `CommandFailed` when too few of the reports can be worked."""
    staff, pack = replay_officer(agency), load_pack(agency.pack)
    waiting = _workable(agency, staff, locators)
    offices = {unit.code: unit for unit in Unit.objects.filter(agency=agency, kind="prosecution")}
    done = 0
    for state, number in suspects.items():
        for _ in range(number):
            _suspect(staff, _next(waiting), state, pack, offices)
            progress(done := done + 1)
    for _ in range(closings):
        report = _next(waiting, at_home=True)
        _diagnose(staff, report)
        casework.close(
            staff=staff, report=report, disposition="insufficient", message=MISSING[report.language]
        )
        progress(done := done + 1)
    for _ in range(closings):
        report = _next(waiting)
        _diagnose(staff, report)
        casework.send_message(staff=staff, report=report, text=NEWS[report.language])
        progress(done := done + 1)


def _workable(agency: Agency, staff: Staff, locators: Sequence[str]) -> Iterator[Report]:
    """Replayed reports that wait at a unit whose key the officer holds, and in no legal review."""
    held = [
        unit_id
        for unit_id in staff.roles
        if people.members(unit_id).filter(officer_id=staff.officer_id).exists()
    ]
    taxonomy = load_taxonomy()
    speech = [code for code in taxonomy.codes() if taxonomy.category(code).speech_gate]
    for start in range(0, len(locators), 500):
        owned: set[UUID] = set(
            Access.objects.filter(
                report__locator__in=locators[start : start + 500],
                unit__in=held,
                role=AccessRole.OWNER,
                until__isnull=True,
            ).values_list("report_id", flat=True)
        )
        rows = Report.objects.filter(agency=agency, pk__in=owned, stage=Stage.RECEIVED)
        yield from (
            rows.exclude(category__in=[*speech, "T1", "T2"])
            .filter(victim_region__startswith=load_pack(agency.pack).country)
            .select_related("agency")
            .order_by("received_at", "id")
        )


def _next(waiting: Iterator[Report], *, at_home: bool = False) -> Report:
    for report in waiting:
        if not at_home or report.suspect_location != "abroad":
            return report
    raise CommandFailed("too few of the replayed reports can be worked by the invented officer")


def _diagnose(staff: Staff, report: Report) -> None:
    finding = Finding(
        online="yes",
        identifiers="some",
        jurisdiction="domestic",
        elements="present",
        offences=report.offences,
        note="Invented finding of a demonstration.",
    )
    referral.record_diagnosis(staff=staff, report=report, finding=finding)


def _suspect(
    staff: Staff, report: Report, state: str, pack: Pack, offices: Mapping[str, Unit]
) -> None:
    _diagnose(staff, report)
    suspect = casework.identify_suspect(
        staff=staff, report=report, identity="Invented person of a demonstration"
    )
    if state == "ongoing":
        return
    office = offices[pack.prosecution_for(report.victim_region).code]
    referral.notify_prosecutor(
        staff=staff, report=report, office=office, statement="Invented notice of a demonstration."
    )
    referral.record_instruction(
        staff=staff,
        report=report,
        office=office,
        action=state,
        authority=AUTHORITY,
        legal_basis=BASIS,
        given_on=now().date(),
        text="Invented instruction of a demonstration.",
    )
    if state == "before_justice":
        casework.present_before_justice(staff=staff, report=report, suspect_id=suspect.id)
        return
    casework.issue_search_notice(
        staff=staff,
        report=report,
        suspect_id=suspect.id,
        authority=AUTHORITY,
        expires_on=(now() + LIFE_OF_A_NOTICE).date(),
    )

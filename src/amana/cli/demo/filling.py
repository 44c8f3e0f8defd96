# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fills an empty home: officers, the nine stories with an answer each, five hundred reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from amana.agencies.models import Agency, Unit
from amana.casework import services as casework
from amana.cli.demo.stories import Story, stories
from amana.cli.replay import eblagh, ground
from amana.cli.replay.api import ApiFiler
from amana.cli.replay.officers import Post, SignIn, ensure, sign_ins
from amana.cli.replay.run import file_through, publish_now, work_on
from amana.cli.replay.working import replay_officer
from amana.cli.say import tell
from amana.packs import load_pack
from amana.people.models import Role
from amana.people.policies import Staff
from amana.referral import services as referral
from amana.reports.errors import NotFound, Refused
from amana.reports.models import Report, Stage
from amana.triage.services import Finding

REPLAYED: Final = 500
AT_ONCE: Final = 4
# Whom a visitor may be: who works here, at the first unit of each kind.
CAST: Final = (
    ("rania", "Rania (invented)", "woman", "duty", (Role.SUPERVISOR, Role.INVESTIGATOR)),
    ("sami", "Sami (invented)", "man", "branch", (Role.INVESTIGATOR, Role.INTAKE_OFFICER)),
    ("huda", "Huda (invented)", "woman", "specialised", (Role.CHILD_UNIT, Role.SUPERVISOR)),
    ("karim", "Karim (invented)", "man", "legal_review", (Role.LEGAL_REVIEWER,)),
    ("nadia", "Nadia (invented)", "woman", "prosecution", (Role.PROSECUTOR,)),
    ("omar", "Omar (invented)", "man", "centre", (Role.ADMINISTRATOR, Role.AUDITOR)),
)


def fill(node: str) -> list[SignIn]:
    """Make the home a demonstration for good and fill it once; returns the sign-ins.

    Raises `CommandFailed` for a home that holds a real report."""
    agency = ground.mark(ground.check(node))
    if Report.objects.filter(agency=agency).exists():
        return visitors()
    tell("officers")
    staff = replay_officer(agency)
    _cast(agency)
    pack = load_pack(agency.pack)
    tell("nine stories")
    _tell_stories(node, staff, stories(pack))
    sketches = eblagh.sketches(REPLAYED, pack)
    locators = file_through("api", sketches, node=node, at_once=AT_ONCE)
    work_on(
        agency,
        locators,
        suspects=eblagh.suspects(REPLAYED),
        closings=eblagh.closings(REPLAYED),
    )
    publish_now(agency)
    return visitors()


def visitors() -> list[SignIn]:
    """The invented officers a visitor may sign in as."""
    played = {login for login, *_ in CAST}
    return [one for one in sign_ins() if one.login in played]


def _cast(agency: Agency) -> None:
    for login, name, gender, kind, roles in CAST:
        unit = _unit(agency, kind)
        ensure(
            agency,
            login=login,
            name=name,
            gender=gender,
            posts=[Post(unit.code, role) for role in roles],
        )


def _unit(agency: Agency, kind: str) -> Unit:
    """The first unit of a kind; for the specialised one, that for children. A country without one
    of this kind has its duty unit do the work."""
    units = Unit.objects.filter(agency=agency, kind=kind).order_by("code")
    if kind == "specialised":
        units = units.filter(specialised="children")
    found = units.first() or Unit.objects.filter(agency=agency, is_duty=True).first()
    if found is None:
        raise LookupError(f"no unit of kind {kind}")
    return found


def _tell_stories(node: str, staff: Staff, told: Sequence[Story]) -> None:
    filer = ApiFiler(node)
    try:
        for story in told:
            locator = filer.send(story.body)
            _answer(staff, locator, story)
    finally:
        filer.close()


def _answer(staff: Staff, locator: str, story: Story) -> None:
    """The team looks at it, says what it is and writes back; what waits for legal review waits."""
    report = Report.objects.select_related("agency").get(agency_id=staff.agency_id, locator=locator)
    if report.stage == Stage.LEGAL_REVIEW:
        return
    finding = Finding(
        online="yes",
        identifiers="some",
        jurisdiction="mixed" if report.suspect_location == "abroad" else "domestic",
        elements="partly",
        offences=report.offences,
        note="Invented finding of a demonstration.",
    )
    try:
        referral.record_diagnosis(staff=staff, report=report, finding=finding)
        casework.send_message(staff=staff, report=report, text=story.answer)
    except (Refused, NotFound) as error:
        tell(f"{story.code} waits for an officer ({type(error).__name__})")

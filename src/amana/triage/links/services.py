# SPDX-License-Identifier: AGPL-3.0-or-later
"""What officers decide about links. Each is a row of its own and a leaf, none changes what was
found, and each can be taken back. Her reasons are sealed into the report she acts on."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from amana.agencies.models import Unit, UnitKind
from amana.config.clock import now
from amana.journal.events import Act
from amana.journal.services import record
from amana.kernel.linking.ground import values_in
from amana.people.models import Role
from amana.people.policies import Action, Staff
from amana.reports.errors import AlreadyDone, NotFound, Unusable
from amana.reports.models import Report
from amana.reports.policies import authorise, get_visible
from amana.reports.refusals import refuse
from amana.reports.services.parts import seal_note, vault_of
from amana.triage.events import Tag
from amana.triage.links.linking import look_again
from amana.triage.links.models import LinkDecision, LinkSet, TokenDecision

LONGEST_REASON: Final = 2000
CENTRES: Final = (UnitKind.CENTRE, UnitKind.NATIONAL_DESK)


def confirm(*, staff: Staff, report: Report, other: UUID | str, reason: str) -> LinkDecision:
    """Say that two reports mean one person. She must see both.

    Refused and counted without a reason. Raises `Refused`, `NotFound`, `NotAllowed`,
    `VaultClosed`, `AlreadyDone`, `Unusable`."""
    return _decide(staff, report, other, reason, LinkDecision.Said.TOGETHER)


def split(*, staff: Staff, report: Report, other: UUID | str, reason: str) -> LinkDecision:
    """Say that two reports do not mean one person: the cluster falls apart between them. Raises
    what `confirm` raises."""
    return _decide(staff, report, other, reason, LinkDecision.Said.APART)


def undo(*, staff: Staff, report: Report, decision: UUID) -> LinkDecision:
    """Take a decision on this report back: the clusters are as if it had never been made. It stays
    in the history. Raises `NotFound`, `NotAllowed`, `VaultClosed`, `AlreadyDone`."""
    unit_id = _acting(staff, report)
    row = LinkDecision.objects.filter(pk=decision, agency_id=staff.agency_id).first()
    if row is None or report.pk not in {row.one_id, row.other_id}:
        raise NotFound
    for about in (row.one_id, row.other_id):  # as for deciding: she must see both
        get_visible(staff, about)
    with transaction.atomic():
        open_one = LinkDecision.objects.filter(pk=row.pk, undone_at__isnull=True)
        if not open_one.update(undone_at=now(), undone_by=staff.officer_id):
            raise AlreadyDone
        look_again([row.one, row.other])
        facts: dict[str, str | int | bool | None] = {"decision": str(row.pk), "said": row.said}
        actor = staff.actor(Action.DIAGNOSE, unit_id)
        record(
            Act(Tag.LINK_UNDO, actor, report.agency_id, "report", report.id, unit_id, facts=facts)
        )
    row.refresh_from_db()
    return row


def mute(*, staff: Staff, report: Report, token: int, reason: str) -> TokenDecision:
    """Say that a value of this report is no one person's: a hotline, a mailbox of a platform, her
    own number. It links nobody from now on and stays visible as muted: for the whole agency when a
    supervisor of the main centre says so, else in the view of her unit. Raises what `confirm`
    raises, and `NotFound` for a token that the report does not hold."""
    return _speak(staff, report, token, reason, muted=True)


def unmute(*, staff: Staff, report: Report, token: int, reason: str) -> TokenDecision:
    """Let a value speak again that an officer or a rule muted. Raises what `mute` raises."""
    return _speak(staff, report, token, reason, muted=False)


def speaks_for_agency(staff: Staff) -> bool:
    """Whether what she says of a value holds for everybody: as a supervisor of the main centre, or
    of any unit where the pack has no centre."""
    hers = [unit for unit, roles in staff.roles.items() if Role.SUPERVISOR in roles]
    centres = Unit.objects.filter(agency_id=staff.agency_id, kind__in=CENTRES)
    if not hers or not centres.exists():
        return bool(hers)
    return centres.filter(pk__in=hers).exists()


def decision_purpose(row: LinkDecision | TokenDecision) -> str:
    """What the sealed reason of a decision is bound to."""
    return f"link/{row.id}"


def _decide(
    staff: Staff, report: Report, other: UUID | str, reason: str, said: LinkDecision.Said
) -> LinkDecision:
    unit_id = _acting(staff, report)
    second = get_visible(staff, other)
    authorise(staff, Action.DIAGNOSE, second)
    _require_reason(staff, report, unit_id, reason, f"link_{said}")
    if second.pk == report.pk:
        raise Unusable("other")
    one, two = sorted((report, second), key=lambda row: row.pk)
    row = LinkDecision(
        agency_id=report.agency_id,
        said=said,
        one=one,
        other=two,
        at=now(),
        officer_id=staff.officer_id,
    )
    tag = Tag.LINK_CONFIRM if said == LinkDecision.Said.TOGETHER else Tag.LINK_SPLIT
    try:
        with transaction.atomic():
            row.sealed_reason = seal_note(report, decision_purpose(row), reason.strip())
            row.save(force_insert=True)
            look_again([one, two])
            facts: dict[str, str | int | bool | None] = {"decision": str(row.pk)}
            actor = staff.actor(Action.DIAGNOSE, unit_id)
            for about in (one, two):
                record(Act(tag, actor, report.agency_id, "report", about.id, unit_id, facts=facts))
    except IntegrityError:
        raise AlreadyDone from None
    return row


def _speak(staff: Staff, report: Report, token: int, reason: str, *, muted: bool) -> TokenDecision:
    unit_id = _acting(staff, report)
    _require_reason(staff, report, unit_id, reason, "link_mute" if muted else "link_unmute")
    held = LinkSet.objects.filter(report=report).first()
    if held is None or token not in {found for _, found in values_in(bytes(held.packed))}:
        raise NotFound
    everywhere = speaks_for_agency(staff)
    row = TokenDecision(
        agency_id=report.agency_id,
        token=token,
        muted=muted,
        unit_id=None if everywhere else unit_id,
        report=report,
        at=now(),
        officer_id=staff.officer_id,
    )
    tag = Tag.LINK_MUTE if muted else Tag.LINK_UNMUTE
    with transaction.atomic():
        row.sealed_reason = seal_note(report, decision_purpose(row), reason.strip())
        row.save(force_insert=True)
        if everywhere:
            look_again_at_token(token)
        facts: dict[str, str | int | bool | None] = {
            "decision": str(row.pk),
            "everywhere": everywhere,
        }
        actor = staff.actor(Action.DIAGNOSE, unit_id)
        record(Act(tag, actor, report.agency_id, "report", report.id, unit_id, facts=facts))
    return row


def note_search(*, staff: Staff, by: str) -> None:
    """That an officer searched sealed reports, and by what kind of thing; never for what."""
    actor = staff.actor(Action.READ_REPORT)
    with transaction.atomic():
        record(Act(Tag.SEARCH, actor, staff.agency_id, "search", facts={"by": by}))


def look_again_at_token(token: int) -> None:
    """Have the worker link those who hold a token once more, with whom they are linked."""
    from amana.triage.links.ground import holders_of

    numbers = holders_of([token]).get(token, [])
    clusters = LinkSet.objects.filter(number__in=numbers).values_list("cluster", flat=True)
    LinkSet.objects.filter(cluster__in=list(clusters)).update(linked_at=None)


def _acting(staff: Staff, report: Report) -> UUID:
    """The unit in whose name she decides; a signed-in browser alone decides nothing."""
    unit_id = authorise(staff, Action.DIAGNOSE, report)
    vault_of(staff)
    return unit_id


def _require_reason(staff: Staff, report: Report, unit_id: UUID, reason: str, action: str) -> None:
    if len(reason) > LONGEST_REASON:
        raise Unusable("reason")
    if not reason.strip():
        actor = staff.actor(Action.DIAGNOSE, unit_id)
        refuse(report=report, actor=actor, action=action, missing="reason")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a notice will say, before it is signed."""

from __future__ import annotations

from amana.agencies.models import Unit
from amana.config.clock import now
from amana.desk import given
from amana.desk.forms.justice import NoticeForm
from amana.desk.shell import Visit
from amana.evidence import opening as evidence
from amana.people.policies import Action
from amana.referral import notice
from amana.referral.models import ProsecutorNotice
from amana.reports import opening
from amana.reports.models import PartKind
from amana.triage.selectors import latest_diagnosis


def notice_preview(visit: Visit, form: NoticeForm) -> list[dict[str, object]]:
    """The notice as it stands in the form: nothing is signed and nothing is stored."""
    found = latest_diagnosis(visit.report)
    if found is None:
        return []
    row = ProsecutorNotice(
        agency_id=visit.report.agency_id,
        report=visit.report,
        office=form.unit_chosen,
        at=now(),
        officer_id=visit.staff.officer_id,
        override_basis=form.cleaned_data["override_basis"].strip(),
    )
    said = notice.content(
        row=row,
        sender=Unit.objects.get(pk=visit.may[Action.NOTIFY_PROSECUTOR]),
        assessment=visit.report.assessment,
        diagnosis=found,
        files=evidence.files(staff=visit.staff, report=visit.report),
        answers=opening.open_part(staff=visit.staff, report=visit.report, kind=PartKind.ANSWERS),
        statement=form.cleaned_data["reason"].strip(),
    )
    return given.sections(said)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A captured page becomes evidence: each file sealed into the report with a leaf of its own,
before anything is packed; then the package, as a copy made of the archive."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amana.agencies.models import Unit
from amana.config.env import env
from amana.evidence.acting import acting
from amana.evidence.blobs import blobs
from amana.evidence.capture import archive, jail, packing
from amana.evidence.capture.fence import Fence, Fenced, Why
from amana.evidence.capture.jail import CaptureFailed, NoBrowser
from amana.evidence.capture.packing import Captured
from amana.evidence.custody import Handling, Kind
from amana.evidence.events import Tag
from amana.evidence.intake import FileIntake, Taken
from amana.evidence.limits import MOST_OF_A_REPORT
from amana.evidence.models import Copy, EvidenceItem, Source
from amana.evidence.services import add_derived, add_to_report
from amana.journal.events import REPORTER, Act, Actor
from amana.journal.services import record
from amana.people.policies import Action, Staff
from amana.reports.errors import PurposeMissing, ReportClosed, ReportError
from amana.reports.models import Report
from amana.reports.refusals import refuse

MAX_ITEM: Final = 150 * 1024 * 1024
FILES: Final = 9
"""Items of one capture: five views, traffic, archive, record, package."""
CHILDREN: Final = "children"
_one_at_a_time = threading.BoundedSemaphore(1)

WORDS: Final[Mapping[Why, str | Promise]] = {
    Why.FORM: _("This is not the address of a web page."),
    Why.SCHEME: _("Only addresses that begin with http or https can be captured."),
    Why.PORT: _("Only pages on the usual ports can be captured."),
    Why.ACCOUNT: _("An address with a name and a password in it is not captured."),
    Why.LOCAL_NAME: _("This address belongs to a network that is not public."),
    Why.NOT_PUBLIC: _("This address belongs to a network that is not public."),
    Why.UNKNOWN_HOST: _("There is no such address, or it does not answer."),
    Why.BROWSER_ITSELF: _("This address belongs to a network that is not public."),
}


class NotCaptured(ReportError):
    """The page could not be captured; nothing was kept. `detail` is English, for operators."""

    def __init__(self, text: str | Promise, detail: str = "") -> None:
        super().__init__(str(detail))
        self.text, self.detail = text, detail


def fence() -> Fence:
    """The fence of this node. A laboratory is refused off the loopback address."""
    said = env()
    places = frozenset(part.strip() for part in said.capture_laboratory.split(",") if part.strip())
    if places and (not said.loopback or said.trusted_proxies):
        raise ImproperlyConfigured(
            "AMANA_CAPTURE_LABORATORY opens the fence around captures; it works only on a node "
            "that listens on a loopback address, without a proxy in front."
        )
    return Fence(laboratory=places)


def capture(url: str, *, collector: str, locale: str = "en", timezone: str = "UTC") -> Captured:
    """Open the page and collect it; writes nothing. Raises `NotCaptured`."""
    if not _one_at_a_time.acquire(timeout=5):
        raise NotCaptured(_("Another page is being captured. Try again in a minute."))
    try:
        raw = jail.run(url.strip(), fence=fence(), locale=locale, timezone=timezone)
    except Fenced as refused:
        raise NotCaptured(WORDS[refused.why], refused.why.value) from None
    except NoBrowser as none:
        raise NotCaptured(
            _("This node has no browser, so it cannot capture pages."), str(none)
        ) from None
    except CaptureFailed as failed:
        text = _("The page did not open. It may be gone, slow, or closed to visitors.")
        raise NotCaptured(text, str(failed)) from None
    finally:
        _one_at_a_time.release()
    return packing.files_of(raw, asked=url.strip(), collector=collector)


def capture_for_report(
    *, staff: Staff, report: Report, url: str, purpose: str
) -> list[EvidenceItem]:
    """An officer captures a public page into a report. Into that of a child only the unit for
    children does, where the country has one: what such a page shows may be material that nobody
    else should meet, or bring into the house. Refused and counted for every other unit.

    Raises `Refused`, `NotFound`, `NotAllowed`, `VaultClosed`, `PurposeMissing`, `ReportClosed`,
    `NotCaptured`."""
    by = acting(staff, Action.DIAGNOSE, report)
    if not purpose.strip():
        raise PurposeMissing
    if not may_capture(by.report, by.unit_id):
        refuse(report=report, actor=by.actor, action="capture", missing="child_unit")
    _require_room(report)
    found = capture(url, collector=f"{by.actor.role} {by.actor.pseudonym}")
    act = Handling(
        Kind.CAPTURE, by.actor, purpose="capture", said=purpose, unit_id=by.unit_id, by=found.tool
    )
    return _keep(report, found, act)


def may_capture(report: Report, unit_id: UUID) -> bool:
    """Whether this unit captures pages into this report."""
    if report.assessment.specialised != CHILDREN:
        return True
    units = Unit.objects.filter(agency_id=report.agency_id, specialised=CHILDREN)
    return not units.exists() or units.filter(pk=unit_id).exists()


def capture_for_reporter(*, report: Report, url: str) -> list[EvidenceItem]:
    """The person has a public page captured that she named; her receipt was checked by the caller.

    Raises `ReportClosed`, `NotCaptured`."""
    _require_room(report)
    found = capture(url, collector="reporter, by the browser of the node", locale=report.language)
    return _keep(report, found, Handling(Kind.CAPTURE, REPORTER, purpose="capture", by=found.tool))


def note_capture(
    *, agency_id: UUID, actor: Actor, commitment: bytes, capture_id: UUID | None = None
) -> None:
    """The leaf of a capture that belongs to no report (the command line, a partner's request under
    its number): the salted commitment of its record and nothing else."""
    facts: dict[str, str | int | bool | None] = {"record": commitment.hex()}
    with transaction.atomic():
        record(Act(Tag.PAGE_CAPTURE, actor, agency_id, "page", capture_id, facts=facts))


def _require_room(report: Report) -> None:
    if report.closed_at is not None:
        raise ReportClosed
    if EvidenceItem.objects.filter(report=report).count() + FILES > MOST_OF_A_REPORT:
        raise NotCaptured(_("This report holds as many files as it can."))


def _keep(report: Report, found: Captured, act: Handling) -> list[EvidenceItem]:
    taken = [_take(name, content) for name, content in found.files.items() if content]
    items = add_to_report(
        report=report, taken=taken, actor=act.actor, source=Source.BROWSER, act=act
    )
    names = [file.meta.name for file in taken]
    parent = items[names.index(archive.WARC)]
    packed = Handling(Kind.DERIVE, act.actor, purpose="package", unit_id=act.unit_id, by=found.tool)
    wacz = _take(packing.WACZ, found.packaged())
    return [*items, *add_derived(parent=parent, taken=[wacz], copy=Copy.WORKING, act=packed)]


def _take(name: str, content: bytes) -> Taken:
    intake = FileIntake(blobs(), name=name, declared_type=packing.TYPES[name], limit=MAX_ITEM)
    try:
        intake.write(content)
        return intake.finish()
    except BaseException:
        intake.abandon()
        raise

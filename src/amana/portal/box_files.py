# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files added after filing (M-162); named back to her by number only, never shown (M-049)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from amana.config.bodies import whole_text
from amana.config.views import SeeOther
from amana.evidence.limits import MOST_OF_A_REPORT, max_files
from amana.evidence.models import EvidenceItem
from amana.evidence.services import add_to_report
from amana.evidence.uploads import SealingUploadHandler
from amana.journal.events import REPORTER
from amana.limits.rules import UPLOAD, allow
from amana.limits.sources import source_of
from amana.portal import files
from amana.portal.box import page
from amana.portal.errors import too_many
from amana.portal.visits import ended, mailbox_of, sent_from
from amana.reports.services.mailbox import OpenReceipt


@csrf_exempt  # the token stands in a body that must not be read before the sealing is set up
@sent_from("box")
def add(request: HttpRequest) -> HttpResponse:
    """Seal and keep what arrives, up to twenty files at a time."""
    found = mailbox_of(request)
    if found is None or found[0].stage_only:
        request.upload_handlers = []
        return ended(request)
    opened = found[0]
    there = EvidenceItem.objects.filter(report=opened.report).count()
    sealing = SealingUploadHandler(request, already=max(0, there + max_files() - MOST_OF_A_REPORT))
    request.upload_handlers = [sealing]
    return _take(request, opened, sealing)


@csrf_protect
def _take(request: HttpRequest, opened: OpenReceipt, sealing: SealingUploadHandler) -> HttpResponse:
    whole_text(request.POST)
    if sealing.taken and not allow(UPLOAD, source_of(request), cost=len(sealing.taken)):
        files.forget(sealing.taken)
        return too_many(request)
    add_to_report(report=opened.report, taken=sealing.taken, actor=REPORTER)
    errors = files.refusals(sealing, len(sealing.taken))
    if not sealing.taken and not errors:
        errors = [{"href": "#files", "text": _("Choose a file first.")}]
    if errors:
        return page(request, opened, errors=errors)
    return SeeOther(reverse("box") + "#files-here")

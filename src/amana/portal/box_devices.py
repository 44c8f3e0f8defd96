# SPDX-License-Identifier: AGPL-3.0-or-later
"""Her receipt for a device, on paper: the one the officer printed may be lost, or lie where others
find it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from amana.config.views import SeeOther
from amana.evidence import hand_ins
from amana.evidence.hand_in_pdf import hand_in_pdf
from amana.portal.box_proof import attached
from amana.portal.visits import ended, mailbox_of

NAME: Final = "note.pdf"
"""As the other papers are called: a list of downloads tells nothing."""


@require_safe
def paper(request: HttpRequest, hand_in_id: UUID) -> HttpResponse:
    """What was handed in, to whom, for what and until when, in the language she reads now."""
    found = mailbox_of(request)
    if found is None:
        return ended(request)
    if found[0].stage_only:  # the page asks for the PIN
        return SeeOther(reverse("box"))
    row = next((row for row in hand_ins.for_reporter(found[0]) if row.id == hand_in_id), None)
    if row is None:
        raise Http404
    made = hand_in_pdf(row=row, language=get_language() or "en")
    return attached(made, "application/pdf", NAME)

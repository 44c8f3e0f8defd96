# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stopping for now: the draft's own code, which is never the receipt; and deleting the draft."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from amana import journey
from amana.config.views import SeeOther
from amana.kernel.sealing.receipts import groups
from amana.portal.said import day
from amana.portal.visits import drop, with_draft
from amana.portal.walk import Walk
from amana.reports.services.drafts import OpenDraft


@require_safe
@with_draft
def pause(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """The code with which she comes back, on any device, and until when (U-19)."""
    context = {
        "groups": groups(opened.content.code),
        "until": day(opened.row.expires_at),
        "on": Walk(opened).resume(),
    }
    return render(request, "portal/pause.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def delete(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Ask once, then delete the draft and its files; nothing of them remains."""
    if request.method != "POST":
        return render(request, "portal/delete.html")
    journey.drop_draft(opened)
    return drop(request, SeeOther(reverse("deleted")))


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """It is gone."""
    return render(request, "portal/deleted.html")

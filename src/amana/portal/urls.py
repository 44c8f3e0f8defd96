# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public sees. No word in an address gives the visit away (U-04)."""

from __future__ import annotations

from django.urls import include, path

from amana.portal.exit import leave

urlpatterns = [
    path("exit/", leave, name="exit"),
    path("help/", include("amana.portal.guidance_urls")),
]

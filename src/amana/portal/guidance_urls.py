# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.urls import path

from amana.portal import guidance_views

urlpatterns = [
    path("", guidance_views.index, name="help"),
    path("<slug:slug>/", guidance_views.page, name="help-page"),
]

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.urls import path

from amana.portal import figures_views

urlpatterns = [
    path("figures/", figures_views.page, name="figures"),
    path("figures.json", figures_views.as_json, name="figures-json"),
    path("figures.csv", figures_views.as_csv, name="figures-csv"),
]

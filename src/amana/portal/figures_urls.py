# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.urls import path

from amana.portal.figures_views import as_csv, as_json, page

urlpatterns = [
    path("figures/", page, name="figures"),
    path("figures.json", as_json, name="figures-json"),
    path("figures.csv", as_csv, name="figures-csv"),
]

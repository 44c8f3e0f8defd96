# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "amana.figures"
    label = "figures"

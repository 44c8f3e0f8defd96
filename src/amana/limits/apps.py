# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "amana.limits"
    label = "limits"

    def ready(self) -> None:
        from amana.limits.rules import refuse_load_test_off_loopback

        refuse_load_test_off_loopback()

# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "amana.cli"
    label = "cli"

    def ready(self) -> None:
        from amana.cli import pulse
        from amana.config.health import CHECKS
        from amana.journal.selectors import keeps_up

        CHECKS["worker"] = pulse.alive
        CHECKS["journal"] = keeps_up

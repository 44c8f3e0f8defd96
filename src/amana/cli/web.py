# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a web process of `amana serve` runs: the application, for as long as `serve` lives."""

from __future__ import annotations

from amana.cli.lifeline import follow_parent
from amana.config.wsgi import application

follow_parent()

__all__ = ["application"]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Amana: what is entrusted, kept safe and handed back whole."""

from __future__ import annotations

__version__ = "0.1.0"

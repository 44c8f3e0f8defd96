# SPDX-License-Identifier: AGPL-3.0-or-later
"""Backup and restore of a home. Keys, the run folder and the last signed state are never in it."""

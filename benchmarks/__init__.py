# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measurements: `make bench` prints a table and appends JSON lines to var/bench.jsonl."""

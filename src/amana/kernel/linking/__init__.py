# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clusters of reports with a reason on every edge, found on keyed tokens alone.

`tokens` makes a report's token set while its words are in memory; from there on only eight-byte
keyed tokens are known. `ground` lays sets beside each other, `clusters` says which belong
together, `links` says why."""

from __future__ import annotations

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bags of evidence: made for a court, checked by anybody."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A home filled with invented stories, to show the system to somebody."""

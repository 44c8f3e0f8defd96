# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented reports in published proportions, filed as people file them: for demonstrations, for
load tests, and to see that the figures come out."""

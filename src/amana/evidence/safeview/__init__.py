# SPDX-License-Identifier: AGPL-3.0-or-later
"""Looking at files that may be made to harm: drawn anew in a jail, never as they came (0030)."""

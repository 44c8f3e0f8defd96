# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that come in piece by piece and may break off at any moment (tus 1.0; record 0018)."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pure Python parts of the node: no Django, nothing of the rooms."""

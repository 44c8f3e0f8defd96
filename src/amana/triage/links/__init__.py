# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links between reports: found on keyed tokens, decided by people, taken back at will."""

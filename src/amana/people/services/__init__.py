# SPDX-License-Identifier: AGPL-3.0-or-later
"""The writes of this room: accounts, placements, keys. One transaction each, its leaf inside."""

from __future__ import annotations

from amana.people.services.accounts import (
    accept_first,
    accept_invitation,
    end_all_sessions,
    first_code,
    invite,
    operator_reset,
    reset_access,
)
from amana.people.services.keys import (
    admit,
    change_passphrase,
    enrol_officer_key,
    forget_unit_key,
    provision,
    reset_passphrase,
)
from amana.people.services.placements import disable, end_placement, place

__all__ = [
    "accept_first",
    "accept_invitation",
    "admit",
    "change_passphrase",
    "disable",
    "end_all_sessions",
    "end_placement",
    "enrol_officer_key",
    "first_code",
    "forget_unit_key",
    "invite",
    "operator_reset",
    "place",
    "provision",
    "reset_access",
    "reset_passphrase",
]

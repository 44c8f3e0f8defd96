# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """What happens to the people of an agency and to the keys they hold."""

    ACCOUNT_CREATE = "staff:account:create"
    ACCOUNT_CONFIRM = "staff:account:confirm"
    ACCOUNT_DISABLE = "staff:account:disable"
    INVITATION_ISSUE = "staff:invitation:issue"
    INVITATION_ACCEPT = "staff:invitation:accept"
    LOGIN_OK = "staff:login:ok"
    LOGIN_FAIL = "staff:login:fail"
    FACTOR_ENROL = "staff:factor:enrol"
    FACTOR_RESET = "staff:factor:reset"
    PLACEMENT_BEGIN = "staff:placement:begin"
    PLACEMENT_END = "staff:placement:end"
    KEY_ENROL = "staff:key:enrol"
    KEY_RESET = "staff:key:reset"
    VAULT_CHANGE = "staff:vault:change"
    VAULT_OPEN = "staff:vault:open"
    VAULT_CLOSE = "staff:vault:close"
    MEMBER_ADMIT = "staff:member:admit"
    UNIT_KEY_CREATE = "node:unitkey:create"
    UNIT_KEY_ROTATE = "node:unitkey:rotate"
    UNIT_KEY_FORGET = "node:unitkey:forget"
    BOOTSTRAP_OPEN = "node:bootstrap:open"
    BOOTSTRAP_DESTROY = "node:bootstrap:destroy"

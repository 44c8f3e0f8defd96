# SPDX-License-Identifier: AGPL-3.0-or-later
"""A replay files more in a minute than thirty people behind one address. On a node that was not
started with AMANA_LOAD_TEST=1 it empties its own bucket, as only who holds the home can; nobody
else's limit changes."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from amana.limits import rules
from amana.limits.sources import keyed, network_of

TRIES: Final = 20


def lift(address: str) -> None:
    """Forget what this address has filed today. `address`: our own, as the node sees it."""
    source = keyed(b"address", network_of(ip_address(address.partition("%")[0])))
    for limit in (rules.FILING, rules.DRAFT, rules.UPLOAD):
        rules.forget(limit, source)

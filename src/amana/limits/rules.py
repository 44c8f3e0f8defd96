# SPDX-License-Identifier: AGPL-3.0-or-later
"""The limits of this system in one place.

A flood limit protects the node; a guess limit protects a secret. `AMANA_LOAD_TEST=1` lifts the
first kind only, and only on a node that nobody else can reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from amana.config.env import env
from amana.limits import services


@dataclass(frozen=True, slots=True)
class Limit:
    """`capacity` times at once; after that as many again within `per`."""

    scope: str
    capacity: int
    per: timedelta
    flood: bool = False


TEN_MINUTES: Final = timedelta(minutes=10)

# A class of thirty behind one school address files within ten minutes, with room for second
# tries (peers T-34); a form has several steps, so drafts and uploads get more.
FILING: Final = Limit("filing", 60, TEN_MINUTES, flood=True)
DRAFT: Final = Limit("draft", 120, TEN_MINUTES, flood=True)
UPLOAD: Final = Limit("upload", 300, TEN_MINUTES, flood=True)
MESSAGE: Final = Limit("message", 60, TEN_MINUTES, flood=True)
# A capture opens a whole browser for a minute; counted per report.
CAPTURE: Final = Limit("capture", 6, timedelta(days=1))
PARTNER_CAPTURE: Final = Limit("partner-capture", 50, timedelta(days=1))
# Not a limit on anybody: of two requests with one number that come at the same moment, one is
# answered. Whether it was asked before is seen by its leaf, which stands only after the capture.
PARTNER_QUESTION: Final = Limit("partner-question", 1, timedelta(hours=1))

# Wrong codes only; a right one writes nothing. The secret has 80 bits and more, so this limit
# stops floods of guesses and leaves room for thirty people who mistype.
WRONG_CODE: Final = Limit("wrong-code", 60, TEN_MINUTES)
# Counted per report: to be here, one holds the right receipt already.
WRONG_PIN: Final = Limit("wrong-pin", 10, timedelta(hours=1))

SIGN_IN: Final = Limit("sign-in", 10, TEN_MINUTES)
# Each try costs a fifth of a second of one core and 64 MiB. Tries on ever new names from one
# address would keep everybody else waiting; a device that is known is not counted here (T-04).
SIGN_IN_ADDRESS: Final = Limit("sign-in-address", 120, TEN_MINUTES)
SECOND_FACTOR: Final = Limit("second-factor", 10, TEN_MINUTES)
PASSPHRASE: Final = Limit("passphrase", 10, TEN_MINUTES)
# Not a limit on anybody: how many failed tries from one address are worth a leaf in the log.
FAILURE_LEAF: Final = Limit("failure-leaf", 60, TEN_MINUTES)
INVITATION: Final = Limit("invitation", 20, TEN_MINUTES)
# Each search by words reads thousands of reports' tokens; counted per officer.
SEARCH: Final = Limit("search", 60, TEN_MINUTES)


def allow(limit: Limit, source: bytes, *, cost: int = 1) -> bool:
    """Take from the bucket of `source`. False: too often, say so kindly and keep what was typed."""
    if limit.flood and load_test():
        return True
    return services.take(
        scope=limit.scope, source=source, capacity=limit.capacity, per=limit.per, cost=cost
    )


def exhausted(limit: Limit, source: bytes) -> bool:
    """Whether the bucket is empty, without taking: asked before a code is tried."""
    if limit.flood and load_test():
        return False
    rest = services.left(scope=limit.scope, source=source, capacity=limit.capacity, per=limit.per)
    return rest < 1


def forget(limit: Limit, source: bytes) -> None:
    """Fill the bucket of `source`, after a success that proves who it was."""
    services.give_back(scope=limit.scope, source=source)


def load_test() -> bool:
    """Whether flood limits are lifted. Raises when the node could be reached from elsewhere."""
    refuse_load_test_off_loopback()
    return env().load_test


def refuse_load_test_off_loopback() -> None:
    """Raise `ImproperlyConfigured` when limits would be lifted where strangers can come."""
    settings = env()
    if settings.load_test and (not settings.loopback or settings.trusted_proxies):
        raise ImproperlyConfigured(
            "AMANA_LOAD_TEST=1 lifts the flood limits; it works only when AMANA_HOST is a loopback "
            "address and no reverse proxy stands in front (AMANA_TRUSTED_PROXIES=0)."
        )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The node's keys: where they lie, who may read them, what they still open."""

from __future__ import annotations

import stat
from pathlib import Path

from django.db import connection

from amana.agencies.selectors import current_agency
from amana.cli.doctor.lines import Check, Line, amber, green, red
from amana.config.env import env
from amana.config.node import keyring
from amana.kernel.sealing.errors import KeyMissing, SealingError
from amana.people.models import UnitKey
from amana.people.selectors import provisional_units


def folder() -> Line:
    """The folder opens, and nobody else can look in."""
    try:
        keyring()
    except (SealingError, OSError) as error:
        return red("keys", f"{env().key_folder}: {error}")
    return green("keys", f"{env().key_folder} opens and is closed to other accounts")


def place() -> Line:
    """Whether one stolen disk holds both the database and the keys to it."""
    keys, locked = env().key_folder, keyring().is_locked
    if locked:
        return green("keys: lock", "the files are under a passphrase")
    if connection.vendor != "sqlite" and not keys.is_relative_to(env().home):
        return green("keys: lock", "no passphrase; the database is elsewhere")
    if _same_disk(keys, env().home):
        return amber(
            "keys: lock",
            "no passphrase, and on the same disk as the data: whoever takes it reads what "
            "provisional units were given. Set AMANA_KEYS to another disk, or lock the folder",
        )
    return green("keys: lock", "no passphrase; on another disk than the data")


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def passphrase_file() -> Line:
    """The file that unlocks the folder must not lie beside it."""
    name = env().keys_passphrase_file
    if name is None:
        return green("keys: passphrase", "AMANA_KEYS_PASSPHRASE_FILE is not set")
    if not name.is_file():
        return red("keys: passphrase", f"{name} is not there")
    if stat.S_IMODE(name.stat().st_mode) & 0o077:
        return red(
            "keys: passphrase", f"{name} can be read by other accounts: set its mode to 0600"
        )
    if name.is_relative_to(env().home) or name.is_relative_to(env().key_folder):
        return amber("keys: passphrase", f"{name} lies beside what it locks")
    return green("keys: passphrase", str(name))


def custodians() -> Line:
    """Recovery by custodians belongs to a later version; until then a lost passphrase is final."""
    return red(
        "custodians",
        "there is no recovery key in this version: when all members of a unit lose their "
        "passphrases, what only they could open is lost. Keep two members in every unit",
    )


def provisional() -> Line:
    """Units whose reports the node itself could still open."""
    units = list(provisional_units(current_agency().id).values_list("code", flat=True))
    if not units:
        return green("units", "each has two members or more, and the node opens nothing")
    few = ", ".join(units[:6]) + (f" and {len(units) - 6} more" if len(units) > 6 else "")
    return amber("units", f"{len(units)} provisional, the node holds their keys: {few}")


def bootstraps() -> Line:
    """After a restore, a unit may point to a bootstrap key that was destroyed since."""
    lost = []
    for key in UnitKey.objects.filter(provisional=True).select_related("unit"):
        try:
            keyring().bootstrap_get(str(key.id))
        except KeyMissing:
            lost.append(key.unit.code)
    if lost:
        return red("bootstrap keys", f"missing for {', '.join(sorted(set(lost))[:6])}")
    return green("bootstrap keys", "all there that are needed")


CHECKS: tuple[Check, ...] = (folder, place, passphrase_file, custodians, provisional, bootstraps)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The node as it runs: database, disk, worker, log."""

from __future__ import annotations

import shutil
import time
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from amana.cli import pulse
from amana.cli.doctor.lines import Check, Line, amber, green, red
from amana.cli.keeping.restore import is_waiting, waiting
from amana.cli.occupied import BROKEN_OFF, is_restoring
from amana.config.env import env
from amana.config.health import LEAST_FREE_BYTES
from amana.evidence import rechecking
from amana.journal import stamps
from amana.journal.quorum import quorum_state
from amana.journal.selectors import BEHIND, hours_since_published, log_state
from amana.kernel.ledger.errors import StampError
from amana.kernel.ledger.policy import NONE

GIB: Final = 1 << 30
LATE_HOURS: Final = 2


def migrations() -> Line:
    """The tables are those of this version."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return red("database", f"{connection.vendor}: {len(plan)} steps missing; run amana setup")
    return green("database", f"{connection.vendor}, tables up to date")


def disk() -> Line:
    """Room for more reports and files."""
    low = min(
        (shutil.disk_usage(folder).free, folder)
        for folder in (env().home, env().blob_folder)
        if folder.exists()
    )
    free = f"{low[0] / GIB:.1f} GiB free at {low[1]}"
    if low[0] < LEAST_FREE_BYTES:
        return red("disk", f"{free}: reports are refused")
    return amber("disk", f"{free}: make room soon") if low[0] < 2 * GIB else green("disk", free)


def static_files() -> Line:
    """Style sheets under their hashed names."""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.exists():
        return red("static files", "not collected; run amana setup")
    return green("static files", "collected")


def worker() -> Line:
    """Without it nothing is signed and no reminder is sent."""
    age = pulse.age()
    if age is None:
        return amber("worker", "none has run on this home; is one running on another host?")
    if not pulse.alive():
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(time.time() - age))
        return red("worker", f"last seen {when}; start the node, or amana worker")
    return green("worker", f"seen {age:.0f} s ago")


def log() -> Line:
    """The log signs, and keeps up."""
    found = log_state()
    if found.held_back:
        return red("log", f"signs nothing: {found.held_back}")
    if found.behind > BEHIND:
        seconds = found.behind.total_seconds()
        return red("log", f"{found.waiting} entries wait for their place, {seconds:.0f} s behind")
    return green("log", f"{found.size} signed entries as {found.origin}")


def published() -> Line:
    """One checkpoint an hour leaves the node."""
    hours = hours_since_published()
    if hours is None:
        return amber("public checkpoint", "none yet; the worker makes the first one")
    if hours < 0:
        return red(
            "public checkpoint",
            f"the last one is of an hour {-hours} hours ahead: a clock was wrong, and nothing is"
            " published until then",
        )
    if hours >= LATE_HOURS:
        return red("public checkpoint", f"the last one is {hours} hours old")
    return green("public checkpoint", "of this hour" if hours == 0 else "of the last hour")


def witnesses() -> Line:
    """Partners who saw that the log only grew."""
    found = quorum_state()
    if found.problem:
        return amber("witnesses", found.problem)
    cosigned = f"cosigned by {', '.join(found.cosigned) or 'nobody'}"
    if found.wanted == NONE:
        said = green if found.cosigned else amber
        return said("witnesses", f"{cosigned}; set AMANA_WITNESS_POLICY to ask for a quorum")
    if not found.reached:
        return red("witnesses", f"quorum {found.wanted} not reached, {cosigned}")
    return green("witnesses", f"quorum {found.wanted} reached, {cosigned}")


def trusted_time() -> Line:
    """Authorities that say when a checkpoint was there (RFC 3161)."""
    found = stamps.stamp_state()
    if not found.authorities:
        return amber("trusted time", "no authority is asked; set AMANA_TSA and AMANA_TSA_ROOTS")
    try:
        stamps.roots()
    except StampError as error:
        return red("trusted time", str(error))
    if found.ending:
        return amber("trusted time", f"{found.ending} stamps end soon and wait to be renewed")
    if found.silent:
        said = red if len(found.silent) == found.authorities else amber
        return said("trusted time", f"no stamp in two hours from {', '.join(found.silent)}")
    return green("trusted time", f"{found.authorities} authorities, last {found.last_at:%H:%M} UTC")


def stored_files() -> Line:
    """Sealed files are read again, each about once a month."""
    count = rechecking.damaged()
    if count:
        return red("sealed files", f"{count} damaged: not served; see docs/operator-guide.md")
    return green("sealed files", "no damage found")


def restored() -> Line:
    """A restore that nobody has accepted yet keeps everybody out."""
    if is_restoring():
        return red("restore", BROKEN_OFF)
    if is_waiting():
        count = len(waiting())
        return red("restore", f"{count} accounts are closed: look at them, amana restore --accept")
    return green("restore", "nothing waits to be accepted")


CHECKS: tuple[Check, ...] = (
    migrations,
    disk,
    static_files,
    worker,
    log,
    published,
    witnesses,
    trusted_time,
    stored_files,
    restored,
)

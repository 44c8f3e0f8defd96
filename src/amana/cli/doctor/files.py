# SPDX-License-Identifier: AGPL-3.0-or-later
"""How files are looked at: the walls of the jail, and the virus scanner."""

from __future__ import annotations

from amana.cli.doctor.lines import Check, Line, amber, green, red
from amana.config.env import env
from amana.evidence import scanning
from amana.evidence.safeview import jail


def safe_view() -> Line:
    """Break-outs are tried, and what the kernel allows is named."""
    try:
        found = jail.probe()
    except jail.NoSafeView as error:
        return red("safe view", f"the process that draws files does not run ({error.code})")
    layers = {
        "network": "own namespaces",
        "files": "empty root folder",
        "calls": "filter of system calls",
        "limits": "limits of memory and time",
    }
    holding = ", ".join(words for name, words in layers.items() if found.get(name)) or "nothing"
    tried = ("no_connection", "no_file", "no_process")
    if not all(found.get(name) for name in (*tried, "limits")):
        return red("safe view", f"a file that is drawn could break out; holding: {holding}")
    missing = [words for name, words in layers.items() if not found.get(name)]
    if missing:
        return amber("safe view", f"{holding}; this machine does not allow {', '.join(missing)}")
    return green("safe view", holding)


def scanner() -> Line:
    """A virus scanner is optional."""
    if not scanning.configured():
        return green("virus scanner", "none (AMANA_CLAMD is not set)")
    if scanning.answers():
        return green("virus scanner", f"answers at {env().clamd}")
    return red("virus scanner", f"{env().clamd} does not answer; saving a file warns instead")


CHECKS: tuple[Check, ...] = (safe_view, scanner)

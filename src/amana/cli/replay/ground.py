# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where invented reports may be filed: in a home that holds nothing real, by its own node."""

from __future__ import annotations

import http.client
import time

from amana.agencies.models import Agency
from amana.agencies.selectors import AGENCY_KEPT_FOR_SECONDS, NoAgencyError, current_agency
from amana.agencies.services import mark_demonstration
from amana.cli.errors import CommandFailed
from amana.cli.replay.client import Client
from amana.config.env import env
from amana.config.node import signing_key
from amana.reports.models import Report


def check(node: str) -> Agency:
    """The agency of this home. Raises `CommandFailed` when it holds a real report, or when the
    node at that address works on another home: invented reports must not get among real ones."""
    try:
        agency = current_agency()
    except NoAgencyError:
        raise CommandFailed(f"there is no node in {env().home} (AMANA_HOME)") from None
    refuse_real(agency)
    client = Client(node)
    try:
        answer = client.request("GET", "/.well-known/amana/vkey")
    except (OSError, http.client.HTTPException) as error:
        raise CommandFailed(f"no node answers at {node}: {error}") from error
    finally:
        client.close()
    ours = str(signing_key().vkey)
    if answer.status != 200 or ours not in answer.body.decode("utf-8", "replace"):
        raise CommandFailed(f"the node at {node} works on another home than {env().home}")
    return agency


def refuse_real(agency: Agency) -> None:
    """Raise `CommandFailed` when a report in this home may be somebody's own."""
    if Report.objects.filter(agency=agency, demonstration=False).exists():
        raise CommandFailed(
            "this home holds real reports; use an empty one (AMANA_HOME=… make run)", exit_code=2
        )


def mark(agency: Agency) -> Agency:
    """Mark the home as a demonstration for good, and look again: a real report may have arrived
    in the meantime."""
    mark_demonstration(agency=agency)
    # Every process of the running node must know it before the first invented report comes.
    time.sleep(AGENCY_KEPT_FOR_SECONDS + 0.2)
    refuse_real(agency)
    return Agency.objects.get(pk=agency.pk)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana figures publish` and `amana figures list`."""

from __future__ import annotations

import argparse
from typing import Any

from amana.cli.errors import CommandFailed


def register(commands: Any) -> None:
    parser = commands.add_parser("figures", help="publish the figures of a closed period")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    publish = actions.add_parser("publish", help="publish a month, a quarter, or all that is due")
    publish.add_argument(
        "--period", metavar="2026-Q3|2026-09", help="default: every closed one not published yet"
    )
    publish.set_defaults(run=run_publish)
    listing = actions.add_parser("list", help="what has been published")
    listing.set_defaults(run=run_list)


def run_publish(options: argparse.Namespace) -> int:
    """Exit 0 when published (or published before and unchanged); 2 with the reason when not."""
    import django

    django.setup()
    from amana.agencies.selectors import current_agency
    from amana.figures import periods, services

    agency = current_agency()
    if options.period is None:
        done = services.publish_due(agency=agency)
        print("\n".join(f"published {p.period}" for p in done) or "nothing is due")
        return 0
    try:
        period = periods.parse(options.period)
        publication = services.publish(agency=agency, period=period)
    except periods.BadPeriodError as error:
        raise CommandFailed(f"'{error}' is no month (2026-09) and no quarter (2026-Q3)") from error
    except services.OpenPeriodError as error:
        raise CommandFailed(
            f"{error} has not ended: figures come out for closed periods only"
        ) from error
    except services.TooEarlyError as error:
        raise CommandFailed(
            "the public checkpoint that covers the end of the period comes within the hour"
        ) from error
    except services.TooCloseError as error:
        raise CommandFailed(
            "the new revision differs by so little that it would show single people: "
            f"{error}; wait until more has changed"
        ) from error
    print(f"{publication.period} revision {publication.revision} is published")
    return 0


def run_list(_options: argparse.Namespace) -> int:
    import django

    django.setup()
    from amana.agencies.selectors import current_agency
    from amana.figures.selectors import listed

    for row in listed(current_agency().id):
        print(f"{row.period}  {row.revisions} revision{'s' if row.revisions > 1 else ''}")
    return 0

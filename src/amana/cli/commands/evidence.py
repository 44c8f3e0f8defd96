# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana evidence`: hand out as a bag, check a bag, destroy by law, read stored files again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any
from uuid import UUID

from amana.cli import say
from amana.cli.commands import bags
from amana.cli.errors import CommandFailed

if TYPE_CHECKING:
    from amana.evidence.models import Shred
    from amana.people.policies import Staff
    from amana.reports.models import Report


def register(commands: Any) -> None:
    parser = commands.add_parser("evidence", help="hand out, check, destroy by law, read again")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    bags.register(actions)
    shred = actions.add_parser(
        "shred",
        help="destroy a report or an item: one officer asks, and a supervisor runs it again",
    )
    shred.add_argument("id", metavar="ID", help="locator of a report, or id of an item")
    shred.add_argument("--as", dest="officer", required=True, metavar="OFFICER")
    shred.add_argument(
        "--basis",
        default="",
        help="court_order, prosecutor_order, retention_ended, request_of_the_person, never_lawful",
    )
    shred.add_argument("--article", default="", help="the article of law; nothing of a person")
    shred.add_argument("--reason", default="", help="why; it is sealed")
    shred.set_defaults(run=run_shred)
    recheck = actions.add_parser("recheck", help="compare every stored file with its address")
    recheck.set_defaults(run=run_recheck)


def run_shred(options: argparse.Namespace) -> int:
    """The first officer's run asks, the second one's destroys. Exit 0 when asked or destroyed."""
    import django

    django.setup()
    from amana.people.errors import PeopleError
    from amana.reports.errors import ReportError

    staff = signed_in(options.officer)
    try:
        report, item_id = _meant(staff, options.id)
        return _shred(options, staff, report, item_id)
    except (ReportError, PeopleError) as error:
        raise CommandFailed(str(error), exit_code=1) from error


def run_recheck(_options: argparse.Namespace) -> int:
    """Exit 0 when every stored file is what was stored, 1 when one is not."""
    import django

    django.setup()
    from amana.casework import damage

    done, wrong = damage.recheck_everything()
    print(f"{done} files read, {wrong} damaged")
    return 1 if wrong else 0


def signed_in(login: str) -> Staff:
    """The officer with her vault open, by her passphrase. Raises `CommandFailed`."""
    from amana.kernel.sealing.errors import SealingError
    from amana.people.errors import PeopleError
    from amana.people.models import Officer
    from amana.people.policies import staff_for
    from amana.people.vault import unlock

    officer = Officer.objects.filter(login=login, is_active=True).first()
    if officer is None:
        raise CommandFailed("there is no such officer: --as SIGN-IN-NAME")
    try:
        return staff_for(officer, unlock(officer=officer, passphrase=say.passphrase(new=False)))
    except (SealingError, PeopleError) as error:
        raise CommandFailed(str(error), exit_code=1) from error


def locator_in(typed: str) -> str:
    """The digits of a locator, however it was copied from the desk or read aloud."""
    from amana.people.codes import western_digits

    return "".join(sign for sign in western_digits(typed[:200]) if sign.isdigit())


def _meant(staff: Staff, named: str) -> tuple[Report, UUID | None]:
    from amana.evidence.models import EvidenceItem
    from amana.reports.errors import NotFound
    from amana.reports.policies import get_visible

    try:
        item_id = UUID(named)
    except ValueError:
        return get_visible(staff, locator_in(named)), None
    row = EvidenceItem.objects.filter(pk=item_id, report__isnull=False).first()
    if row is None or row.report_id is None:
        raise NotFound
    return get_visible(staff, row.report_id), item_id


def _shred(options: argparse.Namespace, staff: Staff, report: Report, item_id: UUID | None) -> int:
    from amana.casework import services
    from amana.evidence import shredding

    asked: Shred | None = next(
        (row for row in shredding.waiting(report) if row.item_id == item_id), None
    )
    if asked is None:
        shredding.ask(
            staff=staff,
            report=report,
            item_id=item_id,
            basis=options.basis,
            article=options.article,
            reason=options.reason,
        )
        print("asked; a supervisor who is somebody else runs the same command to destroy it")
        return 0
    done = services.shred(staff=staff, report=report, shred_id=asked.id)
    traces = "no trace is left" if done.erased_at else "the worker removes the last traces"
    print(f"destroyed: {traces}")
    return 0

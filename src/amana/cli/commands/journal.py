# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana journal`: check the log, prove an entry, publish, go on after a restore."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from amana.cli import say
from amana.cli.commands import journal_partners
from amana.cli.errors import CommandFailed

if TYPE_CHECKING:
    from amana.journal.quorum import QuorumState


def register(commands: Any) -> None:
    parser = commands.add_parser("journal", help="the log of acts: verify, status, proof, publish")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="recompute all of it from the stored bytes")
    verify.add_argument("--json", action="store_true", help="the verdict for another program")
    verify.set_defaults(run=run_verify)
    status = actions.add_parser("status", help="how large, how far behind, held back or not")
    status.add_argument("--json", action="store_true")
    status.set_defaults(run=run_status)
    checkpoint = actions.add_parser("checkpoint", help="the newest published checkpoint")
    checkpoint.set_defaults(run=run_checkpoint)
    publish = actions.add_parser("publish", help="make the checkpoint of this hour now")
    publish.set_defaults(run=run_publish)
    key = actions.add_parser("key", help="the key with which others check the log")
    key.set_defaults(run=run_key)
    proof = actions.add_parser("proof", help="the proof that a report's receipt stands in the log")
    proof.add_argument("locator", metavar="LOCATOR", help="the public part of a receipt")
    proof.set_defaults(run=run_proof)
    proof.add_argument("--whole", action="store_true", help="with the large signatures too")
    proof.add_argument("--json", action="store_true", help="with salt and entry, for a program")
    accept = actions.add_parser("accept", help="go on under a new name after a restore")
    accept.add_argument("--reason", required=True, help="what happened, in a sentence; it is kept")
    accept.set_defaults(run=run_accept)
    journal_partners.register(actions)


def _ready() -> None:
    import django

    django.setup()


def run_verify(options: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 when something does not; each problem on a line."""
    _ready()
    from amana.journal.verify import verify

    progress = say.Progress("entries")
    verdict = verify(progress=progress)
    progress.close()
    if options.json:
        say.print_json({"holds": verdict.holds, **asdict(verdict)})
        return 0 if verdict.holds else 1
    for problem in verdict.problems:
        print(problem)
    print(
        f"{verdict.entries} entries, {verdict.checkpoints} checkpoints, "
        f"{verdict.waiting} waiting for their place: "
        + ("all of it holds" if verdict.holds else f"{len(verdict.problems)} problems")
    )
    return 0 if verdict.holds else 1


def run_status(options: argparse.Namespace) -> int:
    """Exit 1 while the log is held back."""
    _ready()
    from amana.journal.quorum import quorum_state
    from amana.journal.selectors import log_state

    log, quorum = log_state(), quorum_state()
    if options.json:
        seconds = log.behind.total_seconds()
        say.print_json({**asdict(log), "behind": seconds, "quorum": asdict(quorum)})
    else:
        print(f"{log.origin}: {log.size} signed, {log.waiting} waiting")
        print(f"behind by {log.behind.total_seconds():.1f} s")
        print(_quorum(quorum))
        if log.held_back:
            print(f"held back: {log.held_back}")
    return 1 if log.held_back else 0


def run_checkpoint(_options: argparse.Namespace) -> int:
    """Print the note as it stands at /.well-known/amana/checkpoint."""
    _ready()
    from amana.journal.cosigning import whole_note
    from amana.journal.proofs import latest_public

    public = latest_public()
    if public is None:
        raise CommandFailed("no checkpoint has been published yet", exit_code=1)
    sys.stdout.write(whole_note(public.checkpoint))
    return 0


def _quorum(found: QuorumState) -> str:
    if found.problem:
        return f"witnesses: {found.problem}"
    reached = "reached" if found.reached else "not reached"
    said = f"witnesses: quorum {found.wanted} {reached}"
    said += f"; cosigned by {', '.join(found.cosigned) or 'nobody'}"
    return said + (f"; missing {', '.join(found.missing)}" if found.missing else "")


def run_publish(_options: argparse.Namespace) -> int:
    """Make this hour's checkpoint, unless it is there: more than one an hour would tell when
    somebody reported."""
    _ready()
    from amana.journal.sequencer import publish_hour
    from amana.journal.state import LogHeldBack

    try:
        public = publish_hour()
    except LogHeldBack as error:
        raise CommandFailed(str(error), exit_code=1) from error
    size = public.checkpoint_id if public is not None else None
    print("the checkpoint of this hour is there already" if size is None else f"published: {size}")
    return 0


def run_key(_options: argparse.Namespace) -> int:
    """The verifier keys, the present name first, each on a line; fingerprints to standard error,
    so that the output can be handed to a verifier as it is."""
    _ready()
    from hashlib import sha256

    from amana.journal.selectors import vkeys

    for vkey in vkeys():
        print(vkey)
        say.tell(f"fingerprint {sha256(str(vkey).encode()).hexdigest()}")
    return 0


def run_proof(options: argparse.Namespace) -> int:
    """Print the tlog-proof of the entry that issued a receipt; before it stands under a public
    checkpoint, the node's signed promise."""
    _ready()
    from amana.cli.commands.evidence import locator_in
    from amana.journal.proofs import PROMISE_ONLY, proof_of
    from amana.reports.models import Receipt

    receipt = Receipt.objects.filter(report__locator=locator_in(options.locator)).first()
    if receipt is None or receipt.leaf_event_id is None:
        raise CommandFailed("no report here has this locator", exit_code=1)
    proof = proof_of(receipt.leaf_event_id, promised=receipt.promise, whole=options.whole)
    if proof is None:
        raise CommandFailed("this entry was destroyed; nothing can be proven of it", exit_code=1)
    if options.json:
        say.print_json(asdict(proof))
        return 0
    if proof.kind == PROMISE_ONLY:
        print("not under a public checkpoint yet: this is the promise", file=sys.stderr)
    sys.stdout.write(proof.text)
    return 0


def run_accept(options: argparse.Namespace) -> int:
    """Give up the log that was signed before, and begin to sign again under a new name."""
    _ready()
    from amana.journal.accepting import LogDamaged, NotHeldBack, accept

    if not options.reason.strip():
        raise CommandFailed("say in a sentence what happened: --reason")
    try:
        accepted = accept(reason=options.reason.strip())
    except NotHeldBack:
        raise CommandFailed("the log is not held back: there is nothing to accept") from None
    except LogDamaged as error:
        for problem in error.problems:
            print(problem)
        raise CommandFailed(
            "what is here does not hold, so it is not signed", exit_code=1
        ) from None
    lost = "an unknown number of" if accepted.lost is None else f"{accepted.lost}"
    print(f"the log goes on as {accepted.origin} from entry {accepted.size}; {lost} signed lost")
    print("tell your partners: the checkpoints of the old name end here")
    return 0

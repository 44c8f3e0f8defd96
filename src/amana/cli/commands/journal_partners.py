# SPDX-License-Identifier: AGPL-3.0-or-later
"""`amana journal witness | auditor | policy | consistency | keys`: the log and those outside."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from amana.cli import say
from amana.cli.errors import CommandFailed


def register(actions: Any) -> None:
    """Add these actions to `amana journal`."""
    keys = actions.add_parser("keys", help="the verifier keys to give to partners and auditors")
    keys.set_defaults(run=run_keys)
    _witness(actions.add_parser("witness", help="partners who cosign, and logs that we cosign"))
    _auditor(actions.add_parser("auditor", help="who may read hashes of the tree, by a token"))
    _policy(actions.add_parser("policy", help="how many cosignatures are enough"))
    proof = actions.add_parser("consistency", help="that a larger tree continues a smaller one")
    proof.add_argument("old", type=_size, metavar="OLD", help="the smaller size, at least 1")
    proof.add_argument("new", type=_size, metavar="NEW", help="the larger size")
    proof.set_defaults(run=run_consistency)


def _witness(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="trust a key: of a log to cosign, or of a witness")
    add.add_argument("vkey", metavar="VKEY", help="<name>+<id>+<key>, got from the partner by hand")
    add.add_argument("--url", default="", help="where a witness is asked: her prefix")
    add.set_defaults(run=run_witness_add)
    rows = acts.add_parser("list", help="who is trusted, and what was cosigned last")
    rows.add_argument("--json", action="store_true")
    rows.set_defaults(run=run_witness_list)
    remove = acts.add_parser("remove", help="trust no key of this name any more")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=run_witness_remove)
    ask = acts.add_parser("ask", help="ask every witness for the newest checkpoint now")
    ask.set_defaults(run=run_witness_ask)
    settle = acts.add_parser("settle", help="a witness contradicted this log and was wrong")
    settle.add_argument("--reason", required=True, help="what was found, in a sentence; it is kept")
    settle.set_defaults(run=run_witness_settle)


def _auditor(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    for name, text, run in (
        ("add", "make a token, which is printed once", run_auditor_add),
        ("end", "end a token", run_auditor_end),
    ):
        act = acts.add_parser(name, help=text)
        act.add_argument("name", metavar="NAME", help="of an office or a person, for the record")
        act.set_defaults(run=run)
    rows = acts.add_parser("list", help="who has or had a token")
    rows.set_defaults(run=run_auditor_list)


def _policy(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    check = acts.add_parser("check", help="read a policy file, and judge a checkpoint by it")
    check.add_argument("file", type=Path, metavar="FILE", help="C2SP tlog-policy")
    check.add_argument("--checkpoint", type=Path, metavar="NOTE", help="default: our newest")
    check.set_defaults(run=run_policy_check)
    show = acts.add_parser("show", help="the policy of this node; one to begin with if none is set")
    show.set_defaults(run=run_policy_show)


def run_keys(_options: argparse.Namespace) -> int:
    """Log keys first, the present name in the first line; then those that cosign."""
    _ready()
    from amana.config.node import cosigner_vkeys
    from amana.journal.selectors import vkeys

    for key in (*vkeys(), *cosigner_vkeys()):
        print(key.format())
    return 0


def run_witness_add(options: argparse.Namespace) -> int:
    """The same key again changes its address."""
    _ready()
    from amana.journal.enrolling import CannotEnrol, enrol
    from amana.kernel.ledger.schemes import COSIGNATURES

    try:
        row = enrol(vkey=options.vkey, url=options.url.rstrip("/"))
    except CannotEnrol as error:
        raise CommandFailed(str(error)) from error
    if row.kind in COSIGNATURES:
        asked = f"asked at {row.url}" if row.url else "never asked, without --url"
        print(f"{row.name}: a witness, {asked}")
    else:
        print(f"{row.name}: a log; this node cosigns it when it is asked")
    return 0


def run_witness_list(options: argparse.Namespace) -> int:
    """One line for each key, or JSON."""
    _ready()
    from amana.journal.enrolling import trusted
    from amana.journal.models import Cosignature, Witnessed
    from amana.kernel.ledger.schemes import COSIGNATURES

    cosigned = dict(Witnessed.objects.values_list("origin", "size"))
    rows = []
    for row in trusted():
        witness = row.kind in COSIGNATURES
        ours = Cosignature.objects.filter(name=row.name, key_id=row.key_id)
        last = ours.order_by("-checkpoint_id").values_list("checkpoint_id", flat=True).first()
        rows.append(
            {
                "name": row.name,
                "key_id": row.key_id,
                "is": "witness" if witness else "log",
                "type": row.kind,
                "url": row.url,
                "last_size": last if witness else cosigned.get(row.name),
            }
        )
    if options.json:
        say.print_json({"keys": rows})
        return 0
    for each in rows:
        size = "nothing yet" if each["last_size"] is None else f"size {each['last_size']}"
        print(f"{each['is']:<8} {each['name']}+{each['key_id']} {each['url'] or '-'} {size}")
    if not rows:
        print("nobody is enrolled")
    return 0


def run_witness_remove(options: argparse.Namespace) -> int:
    """What was signed before still holds."""
    _ready()
    from amana.journal.enrolling import remove

    removed = remove(name=options.name)
    if not removed:
        raise CommandFailed("nobody of this name is enrolled", exit_code=1)
    print(f"{options.name}: {len(removed)} keys are trusted no more")
    return 0


def run_witness_ask(_options: argparse.Namespace) -> int:
    """The worker does it by itself each hour."""
    _ready()
    from amana.journal.asking import ask_witnesses

    print(f"{ask_witnesses()} new cosignatures")
    return 0


def run_witness_settle(options: argparse.Namespace) -> int:
    """Sign again under the same name. When the fault is here, `journal accept` is the way."""
    _ready()
    from amana.journal.accepting import NotHeldBack, settle

    if not options.reason.strip():
        raise CommandFailed("say in a sentence what was found: --reason")
    try:
        settle(reason=options.reason.strip())
    except NotHeldBack:
        raise CommandFailed("no witness contradicts this log") from None
    print("settled; the log goes on")
    return 0


def run_auditor_add(options: argparse.Namespace) -> int:
    """Print the token."""
    _ready()
    from amana.journal.enrolling import CannotEnrol, add_auditor

    try:
        token = add_auditor(name=options.name)
    except CannotEnrol as error:
        raise CommandFailed(str(error)) from error
    print("Hand this over by a safe way; it is not shown again.", file=sys.stderr)
    print(token)
    return 0


def run_auditor_end(options: argparse.Namespace) -> int:
    """From now on the token opens nothing."""
    _ready()
    from amana.journal.enrolling import end_auditor

    if not end_auditor(name=options.name):
        raise CommandFailed("no auditor of this name has a token", exit_code=1)
    print(f"{options.name}: ended")
    return 0


def run_auditor_list(_options: argparse.Namespace) -> int:
    """Names and times."""
    _ready()
    from amana.journal.models import Auditor

    for row in Auditor.objects.order_by("added_at"):
        end = f"until {row.ended_at:%Y-%m-%d}" if row.ended_at else "has a token"
        print(f"{row.name}: since {row.added_at:%Y-%m-%d}, {end}")
    return 0


def run_policy_check(options: argparse.Namespace) -> int:
    """Exit 0 when the quorum is reached, 1 when it is not, 2 when the policy cannot be read."""
    _ready()
    from amana.journal import cosigning
    from amana.journal.proofs import latest_public
    from amana.kernel.ledger.errors import LedgerError, PolicyError
    from amana.kernel.ledger.policy import parse_policy

    try:
        rule = parse_policy(options.file.read_bytes())
        if options.checkpoint is not None:
            note = options.checkpoint.read_text("utf-8")
        else:
            public = latest_public()
            note = cosigning.whole_note(public.checkpoint) if public is not None else ""
    except (PolicyError, OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{options.file}: {error}", exit_code=2) from error
    print(f"{len(rule.logs)} logs, {len(rule.witnesses)} witnesses, quorum {rule.quorum}")
    if not note:
        print("nothing has been published yet")
        return 1
    try:
        found = rule.judge(note)
    except LedgerError as error:
        raise CommandFailed(str(error), exit_code=1) from error
    print(f"{found.checkpoint.origin} at {found.checkpoint.size}")
    print(f"cosigned by {', '.join(sorted(found.cosigned)) or 'nobody'}")
    print("the quorum is reached" if found.reached else "the quorum is not reached")
    return 0 if found.reached else 1


def run_policy_show(_options: argparse.Namespace) -> int:
    """The file named in AMANA_WITNESS_POLICY, or a draft from who is enrolled."""
    _ready()
    from amana.journal.quorum import policy_text
    from amana.kernel.ledger.errors import PolicyError

    try:
        sys.stdout.write(policy_text())
    except PolicyError as error:
        raise CommandFailed(str(error)) from error
    return 0


def run_consistency(options: argparse.Namespace) -> int:
    """One base64 hash a line (RFC 6962); nothing is proven from size 0."""
    _ready()
    from amana.journal.reading import CannotProve, consistency
    from amana.kernel.ledger.encoding import encode_base64

    try:
        proof = consistency(options.old, options.new)
    except CannotProve as error:
        raise CommandFailed(str(error), exit_code=1) from error
    for each in proof:
        print(encode_base64(each))
    return 0


def _size(text: str) -> str:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError("a size is a number")
    return text


def _ready() -> None:
    import django

    django.setup()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether enough partners have cosigned the newest public checkpoint, by the operator's policy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from amana.config.env import env
from amana.journal import cosigning, enrolling
from amana.journal.models import Checkpoint
from amana.journal.proofs import HOUR_SECONDS, latest_public
from amana.journal.selectors import vkeys
from amana.kernel.ledger.errors import LedgerError, PolicyError
from amana.kernel.ledger.policy import NONE, Known, Policy, Quorum, parse_policy
from amana.kernel.ledger.schemes import COSIGNATURES


@dataclass(frozen=True, slots=True)
class QuorumState:
    """`wanted` is the policy's quorum (`none`: no cosignature is asked for); `cosigned` and
    `missing` are names of witnesses; `problem` says why nothing could be judged."""

    wanted: str = NONE
    reached: bool = False
    cosigned: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    size: int | None = None
    problem: str = ""


def policy_text() -> str:
    """The policy by which this node's checkpoints are to be trusted: the operator's file
    (`AMANA_WITNESS_POLICY`), or one that names this log, its partners and no quorum.

    Raises `PolicyError` for a file that cannot be read."""
    path = env().witness_policy
    if path is None:
        return _made()
    try:
        return path.read_text("utf-8", "surrogateescape")
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror}") from error


def policy() -> Policy:
    """The parsed policy. This log is added where the file names no log. Raises `PolicyError`."""
    found = parse_policy(policy_text().encode("utf-8", "surrogateescape"))
    return found if found.logs else replace(found, logs=tuple(Known(vkey) for vkey in vkeys()))


def quorum_state() -> QuorumState:
    """How the newest public checkpoint stands."""
    public = latest_public()
    try:
        rule = policy()
        if public is None:
            return QuorumState(wanted=rule.quorum, problem="nothing has been published yet")
        found = judge(public.checkpoint, rule)
    except LedgerError as error:
        return QuorumState(problem=str(error))
    return QuorumState(
        wanted=rule.quorum,
        reached=found.reached,
        cosigned=tuple(sorted(found.cosigned)),
        missing=tuple(sorted(set(rule.witnesses) - found.cosigned)),
        size=public.checkpoint_id,
    )


@dataclass(frozen=True, slots=True)
class ShownState:
    """The newest public checkpoint for a page: `root` in base64, `wanted` whether the policy asks
    for cosignatures, `times` the hosts of the authorities that stamped it."""

    origin: str
    size: int
    root: str
    at: datetime
    partners: tuple[str, ...]
    wanted: bool
    reached: bool
    times: tuple[str, ...]


def shown_state() -> ShownState | None:
    """What the world may see of the newest public checkpoint, and who has confirmed it."""
    public = latest_public()
    if public is None:
        return None
    rule, checkpoint = quorum_state(), public.checkpoint
    origin, size, root = checkpoint.note.split("\n")[:3]
    urls = checkpoint.stamps.order_by("authority").values_list("authority", flat=True)
    return ShownState(
        origin=origin,
        size=int(size),
        root=root,
        at=datetime.fromtimestamp(public.hour * HOUR_SECONDS, UTC),
        partners=cosigning.partners_of(checkpoint),
        wanted=rule.wanted != NONE,
        reached=rule.reached,
        times=tuple(urlsplit(url).hostname or "" for url in urls),
    )


def judge(checkpoint: Checkpoint, rule: Policy) -> Quorum:
    """A checkpoint with all its cosignatures, by a policy. Raises a `LedgerError`."""
    return rule.judge(cosigning.whole_note(checkpoint))


def _made() -> str:
    lines = [f"log {vkey}" for vkey in vkeys()[:1]]
    seen: dict[str, int] = {}
    for row in enrolling.trusted().filter(kind__in=COSIGNATURES):
        seen[row.name] = seen.get(row.name, 0) + 1
        name = row.name if seen[row.name] == 1 else f"{row.name}#{seen[row.name]}"
        lines.append(f"witness {name} {row.vkey}" + (f" {row.url}" if row.url else ""))
    return "\n".join([*lines, f"quorum {NONE}"]) + "\n"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trust policies (c2sp.org/tlog-policy): which logs, which witnesses, and how many of them.

log <vkey> [<url>]
witness <name> <vkey> [<url>]
group <name> all|any|<k> <member>…
quorum <name>|none
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from .checkpoint_text import Checkpoint
from .checkpoints import open_checkpoint
from .cosignatures import cosignatures_in
from .errors import PolicyError, VkeyError
from .notes import Vkey
from .schemes import COSIGNATURES, TYPE_ED25519

NONE: Final = "none"
MAX_BYTES: Final = 1 << 20
MAX_LINES: Final = 4096

_FORBIDDEN: Final = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_COUNT: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """A log or a witness, and where it may be reached (empty: nowhere)."""

    vkey: Vkey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Has witnessed a checkpoint when ``least`` of its members have."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quorum:
    """What a policy says of a checkpoint: the witnesses whose cosignatures hold, and whether
    they are enough."""

    checkpoint: Checkpoint
    cosigned: frozenset[str]
    reached: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy. ``quorum`` is the name of a witness or group, or ``none``."""

    logs: tuple[Known, ...]
    witnesses: Mapping[str, Known]
    groups: Mapping[str, Group]
    quorum: str

    def reached_by(self, cosigned: AbstractSet[str]) -> bool:
        """Whether these witnesses are enough."""
        return self.quorum == NONE or self._witnessed(self.quorum, cosigned)

    def judge(self, note: str) -> Quorum:
        """Check a checkpoint against the policy.

        Raises ``NoteError`` or ``CheckpointError`` unless one of the logs signed it, or when a
        cosignature of a listed witness is wrong. A quorum that is not reached is no error: look
        at ``reached``."""
        checkpoint = open_checkpoint(note, [log.vkey for log in self.logs])
        found = cosignatures_in(note, [each.vkey for each in self.witnesses.values()])
        good = {(signature.name, signature.key_id) for signature in found}
        cosigned = frozenset(
            name
            for name, known in self.witnesses.items()
            if (known.vkey.name, known.vkey.key_id) in good
        )
        return Quorum(checkpoint, cosigned, self.reached_by(cosigned))

    def _witnessed(self, name: str, cosigned: AbstractSet[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._witnessed(each, cosigned) for each in group.members) >= group.least


def parse_policy(data: bytes) -> Policy:
    """Read a policy file. Raises ``PolicyError``, naming the line."""
    if len(data) > MAX_BYTES or data.count(b"\n") > MAX_LINES:
        raise PolicyError("the policy is too long")
    if not data.endswith(b"\n"):
        raise PolicyError("the last line of a policy ends in a newline: is the file whole?")
    if _FORBIDDEN.search(data):
        raise PolicyError("a policy holds no control character but tab and newline")
    reading = _Reading()
    for number, line in enumerate(data.split(b"\n"), start=1):
        # Words are opaque bytes; a name that is no UTF-8 stays what it is.
        words = [w.decode("utf-8", "surrogateescape") for w in re.split(rb"[ \t]+", line) if w]
        if words and not words[0].startswith("#"):
            try:
                reading.take(words)
            except (PolicyError, VkeyError) as error:
                raise PolicyError(f"line {number}: {error}") from error
    return reading.policy()


@dataclass(slots=True)
class _Reading:
    logs: list[Known] = field(default_factory=list)
    witnesses: dict[str, Known] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    quorum: str | None = None

    def take(self, words: list[str]) -> None:
        kind, *rest = words
        if kind == "log" and len(rest) in {1, 2}:
            self._log(*rest)
        elif kind == "witness" and len(rest) in {2, 3}:
            self._witness(*rest)
        elif kind == "group" and len(rest) >= 3:
            self._group(rest[0], rest[1], rest[2:])
        elif kind == "quorum" and len(rest) == 1:
            self._quorum(rest[0])
        else:
            raise PolicyError("a line begins with log, witness, group or quorum and is complete")

    def policy(self) -> Policy:
        if self.quorum is None:
            raise PolicyError("a policy says which quorum it wants")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum)

    def _log(self, text: str, url: str = "") -> None:
        vkey = Vkey.parse(text)
        if vkey.kind != TYPE_ED25519:
            raise PolicyError("this is no key of a log")
        if any(vkey.public == known.vkey.public for known in self.logs):
            raise PolicyError("this log stands here twice")
        self.logs.append(Known(vkey, url))

    def _witness(self, name: str, text: str, url: str = "") -> None:
        vkey = Vkey.parse(text)
        if vkey.kind not in COSIGNATURES:
            raise PolicyError("this is no key of a witness")
        if any(vkey.public == known.vkey.public for known in self.witnesses.values()):
            raise PolicyError("this witness stands here twice")
        self._new(name)
        self.witnesses[name] = Known(vkey, url)

    def _group(self, name: str, least: str, members: list[str]) -> None:
        for member in members:
            if not self._defined(member):
                raise PolicyError(f"{_shown(member)} is not defined above")
            if member in self.members:
                raise PolicyError(f"{_shown(member)} is a member already")
            self.members.add(member)
        self._new(name)
        self.groups[name] = Group(_least(least, len(members)), tuple(members))

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise PolicyError("the quorum is said twice")
        if name != NONE and not self._defined(name):
            raise PolicyError(f"{_shown(name)} is not defined above")
        self.quorum = name

    def _new(self, name: str) -> None:
        if name == NONE or self._defined(name):
            raise PolicyError(f"the name {_shown(name)} is taken")

    def _defined(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups


def _least(text: str, members: int) -> int:
    if text == "all":
        return members
    if text == "any":
        return 1
    if not _COUNT.fullmatch(text) or int(text) > members:
        raise PolicyError("a group wants all, any, or a number of its members")
    return int(text)


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log: keys, policies, checkpoints, witnesses, proofs (RFC 6962, the texts of c2sp.org)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from pathlib import Path
from typing import NamedTuple

from .curve import key_point, signature_holds
from .files import Bag, Refused

NUMBER = r"(0|[1-9][0-9]{0,18})"
ED25519, COSIGNATURE = 1, 4
MAX_POLICY = 1 << 20


class Key(NamedTuple):
    """A key that checks signatures; `kind` is 1 for a log, 4 for a witness."""

    name: str
    ident: bytes
    kind: int
    public: bytes


class Seen(NamedTuple):
    """A checkpoint that holds; `when` a witness of the policy first saw it (POSIX seconds), and
    whether enough of them did."""

    size: int
    root: bytes
    when: int | None
    reached: bool


def decoded(text: str) -> bytes:
    """Standard base64, in the one spelling that it has."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise ValueError("not base64") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("not canonical base64")
    return data


def read_key(text: str) -> Key:
    """A verifier key: NAME+ID+KEY."""
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", text.strip())
    try:
        name, ident, raw = match.groups() if match else ("", "", "")
        data = decoded(raw)
    except ValueError:
        data = b""
    digest = hashlib.sha256(name.encode() + b"\n" + data).hexdigest()
    if len(data) < 2 or ident != digest[:8]:
        raise Refused("log-key", text[:60], "this is not a verifier key: NAME+ID+KEY")
    if data[0] in (ED25519, COSIGNATURE) and key_point(data[1:]) is None:
        raise Refused("log-key", name, "this key is too weak to be trusted")
    return Key(name, bytes.fromhex(ident), data[0], data[1:])


def trusted_keys(bag: Bag, texts: list[str]) -> list[Key]:
    """The keys that the caller trusts. Instead of a key she may give its fingerprint (SHA-256 of
    the key's text, 64 hexadecimal digits): then the bag may say which key that is."""
    keys = []
    for text in texts:
        wanted = re.sub(r"[\s:]", "", text).lower()
        short = re.fullmatch(r"[0-9a-f]{64}", wanted)
        key = read_key(named_in(bag, wanted) if short else text)
        if key.kind != ED25519:
            raise Refused("log-key", key.name, "a key of this kind is not checked here")
        keys.append(key)
    return keys


def named_in(bag: Bag, fingerprint: str) -> str:
    """The key with this fingerprint, among those that the bag names."""
    try:
        named = [str(key) for key in json.loads(bag.read("openings.json"))["log_keys"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        named = []
    for text in named:
        if hashlib.sha256(text.encode()).hexdigest() == fingerprint:
            return text
    raise Refused("log-key", "openings.json", "no key of this bag has the fingerprint you gave")


class Policy:
    """Which witnesses must have signed (c2sp.org/tlog-policy)."""

    def __init__(self, path: str) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[str, Key] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum = ""
        with Path(path).open(encoding="utf-8") as file:
            lines = file.read(MAX_POLICY).splitlines()
        for line in lines:
            words = line.split()
            if words and not words[0].startswith("#") and not self._take(words[0], words[1:]):
                raise Refused("quorum", path, f"not understood: {line[:80]}")
        if not self.quorum:
            raise Refused("quorum", path, "the policy names no quorum")

    def _take(self, kind: str, rest: list[str]) -> bool:
        names = {"none", *self.witnesses, *self.groups}
        if kind == "log" and len(rest) in (1, 2):
            self.logs.append(read_key(rest[0]))
        elif kind == "witness" and len(rest) in (2, 3) and rest[0] not in names:
            key = read_key(rest[1])
            if key in self.witnesses.values():
                return False
            self.witnesses[rest[0]] = key
        elif kind == "group" and len(rest) >= 3 and rest[0] not in names:
            return self._group(rest[0], rest[1], rest[2:])
        elif kind == "quorum" and len(rest) == 1 and not self.quorum and rest[0] in names:
            self.quorum = rest[0]
        else:
            return False
        return True

    def _group(self, name: str, count: str, members: list[str]) -> bool:
        known = {*self.witnesses, *self.groups}
        if not set(members) <= known or len(set(members)) != len(members):
            return False
        wanted = {"all": str(len(members)), "any": "1"}.get(count, count)
        if not re.fullmatch(r"[1-9][0-9]{0,3}", wanted) or int(wanted) > len(members):
            return False
        self.groups[name] = (int(wanted), members)
        return True

    def reached(self, name: str, signed: dict[str, int]) -> bool:
        """Whether a witness, or enough of a group, has signed."""
        if name not in self.groups:
            return name == "none" or name in signed
        count, members = self.groups[name]
        return sum(self.reached(each, signed) for each in members) >= count


class Log:
    """Checks against the keys that the caller trusts; each checkpoint once."""

    def __init__(self, keys: list[Key], policy: Policy | None) -> None:
        self.keys, self.policy = keys, policy
        self.skipped: set[str] = set()
        self._seen: dict[str, Seen | ValueError] = {}

    def included(self, text: str, entry: bytes) -> Seen:
        """Return the checkpoint under which this entry stands in the log.

        Raises ValueError with the reason when it does not stand there."""
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        index = re.fullmatch(f"index {NUMBER}", lines[1] if len(lines) > 1 else "")
        if not blank or lines[0] != "c2sp.org/tlog-proof@v1" or index is None:
            raise ValueError("the proof is malformed, or carries what nobody has signed")
        path = [decoded(line) for line in lines[2:]]
        if len(path) > 63 or any(len(each) != 32 for each in path):
            raise ValueError("the proof is malformed")
        seen = self._once(note)
        climb(entry, int(index.group(1)), seen, path)
        return seen

    def _once(self, note: str) -> Seen:
        """What a checkpoint says; each is checked once, also one that does not hold."""
        if note not in self._seen:
            try:
                self._seen[note] = self._checkpoint(note)
            except ValueError as error:
                self._seen[note] = error
        seen = self._seen[note]
        if isinstance(seen, ValueError):
            raise seen
        return seen

    def _checkpoint(self, note: str) -> Seen:
        head, blank, tail = note.rpartition("\n\n")
        lines = head.split("\n")
        if not blank or not tail.endswith("\n") or len(lines) != 3:
            raise ValueError("the checkpoint is malformed")
        signatures = {signature_line(line) for line in tail[:-1].split("\n")}
        trusted = {(key.name, key.ident): key for key in self.keys}
        good = False
        for name, ident, value in sorted(signatures):
            key = trusted.get((name, ident))
            if key is None:
                self.skipped.add(name)
            elif name == lines[0] and signature_holds(key.public, f"{head}\n".encode(), value):
                good = True
            else:
                raise ValueError("the signature of the log does not hold")
        if not good:
            raise ValueError("the key that was given has not signed this checkpoint")
        if not re.fullmatch(NUMBER, lines[1]) or len(decoded(lines[2])) != 32:
            raise ValueError("the checkpoint is malformed")
        signed = self._witnessed(f"{head}\n", signatures)
        when = min(signed.values()) if signed else None
        reached = self.policy is None or self.policy.reached(self.policy.quorum, signed)
        return Seen(int(lines[1]), decoded(lines[2]), when, reached)

    def _witnessed(self, text: str, lines: set[tuple[str, bytes, bytes]]) -> dict[str, int]:
        """When each witness of the policy saw it. Witnesses with other kinds of keys than Ed25519
        do not count here."""
        if self.policy is None:
            return {}
        signed: dict[str, int] = {}
        for who, key in self.policy.witnesses.items():
            values = [v for name, ident, v in lines if (name, ident) == (key.name, key.ident)]
            for value in values if key.kind == COSIGNATURE else []:
                when = int.from_bytes(value[:8], "big")
                message = f"cosignature/v1\ntime {when}\n{text}".encode()
                if not signature_holds(key.public, message, value[8:]):
                    raise ValueError(f"the signature of witness {who} does not hold")
                signed[who] = when
                self.skipped.discard(key.name)
        return signed


def signature_line(line: str) -> tuple[str, bytes, bytes]:
    """Name, key id and value of one signature under a note."""
    match = re.fullmatch(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)", line)
    data = decoded(match.group(2)) if match else b""
    if match is None or len(data) < 5:
        raise ValueError("a signature line of the checkpoint is malformed")
    return match.group(1), data[:4], data[4:]


def climb(entry: bytes, index: int, seen: Seen, path: list[bytes]) -> None:
    """From the leaf to the root (RFC 9162, section 2.1.3.2)."""
    if index >= seen.size:
        raise ValueError("the proof names a place that the log does not have")
    node, at, last = hashlib.sha256(b"\x00" + entry).digest(), index, seen.size - 1
    for each in path:
        if last == 0:
            raise ValueError("the proof is too long")
        if at & 1 or at == last:
            node = hashlib.sha256(b"\x01" + each + node).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\x01" + node + each).digest()
        at, last = at >> 1, last >> 1
    if last or node != seen.root:
        raise ValueError("the proof does not lead to the log")

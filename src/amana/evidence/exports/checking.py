# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checks a bag of evidence against keys from outside of it: container, openings, custody, log.

It says since when a file is unchanged, who handed it in and how. It never says that what a file
shows is true, nor how it was before."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from amana.evidence.exports.openings import FORMAT
from amana.evidence.exports.reading import Bag, BagRefused, NotABag, read_bag
from amana.evidence.exports.witnessing import Trust
from amana.evidence.keys import Digests, commitment
from amana.evidence.records import Kind
from amana.kernel.ledger.commitments import commit
from amana.kernel.ledger.errors import LedgerError
from amana.kernel.ledger.notes import Vkey
from amana.kernel.ledger.schemes import TYPE_ED25519

LISTS: Final = frozenset(
    f"{tag}manifest-{kind}.txt" for tag in ("", "tag") for kind in ("sha256", "sha512")
)
BEGINNINGS: Final = frozenset({Kind.INGEST, Kind.CAPTURE, Kind.DERIVE})
MAX_PROOF: Final = 2 * 1024 * 1024
NO_KEY: Final = (
    "no key of the log was given, so nothing can be concluded. Get the key from the agency itself "
    "or from a partner, never from the bag, and name it with --log-key"
)
_MALFORMED: Final = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(slots=True)
class Verdict:
    """What was found. `exit` as the command returns it: 0 holds, 1 does not, 2 is no bag."""

    exit: int = 0
    items: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)

    def refuse(self, problem: BagRefused) -> None:
        """Note what does not hold."""
        self.exit = max(self.exit, 1)
        found = {"code": problem.code, "where": problem.where, "text": problem.reason}
        if found not in self.problems:
            self.problems.append(found)


def check_container(path: Path) -> Verdict:
    """The container alone: that every listed byte is there, and nothing about who made it."""
    verdict = Verdict(not_checked=["who made the bag, and since when it is unchanged"])
    _reading(path, verdict)
    return verdict


def check_bag(path: Path, *, keys: Sequence[str], trust: Trust) -> Verdict:
    """Everything. `keys` are verifier keys of the log or their fingerprints, from outside."""
    verdict = Verdict()
    bag = _reading(path, verdict)
    if bag is None:
        return verdict
    try:
        _require_profile(bag)
        trust.vkeys += [_trusted(bag, key) for key in keys]
        trust.vkeys += [log.vkey for log in trust.policy.logs] if trust.policy else []
        if not any(vkey.kind == TYPE_ED25519 for vkey in trust.vkeys):
            raise BagRefused("log-key", "", NO_KEY)
        items = _Items(bag, trust, verdict)
        items.check()
        verdict.checked += sorted(trust.witnesses)
        if items.alone:
            verdict.not_checked.append(f"{items.alone} records that no witness has seen yet")
        for name, said in trust.stamps(bag):
            found = f"time stamp {name}"
            if said:
                verdict.checked.append(f"{found}: {said}")
            else:
                verdict.not_checked.append(f"{found}, since no root certificate was given")
    except BagRefused as problem:
        verdict.refuse(problem)
    verdict.not_checked.append("whether what the files show is true")
    return verdict


def fingerprint(vkey: str) -> str:
    """What a person can type of a verifier key: SHA-256 of its text, 64 hexadecimal digits."""
    return sha256(vkey.encode()).hexdigest()


def _reading(path: Path, verdict: Verdict) -> Bag | None:
    try:
        bag = read_bag(path)
    except BagRefused as problem:
        verdict.refuse(problem)
    except (NotABag, OSError, EOFError, NotImplementedError, zipfile.BadZipFile) as error:
        verdict.refuse(BagRefused("not-a-bag", str(path), str(error) or "no bagit.txt"))
        verdict.exit = 2
    else:
        verdict.warnings += bag.warnings
        return bag
    return None


def _require_profile(bag: Bag) -> None:
    """Beyond the standard: two digests of everything, and nothing that no list knows."""
    if bag.version != "1.0" or set(bag.lists) != LISTS:
        raise BagRefused("container", "", "not the form of a bag of evidence")
    for listing in sorted(name for name in LISTS if name.startswith("tag")):
        for name in sorted(bag.sizes):
            apart = name.startswith(("data/", "tagmanifest-"))
            if not apart and name not in bag.lists[listing]:
                raise BagRefused("unlisted-file", name, "no list knows it")


def _trusted(bag: Bag, given: str) -> Vkey:
    """A key that was given, or the one in the bag whose fingerprint was given."""
    digits = "".join(given.split()).replace(":", "").lower()
    if len(digits) == 64 and all(digit in "0123456789abcdef" for digit in digits):
        given = next((key for key in _named(bag) if fingerprint(key) == digits), "")
    try:
        return Vkey.parse(given.strip())
    except LedgerError as error:
        raise BagRefused("log-key", given[:60], str(error)) from error


def _named(bag: Bag) -> list[str]:
    try:
        return [str(key) for key in json.loads(bag.text("openings.json"))["log_keys"]]
    except _MALFORMED:
        return []


class _Items:
    """Follows each file from its bytes to the log."""

    def __init__(self, bag: Bag, trust: Trust, verdict: Verdict) -> None:
        self._bag, self._trust, self._verdict = bag, trust, verdict
        self._used: set[str] = set()
        self._made = ""
        self.alone = 0
        """Records under a checkpoint that too few witnesses of the policy have signed."""

    def check(self) -> None:
        try:
            opened = json.loads(self._bag.text("openings.json"))
            items, self._made = list(opened["items"]), opened["made"]["bag"]
            if opened["format"] != FORMAT:
                raise ValueError("another format")
        except _MALFORMED as error:
            raise BagRefused("openings", "openings.json", "it cannot be read") from error
        for item in items:
            try:
                self._verdict.items.append(self._row(item))
            except _MALFORMED:
                self._refuse("openings", "openings.json", "an item is malformed")
        for name in sorted(self._bag.sizes):
            if name.startswith("data/") and name not in self._used:
                self._refuse("openings", name, "nothing in the log speaks for it")

    def _row(self, item: Mapping[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {"number": int(item["number"]), "state": "withheld"}
        if "withheld" in item:
            return row | {"reason": str(item["withheld"])}
        row["file"] = str(item["file"])
        try:
            return row | self._follow(item) | {"state": "holds"}
        except BagRefused as problem:
            self._verdict.refuse(problem)
            return row | {"state": "fails"}

    def _follow(self, item: Mapping[str, Any]) -> dict[str, Any]:
        name, bound = item["file"], self._commitment(item).hex()
        said: list[dict[str, Any] | None] = []
        previous = ""
        for number, record in enumerate(item["records"], start=1):
            if record["number"] != number:
                raise BagRefused("chain", name, f"record {number} of its custody is missing")
            witnessed = self._prove(item, record)
            if number == 1 and not witnessed:
                raise BagRefused("quorum", name, "too few witnesses saw the log when it came in")
            self.alone += not witnessed
            opened = None if "withheld" in record else self._open(item, record, previous)
            if opened is not None and opened["commit"] != bound:
                raise BagRefused("opening", name, "not the file that was committed to")
            said.append(opened)
            previous = record["leaf"]
        return self._sentence(name, said)

    def _sentence(self, name: str, said: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
        first, last = (said[0], said[-1]) if said else (None, None)
        if first is None or first["type"] not in BEGINNINGS:
            raise BagRefused("chain", name, "the beginning of its custody is not shown")
        if last is None or last["type"] != Kind.EXPORT or last["facts"].get("bag") != self._made:
            raise BagRefused("chain", name, "its custody does not end with this bag")
        return {
            "since": str(first["t"]),
            # A copy was made by who made it, whoever brought the original.
            "by": str(
                (first["type"] != Kind.DERIVE and first["facts"].get("source"))
                or first["actor"]["role"]
            ),
            "method": str(first["facts"].get("method") or first["type"]),
        }

    def _commitment(self, item: Mapping[str, Any]) -> bytes:
        name, size = item["file"], item["size"]
        if name not in self._bag.sizes or not name.startswith("data/"):
            raise BagRefused("missing-file", name, "it is not there")
        if name in self._used:
            raise BagRefused("openings", name, "two items share it")
        self._used.add(name)
        if size != self._bag.sizes[name]:
            raise BagRefused("opening", name, "it has another size")
        found = self._bag.digests[name]
        digests = Digests(
            bytes.fromhex(found["sha256"]),
            bytes.fromhex(found["sha512"]),
            _digest(item["cipher_sha256"]),
            size,
        )
        return commitment(_salt(item["salt"]), digests)

    def _prove(self, item: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
        where = record["proof"]
        if where is None:
            raise BagRefused("unproven", item["file"], "a record has no place in the log yet")
        try:
            text = self._bag.text(where, limit=MAX_PROOF).decode("utf-8")
            return self._trust.prove(text, _digest(record["leaf"]))
        except (LedgerError, UnicodeDecodeError) as error:
            raise BagRefused("proof", where, str(error)) from error

    def _open(
        self, item: Mapping[str, Any], record: Mapping[str, Any], previous: str
    ) -> dict[str, Any]:
        where, said = record["proof"], json.loads(record["record"])
        if commit(_salt(record["entry_salt"]), record["entry"].encode()).hex() != record["leaf"]:
            raise BagRefused("entry", where, "another entry of the journal stands in the log")
        entry = json.loads(record["entry"])
        bound = commit(_salt(record["record_salt"]), record["record"].encode()).hex()
        if entry["facts"]["custody"] != bound:
            raise BagRefused("record", where, "the log commits to another record")
        same = said["item"] == entry["facts"]["item"] == item["id"]
        if not same or entry["tag"] != f"evidence:item:{said['type']}":
            raise BagRefused("record", where, "it is about something else")
        if said["previous"] != previous:
            raise BagRefused("chain", where, "it does not follow the record before it")
        return dict(said)

    def _refuse(self, code: str, where: str, reason: str) -> None:
        self._verdict.refuse(BagRefused(code, where, reason))


def _salt(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii"), validate=True)


def _digest(text: str) -> bytes:
    digest = bytes.fromhex(text)
    if len(digest) != 32:
        raise ValueError("not a SHA-256")
    return digest

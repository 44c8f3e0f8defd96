# SPDX-License-Identifier: AGPL-3.0-or-later
"""The items: file, opening, record of custody, entry of the journal, leaf of the log."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, NamedTuple

from .container import Container
from .files import Refused
from .log import Log, Seen, decoded

FORMAT = "amana-openings/v1"
BEGINNINGS = ("ingest", "capture", "derive")
MAX_PROOF = 2 << 20
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


class Link(NamedTuple):
    """One record of custody in its chain; `said` is nothing when it was withheld."""

    said: dict[str, Any] | None
    leaf: bytes
    seen: Seen


class Items:
    """Checks every item of a bag; one that fails is named, and the others are checked as well."""

    def __init__(self, container: Container, log: Log) -> None:
        self.container, self.bag, self.log = container, container.bag, log
        self.rows: list[dict[str, Any]] = []
        self.problems: list[Refused] = []
        self._used: set[str] = set()
        self.alone = 0

    def check(self) -> None:
        """Fill `rows` and `problems`."""
        try:
            opened = json.loads(self.bag.read("openings.json"))
            items, made = opened["items"], opened["made"]["bag"]
            if opened["format"] != FORMAT or not isinstance(items, list):
                raise ValueError("another form")
        except MALFORMED:
            text = "the openings cannot be read"
            raise Refused("openings", "openings.json", text) from None
        for item in items:
            try:
                self.rows.append(self._row(item, made))
            except MALFORMED:
                text = "an item is malformed"
                self.problems.append(Refused("openings", "openings.json", text))
        for name in sorted(set(self.bag.sizes) - self._used):
            if name.startswith("data/"):
                text = "nothing in the log speaks for this file"
                self.problems.append(Refused("openings", name, text))

    def _row(self, item: dict[str, Any], made: str) -> dict[str, Any]:
        row = {"number": int(item["number"]), "state": "withheld"}
        if "withheld" in item:
            return {**row, "reason": str(item["withheld"])}
        row["file"] = str(item["file"])
        try:
            return {**row, **self._item(item, made), "state": "holds"}
        except Refused as error:
            self.problems.append(error)
            return {**row, "state": "fails"}

    def _item(self, item: dict[str, Any], made: str) -> dict[str, Any]:
        bound, name = self._bound(item), item["file"]
        chain: list[Link] = []
        for number, record in enumerate(item["records"], 1):
            if record["number"] != number:
                raise Refused("chain", name, "a record of custody is missing")
            chain.append(self._link(item, record, bound.hex(), chain[-1].leaf if chain else b""))
        if chain and not chain[0].seen.reached:
            raise Refused("quorum", name, "too few witnesses saw the log when it came in")
        self.alone += sum(not link.seen.reached for link in chain)
        first = chain[0].said if chain else None
        last = chain[-1].said if chain else None
        if first is None or first["type"] not in BEGINNINGS:
            raise Refused("chain", name, "the beginning of the custody is not shown")
        if last is None or last["type"] != "export" or last["facts"].get("bag") != made:
            raise Refused("chain", name, "the custody does not end with this bag")
        source = first["facts"].get("source") if first["type"] != "derive" else ""
        return {
            "since": str(first["t"]),
            "by": str(source or first["actor"]["role"]),
            "method": str(first["facts"].get("method") or first["type"]),
            "witnessed": chain[0].seen.when,
        }

    def _bound(self, item: dict[str, Any]) -> bytes:
        """The salted commitment to the bytes that lie here."""
        name, size = item["file"], item["size"]
        if name not in self.bag.sizes or not name.startswith("data/"):
            raise Refused("missing-file", name, "the file of an item is not there")
        if name in self._used:
            raise Refused("openings", name, "two items share one file")
        self._used.add(name)
        if size != self.bag.sizes[name]:
            raise Refused("opening", name, "the file has another size")
        digests = self.container.digests[name]
        said = digests["sha256"] + digests["sha512"] + item["cipher_sha256"]
        bound = b"evidence/v1\x00" + bytes.fromhex(said) + size.to_bytes(8, "big")
        return mac(decoded(item["salt"]), bound)

    def _link(
        self, item: dict[str, Any], record: dict[str, Any], bound: str, previous: bytes
    ) -> Link:
        where, leaf = record["proof"], bytes.fromhex(record["leaf"])
        if where is None:
            raise Refused("unproven", item["file"], "a record has no place in the log yet")
        try:
            seen = self.log.included(self.bag.read(where, MAX_PROOF).decode("utf-8"), leaf)
        except ValueError as error:
            raise Refused("proof", where, str(error)) from None
        if "withheld" in record:
            return Link(None, leaf, seen)
        if mac(decoded(record["entry_salt"]), record["entry"].encode()) != leaf:
            raise Refused("entry", where, "the entry of the journal is not the one in the log")
        said, entry = json.loads(record["record"]), json.loads(record["entry"])
        inner = mac(decoded(record["record_salt"]), record["record"].encode())
        if entry["facts"]["custody"] != inner.hex():
            raise Refused("record", where, "the log commits to another record of custody")
        about = (said["item"], entry["facts"]["item"], entry["tag"])
        if about != (item["id"], item["id"], "evidence:item:" + said["type"]):
            raise Refused("record", where, "the record is about something else")
        if said["previous"] != previous.hex():
            raise Refused("chain", where, "the record does not follow the one before it")
        if said["commit"] != bound:
            raise Refused("opening", item["file"], "not the file that was committed to")
        return Link(said, leaf, seen)


def mac(salt: bytes, data: bytes) -> bytes:
    """A salted commitment."""
    if len(salt) != 32:
        raise ValueError("a salt has another length")
    return hmac.new(salt, data, hashlib.sha256).digest()

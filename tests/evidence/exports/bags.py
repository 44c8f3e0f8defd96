# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bags without a node: a log of its own, items with true records, and the means to forge them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from amana.evidence.exports.contents import Contents, Link, Made, Reason, Released, Withheld
from amana.evidence.exports.packing import pack
from amana.evidence.exports.sinks import FolderSink
from amana.evidence.exports.writing import BagWriter
from amana.evidence.keys import Digests, commitment
from amana.kernel.ledger import (
    Checkpoint,
    Cosigner,
    MemoryTileStore,
    ProofFile,
    SigningKey,
    append,
    commit,
    format_proof_file,
    inclusion_proof,
    leaf_hash,
    new_salt,
    sign_checkpoint,
)

AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@dataclass
class Node:
    """A log with its key; `prove` makes the proofs of everything that was entered."""

    key: SigningKey = field(default_factory=lambda: SigningKey.generate("amana/0123456789abcdef"))
    entries: list[bytes] = field(default_factory=list)
    witnesses: list[Cosigner] = field(default_factory=list)
    at: int = 1_777_888_999

    def enter(self, entry: bytes) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def prove(self, key: SigningKey | None = None) -> Callable[[int], str]:
        store = MemoryTileStore()
        grown = append(store, 0, [leaf_hash(entry) for entry in self.entries])
        store.put_many(grown.changed)
        signer = key or self.key
        checkpoint = Checkpoint(signer.vkey.name, grown.size, grown.root)
        note = sign_checkpoint(checkpoint, signer)
        for witness in self.witnesses:
            note += witness.cosign(checkpoint.format(), self.at).format() + "\n"

        def proof(index: int) -> str:
            hashes = tuple(inclusion_proof(store, index, grown.size))
            return format_proof_file(ProofFile(index, hashes, note))

        return proof


def record(item: UUID, kind: str, bound: bytes, previous: str, **facts: object) -> str:
    """The canonical text of a record of custody."""
    said = {
        "v": 1,
        "type": kind,
        "t": "2026-05-04T09:00:00.000000+00:00",
        "item": str(item),
        "commit": bound.hex(),
        "previous": previous,
        "actor": {"role": "reporter" if kind == "ingest" else "investigator", "pseudonym": ""},
        "purpose": "report",
        "authority": "",
        "tool": "amana/0.1.0",
        "alg": "SHA-256+SHA-512",
        "facts": facts,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def links(node: Node, item: UUID, bound: bytes, bag: UUID, *, views: int = 1) -> list[Link]:
    """A chain of custody: came in, was looked at, was exported. Proofs are made later."""
    kinds = ["ingest", *["view"] * views, "export"]
    found: list[Link] = []
    previous = ""
    for number, kind in enumerate(kinds, start=1):
        facts = {"ingest": {"source": "reporter"}, "export": {"bag": str(bag)}}.get(kind, {})
        text, salt = record(item, kind, bound, previous, **facts), new_salt()
        said = {
            "tag": f"evidence:item:{kind}",
            "facts": {"item": str(item), "custody": commit(salt, text.encode()).hex()},
        }
        entry, entry_salt = json.dumps(said, sort_keys=True, separators=(",", ":")), new_salt()
        leaf = commit(entry_salt, entry.encode())
        index = node.enter(leaf)
        found.append(Link(number, leaf, str(index), "", entry, entry_salt, text, salt))
        previous = leaf.hex()
    return found


def released(
    node: Node, number: int, data: bytes, bag: UUID, *, copy: str = "evidentiary", views: int = 1
) -> Released:
    """One item with a whole chain."""
    identifier, salt = uuid4(), new_salt()
    first, second = hashlib.sha256(data), hashlib.sha512(data)
    cipher = hashlib.sha256(b"sealed" + data).digest()
    bound = commitment(salt, Digests(first.digest(), second.digest(), cipher, len(data)))
    return Released(
        number=number,
        id=identifier,
        copy=copy,
        of=None if copy == "evidentiary" else 1,
        kind="image/png",
        name="صورة ../../etc/passwd\u202egnp.exe" if number == 1 else f"photo {number}.png",
        size=len(data),
        sha256=first.hexdigest(),
        cipher_sha256=cipher.hex(),
        salt=salt,
        links=tuple(links(node, identifier, bound, bag, views=views)),
        open=partial(io.BytesIO, data),
        sha512=second.hexdigest(),
    )


def contents(
    node: Node, *, count: int = 2, language: str = "en", views: int = 1, size: int = 0
) -> Contents:
    """A bag of `count` pictures, one working copy and one item that is withheld."""
    bag = uuid4()
    for _ in range(5):  # the log holds other things too
        node.enter(new_salt())
    items = [
        released(node, number, PICTURE + bytes([number % 256]) * (size or number), bag, views=views)
        for number in range(1, count + 1)
    ]
    items.append(released(node, count + 1, b"a safe view", bag, copy="safe_view", views=views))
    proof = node.prove()
    proven = tuple(
        replace(
            item,
            links=tuple(replace(link, proof=proof(int(link.proof))) for link in item.links),
        )
        for item in items
    )
    return Contents(
        made=Made(
            bag=bag,
            at=AT,
            role="investigator",
            pseudonym="k7f2",
            purpose="For the court of first instance",
            tool="amana/0.1.0",
            agency="وحدة الجرائم الإلكترونية",
            locator="12345678",
            language=language,
        ),
        released=proven,
        withheld=(Withheld(count + 2, uuid4(), "evidentiary", Reason.MINOR),),
        log_keys=(str(node.key.vkey),),
        policy=f"log {node.key.vkey}\nquorum none\n",
    )


def unsigned(draw: Callable[[bool], bytes]) -> bytes:
    """Stands in for the signature of the node."""
    return draw(False)


def write(what: Contents, parent: Path) -> Path:
    """The bag as a folder."""
    sink = FolderSink(parent, what.name)
    for _ in pack(what, sink, sign=unsigned):
        pass
    return sink.finish()


def openings(bag: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((bag / "openings.json").read_text("utf-8"))
    return found


def rewrite(bag: Path, changed: dict[str, Any] | None = None) -> None:
    """Recompute every manifest, as a forger would, after `openings.json` was replaced."""
    if changed is not None:
        text = json.dumps(changed, ensure_ascii=False)
        (bag / "openings.json").write_text(text, "utf-8")
    made = {"bagit.txt", "bag-info.txt"}
    made |= {f"{tag}manifest-{kind}.txt" for tag in ("", "tag") for kind in ("sha256", "sha512")}
    files = [path for path in sorted(bag.rglob("*")) if path.is_file()]
    names = [path.relative_to(bag).as_posix() for path in files]
    sink = FolderSink(bag.parent, f"{bag.name}-forged")
    writer = BagWriter(sink)
    for name in names:
        if name not in made:
            for _ in writer.put(name, [(bag / name).read_bytes()]):
                pass
    for _ in writer.finish({"Bagging-Date": "2026-05-04"}):
        pass
    forged = sink.finish()
    for path in files:
        path.unlink()
    for path in sorted(forged.rglob("*")):
        if path.is_file():
            target = bag / path.relative_to(forged)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def names(found: Sequence[dict[str, Any]]) -> set[str]:
    """The codes of problems."""
    return {str(each["code"]) for each in found}

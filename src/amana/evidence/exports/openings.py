# SPDX-License-Identifier: AGPL-3.0-or-later
"""`openings.json`: what ties each file to the log, for released items alone."""

from __future__ import annotations

import base64
import json
from typing import Final

from amana.evidence.exports.contents import Contents, Link, Released, Withheld

FORMAT: Final = "amana-openings/v1"


def openings_json(contents: Contents) -> bytes:
    """The openings, items in the order of their numbers. A withheld item has no salt, no hash,
    no size and no record in it."""
    made = contents.made
    numbered: list[Released | Withheld] = sorted(
        [*contents.released, *contents.withheld], key=lambda item: item.number
    )
    said = {
        "format": FORMAT,
        "made": {
            "bag": str(made.bag),
            "at": made.at.isoformat(timespec="seconds"),
            "by": {"role": made.role, "pseudonym": made.pseudonym},
            "purpose": made.purpose,
            "tool": made.tool,
            "report": made.locator,
        },
        "log_keys": list(contents.log_keys),
        "withheld_fields": [{"field": n, "reason": str(why)} for n, why in contents.fields],
        "items": [
            _released(item) if isinstance(item, Released) else _withheld(item) for item in numbered
        ],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def proof_path(item: Released, link: Link) -> str:
    """Where the proof of a record lies."""
    return f"proofs/{item.number:04d}-{link.number:04d}.tlog-proof"


def _withheld(item: Withheld) -> dict[str, object]:
    return {
        "number": item.number,
        "id": str(item.id),
        "copy": item.copy,
        "withheld": str(item.reason),
    }


def _released(item: Released) -> dict[str, object]:
    return {
        "number": item.number,
        "id": str(item.id),
        "copy": item.copy,
        "of": item.of,
        "file": item.path,
        "type": item.kind,
        "name": item.name or None,
        "size": item.size,
        "cipher_sha256": item.cipher_sha256,
        "salt": _base64(item.salt),
        "records": [_link(item, link) for link in item.links],
    }


def _link(item: Released, link: Link) -> dict[str, object]:
    said: dict[str, object] = {
        "number": link.number,
        "leaf": link.leaf.hex(),
        "proof": proof_path(item, link) if link.proof else None,
    }
    if link.withheld:
        return {**said, "withheld": link.withheld}
    return {
        **said,
        "entry": link.entry,
        "entry_salt": _base64(link.entry_salt),
        "record": link.record,
        "record_salt": _base64(link.record_salt),
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()

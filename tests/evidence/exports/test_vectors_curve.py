# SPDX-License-Identifier: AGPL-3.0-or-later
"""The script's own Ed25519 on the edge cases of C2SP/CCTV."""

from __future__ import annotations

import json
from typing import Any

from amana.evidence.exports.carried.script import curve
from amana.kernel.ledger.ed25519 import check_public_key, signature_holds
from amana.kernel.ledger.errors import VkeyError
from tests.support import vectors


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (vectors.PLACE / "ed25519-edge" / "ed25519vectors.json").read_text("utf-8")
    )
    assert len(found) == 914
    return found


def accepted(case: dict[str, Any]) -> bool:
    key, signature = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"])
    return curve.signature_holds(key, case["msg"].encode(), signature)


def test_second_spellings_and_keys_of_small_order_are_never_accepted() -> None:
    for case in cases():
        flags = set(case["flags"] or [])
        if flags & {"non_canonical_A", "non_canonical_R", "low_order_A"}:
            assert not accepted(case), case["number"]


def test_it_agrees_with_the_library_wherever_the_key_may_be_trusted() -> None:
    agreed = 0
    for case in cases():
        key, signature = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"])
        try:
            check_public_key(key)
        except VkeyError:
            assert curve.key_point(key) is None
            continue
        flags = set(case["flags"] or [])
        if flags & {"non_canonical_R", "low_order_residue"}:
            continue  # the first is refused above; the second may go either way (RFC 8032)
        assert accepted(case) == signature_holds(key, case["msg"].encode(), signature)
        agreed += 1
    assert agreed > 20

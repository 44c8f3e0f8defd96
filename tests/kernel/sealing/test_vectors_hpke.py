# SPDX-License-Identifier: AGPL-3.0-or-later
"""The published HPKE cases (RFC 9180, X25519, HKDF-SHA256, base mode), when they lie beside us."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from amana.kernel.sealing.pairs import pair_from_seed
from tests.kernel.sealing import hpke_oracle
from tests.kernel.sealing.builders import HPKE_VECTORS

hpke = openssl.hpke

AEADS = {
    hpke_oracle.AEAD_AES_128_GCM: hpke.AEAD.AES_128_GCM,
    hpke_oracle.AEAD_AES_256_GCM: hpke.AEAD.AES_256_GCM,
    hpke_oracle.AEAD_CHACHA20_POLY1305: hpke.AEAD.CHACHA20_POLY1305,
}
CASES: list[dict[str, Any]] = json.loads((HPKE_VECTORS / "x25519.json").read_text("utf-8"))
BASE = [c for c in CASES if c["mode"] == 0 and c["kdf_id"] == 1 and c["aead_id"] in AEADS]


def raw(case: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(case[name])


def test_the_folder_holds_a_base_mode_case_for_each_aead() -> None:
    assert sorted(case["aead_id"] for case in BASE) == sorted(AEADS)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['mode']}-{c['kdf_id']}-{c['aead_id']}")
def test_pairs_are_derived_as_published(case: dict[str, Any]) -> None:
    pair = pair_from_seed(raw(case, "ikmR"))
    assert (pair.private, pair.public) == (raw(case, "skRm"), raw(case, "pkRm"))


@pytest.mark.parametrize("case", BASE, ids=lambda c: c["aead_id"])
def test_the_library_opens_the_published_message(case: dict[str, Any]) -> None:
    # Every published message carries AAD, which only the library's test door takes.
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, AEADS[case["aead_id"]])
    first = case["encryptions"][0]
    plain = hpke._decrypt_with_aad(
        suite,
        raw(case, "enc") + raw(first, "ct"),
        X25519PrivateKey.from_private_bytes(raw(case, "skRm")),
        raw(case, "info"),
        raw(first, "aad"),
    )
    assert plain == raw(first, "pt")


@pytest.mark.parametrize("case", BASE, ids=lambda c: c["aead_id"])
def test_the_second_opinion_follows_the_published_key_schedule(case: dict[str, Any]) -> None:
    secret = hpke_oracle.shared_secret(raw(case, "skRm"), raw(case, "enc"))
    assert secret == raw(case, "shared_secret")
    schedule = hpke_oracle.key_schedule(secret, raw(case, "info"), case["aead_id"])
    assert schedule == (raw(case, "key"), raw(case, "base_nonce"))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Passwords of officers: Argon2id in a bounded pool, so that many sign-ins cannot eat the memory.

The pool is the passwords' own: a flood at the sign-in page must not keep colleagues who are
signed in from opening their vaults (peers T-04).
"""

from __future__ import annotations

import os
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.contrib.auth.hashers import BasePasswordHasher

from amana.kernel.sealing.encoding import encode
from amana.kernel.sealing.passphrases import VAULT_COST, Pool

_POOL: Final = Pool(slots=2, wait=5.0, queue=2)
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32


class BoundedArgon2id(BasePasswordHasher):
    """`argon2id` and the PHC string. Raises `Busy` when the pool stays full: the sign-in page
    says so, and a right password is never called wrong."""

    algorithm = "argon2id"
    library = None

    def salt(self) -> str:
        return os.urandom(_SALT_BYTES).hex()

    def encode(self, password: str, salt: str | bytes) -> str:
        raw = bytes.fromhex(salt if isinstance(salt, str) else salt.decode("ascii"))
        kdf = Argon2id(
            salt=raw,
            length=_HASH_BYTES,
            iterations=VAULT_COST.passes,
            lanes=VAULT_COST.lanes,
            memory_cost=VAULT_COST.memory_kib,
        )
        with _POOL.slot():
            return self.algorithm + str(kdf.derive_phc_encoded(_bytes(password)))

    def verify(self, password: str, encoded: str) -> bool:
        with _POOL.slot():
            try:
                Argon2id.verify_phc_encoded(_bytes(password), encoded[len(self.algorithm) :])
            except InvalidKey:
                return False
        return True

    def decode(self, encoded: str) -> dict[str, str]:
        _algorithm, variant, version, cost, salt, digest = encoded.split("$")
        return {
            "algorithm": self.algorithm,
            "variant": variant,
            "version": version,
            "cost": cost,
            "salt": salt,
            "hash": digest,
        }

    def must_update(self, encoded: str) -> bool:
        cost = f"m={VAULT_COST.memory_kib},t={VAULT_COST.passes},p={VAULT_COST.lanes}"
        return self.decode(encoded)["cost"] != cost

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: the cost is the same for every hash of this kind."""


def _bytes(password: str) -> bytes:
    return encode(unicodedata.normalize("NFKC", password))

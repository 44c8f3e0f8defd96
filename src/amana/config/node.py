# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys of this node, opened once per process. They live outside the database."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from amana.config.env import env
from amana.kernel.ledger.cosignatures import Cosigner, Ed25519Cosigner, MldsaCosigner
from amana.kernel.ledger.notes import SigningKey, Vkey
from amana.kernel.ledger.schemes import TYPE_COSIGNATURE, TYPE_MLDSA_COSIGNATURE
from amana.kernel.sealing.blind import BlindIndex
from amana.kernel.sealing.keyring import Keyring, cosigner_public, signing_public


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The opened key folder. Raises a `SealingError` that says what is wrong with it."""
    settings = env()
    passphrase = None
    if settings.keys_passphrase_file is not None:
        passphrase = settings.keys_passphrase_file.read_text("utf-8").strip()
    return Keyring.open(settings.key_folder, passphrase=passphrase)


@lru_cache(maxsize=1)
def signing_key() -> SigningKey:
    """The key that signs checkpoints and promises; its name is the origin of the log.

    The name comes from the key itself: a node that moves to another address keeps its log."""
    return SigningKey.from_private_bytes(verifier().name, keyring().signing_seed())


@lru_cache(maxsize=1)
def verifier() -> Vkey:
    """The key with which this node's signatures are checked; needs no key file to be opened."""
    public = signing_public(env().key_folder)
    return Vkey.of("amana/" + hashlib.sha256(public).hexdigest()[:16], public)


@lru_cache(maxsize=1)
def cosigners() -> tuple[Cosigner, ...]:
    """The keys that cosign checkpoints, of this log and of partners'; none before the first start
    of this version. One name for both, and for good: it does not change after a restore."""
    if not cosigner_vkeys():
        return ()
    name, seeds = cosigner_vkeys()[0].name, keyring().cosigner_seeds()
    return Ed25519Cosigner(name, seeds.ed25519), MldsaCosigner(name, seeds.mldsa)


@lru_cache(maxsize=1)
def cosigner_vkeys() -> tuple[Vkey, ...]:
    """What checks them; needs no key file to be opened."""
    public = cosigner_public(env().key_folder)
    if public is None:
        return ()
    name = f"{verifier().name}/witness"
    kinds = (TYPE_COSIGNATURE, TYPE_MLDSA_COSIGNATURE)
    return tuple(Vkey.of(name, key, kind=kind) for key, kind in zip(public, kinds, strict=True))


@lru_cache(maxsize=1)
def blind_index() -> BlindIndex:
    """The keyed tokens of this node."""
    return keyring().blind_index()


def forget_keys() -> None:
    """Close what was opened; the next use reads the folder again (after a restore, in tests)."""
    for opened in (keyring, signing_key, verifier, cosigners, cosigner_vkeys, blind_index):
        opened.cache_clear()

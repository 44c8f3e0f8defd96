# SPDX-License-Identifier: AGPL-3.0-or-later
"""The node's own keys, in a folder outside the database (`AMANA_KEYS`).

    keyring.json         which keys must be there, the signing public key, the folder lock
    signing.key          Ed25519 seed: checkpoints, receipts, notices
    cosigner.key         secret of the two keys that cosign the checkpoints of logs
    node.key             root of keys that are derived by purpose
    blind-0001.key …     blind-index keys by version
    bootstrap-….key      private half of one provisional unit each

A key that the manifest names and the folder lacks is an error: it is never made anew, since
everything sealed or signed under the old one would be lost without a word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amana.kernel.sealing import boxes, keyfiles, passphrases
from amana.kernel.sealing.blind import BlindIndex
from amana.kernel.sealing.cosigner import ED25519_PUBLIC_BYTES, PUBLIC_BYTES, CosignerSeeds
from amana.kernel.sealing.encoding import encode
from amana.kernel.sealing.errors import (
    BadKey,
    KeyExists,
    KeyMissing,
    KeyringDamaged,
    KeyringExists,
    KeyringLocked,
    KeyringMissing,
)
from amana.kernel.sealing.keyrecords import KeyRecord, Manifest
from amana.kernel.sealing.passphrases import VAULT_COST, Cost

MANIFEST: Final = "keyring.json"
SIGNING: Final = "signing.key"
COSIGNER: Final = "cosigner.key"
NODE: Final = "node.key"
UNFINISHED: Final = ".creating"
# Django's own secret lies in the same folder and may be there first; it seals nothing.
NEIGHBOURS: Final = frozenset({"django.secret"})

_LOCK_CONTEXT: Final = b"amana/keyring/1"


class Keyring:
    """The opened key folder. Make it with `create`, `open` or `ensure`."""

    __slots__ = ("_blind", "_folder", "_folder_key", "_manifest", "_node", "_signing")

    def __init__(self, folder: Path, manifest: Manifest, folder_key: bytes | None) -> None:
        self._folder = folder
        self._manifest = manifest
        self._folder_key = folder_key
        self._signing = self._read(SIGNING)
        self._node = self._read(NODE)
        self._blind = {v: self._read(blind_name(v)) for v in manifest.blind_versions}
        if _public(self._signing) != manifest.signing_public:
            raise KeyringDamaged("The signing key is not the one this key folder was made with.")
        if manifest.cosigner_public and self.cosigner_seeds().public() != manifest.cosigner_public:
            raise KeyringDamaged("The cosigner key is not the one this key folder was made with.")

    def __repr__(self) -> str:
        return f"Keyring(locked={self.is_locked}, blind={self._manifest.blind_current})"

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the folder and fresh keys in it. Raises `KeyringExists` when anything is there,
        except what an interrupted `create` left: no key of it was ever used."""
        signing, cosigner = boxes.new_key(), boxes.new_key()
        keys = {SIGNING: signing, COSIGNER: cosigner}
        keys |= {NODE: boxes.new_key(), blind_name(1): boxes.new_key()}
        manifest = Manifest(
            signing_public=_public(signing),
            blind_versions=(1,),
            blind_current=1,
            lock=None,
            cosigner_public=CosignerSeeds.of(cosigner).public(),
        )
        write_new(path, [KeyRecord.plain(name, key) for name, key in keys.items()], manifest)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, passphrase: str | None = None) -> Self:
        """Read the folder. Raises `KeyringMissing`, `KeyringDamaged`, `UnsafePermissions`,
        `KeyMissing`, `KeyringLocked` (needs a passphrase), `WrongPassphrase`, `Busy`."""
        keyfiles.check_folder(path)
        manifest = _manifest(path)
        folder_key = None
        if manifest.lock is not None:
            if passphrase is None:
                raise KeyringLocked
            folder_key = passphrases.unlock(passphrase, manifest.lock, context=_LOCK_CONTEXT)
        ring = cls(path, manifest, folder_key)
        ring._mend()
        return ring

    @classmethod
    def ensure(cls, path: Path, passphrase: str | None = None) -> Self:
        """Open the folder, or create it when it does not exist or was never finished."""
        fresh = not path.is_dir() or not _entries(path) or (path / UNFINISHED).exists()
        if fresh:
            try:
                return cls.create(path)
            except KeyringExists:
                pass  # another process was first; hers count
        ring = cls.open(path, passphrase)
        ring._add_what_is_new()
        return ring

    @property
    def is_locked(self) -> bool:
        """Whether the files need a passphrase to be read."""
        return self._manifest.lock is not None

    def signing_seed(self) -> bytes:
        """The 32-byte Ed25519 seed of the node (RFC 8032)."""
        return self._signing

    def public_key(self) -> bytes:
        """The raw 32-byte Ed25519 public key of the node."""
        return self._manifest.signing_public

    def cosigner_seeds(self) -> CosignerSeeds:
        """The secrets of the two cosigning keys. Raises `KeyMissing` before the first start of
        this version."""
        if not self._manifest.cosigner_public:
            raise KeyMissing("This key folder has no cosigner key yet; start the node once.")
        return CosignerSeeds.of(self._read(COSIGNER))

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519 signature over `message`."""
        return Ed25519PrivateKey.from_private_bytes(self._signing).sign(message)

    def derived(self, purpose: str) -> bytes:
        """32 bytes that belong to this node and this purpose, the same at each call."""
        return boxes.derive(self._node, salt=b"", info=b"amana/node/1\x00" + encode(purpose))

    def blind_index(self) -> BlindIndex:
        """The maker of search and linking tokens under this node's keys."""
        return BlindIndex(self._blind, self._manifest.blind_current)

    def add_blind_key(self) -> int:
        """Make a new blind-index key and the current one; returns its version."""
        with keyfiles.exclusive(self._folder):
            manifest = self._writable_manifest()
            version = max(manifest.blind_versions) + 1
            key = boxes.new_key()
            # A file the manifest does not name yet is of a crash between these two lines.
            keyfiles.destroy(self._folder / blind_name(version))
            self._create(blind_name(version), key)
            self._save(manifest.with_blind(version))
        self._blind[version] = key
        return version

    def bootstrap_put(self, unit_id: str, private: bytes) -> None:
        """Keep the private half of a provisional unit. The same one twice is fine.

        Raises `BadKey`, `KeyExists` when the unit has another one, `KeyringLocked`.
        """
        if len(private) != boxes.KEY_BYTES:
            raise BadKey
        name = bootstrap_name(unit_id)
        with keyfiles.exclusive(self._folder):
            self._writable_manifest()
            try:
                self._create(name, private, label=unit_id)
            except KeyExists:
                if self._read(name) != private:
                    raise

    def bootstrap_get(self, unit_id: str) -> bytes:
        """The private half of a provisional unit. Raises `KeyMissing`, `KeyringLocked`."""
        return self._read(bootstrap_name(unit_id))

    def bootstrap_destroy(self, unit_id: str) -> bool:
        """Overwrite and remove it for good; False when there was none."""
        with keyfiles.exclusive(self._folder):
            return keyfiles.destroy(self._folder / bootstrap_name(unit_id))

    def bootstrap_units(self) -> list[str]:
        """The units that still have a bootstrap key here ("provisional")."""
        paths = self._folder.glob("bootstrap-*.key")
        return sorted(KeyRecord.load(p.name, keyfiles.read(p)).label for p in paths)

    def lock_folder(self, passphrase: str, *, cost: Cost = VAULT_COST) -> None:
        """Put every key file under a passphrase, or change it. Interrupted, it is completed by
        the next `open`. Raises `UnusablePassphrase`, `Busy`, `KeyringLocked`."""
        with keyfiles.exclusive(self._folder):
            manifest = self._writable_manifest()
            folder_key = self._folder_key or boxes.new_key()
            lock = passphrases.lock(passphrase, folder_key, context=_LOCK_CONTEXT, cost=cost)
            self._folder_key = folder_key
            self._save(manifest.with_lock(lock))
            self._rewrite(locked=True)

    def unlock_folder(self) -> None:
        """Take the passphrase away: the files are in clear again, guarded by their mode only."""
        with keyfiles.exclusive(self._folder):
            manifest = self._writable_manifest()
            self._rewrite(locked=False)
            self._save(manifest.with_lock(None))
            self._folder_key = None

    def manifest(self) -> Manifest:
        """What the folder must hold."""
        return self._manifest

    def contents(self) -> dict[str, KeyRecord]:
        """Every key in clear by file name, for the backup. Raises `KeyringLocked`."""
        return {
            path.name: KeyRecord.plain(path.name, self._read(path.name), _label(path))
            for path in self._key_files()
        }

    def _read(self, name: str) -> bytes:
        record = KeyRecord.load(name, keyfiles.read(self._folder / name))
        if record.sealed and self._folder_key is None:
            raise KeyringLocked
        return record.open(self._folder_key)

    def _create(self, name: str, key: bytes, label: str = "") -> None:
        record = KeyRecord.plain(name, key, label)
        if self._folder_key is not None:
            record = record.seal(self._folder_key)
        keyfiles.create(self._folder / name, record.dump())

    def _writable_manifest(self) -> Manifest:
        # Read again under the lock: another process may have locked the folder meanwhile, and
        # then nothing may be written in clear.
        manifest = _manifest(self._folder)
        if (manifest.lock is None) != (self._folder_key is None):
            raise KeyringLocked
        return manifest

    def _save(self, manifest: Manifest) -> None:
        keyfiles.replace(self._folder / MANIFEST, manifest.dump())
        self._manifest = manifest

    def _rewrite(self, *, locked: bool) -> None:
        for path in self._key_files():
            record = KeyRecord.load(path.name, keyfiles.read(path))
            if record.sealed == locked:
                continue
            if self._folder_key is None:
                raise KeyringLocked
            changed = record.seal(self._folder_key) if locked else record.unseal(self._folder_key)
            keyfiles.replace(path, changed.dump())

    def _add_what_is_new(self) -> None:
        """Give the folder of an older version the keys that it lacks."""
        if self._manifest.cosigner_public:
            return
        with keyfiles.exclusive(self._folder):
            manifest = self._writable_manifest()
            if not manifest.cosigner_public:
                with suppress(KeyExists):  # of a crash before the manifest; nobody used it
                    self._create(COSIGNER, boxes.new_key())
                manifest = manifest.with_cosigner(CosignerSeeds.of(self._read(COSIGNER)).public())
                self._save(manifest)
            self._manifest = manifest

    def _mend(self) -> None:
        """Finish what a crash interrupted; a folder in order is not written to."""
        in_clear = self.is_locked and any(
            not KeyRecord.load(p.name, keyfiles.read(p)).sealed for p in self._key_files()
        )
        if not in_clear and not keyfiles.half_written(self._folder):
            return
        with keyfiles.exclusive(self._folder):
            for path in keyfiles.half_written(self._folder):
                keyfiles.wipe(path)
            if in_clear and _manifest(self._folder).lock is not None:
                self._rewrite(locked=True)

    def _key_files(self) -> list[Path]:
        return sorted(self._folder.glob("[!.]*.key"))


def write_new(path: Path, records: Iterable[KeyRecord], manifest: Manifest) -> None:
    """Fill an empty folder, the manifest last. Raises `KeyringExists`."""
    keyfiles.make_folder(path)
    with keyfiles.exclusive(path):
        _clear_unfinished(path)
        if _entries(path):
            raise KeyringExists
        keyfiles.create(path / UNFINISHED, b"")
        for record in records:
            keyfiles.create(path / record.name, record.dump())
        keyfiles.create(path / MANIFEST, manifest.dump())
        keyfiles.wipe(path / UNFINISHED)


def signing_public(folder: Path) -> bytes:
    """The node's raw Ed25519 public key. Opens no key file, so a locked folder stays locked.

    Raises `KeyringMissing`, `KeyringDamaged`, `UnsafePermissions`."""
    keyfiles.check_folder(folder)
    return _manifest(folder).signing_public


def cosigner_public(folder: Path) -> tuple[bytes, bytes] | None:
    """The node's public cosigning keys (Ed25519, ML-DSA-44), or nothing in the folder of an older
    version. Opens no key file. Raises like `signing_public`."""
    keyfiles.check_folder(folder)
    public = _manifest(folder).cosigner_public
    if not public:
        return None
    if len(public) != PUBLIC_BYTES:
        raise KeyringDamaged
    return public[:ED25519_PUBLIC_BYTES], public[ED25519_PUBLIC_BYTES:]


def blind_name(version: int) -> str:
    """File name of a blind-index key."""
    return f"blind-{version:04d}.key"


def bootstrap_name(unit_id: str) -> str:
    """File name of a unit's bootstrap key; the unit's id may hold any character."""
    return f"bootstrap-{hashlib.sha256(encode(unit_id)).hexdigest()[:32]}.key"


def _label(path: Path) -> str:
    return KeyRecord.load(path.name, keyfiles.read(path)).label


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.load(keyfiles.read(folder / MANIFEST))
    except KeyMissing:
        raise (KeyringDamaged if _entries(folder) else KeyringMissing) from None


def _entries(folder: Path) -> list[Path]:
    ignored = {*NEIGHBOURS, keyfiles.LOCK_FILE, *(p.name for p in keyfiles.half_written(folder))}
    return [p for p in folder.iterdir() if p.name not in ignored]


def _clear_unfinished(folder: Path) -> None:
    # The manifest is written last: without it nobody has ever used these keys.
    if (folder / UNFINISHED).exists() and not (folder / MANIFEST).exists():
        for path in folder.glob("*.key"):
            keyfiles.wipe(path)
    for path in [*keyfiles.half_written(folder), folder / UNFINISHED]:
        keyfiles.wipe(path)


def _public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a backup consists of, signed by the node it was made on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from amana.cli.errors import CommandFailed
from amana.config.node import keyring

FORMAT: Final = "amana-backup/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
BLOB_LIST: Final = "blobs.list"
CONTEXT: Final = b"amana/backup/1\x00"
CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """`database` is `sqlite` or `postgresql`; `files` maps a path in the backup to the SHA-256 of
    its bytes; the blobs stand in a list of their own, whose digest is among them.

    `log_size` is the number of signed entries in it: a node that has signed more since will hold
    its log back when this is restored."""

    format: str
    version: str
    made_at: str
    node: str
    pack: str
    database: str
    database_file: str
    log_size: int
    blobs: int
    missing_blobs: int
    blob_bytes: int
    files: dict[str, str]


def write(folder: Path, manifest: Manifest) -> None:
    """The manifest and its signature; the last thing that is written, so that a backup that was
    cut off has none."""
    said = json.dumps(asdict(manifest), sort_keys=True, indent=2, ensure_ascii=False).encode()
    write_new(folder / SIGNATURE, keyring().sign(CONTEXT + said).hex().encode() + b"\n")
    write_new(folder / MANIFEST, said)
    sync_folder(folder)


def read(folder: Path) -> Manifest:
    """Check the signature and the digest of each file. Raises `CommandFailed`, telling which."""
    try:
        said = (folder / MANIFEST).read_bytes()
        signature = bytes.fromhex((folder / SIGNATURE).read_text("ascii").strip())
        manifest = Manifest(**json.loads(said))
    except FileNotFoundError as error:
        raise CommandFailed(f"{folder} holds no whole backup: {error.filename}") from error
    except (OSError, ValueError, TypeError) as error:
        raise CommandFailed(f"{folder / MANIFEST} cannot be read") from error
    if manifest.format != FORMAT:
        raise CommandFailed(f"{folder} was made in another format: {manifest.format}")
    _check_signature(manifest, said, signature)
    for name, digest in manifest.files.items():
        if Path(name).name != name or digest_of(folder / name) != digest:
            raise CommandFailed(f"{folder / name} is not what was backed up")
    return manifest


def _check_signature(manifest: Manifest, said: bytes, signature: bytes) -> None:
    public = keyring().public_key()
    if manifest.node != public.hex():
        raise CommandFailed(
            "this backup was made under other node keys; put those back first: amana keys restore"
        )
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, CONTEXT + said)
    except InvalidSignature:
        raise CommandFailed("the manifest of this backup was changed") from None


def blob_lines(folder: Path) -> Iterator[str]:
    """The addresses of the blobs in a backup; an address is the SHA-256 of the blob."""
    with (folder / BLOB_LIST).open("r", encoding="ascii") as lines:
        for line in lines:
            yield line.strip()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex; empty when it is not there."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def write_new(path: Path, data: bytes) -> None:
    """A private file that must not exist yet."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make new names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an operator may set from outside, in one typed class."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Surface = Literal["portal", "desk", "exchange"]


class Env(BaseSettings):
    """Environment of a node. Paths are absolute after reading; a folder is made when first used."""

    # In two of them stands a password, and in the wrong line one may stand anywhere.
    model_config = SettingsConfigDict(
        env_prefix="AMANA_", extra="ignore", populate_by_name=True, hide_input_in_errors=True
    )

    port: int = Field(8000, ge=1, le=65535, validation_alias="PORT", description="Port to serve on")
    pack: str | None = Field(
        None, validation_alias="PACK", description="Country pack; remembered after the first start"
    )
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        repr=False,
        description="postgres://… ; empty: SQLite in the home",
    )
    home: Path = Field(Path("var"), description="Data folder of the node")
    keys: Path | None = Field(None, description="Folder of the node keys; default: HOME/keys")
    keys_passphrase_file: Path | None = Field(
        None, description="File that holds the passphrase of a locked key folder"
    )
    blobs: str = Field(
        "", description="Folder of sealed files, or s3://bucket/prefix; default: HOME/blobs"
    )
    s3_endpoint: str = Field("", description="Address of an S3 service other than Amazon's")
    s3_region: str = Field("", description="Region of the bucket")
    s3_access_key: str = Field("", description="Name of the access key")
    s3_secret_file: Path | None = Field(None, description="File that holds the secret key")
    host: str = Field("127.0.0.1", description="Address to listen on")
    public_url: str = Field("", description="Address people type, such as https://report.example")
    allowed_hosts: str = Field("", description="Further host names, separated by commas")
    surfaces: str = Field("portal,desk,exchange", description="Faces that this process serves")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded-For is believed"
    )
    workers: int = Field(2, ge=1, le=64, description="Web processes")
    threads: int = Field(4, ge=1, le=64, description="Threads per web process")
    capture_laboratory: str = Field(
        "", description="host:port let through to captures in trials; refused off loopback"
    )
    capture_for: str = Field(
        "", description="Names of partners' logs for whom this node captures public pages"
    )
    load_test: bool = Field(False, description="Lift flood limits; refused off loopback")
    alert_email: str = Field("", description="Where content-free alerts go besides the desk")
    smtp_url: str = Field("", repr=False, description="smtp://user:password@host:587 for alerts")
    tsa: str = Field(
        "", description="Addresses of time-stamp authorities (RFC 3161), separated by spaces"
    )
    tsa_roots: Path | None = Field(
        None, description="PEM file with the root certificates trusted for time stamps"
    )
    max_file_mb: int = Field(25, ge=1, le=2048, description="Largest file, in MB of 2^20 bytes")
    max_files: int = Field(20, ge=1, le=100, description="Files that one report may be sent with")
    max_report_mb: int = Field(200, ge=1, le=65536, description="All files of one sending, in MB")
    witness_policy: Path | None = Field(
        None, description="File with the policy on logs and witnesses (C2SP tlog-policy)"
    )
    clamd: str = Field("", description="Virus scanner: path of clamd's socket, or host:port")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator(
        "home", "keys", "s3_secret_file", "keys_passphrase_file", "tsa_roots", "witness_policy"
    )
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().resolve() if value is not None else None

    @field_validator("blobs")
    @classmethod
    def _absolute_folder(cls, value: str) -> str:
        """A folder like the others; the address of a bucket as it is."""
        if not value or value.startswith("s3://"):
            return value
        return str(Path(value).expanduser().resolve())

    @field_validator("surfaces")
    @classmethod
    def _known_surfaces(cls, value: str) -> str:
        if not _parts(value) or _parts(value) - set(get_args(Surface)):
            raise ValueError(f"some of {', '.join(get_args(Surface))}, with commas between")
        return value

    @property
    def key_folder(self) -> Path:
        return self.keys or self.home / "keys"

    @property
    def blob_folder(self) -> Path:
        """Where sealed files lie, or wait on their way to a bucket."""
        if not self.blobs or self.blob_bucket is not None:
            return self.home / "blobs"
        return Path(self.blobs)

    @property
    def blob_bucket(self) -> tuple[str, str] | None:
        """Bucket and prefix, when sealed files do not lie in a folder."""
        if not self.blobs.startswith("s3://"):
            return None
        name, _, prefix = self.blobs.removeprefix("s3://").partition("/")
        return name, prefix.strip("/")

    @property
    def upload_folder(self) -> Path:
        """Sealed pieces of uploads that are not whole yet; no backup holds them."""
        return self.home / "uploads"

    @property
    def run_folder(self) -> Path:
        """Short-lived things that no backup may hold: locks, the day's rate key."""
        return self.home / "run"

    @property
    def state_folder(self) -> Path:
        """The last signed state of the log; stays where it is when a backup is restored."""
        return self.home / "state"

    @property
    def loopback(self) -> bool:
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def listens_at(self) -> str:
        """The address it listens on as one types it: IPv6 stands in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def surface_set(self) -> frozenset[str]:
        return _parts(self.surfaces)


def _parts(value: str) -> frozenset[str]:
    return frozenset(part.strip() for part in value.split(",") if part.strip())


@lru_cache(maxsize=1)
def env() -> Env:
    """The settings of this process, read once."""
    return Env()

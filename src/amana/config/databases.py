# SPDX-License-Identifier: AGPL-3.0-or-later
"""From DATABASE_URL to Django's database settings."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PAGES_BETWEEN_CHECKPOINTS: Final = 4000
"""A report changes some ninety pages, and with SQLite's own 1,000 every tenth commit would copy
the log into the file, with two more flushes, while others wait at the gate. The log takes 16 MB."""


def sqlite(path: Path) -> dict[str, object]:
    """SQLite with write-ahead log, full synchronisation and the fair write gate."""
    return {
        "ENGINE": "amana.config.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                f"PRAGMA wal_autocheckpoint={PAGES_BETWEEN_CHECKPOINTS};"
                "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON; PRAGMA cache_size=-16000;"
            ),
        },
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }


def postgres(url: str) -> dict[str, object]:
    """PostgreSQL from a URL; query parameters go to libpq (sslmode, options…)."""
    parts = urlsplit(url)
    options: dict[str, object] = {"connect_timeout": 10, **dict(parse_qsl(parts.query))}
    # Statements are prepared where the code asks for it; a pooler that moves connections between
    # transactions (pgbouncer before 1.21) loses them, and needs `prepared=off` in the URL.
    options["prepare_threshold"] = None if options.pop("prepared", "on") == "off" else 5
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "amana.config.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def from_url(url: str, home: Path) -> dict[str, object]:
    """Settings for the database that the operator named, or SQLite in the home. Raises
    `ImproperlyConfigured`, which repeats nothing of the URL: a password stands in it."""
    try:
        scheme = urlsplit(url).scheme if url else "sqlite"
        if scheme in {"postgres", "postgresql"}:
            if "@" in urlsplit(url)._replace(netloc="").geturl():
                raise ValueError("what stands before an @ is no path")
            return postgres(url)
        if scheme == "sqlite":
            return sqlite(Path(unquote(urlsplit(url).path)) if url else home / "amana.sqlite3")
    except ValueError:
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read; in a name or a password, / ? # @ : are written "
            "%2F %3F %23 %40 %3A"
        ) from None
    raise ImproperlyConfigured("DATABASE_URL must start with postgres:// or sqlite://")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what came out of the jail to files with names, and the record of the capture."""

from __future__ import annotations

import base64
import hashlib
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from amana.evidence.capture import archive
from amana.evidence.capture.jail import Raw
from amana.evidence.capture.record import CaptureRecord, Missing, Told, told

RECORD: Final = "record.json"
WACZ: Final = "page.wacz"
TYPES: Final[Mapping[str, str]] = {
    "page.png": "image/png",
    "page.mhtml": "multipart/related",
    "page.pdf": "application/pdf",
    "page.txt": "text/plain; charset=utf-8",
    "page.html": "text/html; charset=utf-8",
    "page.har": "application/json",
    archive.WARC: "application/warc",
    RECORD: "application/json",
    WACZ: "application/wacz",
}


@dataclass(frozen=True, slots=True)
class Captured:
    """The files of a capture by name, and what is known of the page."""

    page: archive.Page
    record: CaptureRecord
    files: Mapping[str, bytes] = field(repr=False)
    tool: str

    def packaged(self) -> bytes:
        """The WACZ of it; made after the files were sealed and their leaves written, so that no
        gap lies between capture and log."""
        return archive.wacz(self.page, self.files[archive.WARC])


def files_of(raw: Raw, *, asked: str, collector: str) -> Captured:
    """Every view, the traffic, the web archive and the record. `collector` is a role and a
    pseudonym, never a name."""
    facts = raw.facts
    page = archive.Page(facts["final_url"], facts["title"], facts["started_at"])
    tool = f"amana/{version('amana')} chromium/{facts['browser']}"
    files = dict(raw.views)
    files["page.har"] = archive.har(page, raw.exchanges, facts["browser"])
    files[archive.WARC] = archive.warc(page, raw.exchanges, raw.views)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    record = _record(raw, asked=asked, collector=collector, tool=tool, digests=digests)
    files[RECORD] = record.as_json()
    return Captured(page, record, files, tool)


def _record(
    raw: Raw, *, asked: str, collector: str, tool: str, digests: Mapping[str, str]
) -> CaptureRecord:
    facts, media = raw.facts, _media(raw)
    # A page may lead its window to about:blank, which has no host.
    host = urlsplit(facts["final_url"]).hostname or ""
    return CaptureRecord(
        asked_url=asked,
        final_url=told(facts["final_url"], "the browser did not say"),
        redirects=told(facts["redirects"][1:], "none: the page answered at once"),
        started_at=facts["started_at"],
        finished_at=facts["finished_at"],
        title=told(facts["title"], "the page has no title"),
        status=told(facts["status"], "the server gave no status"),
        html_source=_kept(raw, "page.html"),
        full_page=_kept(raw, "page.png"),
        embedded_media=told(media, "the page loaded no pictures, sound or film"),
        embedded_metadata=told(facts["meta"], "the page says nothing of itself in its head"),
        context=told(_context(raw), "nothing else was loaded"),
        collector=told(collector, "not said"),
        collector_address=Missing("this machine does not know its public address"),
        virtual_identity=Missing("no account was used: the page was opened as by anybody"),
        server_address=told(
            raw.traffic.reached.get(host), "the connection went through a name that changed"
        ),
        certificate=told(_certificate(raw), "the page came without TLS"),
        tool=tool,
        environment={
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "playwright": version("playwright"),
            "user_agent": facts["user_agent"],
            "viewport": "1280x900",
            "browser_sandbox": "on" if os.geteuid() else "off: the node runs as root",
            "bodies": "as decoded by the browser",
        },
        refused=dict(raw.traffic.refused),
        digests=digests,
    )


def _kept(raw: Raw, name: str) -> Told | Missing:
    return name if raw.views.get(name) else Missing("the browser gave none")


def _media(raw: Raw) -> list[str]:
    kinds = {"image", "media", "font"}
    return [e.about["url"][:500] for e in raw.exchanges if e.about["kind"] in kinds][:100]


def _context(raw: Raw) -> dict[str, str]:
    """How many of which kind were loaded around the page."""
    counted: dict[str, int] = {}
    for exchange in raw.exchanges:
        counted[exchange.about["kind"]] = counted.get(exchange.about["kind"], 0) + 1
    return {kind: str(count) for kind, count in sorted(counted.items())}


def _certificate(raw: Raw) -> dict[str, str]:
    """Of the connection that brought the page: subject, issuer, validity, fingerprint, and the
    chain as the server showed it (base64 DER)."""
    security: dict[str, Any] = raw.facts.get("security") or {}
    if not raw.certificates:
        return {}
    der = [base64.b64decode(text) for text in raw.certificates[:10]]
    leaf = x509.load_der_x509_certificate(der[0])
    return {
        "subject": leaf.subject.rfc4514_string(),
        "issuer": leaf.issuer.rfc4514_string(),
        "not_before": leaf.not_valid_before_utc.isoformat(),
        "not_after": leaf.not_valid_after_utc.isoformat(),
        "sha256": leaf.fingerprint(hashes.SHA256()).hex(),
        "protocol": str(security.get("protocol", "")),
        "chain": " ".join(base64.b64encode(one).decode() for one in der),
    }

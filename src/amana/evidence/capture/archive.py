# SPDX-License-Identifier: AGPL-3.0-or-later
"""Web archives of a capture: WARC 1.1 (ISO 28500), WACZ 1.1.1, and HAR 1.2 for those who read it.

Bodies stand in the archive as the browser decoded them; so `Content-Encoding` and its kin are
taken out of the headers, kept beside as `X-Archive-Orig-…`, and the record of the archive says so.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from amana.evidence.capture.jail import Exchange

WARC: Final = "data.warc.gz"
_DECODED: Final = {"content-encoding", "transfer-encoding", "content-length"}
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_VIEWS: Final = {
    "page.png": ("urn:view:", "image/png"),
    "page.mhtml": ("urn:mhtml:", "multipart/related"),
    "page.txt": ("urn:text:", "text/plain; charset=utf-8"),
    "page.pdf": ("urn:pdf:", "application/pdf"),
}


class _Writer(WARCWriter):  # type: ignore[misc]
    """Digests with SHA-256, and what is spooled stays in memory: it may be somebody's evidence."""

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


@dataclass(frozen=True, slots=True)
class Page:
    """What an archive says of the page as a whole. `at` is ISO 8601 in UTC."""

    url: str
    title: str
    at: str


def warc(page: Page, exchanges: Sequence[Exchange], views: Mapping[str, bytes]) -> bytes:
    """Request and response of each exchange and a resource record for each view, gzipped record by
    record, with digests of payload and block."""
    out = io.BytesIO()
    writer = _Writer(out, gzip=True, warc_version="1.1")
    about = {
        "software": f"amana/{version('amana')} warcio/{version('warcio')}",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": "bodies as decoded by the browser",
    }
    writer.write_record(writer.create_warcinfo_record(WARC, about))
    for exchange in exchanges:
        if not exchange.about["body_missing"] or 300 <= exchange.about["status"] < 400:
            _write(writer, exchange)
    for name, content in views.items():
        if name in _VIEWS:
            prefix, kind = _VIEWS[name]
            writer.write_record(
                writer.create_warc_record(
                    prefix + page.url,
                    "resource",
                    payload=io.BytesIO(content),
                    length=len(content),
                    warc_content_type=kind,
                    warc_headers_dict={"WARC-Date": _date(page.at)},
                )
            )
    return out.getvalue()


def _write(writer: _Writer, exchange: Exchange) -> None:
    about = exchange.about
    dated = {"WARC-Date": _date(about["at"])}
    parts = urlsplit(about["url"])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    response = writer.create_warc_record(
        about["url"],
        "response",
        payload=io.BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=StatusAndHeaders(
            f"{about['status']} {about['status_text']}".strip(),
            _decoded(about["response_headers"], len(exchange.body)),
            protocol="HTTP/1.1",
        ),
        warc_headers_dict=dated,
    )
    request = writer.create_warc_record(
        about["url"],
        "request",
        http_headers=StatusAndHeaders(
            f"{about['method']} {path} HTTP/1.1",
            _plain(about["request_headers"], parts.netloc),
            is_http_request=True,
        ),
        warc_headers_dict=dated,
    )
    writer.write_request_response_pair(request, response)


def _decoded(headers: Iterable[Sequence[str]], size: int) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    for name, value in headers:
        if name.startswith(":"):
            continue
        mine = f"X-Archive-Orig-{name}" if name.lower() in _DECODED else name
        kept.extend((mine, line) for line in _clean(value))
    return [*kept, ("Content-Length", str(size))]


def _plain(headers: Iterable[Sequence[str]], host: str) -> list[tuple[str, str]]:
    kept = [(n, line) for n, v in headers if not n.startswith(":") for line in _clean(v)]
    return kept if any(name.lower() == "host" for name, _ in kept) else [("Host", host), *kept]


def _clean(value: str) -> list[str]:
    """The values that were joined by line feeds, without signs that would end a header."""
    return [re.sub(r"[\r\x00]", " ", line) for line in value.split("\n")]


def _date(at: str) -> str:
    return datetime.fromisoformat(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def wacz(page: Page, archive: bytes) -> bytes:
    """The archive with its index and page list in one file that replay programs open."""
    files = {
        f"archive/{WARC}": archive,
        "indexes/index.cdx.gz": gzip.compress(_index(archive), mtime=0),
        "pages/pages.jsonl": _pages(page),
    }
    package = _json(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": f"amana/{version('amana')}",
            "created": page.at,
            "title": page.title or page.url,
            "mainPageUrl": page.url,
            "mainPageDate": page.at,
            "resources": [
                {
                    "name": path.rsplit("/", 1)[1],
                    "path": path,
                    "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                    "bytes": len(content),
                }
                for path, content in files.items()
            ],
        }
    )
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"}
    files |= {"datapackage.json": package, "datapackage-digest.json": _json(digest)}
    out = io.BytesIO()
    # Stored, not packed: replay programs read single records out of the middle.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as folder:
        for path, content in files.items():
            folder.writestr(zipfile.ZipInfo(path, date_time=_EPOCH), content)
    return out.getvalue()


def _index(archive: bytes) -> bytes:
    """CDXJ lines of the responses and resources, sorted by their keys."""
    lines = []
    records = ArchiveIterator(io.BytesIO(archive))
    for record in records:
        if record.rec_type not in {"response", "resource"}:
            continue
        url = record.rec_headers.get_header("WARC-Target-URI")
        at = re.sub(r"[^0-9]", "", record.rec_headers.get_header("WARC-Date"))[:14]
        head = record.http_headers
        kind = (
            head.get_header("Content-Type")
            if head
            else record.rec_headers.get_header("Content-Type")
        )
        said = {
            "url": url,
            "mime": (kind or "unk").split(";")[0].strip(),
            "status": head.get_statuscode() if head else "200",
            "digest": record.rec_headers.get_header("WARC-Payload-Digest")
            or record.rec_headers.get_header("WARC-Block-Digest"),
        }
        record.content_stream().read()
        offset, length = records.get_record_offset(), records.get_record_length()
        said |= {"length": str(length), "offset": str(offset), "filename": WARC}
        lines.append(f"{surt(url)} {at} {json.dumps(said, ensure_ascii=False)}")
    return ("\n".join(sorted(lines)) + "\n").encode()


def surt(url: str) -> str:
    """The key under which an address stands in an index: host parts reversed, then the path."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return url
    host = (parts.hostname or "").removeprefix("www.")
    turned = ",".join(reversed(host.split("."))) if not re.fullmatch(r"[\d.]+", host) else host
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{turned}{port}){parts.path or '/'}{query}".lower()


def _pages(page: Page) -> bytes:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    row = {"id": "1", "url": page.url, "title": page.title, "ts": page.at}
    return _json(head) + b"\n" + _json(row) + b"\n"


def har(page: Page, exchanges: Sequence[Exchange], browser: str) -> bytes:
    """The traffic in HAR 1.2, without bodies: those stand in the archive."""
    entries = [_entry(exchange) for exchange in exchanges]
    said = {
        "log": {
            "version": "1.2",
            "creator": {"name": "amana", "version": version("amana")},
            "browser": {"name": "Chromium", "version": browser},
            "pages": [
                {"id": "p", "title": page.title, "startedDateTime": page.at, "pageTimings": {}}
            ],
            "entries": entries,
        }
    }
    return _json(said)


def _entry(exchange: Exchange) -> dict[str, Any]:
    about = exchange.about
    pairs = {
        side: [{"name": name, "value": value} for name, value in about[f"{side}_headers"]]
        for side in ("request", "response")
    }
    kind = next((v for n, v in about["response_headers"] if n.lower() == "content-type"), "")
    common = {"httpVersion": "HTTP/1.1", "cookies": [], "headersSize": -1}
    return {
        "pageref": "p",
        "startedDateTime": about["at"],
        "time": about["ms"],
        "request": common
        | {"method": about["method"], "url": about["url"], "headers": pairs["request"]}
        | {"queryString": [], "bodySize": -1},
        "response": common
        | {"status": about["status"], "statusText": about["status_text"]}
        | {"headers": pairs["response"], "redirectURL": "", "bodySize": -1}
        | {"content": {"size": len(exchange.body), "mimeType": kind}},
        "cache": {},
        "timings": {"send": 0, "wait": about["ms"], "receive": 0},
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

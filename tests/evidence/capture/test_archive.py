# SPDX-License-Identifier: AGPL-3.0-or-later
"""Web archives that other people's programs read: warcio, wacz."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders

from amana.evidence.capture import archive, packing
from amana.evidence.capture.archive import Page, surt
from amana.evidence.capture.record import Missing
from tests.evidence.capture.builders import AT, DOT, HTML, exchange, raw


def captured() -> packing.Captured:
    return packing.files_of(raw(), asked="https://example.org/page", collector="investigator x")


def records(content: bytes) -> list[tuple[str, str, bytes]]:
    found = []
    for record in ArchiveIterator(io.BytesIO(content), check_digests="raise"):
        url = record.rec_headers.get_header("WARC-Target-URI")
        found.append((record.rec_type, url, record.content_stream().read()))
    return found


def responses(content: bytes) -> list[StatusAndHeaders]:
    """The heads of all answers."""
    found = ArchiveIterator(io.BytesIO(content))
    return [record.http_headers for record in found if record.rec_type == "response"]


def test_every_exchange_and_every_view_stands_in_the_archive_with_its_digests() -> None:
    found = records(captured().files[archive.WARC])
    assert found[0][0] == "warcinfo"
    by_kind = {(kind, url): body for kind, url, body in found}
    assert by_kind["response", "https://example.org/page"] == HTML.encode()
    assert by_kind["response", "https://example.org/dot.png"] == DOT
    assert ("request", "https://example.org/dot.png") in by_kind
    assert by_kind["resource", "urn:view:https://example.org/page"] == DOT
    assert by_kind["resource", "urn:text:https://example.org/page"] == "إعلان".encode()


def test_what_the_browser_decoded_is_not_said_to_be_packed() -> None:
    content = captured().files[archive.WARC]
    heads = responses(content)
    assert heads[0].get_header("Content-Encoding") is None
    assert heads[0].get_header("X-Archive-Orig-content-encoding") == "br"
    assert heads[0].get_header("Content-Length") == str(len(HTML.encode()))


def test_a_header_that_would_end_the_head_stays_one_line() -> None:
    page = Page("https://example.org/", "x", AT)
    told = [["x-a", "1\r\n\r\nGET /"], ["set-cookie", "a=1\nb=2"], [":status", "200"]]
    odd = exchange("https://example.org/", b"b", response_headers=told)
    content = archive.warc(page, [odd], {})
    [head] = responses(content)
    names = [name for name, _ in head.headers]
    assert names.count("set-cookie") == 2
    assert ":status" not in names
    assert ("response", "https://example.org/", b"b") in records(content)


def test_an_exchange_whose_body_is_gone_is_left_out_and_a_redirect_is_not() -> None:
    page = Page("https://example.org/", "x", AT)
    gone = exchange("https://example.org/a", body_missing="the browser no longer had it")
    moved = exchange("https://example.org/b", status=302, body_missing="a redirect")
    urls = [url for _, url, _ in records(archive.warc(page, [gone, moved], {}))]
    assert "https://example.org/a" not in urls
    assert "https://example.org/b" in urls


def valid(content: bytes, folder: Path) -> bool:
    """What Webrecorder's own checker says, in a process of its own: it cleans up late."""
    path = folder / "page.wacz"
    path.write_bytes(content)
    command = [sys.executable, "-m", "wacz.main", "validate", "-f", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "Validation succeeded" in done.stdout


def test_the_package_is_valid_for_webrecorders_own_checker(tmp_path: Path) -> None:
    content = captured().packaged()
    assert valid(content, tmp_path)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        said = json.loads(package.read("datapackage.json"))
        assert said["mainPageUrl"] == "https://example.org/page"
        for row in said["resources"]:
            stored = package.read(row["path"])
            assert row["hash"] == f"sha256:{hashlib.sha256(stored).hexdigest()}"
            assert package.getinfo(row["path"]).compress_type == zipfile.ZIP_STORED


def test_one_changed_file_of_the_package_is_found(tmp_path: Path) -> None:
    package = zipfile.ZipFile(io.BytesIO(captured().packaged()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as changed:
        for name in package.namelist():
            content = package.read(name)
            changed.writestr(name, content.replace(b"All Pages", b"Any Pages"))
    assert not valid(out.getvalue(), tmp_path)


def test_the_index_leads_to_each_record() -> None:
    content = captured().files[archive.WARC]
    for line in archive._index(content).decode().splitlines():
        key, at, said = line.split(" ", 2)
        row = json.loads(said)
        offset, length = int(row["offset"]), int(row["length"])
        [record] = ArchiveIterator(io.BytesIO(content[offset : offset + length]))
        assert record.rec_headers.get_header("WARC-Target-URI") == row["url"]
        assert key == surt(row["url"])
        assert at == "20261128160000"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.org/A?b=C", "org,example)/a?b=c"),
        ("http://example.org:8080", "org,example:8080)/"),
        ("http://10.1.2.3/x", "10.1.2.3)/x"),
        ("urn:view:https://example.org/", "urn:view:https://example.org/"),
    ],
)
def test_keys_of_the_index(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_body_and_any_title_can_be_packed(body: bytes, title: str) -> None:
    page = Page("https://example.org/", title, AT)
    content = archive.warc(page, [exchange("https://example.org/", body)], {})
    assert ("response", "https://example.org/", body) in records(content)
    assert zipfile.is_zipfile(io.BytesIO(archive.wacz(page, content)))


def test_the_traffic_is_readable_as_har() -> None:
    log = json.loads(captured().files["page.har"])["log"]
    assert log["version"] == "1.2"
    assert [e["response"]["status"] for e in log["entries"]] == [200, 200]
    assert "text" not in log["entries"][0]["response"]["content"], "bodies stand in the archive"


def test_every_field_of_the_record_is_filled_or_says_why_not() -> None:
    """Berkeley Protocol: an empty field would be read as "there was nothing"."""
    found = captured()
    said = json.loads(found.files[packing.RECORD])
    empty = [name for name, value in said.items() if value in ("", None, [], {})]
    assert empty == []
    assert said["virtual_identity"]["not_available"].startswith("no account")
    assert said["certificate"] == {"not_available": "the page came without TLS"}
    assert said["server_address"] == "93.184.215.14"
    assert said["refused"] == {"tracker.lan": "local_name"}
    assert said["collector"] == "investigator x"
    for name, digest in said["digests"].items():
        assert hashlib.sha256(found.files[name]).hexdigest() == digest


@pytest.mark.parametrize(
    ("field", "value"), [("title", ""), ("meta", {}), ("redirects", ["https://example.org/page"])]
)
def test_what_the_page_does_not_say_is_named_as_missing(field: str, value: object) -> None:
    bare = raw()
    bare.facts[field] = value
    record = packing.files_of(bare, asked="x", collector="y").record
    name = {"meta": "embedded_metadata"}.get(field, field)
    assert isinstance(getattr(record, name), Missing)


def test_the_certificate_of_the_connection_is_kept_with_its_chain() -> None:
    import base64

    from cryptography.hazmat.primitives.serialization import Encoding

    from tests.evidence.capture.certificates import self_signed

    secure = raw()
    der = self_signed("example.org").public_bytes(Encoding.DER)
    secure.certificates = [base64.b64encode(der).decode()]
    secure.facts["security"] = {"protocol": "TLS 1.3"}
    said = packing.files_of(secure, asked="x", collector="y").record.certificate
    assert isinstance(said, dict)
    assert said["subject"] == "CN=example.org"
    assert said["protocol"] == "TLS 1.3"
    assert said["chain"] == secure.certificates[0]


def test_a_page_that_leads_its_window_to_nowhere_is_captured_all_the_same() -> None:
    left = raw()
    left.facts["final_url"] = "about:blank"
    found = packing.files_of(left, asked="https://example.org/page", collector="y")
    assert found.record.final_url == "about:blank"
    assert isinstance(found.record.server_address, Missing)
    assert found.packaged()

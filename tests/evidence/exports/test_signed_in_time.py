# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trusted time inside the signature of the report, before pyHanko and OpenSSL; and what the paper
says where there is none."""

from __future__ import annotations

import asyncio
import io
import subprocess
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped, unused-ignore]
import pytest
from asn1crypto import cms, tsp, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from amana.config.clock import now
from amana.evidence.exports import pades
from amana.evidence.exports.contents import Contents
from amana.evidence.exports.papers import report_pdf
from amana.evidence.exports.services import to_folder
from amana.evidence.exports.signing import node_identity, sign_paper, sign_pdf
from amana.journal.models import Stamp
from amana.journal.verify import verify
from amana.kernel.ledger.errors import StampError
from amana.kernel.ledger.stamps import check_stamp, load_roots
from tests.evidence.exports.bags import Node, contents
from tests.evidence.exports.exported import ground
from tests.support.authority import Times

pytestmark = pytest.mark.db
NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def what() -> Contents:
    return contents(Node())


def drawn(what: Contents) -> bytes:
    return sign_paper(lambda timed: report_pdf(what, timed=timed))


def said_on(pdf: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return " ".join(" ".join(pages).split())


def signature_of(pdf: bytes, *, strict: bool = True) -> EmbeddedPdfSignature:
    found: EmbeddedPdfSignature = PdfFileReader(io.BytesIO(pdf), strict=strict).embedded_signatures[
        0
    ]
    return found


def judged(pdf: bytes, roots: Path, *, strict: bool = True) -> PdfSignatureStatus:
    """What pyHanko says to somebody who trusts this node's certificate, and these roots for
    time alone."""
    own = x509.Certificate.load(node_identity().certificate)
    certificates = list(load_certs_from_pemder_data(roots.read_bytes()))
    return validate_pdf_signature(
        signature_of(pdf, strict=strict),
        ValidationContext(trust_roots=[own], allow_fetching=False),
        ts_validation_context=ValidationContext(trust_roots=certificates, allow_fetching=False),
    )


def second_root(authority: Times, folder: Path) -> Path:
    """A file with the root of the second authority alone."""
    path, end = folder / "second.pem", "-----END CERTIFICATE-----\n"
    path.write_text(authority.roots.read_text().split(end)[1] + end)
    return path


def token_of(pdf: bytes) -> cms.ContentInfo:
    (signer,) = signature_of(pdf).signed_data["signer_infos"]
    found = {each["type"].native: each["values"] for each in signer["unsigned_attrs"]}
    return found["signature_time_stamp_token"][0]


def test_the_signature_carries_a_stamp_that_pyhanko_verifies(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.ask(monkeypatch, authority.long)
    signed = drawn(what)
    status = judged(signed, authority.roots)
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.intact
    assert status.timestamp_validity.trusted
    assert abs((status.timestamp_validity.timestamp - now()).total_seconds()) < 3600
    assert signature_of(signed).sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert status.coverage is SignatureCoverageLevel.ENTIRE_REVISION
    assert status.modification_level is not None
    assert status.docmdp_ok


@pytest.mark.parametrize("which", ["long", "short"])
def test_the_file_holds_the_certificates_of_the_authority_up_to_its_root(
    which: str, what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of one that sends nothing but its own: the root comes from the operator's list."""
    authority.ask(monkeypatch, getattr(authority, which))
    signed = drawn(what)
    store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(signed)))
    held = {each.get_object().data for each in store.certs.values()}
    mine = {
        each.dump()
        for each in load_certs_from_pemder_data(authority.roots.read_bytes())
        if {"long": "one", "short": "bare"}[which] in each.subject.human_friendly
    }
    assert len(held) == 2
    assert mine < held
    contents = signature_of(signed).pkcs7_content.hex().encode()
    assert list(store.vri_entries) == [DocumentSecurityStore.sig_content_identifier(contents)]


def test_openssl_and_our_own_check_agree_on_the_token_in_the_signature(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority.ask(monkeypatch, authority.long)
    signed = drawn(what)
    (signer,) = signature_of(signed).signed_data["signer_infos"]
    value, token = signer["signature"].native, token_of(signed)
    (tmp_path / "value").write_bytes(value)
    (tmp_path / "token").write_bytes(token.dump())
    command = ["openssl", "ts", "-verify", "-data", "value", "-in", "token", "-token_in"]
    done = subprocess.run(
        [*command, "-CAfile", str(authority.roots)],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    row = Stamp.objects.get()
    roots = load_roots(authority.roots.read_bytes())
    assert check_stamp(bytes(row.token), sha256(value).digest(), roots).at == row.at


def test_the_stamp_is_kept_with_its_leaf_exactly_as_it_came(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.ask(monkeypatch, authority.long)
    before = authority.asked()
    signed = drawn(what)
    assert authority.asked() == before + 1
    row = Stamp.objects.get()
    answer = tsp.TimeStampResp.load(bytes(row.token))
    assert answer["time_stamp_token"].dump() == token_of(signed).dump()
    assert (row.subject, row.authority) == (Stamp.Subject.EXPORT, authority.long)
    assert verify().holds


def test_a_changed_byte_anywhere_in_the_signed_revision_is_found(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.ask(monkeypatch, authority.long)
    signed = drawn(what)
    for place in (signed.index(b"/Type /Page"), signed.index(b"/ByteRange") + 20):
        changed = bytearray(signed)
        changed[place] ^= 1
        try:
            status = judged(bytes(changed), authority.roots, strict=False)
        except (PdfError, ValueError):
            continue
        assert not status.bottom_line


def test_a_stamp_by_somebody_else_is_not_trusted(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority.ask(monkeypatch, authority.long)
    signed = drawn(what)
    status = judged(signed, second_root(authority, tmp_path))
    assert status.timestamp_validity is not None
    assert not status.timestamp_validity.trusted
    assert not status.bottom_line


def test_the_next_authority_is_asked_when_one_is_silent(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.ask(monkeypatch, NOWHERE, authority.short)
    assert judged(drawn(what), authority.roots).bottom_line
    assert Stamp.objects.get().authority == authority.short


def test_without_an_authority_the_paper_says_that_nobody_confirms_the_time(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.ask(monkeypatch)
    signed = drawn(what)
    status = judged(signed, authority.roots)
    assert status.bottom_line
    assert status.timestamp_validity is None
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    with pytest.raises(NoDSSFoundError):
        DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(signed)))
    assert "No independent authority says when it was signed." in said_on(signed)


def test_when_all_are_silent_the_report_is_signed_all_the_same_and_says_so(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.ask(monkeypatch, NOWHERE)
    signed = drawn(what)
    assert judged(signed, authority.roots).timestamp_validity is None
    assert "No independent authority" in said_on(signed)
    assert not Stamp.objects.exists()


def test_an_authority_of_another_root_counts_as_silent(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without trusted roots nothing is stamped: an unproven stamp looks like evidence."""
    authority.ask(monkeypatch, authority.long, roots=second_root(authority, tmp_path))
    assert "No independent authority" in said_on(drawn(what))


def test_an_answer_too_large_for_the_signature_does_not_stop_the_export(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.ask(monkeypatch, authority.long)
    monkeypatch.setattr(pades, "ROOM_FOR_TIME", 1024)
    signed = drawn(what)
    assert judged(signed, authority.roots).timestamp_validity is None
    assert "No independent authority" in said_on(signed)


@pytest.mark.parametrize(
    ("language", "timed", "untimed"),
    [
        ("en", "An independent time-stamp authority says when", "No independent authority says"),
        ("fr", "Une autorité d’horodatage indépendante", "Aucune autorité indépendante"),
    ],
)
def test_the_paper_says_whether_the_time_is_confirmed(
    language: str, timed: str, untimed: str, what: Contents
) -> None:
    there = replace(what, made=replace(what.made, language=language))
    with_time, without = said_on(report_pdf(there, timed=True)), said_on(report_pdf(there))
    assert timed in with_time
    assert untimed not in with_time
    assert untimed in without
    assert timed not in without


def test_a_bag_made_by_the_node_holds_a_stamped_report(
    authority: Times, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority.ask(monkeypatch, authority.long)
    bag = to_folder(ground(b"one").prepare(), tmp_path)
    signed = (bag / "custody-report.pdf").read_bytes()
    assert judged(signed, authority.roots).bottom_line
    assert "An independent time-stamp authority" in said_on(signed)
    assert Stamp.objects.filter(subject=Stamp.Subject.EXPORT).count() == 2
    assert verify().holds


def test_nothing_is_stamped_over_another_digest_than_the_one_we_know() -> None:
    time = pades.Authority(lambda _digest: b"", [])
    with pytest.raises(StampError, match="sha512"):
        asyncio.run(time.async_timestamp(bytes(64), "sha512"))


@pytest.mark.parametrize("answer", [b"", b"\x30\x00", b"no stamp", b"\x30\x03\x02\x01\x00"])
def test_an_answer_that_is_no_stamp_leaves_the_file_unsigned(answer: bytes, what: Contents) -> None:
    time = pades.Authority(lambda _digest: answer, [])
    with pytest.raises(StampError):
        pades.sign(report_pdf(what), node_identity(), "amana/x", time)
    assert time.certificates() == []


def test_plain_signing_asks_nobody(
    what: Contents, authority: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.ask(monkeypatch, authority.long)
    before = authority.asked()
    assert judged(sign_pdf(report_pdf(what)), authority.roots).bottom_line
    assert authority.asked() == before

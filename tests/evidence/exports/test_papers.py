# SPDX-License-Identifier: AGPL-3.0-or-later
"""The papers of a bag before foreign readers: CASE, PDF signatures, OpenSSL; and before people."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pypdfium2  # type: ignore[import-untyped, unused-ignore]
import pytest

from amana.evidence.exports.case import case_jsonld
from amana.evidence.exports.contents import Contents, Reason
from amana.evidence.exports.papers import MOST_ITEMS, report_pdf
from amana.evidence.exports.services import stamped
from amana.evidence.exports.signing import node_identity, sign_pdf
from amana.evidence.exports.timeline import timeline_html, timeline_json
from amana.kernel.sealing.certificates import signing_identity
from tests.evidence.exports.bags import Node, contents, released, write

T = TypeVar("T")


@pytest.fixture(scope="module")
def what() -> Contents:
    return contents(Node())


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_case_validate_conforms(what: Contents, tmp_path: Path) -> None:
    path = tmp_path / "case.jsonld"
    path.write_bytes(case_jsonld(what))
    command = [str(Path(sys.executable).parent / "case_validate"), str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b""), done.stdout.decode()[:2000]


def test_the_graph_holds_hashes_actions_and_where_exhibits_come_from(what: Contents) -> None:
    nodes = json.loads(case_jsonld(what))["@graph"]
    kinds = [node["@type"] for node in nodes]
    assert kinds.count("uco-observable:File") == 3
    assert kinds.count("case-investigation:ProvenanceRecord") == 3
    assert kinds.count("case-investigation:InvestigativeAction") == 9
    assert kinds.count("uco-observable:ObservableRelationship") == 1
    assert what.released[0].sha256 in json.dumps(nodes)
    assert str(what.withheld[0].id) not in json.dumps(nodes)
    assert case_jsonld(what) == case_jsonld(what)


def apart(call: Callable[[], T]) -> T:
    """In a fresh thread: a browser test may have left an event loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(call).result()


def signature_holds(pdf: bytes) -> tuple[bool, bool]:
    """Whether pyHanko finds the first signature whole, and whether it covers the entire file."""
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    own = x509.Certificate.load(node_identity().certificate)
    trust = ValidationContext(trust_roots=[own], allow_fetching=False)
    signature = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures[0]
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    status = apart(lambda: validate_pdf_signature(signature, trust))
    whole = status.intact and status.valid and status.bottom_line
    return whole, status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_the_signature_on_the_report_holds_for_pyhanko_and_a_changed_byte_breaks_it(
    what: Contents,
) -> None:
    signed = sign_pdf(report_pdf(what))
    assert signature_holds(signed) == (True, True)
    changed = bytearray(signed)
    changed[changed.index(b"/Type /Page")] ^= 1
    assert not signature_holds(bytes(changed))[0]


def test_a_report_is_signed_also_where_an_event_loop_runs(what: Contents) -> None:
    async def caller() -> bytes:
        return sign_pdf(report_pdf(what))

    assert signature_holds(apart(lambda: asyncio.run(caller()))) == (True, True)


def test_the_certificate_follows_from_the_keys_of_the_node_alone() -> None:
    secret = bytes(range(32))
    first, again = signing_identity(secret, "amana/x"), signing_identity(secret, "amana/x")
    assert first == again
    assert first.fingerprint != signing_identity(bytes(32), "amana/x").fingerprint
    assert "private" not in repr(first)
    assert node_identity() == node_identity()


@pytest.mark.parametrize("language", ["ar", "fr", "en", "ur"])
def test_the_report_is_in_the_language_of_its_reader(what: Contents, language: str) -> None:
    pdf = report_pdf(replace(what, made=replace(what.made, language=language)))
    said = text_of(pdf)
    assert "12345678" in said
    assert what.released[0].sha256[:8] in said
    if language in ("en", "fr"):
        assert {"en": "Unchanged since", "fr": "Inchangé depuis"}[language] in said


def test_the_report_never_promises_more_than_the_log_does(what: Contents) -> None:
    said = " ".join(text_of(report_pdf(what)).split())
    assert "does not say that what a file shows is true" in said
    assert "No other authority vouches for it" in said
    assert "authentic" not in said.lower()
    assert "Protection of a child" in said


def test_hostile_names_stay_text(what: Contents, tmp_path: Path) -> None:
    bag = write(what, tmp_path)
    names = {path.name for path in bag.rglob("*") if path.is_file() and "data" in path.parts}
    assert names == {"0001.png", "0002.png", "0003.png"}
    assert "\u202e" not in text_of(report_pdf(what))


def test_what_is_left_out_everywhere_is_said(what: Contents) -> None:
    hidden = replace(what, fields=(("names", Reason.VICTIM_PRIVACY),))
    assert "Names the files came with" in text_of(report_pdf(hidden))


def test_a_large_bag_has_a_report_that_ends() -> None:
    node = Node()
    what = contents(node)
    more = tuple(released(node, n, b"x", what.made.bag) for n in range(1, MOST_ITEMS + 12))
    said = text_of(report_pdf(replace(what, released=more)))
    assert "11 more items" in said


def test_the_timeline_is_in_order_and_names_what_is_withheld(what: Contents) -> None:
    said = json.loads(timeline_json(what))
    assert len(said["steps"]) == 9
    assert [step["at"] for step in said["steps"]] == sorted(s["at"] for s in said["steps"])
    assert said["withheld_items"] == [{"item": 4, "reason": "minor"}]
    page = timeline_html(what).decode()
    assert "Handed in" in page
    assert "Protection of a child" in page
    assert "<script" not in page
    arabic = timeline_html(replace(what, made=replace(what.made, language="ar"))).decode()
    assert '<html lang="ar" dir="rtl">' in arabic


def test_without_an_authority_there_is_no_stamp_and_no_fault() -> None:
    assert stamped(b"a manifest") == []

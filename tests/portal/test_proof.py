# SPDX-License-Identifier: AGPL-3.0-or-later
"""Her proof: a promise first, then a proof with partners' names; never the code (receipt v2)."""

from __future__ import annotations

import re

import pypdfium2  # type: ignore[import-untyped, unused-ignore]
import pytest
from django.test import Client

from amana.config.node import cosigner_vkeys, signing_key
from amana.journal import cosigning, enrolling, stamps
from amana.journal.models import PublicCheckpoint
from amana.journal.proofs import latest_public
from amana.journal.sequencer import publish_hour
from amana.journal.verify import verify
from amana.kernel.ledger import (
    Signature,
    cosignatures_in,
    open_note,
    parse_proof_file,
    verify_proof_file,
)
from amana.portal.box_proof import symbol
from amana.portal.paper import LARGEST_SYMBOL
from tests.journal.partners import PartnerWitness
from tests.portal.test_box import enter, filed
from tests.portal.visitor import Visitor
from tests.support.builders import node
from tests.support.logs import log_of_its_own

__all__ = ["log_of_its_own"]
pytestmark = pytest.mark.db
HOUR = 500_000
WITNESSES = [PartnerWitness(f"partner{n}.example/w", seed=40 + n) for n in range(2)]


def get(visitor: Visitor, name: str) -> str:
    answer = visitor.client.get(f"/box/{name}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    return str(answer.content.decode())


def cosigned(hour: int = HOUR) -> None:
    """A public checkpoint with the cosignatures of two partners, of both kinds."""
    public = publish_hour(hour=hour)
    assert public is not None
    text = cosigning.text_of(public.checkpoint)
    for witness in WITNESSES:
        for each in witness.cosigners:
            enrolling.enrol(vkey=str(each.vkey))
            signature: Signature = each.cosign(text, 1_800_000_000)
            cosigning.keep(public.checkpoint, [signature], [each.vkey])


def test_first_she_holds_a_signed_promise() -> None:
    visitor = enter(filed()).get("/box/proof/")
    assert "signed a promise" in visitor.text
    promise = get(visitor, "note.tlog-proof")
    assert open_note(promise, [signing_key().vkey]).text.startswith("amana-promise/v1\n")
    assert "<svg" in visitor.html


def test_then_a_proof_with_the_cosignatures_of_partners() -> None:
    code = filed()
    promise = get(enter(code), "note.tlog-proof")
    cosigned()
    visitor = enter(code).get("/box/proof/")
    for words in ("stands in our record", "partner0.example/w", "partner1.example/w"):
        assert words in visitor.text
    text = get(visitor, "note.tlog-proof")
    proof = parse_proof_file(text)
    entry = proof.extra or b""
    assert verify_proof_file(text, entry, [signing_key().vkey]).size % 64 == 0
    commitment = open_note(promise, [signing_key().vkey]).text.split("\n")[2]
    assert commitment in text
    keys = [each.vkey for witness in WITNESSES for each in witness.cosigners]
    found = cosignatures_in(proof.checkpoint, [*keys, *cosigner_vkeys()])
    assert len(found) == 2
    assert {len(each.value) for each in found} == {72}
    assert verify().problems == []


def test_the_file_is_about_a_kilobyte_and_fits_a_symbol() -> None:
    code = filed()
    cosigned()
    text = get(enter(code), "note.tlog-proof")
    assert len(text.encode()) < 1300
    # In a log of a billion entries it has 30 hashes instead of six.
    assert len(text.encode()) + 24 * 45 < LARGEST_SYMBOL
    assert "<svg" in symbol("x" * LARGEST_SYMBOL)
    assert symbol("x" * (LARGEST_SYMBOL + 1)) == ""


def test_neither_code_nor_words_stand_in_any_of_it() -> None:
    code = filed()
    cosigned()
    digits = re.sub(r"\D", "", code)
    visitor = enter(code).get("/box/proof/")
    files = [get(visitor, name) for name in ("note.tlog-proof", "note.txt")]
    for text in (visitor.html, *files):
        squeezed = re.sub(r"\s", "", text)
        assert "CANARY" not in text
        assert digits not in squeezed
        assert digits[8:20] not in squeezed


def test_a_newer_checkpoint_that_nobody_has_cosigned_yet_does_not_weaken_the_proof() -> None:
    code = filed()
    cosigned()
    publish_hour(hour=HOUR + 1)
    assert "partner0.example/w" in enter(code).get("/box/proof/").text
    cosigned(HOUR + 2)
    latest = latest_public()
    assert latest is not None
    checkpoint = parse_proof_file(get(enter(code), "note.tlog-proof")).checkpoint
    assert checkpoint.startswith(cosigning.text_of(latest.checkpoint))


def test_the_sheet_holds_symbol_and_letters() -> None:
    code = filed()
    cosigned()
    for language in ("ar", "en", "fr", "ur"):
        answer = enter(code, language).client.get("/box/note.pdf")
        assert answer["Content-Type"] == "application/pdf"
        document = pypdfium2.PdfDocument(answer.content)
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert len(document) <= 2
        assert "c2sp.org/tlog-proof@v1" in text.replace("\u00a0", " ")
        assert re.sub(r"\D", "", code)[8:20] not in re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    "path", ["proof/", "note.tlog-proof", "note.txt", "note.pdf"], ids=lambda path: path
)
def test_without_the_code_or_with_the_pin_missing_there_is_nothing(path: str) -> None:
    assert Client().get(f"/box/{path}").status_code == 403
    visitor = enter(filed(pin="4821"))
    assert visitor.client.get(f"/box/{path}").status_code == 403


@pytest.mark.parametrize("language", ["ar", "en", "fr", "ur"])
def test_the_page_speaks_each_language(language: str) -> None:
    node()
    code = Visitor("en").file({"groups": "blackmail", "narrative": "x"}).code
    before = enter(code, language).get("/box/proof/")
    cosigned()
    after = enter(code, language).get("/box/proof/")
    assert before.text != after.text
    assert ("stands in our record" in after.text) == (language == "en")


def record_page(language: str = "en") -> str:
    answer = Client().get("/record/", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_public_page_says_what_was_shown_and_who_confirmed_it() -> None:
    node()
    assert "Nothing has been shown yet" in record_page()
    cosigned()
    public = PublicCheckpoint.objects.get()
    text = record_page()
    root = public.checkpoint.note.split("\n")[2]
    for words in (signing_key().name, "64", root.replace("+", "&#x2B;"), "partner0.example/w"):
        assert words in text or words.replace("&#x2B;", "+") in text
    assert "nobody yet" in text
    assert stamps.stamp_public() == 0
    assert "سجلنا" in record_page("ar")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files at the desk: blurred until a purpose is said, drawn anew, saved with a warning."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from amana.config.clock import now
from amana.config.env import env
from amana.evidence.blobs import FolderBlobs
from amana.evidence.models import EvidenceItem
from tests.desk.steps import desk, of, ok, refused, went_on
from tests.desk.test_report_page import PNG, a_file, leaves
from tests.evidence.hostile import HIDDEN, NAMES, nested_archive, picture, with_metadata
from tests.support import builders as make
from tests.support.clamd import fake_clamd

pytestmark = pytest.mark.db


def test_a_picture_is_blurred_until_it_was_asked_for_clearly() -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, content=picture("PNG"))
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    assert f"{here}thumbnail/" in ok(who.get(here))
    blurred = who.get(f"{here}thumbnail/")
    assert blurred.headers["Content-Type"] == "image/jpeg"
    assert who.get(f"{here}picture/").status_code == 404
    went_on(who.get(f"{here}look/"), here)
    assert leaves(report, "evidence:item:view") == []
    refused(who.post(here, purpose="", how="clear"))
    went_on(who.post(here, purpose="Who is in it", how="clear"), f"{here}look/")
    assert f"{here}picture/?page=1" in ok(who.get(f"{here}look/"))
    shown = who.get(f"{here}picture/")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    (leaf,) = leaves(report, "evidence:item:view")
    assert leaf["purpose"] == "Who is in it"
    for number in ("2", "0", "x", "-1", "99999"):
        assert who.get(f"{here}picture/?page={number}").status_code == 404


def test_what_one_officer_revealed_another_has_not_and_it_ends() -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, content=picture("PNG"))
    who, other = desk(agency, "jo/ccu/aqaba"), desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    went_on(who.post(here, purpose="Who is in it", how="clear"))
    assert other.get(f"{here}picture/").status_code == 404
    with time_machine.travel(now() + timedelta(minutes=11)):
        went_on(who.get(f"{here}look/"), here)


@pytest.mark.parametrize(
    "content",
    [b"<svg onload=alert(1)>", b"<!doctype html><script>", b"%PDF-1.7", b"GIF", b"\xff", b"PK\3\4"],
)
def test_what_is_no_picture_is_never_drawn_as_one(content: bytes) -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, name="x.png", content=content)
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    ok(who.get(here))
    who.post(here, purpose="Look", how="clear")
    assert who.get(f"{here}picture/").status_code == 404
    assert who.get(f"{here}thumbnail/").status_code == 404
    looked = who.get(f"{here}look/").content.decode()
    assert "<script>" not in looked.partition("<main")[2]
    assert "<svg onload" not in looked


def test_of_an_office_document_there_is_no_safe_view_and_it_is_said() -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, name="letter.docx", content=nested_archive())
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    page = ok(who.get(here))
    assert "There is no safe view of this kind of file." in page
    assert 'value="clear"' not in page
    refused(who.post(here, purpose="Look", how="clear"))
    assert who.post(here, purpose="Look", how="save").getvalue().startswith(b"PK")


def test_a_damaged_picture_says_so_when_it_is_looked_at() -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, content=PNG[:40])
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    went_on(who.post(here, purpose="Look", how="clear"))
    assert "cannot be drawn" in ok(who.get(f"{here}look/"))
    assert "cannot be drawn" in refused(who.post(here, purpose="Share", how="copy"))


def test_a_cleaned_copy_stands_beside_the_original_and_both_chains_say_so() -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, content=with_metadata())
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    went_on(who.post(here, purpose="For the partner", how="copy"), of(report))
    original = EvidenceItem.objects.get(pk=item)
    copy = EvidenceItem.objects.get(parent=original)
    assert (copy.copy, copy.report) == ("cleaned", report)
    assert len(leaves(report, "evidence:item:derive")) == 2
    assert "A cleaned copy of another file" in ok(who.get(of(report, f"files/{copy.pk}/")))
    saved = who.post(of(report, f"files/{copy.pk}/"), purpose="To send", how="save").getvalue()
    assert saved.startswith(b"\xff\xd8\xff")
    assert HIDDEN not in saved
    assert HIDDEN in who.post(here, purpose="To compare", how="save").getvalue()


def test_the_scanner_warns_and_the_officer_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, content=b"made to harm")
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    with fake_clamd(b"stream: Test.Signature FOUND\0") as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        page = refused(who.post(here, purpose="Look", how="save"))
        assert "Test.Signature" in page
        assert 'type="checkbox"' in page
        saved = who.post(here, purpose="Look", how="save", despite="on")
        assert saved.getvalue() == b"made to harm"
    assert len(leaves(report, "evidence:item:verify")) == 2
    monkeypatch.setattr(env(), "clamd", "127.0.0.1:9")
    assert "does not answer" in refused(who.post(here, purpose="Look", how="save"))


def test_what_the_scanner_said_stands_beside_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, content=picture("PNG"))
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    assert "Virus scanner" not in ok(who.get(of(report))) + ok(who.get(here))
    with fake_clamd(b"stream: Test.Signature FOUND\0") as address:
        monkeypatch.setattr(env(), "clamd", str(address))
        went_on(who.post(here, purpose="Who is in it", how="clear"), f"{here}look/")
    for page in (of(report), here, f"{here}look/"):
        assert "found “\u2068Test.Signature\u2069”" in ok(who.get(page)), page
    assert "virus scanner: found “\u2068Test.Signature\u2069”" in ok(
        who.get(of(report, "custody/"))
    )


def test_a_working_copy_is_made_and_each_says_which_it_is() -> None:
    agency = make.node()
    report = make.report(agency)
    archive = nested_archive()
    item = a_file(report, name="letter.docx", content=archive)
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    assert "The evidentiary copy: exactly as it came in" in ok(who.get(here))
    refused(who.post(here, purpose="", how="work"))
    went_on(who.post(here, purpose="To unpack it", how="work"), of(report))
    copy = EvidenceItem.objects.get(parent_id=UUID(item))
    assert "<b>Working copy</b>" in ok(who.get(of(report)))
    there = of(report, f"files/{copy.pk}/")
    page = ok(who.get(there))
    assert "A working copy of another file, to work on" in page
    assert 'value="work"' not in page
    assert "Save the original" not in page
    refused(who.post(there, purpose="Again", how="work"))
    for path, called in ((here, "file"), (there, "working-copy")):
        saved = who.post(path, purpose="To unpack it", how="save")
        assert f'filename="{called}-' in saved.headers["Content-Disposition"]
        assert saved.getvalue() == archive
    chains = ok(who.get(of(report, "custody/")))
    assert "Working copy · this file began so" in chains
    assert "letter.docx · Working copy" in ok(who.get(of(report, "custody/hold/")))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_hostile_name_is_shown_and_does_nothing(name: str) -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, name=NAMES[name].encode("utf-8", "replace").decode())
    who = desk(agency, "jo/ccu/aqaba")
    for path in (of(report), of(report, f"files/{item}/")):
        page = who.get(path).content.decode()
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page
        assert "\0" not in page
        assert "<img src=x" not in page
    saved = who.post(of(report, f"files/{item}/"), purpose="Look", how="save")
    assert saved.getvalue() == PNG
    assert re.fullmatch(
        r'attachment; filename="file-[0-9a-f]{8}\.png"', saved.headers["Content-Disposition"]
    )


def test_bytes_that_changed_are_shown_to_nobody() -> None:
    agency = make.node()
    report = make.report(agency)
    item = a_file(report, content=picture("PNG"))
    who = desk(agency, "jo/ccu/aqaba")
    here = of(report, f"files/{item}/")
    went_on(who.post(here, purpose="Look", how="clear"))
    stored = FolderBlobs(env().blob_folder).path(EvidenceItem.objects.get(pk=item).blob)
    raw = bytearray(stored.read_bytes())
    raw[-1] ^= 1
    stored.unlink()
    stored.write_bytes(raw)
    assert "have changed" in ok(who.get(f"{here}look/"))
    assert who.get(f"{here}picture/").status_code == 404
    assert who.get(f"{here}thumbnail/").status_code == 404
    assert ok(who.get(here))
    assert "have changed" in refused(who.post(here, purpose="Look", how="save"))

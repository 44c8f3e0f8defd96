# SPDX-License-Identifier: AGPL-3.0-or-later
"""A prosecution office is notified, reads what it was given, and directs."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from amana.casework import services as casework
from amana.config.clock import now
from amana.config.node import signing_key
from amana.evidence import opening as evidence
from amana.evidence.blobs import blobs
from amana.evidence.intake import FileIntake
from amana.evidence.services import add_to_report
from amana.journal.events import REPORTER
from amana.kernel.paper import Sheet
from amana.packs import load_pack
from amana.people.errors import NotAllowed
from amana.people.models import Role
from amana.referral import notice, selectors, services
from amana.referral.events import Tag
from amana.referral.models import Instruction, ProsecutorNotice, Refusal
from amana.referral.notice_pdf import basis_lines, notice_pdf
from amana.referral.policies import visible_to
from amana.reports import opening
from amana.reports.errors import NotFound, Refused, Unusable
from amana.reports.models import PartGrant, PartKind, Report, Stage
from amana.reports.services import mailbox
from amana.triage import denying
from tests.support import builders as make

pytestmark = pytest.mark.db

INSTRUCTION = {
    "action": "before_justice",
    "authority": "Public prosecutor, Aqaba",
    "legal_basis": "Code of criminal procedure, article 20",
    "text": "Bring him before me.",
}


def refused(report: Report) -> list[tuple[str, str]]:
    return list(Refusal.objects.filter(report=report).values_list("action", "missing"))


def unpad(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_m004_the_notice_is_signed_sealed_and_read_by_the_office() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    prosecutor = make.staff(agency, "jo/pp/aqaba", Role.PROSECUTOR)
    report = make.report(agency, **make.NAMED)
    with pytest.raises(NotFound):
        opening.open_part(staff=prosecutor, report=report, kind=PartKind.ANSWERS)
    report = make.notified(officer, report)
    row = ProsecutorNotice.objects.get(report=report)
    signed = selectors.notice_jws(staff=prosecutor, row=row)
    assert hashlib.sha256(signed.encode()).digest() == bytes(row.digest)
    assert b"locator" not in bytes(row.sealed_jws)
    said = notice.read(signed)
    assert (said["from"], said["to"]) == ("jo/ccu/aqaba", "jo/pp/aqaba")
    assert said["statement"] == "Please."
    facts = said["report"]
    assert isinstance(facts, dict)
    assert facts["locator"] == report.locator
    answers = said["answers"]
    assert isinstance(answers, dict)
    assert answers["narrative"] == make.NARRATIVE
    assert "Salma" not in json.dumps(said), "who she is stays with the unit"
    assert "+962790000000" not in json.dumps(said)
    assert report.stage == Stage.IN_PROGRESS
    assert Tag.NOTICE_SEND in make.tags(report)


def test_m004_the_signature_is_ed25519_over_the_compact_form_under_a_key_of_its_own() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.notified(officer, make.report(agency))
    signed = selectors.notice_jws(staff=officer, row=ProsecutorNotice.objects.get(report=report))
    head, payload, signature = signed.split(".")
    public = Ed25519PublicKey.from_public_bytes(unpad(notice.public_key()["x"]))
    public.verify(unpad(signature), f"{head}.{payload}".encode())
    assert json.loads(unpad(head))["alg"] == "Ed25519"
    assert unpad(notice.public_key()["x"]) != signing_key().vkey.public
    changed = unpad(payload).replace(b'"X1"', b'"H1"')
    forged = base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
    with pytest.raises(InvalidSignature):
        public.verify(unpad(signature), f"{head}.{forged}".encode())
    with pytest.raises(notice.NotGenuine):
        notice.read(f"{head}.{forged}.{signature}")
    with pytest.raises(notice.NotGenuine):
        notice.read("not a notice")


def test_the_office_gets_what_the_notice_says_and_nothing_else() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    prosecutor = make.staff(agency, "jo/pp/aqaba", Role.PROSECUTOR)
    report = make.report(agency, narrative_private="Not for this.", **make.NAMED)
    taken = FileIntake(blobs(), name="a.png", declared_type="image/png", limit=1000)
    taken.write(b"a picture")
    (item,) = add_to_report(report=report, taken=[taken.finish()], actor=REPORTER)
    report = make.notified(officer, report)
    casework.write_note(staff=officer, report=report, text="Among us.")
    mailbox.write(report=report, text="What comes later is not theirs either.")
    for kind in PartKind.values:
        if kind == PartKind.NOTICE:
            continue
        with pytest.raises(NotAllowed):
            opening.open_part(staff=prosecutor, report=report, kind=kind, purpose="to call")
    with pytest.raises(NotAllowed):
        opening.lines(staff=prosecutor, report=report)
    with pytest.raises(NotAllowed):
        opening.notes(staff=prosecutor, report=report)
    with pytest.raises(NotAllowed):
        evidence.files(staff=prosecutor, report=report)
    with pytest.raises(NotAllowed):
        evidence.open_file(staff=prosecutor, report=report, item_id=item.pk, purpose="to look")
    held = PartGrant.objects.filter(
        part__report=report, unit_key__unit=make.unit("jo/pp/aqaba")
    ).values_list("part__kind", flat=True)
    assert list(held) == [PartKind.NOTICE], "not even the keys, whatever a page would ask"


def test_m005_one_office_at_a_time_and_the_earlier_one_reads_no_more() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    first = make.staff(agency, "jo/pp/aqaba", Role.PROSECUTOR)
    second = make.staff(agency, "jo/pp/amman", Role.PROSECUTOR)
    report = make.notified(officer, make.report(agency))
    assert report in visible_to(first)
    services.notify_prosecutor(staff=officer, report=report, office=make.unit("jo/pp/amman"))
    assert report not in visible_to(first)
    assert report in visible_to(second)
    offices = [row.office.code for row in selectors.notices(report)]
    assert offices == ["jo/pp/amman", "jo/pp/aqaba"]
    assert [notice_pdf(staff=second, row=r, language="en") for r in selectors.notices(report)]
    with pytest.raises(Refused):
        services.record_instruction(
            staff=officer,
            report=report,
            office=make.unit("jo/pp/aqaba"),
            given_on=now().date(),
            **INSTRUCTION,
        )


def test_m070_a_notice_needs_a_diagnosis() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.report(agency)
    with pytest.raises(Refused):
        services.notify_prosecutor(staff=officer, report=report, office=make.unit("jo/pp/aqaba"))
    assert refused(report) == [("notify_prosecutor", "diagnosis")]
    with pytest.raises(Unusable):
        services.notify_prosecutor(staff=officer, report=report, office=make.unit("jo/ccu/irbid"))


def test_a_report_without_consent_stays_inside_the_agency() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency, consents=[]))
    for basis in ("", "Penal code, article 1"):
        with pytest.raises(Refused) as said:
            services.notify_prosecutor(
                staff=officer,
                report=report,
                office=make.unit("jo/pp/aqaba"),
                override_basis=basis,
            )
        assert said.value.missing == "consent"
    assert refused(report) == [("notify_prosecutor", "consent")] * 2
    assert selectors.notices(report) == []


def test_a_life_at_risk_overrides_missing_consent_with_a_recorded_basis_only() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency, consents=[], threat_to_life="yes"))
    office = make.unit("jo/pp/aqaba")
    with pytest.raises(Refused):
        services.notify_prosecutor(staff=officer, report=report, office=office)
    row = services.notify_prosecutor(
        staff=officer,
        report=report,
        office=office,
        override_basis="Penal procedure, article 26, duty officer",
    )
    said = selectors.notice_content(staff=officer, row=row)
    assert said["sent_without_consent_on"] == "Penal procedure, article 26, duty officer"
    assert said["consent"] == ""
    assert Tag.CONSENT_OVERRIDE in make.tags(report)


def test_a_risk_that_a_person_denied_overrides_nothing_and_stands_in_no_notice() -> None:
    agency = make.node()
    officer, office = make.staff(agency, "jo/ccu/aqaba"), make.unit("jo/pp/aqaba")
    report = make.diagnosed(officer, make.report(agency, consents=[], threat_to_life="yes"))
    denial = denying.deny(staff=officer, report=report, risk="threat_to_life", reason="A song.")
    basis = "Penal procedure, article 26, duty officer"
    with pytest.raises(Refused) as said:
        services.notify_prosecutor(
            staff=officer, report=report, office=office, override_basis=basis
        )
    assert said.value.missing == "consent"
    agreed = make.diagnosed(officer, make.report(agency, threat_to_life="yes"))
    denying.deny(staff=officer, report=agreed, risk="threat_to_life", reason="A song.")
    row = services.notify_prosecutor(staff=officer, report=agreed, office=office)
    said_in_it = json.dumps(selectors.notice_content(staff=officer, row=row)["report"])
    assert "threat_to_life" not in said_in_it
    denying.take_back(staff=officer, report=report, denial=denial.pk)
    services.notify_prosecutor(staff=officer, report=report, office=office, override_basis=basis)


def test_m128_an_instruction_names_authority_and_article() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.notified(officer, make.report(agency))
    office = make.unit("jo/pp/aqaba")
    for missing in ("authority", "legal_basis"):
        with pytest.raises(Refused) as said:
            services.record_instruction(
                staff=officer,
                report=report,
                office=office,
                given_on=now().date(),
                **{**INSTRUCTION, missing: " "},
            )
        assert said.value.missing == missing
    assert not Instruction.objects.filter(report=report).exists()
    assert refused(report) == [
        ("record_instruction", "authority"),
        ("record_instruction", "legal_basis"),
    ]
    row = services.record_instruction(
        staff=officer, report=report, office=office, given_on=now().date(), **INSTRUCTION
    )
    assert selectors.has_instruction(report, "before_justice")
    assert not selectors.has_instruction(report, "search_notice")
    assert selectors.instruction_text(staff=officer, row=row) == "Bring him before me."


@pytest.mark.parametrize(
    "wrong", [{"action": "anything"}, {"given_on": (now() + timedelta(days=2)).date()}]
)
def test_an_instruction_is_for_an_act_of_the_list_and_not_of_tomorrow(
    wrong: dict[str, object],
) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.notified(officer, make.report(agency))
    given: dict[str, object] = {"given_on": now().date(), **INSTRUCTION, **wrong}
    with pytest.raises(Unusable):
        services.record_instruction(
            staff=officer,
            report=report,
            office=make.unit("jo/pp/aqaba"),
            **given,  # type: ignore[arg-type]
        )


def test_m004_an_instruction_of_an_office_that_was_not_notified_is_refused() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.diagnosed(officer, make.report(agency))
    with pytest.raises(Refused) as said:
        services.record_instruction(
            staff=officer,
            report=report,
            office=make.unit("jo/pp/aqaba"),
            given_on=now().date(),
            **INSTRUCTION,
        )
    assert said.value.missing == "notice"


def test_the_prosecutor_records_her_own_instruction_and_the_unit_reads_it() -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    prosecutor = make.staff(agency, "jo/pp/aqaba", Role.PROSECUTOR)
    report = make.notified(officer, make.report(agency))
    row = services.record_instruction(
        staff=prosecutor,
        report=report,
        office=make.unit("jo/pp/aqaba"),
        given_on=now().date(),
        **INSTRUCTION,
    )
    assert selectors.instruction_text(staff=officer, row=row) == "Bring him before me."
    assert selectors.instruction_text(staff=prosecutor, row=row) == "Bring him before me."


@pytest.mark.parametrize("language", ["en", "ar", "fr", "ur"])
def test_m004_the_paper_is_made_in_every_language(language: str) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.notified(officer, make.report(agency))
    (row,) = selectors.notices(report)
    paper = notice_pdf(staff=officer, row=row, language=language)
    assert paper.startswith(b"%PDF-")
    assert paper == notice_pdf(staff=officer, row=row, language=language)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is set on the sheets of a test; shaped Arabic cannot be read back from the glyphs."""
    set_there: list[str] = []
    paragraph, table = Sheet.paragraph, Sheet.table

    def noting(sheet: Sheet, text: str, *, bold: bool = False) -> None:
        set_there.append(text)
        paragraph(sheet, text, bold=bold)

    def noting_rows(sheet: Sheet, rows: Sequence[tuple[str, str]]) -> None:
        set_there.extend(f"{label}: {value}" for label, value in rows)
        table(sheet, rows)

    monkeypatch.setattr(Sheet, "paragraph", noting)
    monkeypatch.setattr(Sheet, "table", noting_rows)
    return set_there


def test_m004_the_paper_prints_the_digest_of_the_signed_notice(drawn: list[str]) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    report = make.notified(officer, make.report(agency))
    (row,) = selectors.notices(report)
    notice_pdf(staff=officer, row=row, language="ar")
    printed = "".join("".join(drawn).split())
    assert bytes(row.digest).hex() in printed
    signed = selectors.notice_jws(staff=officer, row=row)
    assert hashlib.sha256(signed.encode()).hexdigest() in printed


IN_WORDS = {
    "ar": (
        "فورًا", "تهديد للحياة", "واتساب", "العقبة", "ألمانيا", "نعم، يمكن رؤيته",
        "كله في هذا البلد", "22 تشرين الثاني 2026, 01:30 UTC+03:00",
    ),
    "fr": (
        "Immédiatement", "WhatsApp", "Aqaba", "Allemagne", "Oui, il est visible",
        "En totalité dans ce pays", "22 novembre 2026, 01:30 UTC+03:00",
    ),
    "en": ("At once", "Life threatened", "Germany", "22 November 2026, 01:30 UTC+03:00"),
}  # fmt: skip
CODES = (
    "immediate", "threat_to_life", "whatsapp", "JO-AQ", "jo/ccu", "domestic", "cyber_2023",
    "penal_code", "2026-11-21T", "+00:00",
)  # fmt: skip


@pytest.mark.parametrize("language", IN_WORDS)
def test_m004_the_paper_speaks_in_words_and_the_files_codes_stay_in_the_file(
    language: str, drawn: list[str]
) -> None:
    agency = make.node()
    officer = make.staff(agency, "jo/ccu/aqaba")
    with time_machine.travel(datetime(2026, 11, 21, 22, 30, tzinfo=UTC), tick=False):
        given = {"platform": "whatsapp", "suspect_location": "abroad", "suspect_country": "DE"}
        report = make.report(agency, threat_to_life="yes", **given)
        report = make.notified(make.again(officer), report)
        (row,) = selectors.notices(report)
        notice_pdf(staff=make.again(officer), row=row, language=language)
        said = selectors.notice_content(staff=make.again(officer), row=row)
    printed = "\n".join(drawn)
    for word in IN_WORDS[language]:
        assert word in printed
    for code in CODES:
        assert code not in printed
    facts = said["report"]
    assert isinstance(facts, dict)
    assert (facts["urgency"], facts["suspect_country"]) == ("immediate", "DE")


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "article to be confirmed"), ("fr", "article à confirmer"), ("ar", "قيد التأكيد")],
)
def test_an_article_that_nobody_looked_up_is_said_in_the_readers_language(
    language: str, said: str
) -> None:
    make.node()
    law = load_pack("jo").law.statutes[0].code
    (known, unknown) = basis_lines(
        {"legal_bases": [f"{law} 15", f"{law} to be confirmed"]}, language
    )
    assert known.endswith("· 15")
    assert said in unknown

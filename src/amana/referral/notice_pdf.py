# SPDX-License-Identifier: AGPL-3.0-or-later
"""The notice on paper. It prints the digest of the signed file, so that both can be compared."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import override

from amana.kernel.paper import Sheet
from amana.packs import load_taxonomy
from amana.people.policies import Staff
from amana.referral.models import ProsecutorNotice
from amana.referral.selectors import notice_content
from amana.reports.questionnaire import questionnaire
from amana.reports.questionnaire.types import Json

GROUP = 8


def notice_pdf(*, staff: Staff, row: ProsecutorNotice, language: str) -> bytes:
    """A4 in one of the four languages. Raises what `referral.selectors.notice_content` raises."""
    said = notice_content(staff=staff, row=row)
    with override(language):
        return _sheet(row, said, language).render()


def _sheet(row: ProsecutorNotice, said: dict[str, Json], language: str) -> Sheet:
    sheet = Sheet(language, _("Notice"), created_at=row.at)
    sheet.heading(_("Notice to the public prosecution"))
    sheet.table(_parties(row, said, language))
    sheet.heading(_("What was reported"), level=2)
    sheet.table(report_rows(said, language))
    sheet.heading(_("What was found"), level=2)
    sheet.table(finding_rows(said, language))
    bases = _codes(said["legal_bases"])
    if bases:
        sheet.heading(_("Articles that may apply"), level=2)
        sheet.paragraph("\n".join(bases))
    sheet.heading(_("What the person told"), level=2)
    for label, value in answer_rows(said, language):
        sheet.paragraph(label, bold=True)
        sheet.paragraph(value)
    if said["statement"]:
        sheet.heading(_("Statement of the officer"), level=2)
        sheet.paragraph(str(said["statement"]))
    if said["sent_without_consent_on"]:
        sheet.paragraph(_("Sent without the person's consent, on this basis:"), bold=True)
        sheet.paragraph(str(said["sent_without_consent_on"]))
    _files(sheet, said["files"])
    sheet.rule()
    sheet.paragraph(_("Digest (SHA-256) of the signed notice"), bold=True)
    digest = bytes(row.digest).hex()
    sheet.paragraph("\n".join(_grouped(digest)))
    sheet.small(_("Paper proves nothing alone. Compare this digest with that of the signed file."))
    return sheet


def _parties(row: ProsecutorNotice, said: dict[str, Json], language: str) -> list[tuple[str, str]]:
    return [
        (_("To"), row.office.names.get(language, row.office.code)),
        (_("From"), str(said["from"])),
        (_("Date"), f"{row.at:%Y-%m-%d %H:%M} UTC"),
        (_("Number of the notice"), str(row.id)),
    ]


def report_rows(said: Mapping[str, Json], language: str) -> list[tuple[str, str]]:
    """The coded facts of a notice, labelled in the active language."""
    facts = _map(said["report"])
    category = load_taxonomy().category(str(facts["category"]))
    return [
        (_("Report"), str(facts["locator"])),
        (_("Received"), str(facts["received_at"])),
        (_("Category"), f"{category.label.in_(language)} ({category.code})"),
        (_("Urgency"), str(facts["urgency"])),
        (_("Risks"), ", ".join(_codes(facts["risks"])) or "-"),
        (_("Place"), str(facts["victim_region"] or facts["victim_country"] or "-")),
        (_("Other side"), str(facts["suspect_country"] or facts["suspect_location"])),
    ]


def answer_rows(said: Mapping[str, Json], language: str) -> list[tuple[str, str]]:
    """The questions of a notice and what the person answered, as she told it."""
    asked = questionnaire(str(_map(said["report"])["questionnaire"]))
    found = asked.summary(_map(said["answers"]), language, voice="other")
    return [(title, "\n".join(lines)) for _step, title, lines in found]


def finding_rows(said: Mapping[str, Json], language: str) -> list[tuple[str, str]]:
    """The diagnosis of a notice, labelled in the active language."""
    found = _map(said["diagnosis"])
    taxonomy = load_taxonomy()
    offences = [
        f"{taxonomy.category(code).label.in_(language)} ({code})"
        for code in _codes(found["offences"])
    ]
    return [
        (_("Still online"), str(found["online"])),
        (_("Identifiers"), str(found["identifiers"])),
        (_("Platform"), str(found["platform"] or "-")),
        (_("Jurisdiction"), str(found["jurisdiction"])),
        (_("Elements of the offence"), str(found["elements"])),
        (_("Offences"), "\n".join(offences)),
    ]


def _files(sheet: Sheet, files: Json) -> None:
    rows = [_map(row) for row in files] if isinstance(files, list) else []
    if not rows:
        return
    sheet.heading(_("Files that are kept, by SHA-256"), level=2)
    sheet.table([(str(number), str(row["sha256"])) for number, row in enumerate(rows, start=1)])


def _grouped(digest: str) -> list[str]:
    groups = [digest[at : at + GROUP] for at in range(0, len(digest), GROUP)]
    return [" ".join(groups[:4]), " ".join(groups[4:])]


def _map(value: Json) -> dict[str, Json]:
    return dict(value) if isinstance(value, dict) else {}


def _codes(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The notice on paper. It prints the digest of the signed file, so that both can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.localedata import exists
from django.utils.translation import gettext as _
from django.utils.translation import override

from amana.agencies.selectors import current_pack, units_by_code
from amana.kernel.paper import Sheet
from amana.packs import UnknownCodeError, load_taxonomy
from amana.people.policies import Staff
from amana.referral.models import ProsecutorNotice
from amana.referral.selectors import notice_content
from amana.reports.questionnaire import PackPlaces, questionnaire
from amana.reports.questionnaire.types import Json
from amana.triage import words

GROUP = 8
# The hour with its distance from UTC: who reads the paper may live by another clock.
MOMENT = "d MMMM y, HH:mm 'UTC'xxx"
_places = PackPlaces()


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
    bases = basis_lines(said, language)
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
    sender = units_by_code(row.agency_id).get(str(said["from"]))
    return [
        (_("To"), row.office.names.get(language, row.office.code)),
        (_("From"), sender.names.get(language, sender.code) if sender else str(said["from"])),
        (_("Date"), _moment(row.at, language)),
        (_("Number of the notice"), str(row.id)),
    ]


def report_rows(said: Mapping[str, Json], language: str) -> list[tuple[str, str]]:
    """The coded facts of a notice, in the words of the active language."""
    facts = _map(said["report"])
    category = load_taxonomy().category(str(facts["category"]))
    return [
        (_("Report"), str(facts["locator"])),
        (
            _("Received"),
            _moment(datetime.fromisoformat(str(facts["received_at"])), language),
        ),
        (_("Category"), f"{category.label.in_(language)} ({category.code})"),
        (_("Urgency"), _said(words.URGENCIES, facts["urgency"])),
        (_("Risks"), "\n".join(_said(words.RISKS, code) for code in _codes(facts["risks"])) or "-"),
        (_("Place"), _place(facts["victim_region"] or facts["victim_country"], language) or "-"),
        (
            _("Other side"),
            _place(facts["suspect_country"], language)
            or _other_side(facts["suspect_location"], language),
        ),
    ]


UNCONFIRMED = "to be confirmed"
"""What a pack says of an article that nobody has looked up yet."""


def basis_lines(said: Mapping[str, Json], language: str) -> list[str]:
    """The articles of a notice, each after the name of its law."""
    laws = {law.code: law.names.in_(language) for law in current_pack().law.statutes}
    named = (basis.partition(" ") for basis in _codes(said["legal_bases"]))
    with override(language):
        later = {UNCONFIRMED: _("article to be confirmed")}
    return [
        f"{laws.get(code, code)} · {later.get(article, article)}" for code, _sep, article in named
    ]


def answer_rows(said: Mapping[str, Json], language: str) -> list[tuple[str, str]]:
    """The questions of a notice and what the person answered, as she told it."""
    asked = questionnaire(str(_map(said["report"])["questionnaire"]))
    found = asked.summary(_map(said["answers"]), language, voice="other")
    return [(title, "\n".join(lines)) for _step, title, lines in found]


def finding_rows(said: Mapping[str, Json], language: str) -> list[tuple[str, str]]:
    """The diagnosis of a notice, in the words of the active language."""
    found = _map(said["diagnosis"])
    taxonomy = load_taxonomy()
    offences = [
        f"{taxonomy.category(code).label.in_(language)} ({code})"
        for code in _codes(found["offences"])
    ]
    return [
        (_("Still online"), _said(words.ONLINE, found["online"])),
        (_("Identifiers"), _said(words.IDENTIFIERS, found["identifiers"])),
        (_("Platform"), _facet("platform", found["platform"], language) or "-"),
        (_("Jurisdiction"), _said(words.JURISDICTION, found["jurisdiction"])),
        (_("Elements of the offence"), _said(words.ELEMENTS, found["elements"])),
        (_("Offences"), "\n".join(offences)),
    ]


def _moment(when: datetime, language: str) -> str:
    """A moment by the clocks of the node, its month as people there call it where we know."""
    pack = current_pack()
    local = f"{language}_{pack.country}"
    return format_datetime(
        when,
        MOMENT,
        tzinfo=ZoneInfo(pack.header.timezone),
        locale=local if exists(local) else language,
    )


def _said(known: words.Words, code: Json) -> str:
    """The words of a code; a code nobody wrote words for stands for itself."""
    return str(known.get(str(code), code))


def _facet(name: str, code: Json, language: str) -> str:
    if not code:
        return ""
    try:
        return load_taxonomy().facet(name).value(str(code)).label.in_(language)
    except UnknownCodeError:
        return str(code)


def _other_side(location: Json, language: str) -> str:
    # The label of "unknown" is an answer of the person's own: "I do not know".
    if location in ("", None, "unknown"):
        return _("Not known")
    return _facet("suspect_location", location, language)


def _place(code: Json, language: str) -> str:
    """A country (two letters) or a region of one by name; empty for no code."""
    if not code:
        return ""
    named = _places.region_name if "-" in str(code) else _places.country_name
    return named(str(code), language)


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

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a report as a prosecution office sees it: the notices it was sent, and no more."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from amana.desk import words
from amana.desk.heading import heading
from amana.desk.shell import Visit
from amana.people.policies import Action
from amana.referral import selectors
from amana.referral.models import ProsecutorNotice
from amana.referral.notice import NotGenuine
from amana.referral.notice_pdf import answer_rows, basis_lines, finding_rows, report_rows
from amana.reports.errors import NoKey, NoSuchPart
from amana.reports.questionnaire.types import Json

Row = dict[str, object]


def read(visit: Visit) -> Row:
    """The whole page. Raises `NotFound`, `VaultClosed`."""
    return {
        "visit": visit,
        "head": heading(visit.report),
        "notices": [_notice(visit, row) for row in selectors.notices(visit.report)],
        "may_instruct": Action.RECORD_INSTRUCTION in visit.may,
    }


def _notice(visit: Visit, row: ProsecutorNotice) -> Row:
    return {
        "office": words.unit_name(row.office),
        "at": words.moment(row.at),
        "sections": _sections(visit, row),
        "pdf": visit.url("notice-file", notice_id=row.pk, form="pdf"),
        "jws": visit.url("notice-file", notice_id=row.pk, form="jws"),
    }


def _sections(visit: Visit, row: ProsecutorNotice) -> list[Row]:
    """What it says; nothing without the key, or when it is not ours."""
    try:
        said = selectors.notice_content(staff=visit.staff, row=row)
    except (NoKey, NoSuchPart, NotGenuine):
        return []
    return sections(said)


def sections(said: Mapping[str, Json]) -> list[Row]:
    """A notice under headings, in the officer's language."""
    language = words.language()
    files = said["files"] if isinstance(said["files"], list) else []
    found = [
        (_("Statement of the officer"), [("", str(said["statement"]))]),
        (
            _("Sent without the person's consent, on this basis:"),
            [("", str(said["sent_without_consent_on"]))],
        ),
        (_("What was reported"), report_rows(said, language)),
        (_("What was found"), finding_rows(said, language)),
        (_("Articles that may apply"), [("", "\n".join(basis_lines(said, language)))]),
        (_("What the person told"), answer_rows(said, language)),
        (
            _("Files that are kept, by SHA-256"),
            [(str(n), str(f["sha256"])) for n, f in enumerate(files, 1) if isinstance(f, dict)],
        ),
    ]
    return [
        {"title": title, "rows": [{"label": label, "value": value} for label, value in rows]}
        for title, rows in found
        if any(value for _label, value in rows)
    ]

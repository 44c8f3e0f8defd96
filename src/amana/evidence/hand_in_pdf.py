# SPDX-License-Identifier: AGPL-3.0-or-later
"""The receipt for a device, on paper, for the hand of whoever gave it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django.utils.translation import gettext as _
from django.utils.translation import override

from amana.agencies.selectors import current_pack
from amana.evidence.hand_ins import HandInRow
from amana.kernel.paper import Sheet


def hand_in_pdf(*, row: HandInRow, language: str) -> bytes:
    """A4 in one of the four languages. Nothing on it says what the report is about."""
    with override(language):
        sheet = Sheet(language, _("Receipt for a device"), created_at=row.at)
        sheet.heading(_("Receipt for a device"))
        sheet.table(
            [
                (_("Number"), str(row.id)),
                (_("Taken in"), _moment(row.at, language)),
                (_("What was handed in"), row.device.what or "-"),
                (_("To whom"), row.device.to_whom or "-"),
                (_("What may be done with it"), row.device.scope),
                (_("Comes back by"), _day(row.return_by, language)),
                (_("Given back"), _moment(row.returned_at, language) if row.returned_at else "-"),
            ]
        )
        sheet.rule()
        sheet.paragraph(_("Nothing else may be done with this device without asking you again."))
        sheet.paragraph(_("You may take back your consent; then the device comes back to you."))
        sheet.table([(_("Signature of the officer"), " "), (_("Your signature"), " ")])
        return sheet.render()


def _moment(at: datetime, language: str) -> str:
    zone = ZoneInfo(current_pack().header.timezone)
    return format_datetime(at.astimezone(zone), "d MMMM y, HH:mm", locale=language)


def _day(day: date | None, language: str) -> str:
    return format_date(day, "d MMMM y", locale=language) if day is not None else "-"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an officer may be told when something on a report cannot be done. No text holds a secret,
and none says whether a report that she may not see exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ReportError(Exception):
    """Base; `text` is for the reader, in her language."""

    text: str | Promise = _("This could not be done.")

    def __str__(self) -> str:
        return str(self.text)


class NotFound(ReportError):
    """There is no such report for her: invisible, not forbidden."""

    text = _("There is no such report.")


class VaultClosed(ReportError):
    text = _("Your vault is closed. Open it with your passphrase and try again.")


class NoKey(ReportError):
    """The part exists, and her units were not given it."""

    text = _("Your unit was not given this part of the report.")


class NoSuchPart(ReportError):
    text = _("The report has no such part.")


class PurposeMissing(ReportError):
    text = _("Say for what purpose you open this. It is written into the journal.")


class Unusable(ReportError):
    """A value that a form should not have let through; `field` names it."""

    text = _("Choose one of the offered answers.")

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class AlreadyDone(ReportError):
    text = _("This has been done already. Load the page again.")


class ReportClosed(ReportError):
    text = _("This report is closed. Open it again first.")


class ChangedMeanwhile(ReportError):
    """Somebody else was quicker, and what this act was judged by is no longer so."""

    text = _("This report has changed in the meantime. Load the page again and look.")


MISSING: Final[Mapping[str, str | Promise]] = {
    "reason": _("A reason is missing. Write one, so that it can be explained later."),
    "diagnosis": _("Record a diagnosis first."),
    "legal_review": _("A legal reviewer must release this report first."),
    "instruction": _("This needs an instruction of the prosecution office. Record it first."),
    "notice": _("This office has not been notified of the report. Send the notice first."),
    "authority": _("Name the authority that ordered this."),
    "legal_basis": _("Name the article of law on which this stands."),
    "expiry": _("Name the day on which this ends. It must lie ahead."),
    "supervisor": _("This needs a supervisor."),
    "disposition": _("Choose exactly one way in which this report ends."),
    "reference": _("This way of closing must name what it refers to."),
    "withdrawal": _("Only the person who reported can withdraw the report."),
    "cross_border": _("Part of this lies abroad. Finish the cross-border task first."),
    "consent": _("The person has not agreed that the report leaves this agency."),
    "specialised_unit": _("Only the specialised unit or legal review may have this report."),
    "child_unit": _("Pages are captured into the report of a child by the unit for children only."),
    "hold": _("A legal hold lies on this. A supervisor must lift it first."),
    "second_person": _("Somebody else must decide this: not the one who asked for it."),
    "open_report": _("Close the report first."),
    "message": _("Tell the person in a message what this way of closing promises to tell."),
}


class Refused(ReportError):
    """A ground is missing: nothing was done, and the refusal was counted. `missing` is the code of
    the ground, `action` of what was asked for."""

    def __init__(self, action: str, missing: str) -> None:
        super().__init__(action, missing)
        self.action, self.missing = action, missing
        self.text = MISSING[missing]
